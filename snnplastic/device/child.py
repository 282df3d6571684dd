"""Child processes that die with their parent and report progress, errors and their last lines."""

import os
import subprocess
import sys
from collections import deque
from contextlib import nullcontext

from .. import errors
from ..catalogue import PACKAGE
from ..errors import DeviceError

# The guard reads our end of a pipe: when we end, however we do, the pipe closes and the whole group is killed.
GUARD = (
    'exec 3<&0; (read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & "$@" 3<&-; status=$?; kill $! 2>/dev/null; exit $status'
)


# What a child says to us begins with these, so that nothing a user prints is mistaken for it.
PROGRESS, ERROR = "@snnplastic progress ", "@snnplastic error "


def python(module, *arguments):
    """Command line of a module of this package in a fresh interpreter."""
    return [sys.executable, "-m", f"snnplastic.device.{module}", *map(str, arguments)]


def run(command, *, folder, environment=(), describe="running", quiet=False, meanwhile=None, fatal=(), move=None):
    """Run a command in a process group that dies with us.

    Lines of its output: PROGRESS and a fraction move the bar, ERROR, a class and a message become that error;
    of all others the last 20 are kept for the message if it fails; one that begins with an entry of `fatal` is a failure
    whatever the exit code. `meanwhile` is called once it has started. `move` takes the fractions in place of a bar.
    """
    search = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        ["sh", "-c", GUARD, "guard", *map(str, command)], cwd=folder, env={**os.environ, "PYTHONPATH": search, "SNN_CHILD": "1", **dict(environment)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    last, problem = deque(maxlen=20), None
    try:
        if meanwhile:
            meanwhile()
        with bar(describe, quiet) if move is None else nullcontext(move) as moved:
            for line in process.stdout:
                if line.startswith(PROGRESS):
                    moved(float(line[len(PROGRESS) :]))
                elif line.startswith(ERROR):
                    kind, message = line[len(ERROR) :].rstrip("\n").split(" ", 1)
                    problem = getattr(errors, kind, DeviceError)(message.replace("\\n", "\n"))
                else:
                    last.append(line.rstrip())
                    if line.startswith(tuple(fatal)):
                        problem = DeviceError(f"{describe} failed: {line.strip()}")
        status = process.wait()
    finally:
        if process.poll() is None:
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass
            process.wait()
    if problem:
        raise problem
    if status:
        reason = f"signal {-status}" if status < 0 else f"exit code {status}"
        shown = [line for line in last if line.strip()][-3:]
        raise DeviceError(f"{describe} failed ({reason}): " + (" | ".join(shown) or "no output"))


def main(work, folder):
    """In a child: do the work; hand an error to the parent, which raises it. Of a chain of errors, the first cause is told."""
    try:
        work(folder)
        return 0
    except errors.SnnplasticError as error:
        found = error
    except OSError as error:
        found = DeviceError(f"cannot write in {folder}: {error.strerror or error}")
    except Exception as error:
        cause = error
        while cause.__cause__ is not None or cause.__context__ is not None:
            cause = cause.__cause__ or cause.__context__
        found = (
            cause
            if isinstance(cause, errors.SnnplasticError)
            else DeviceError(f"{work.__name__} failed: {type(cause).__name__}: {' '.join(str(cause).split())}")
        )
    print(ERROR + type(found).__name__, str(found).replace("\n", "\\n"), flush=True)
    return 1


class bar:
    """A progress bar on stderr in a terminal or a notebook; nothing elsewhere and for short runs."""

    def __init__(self, describe, quiet):
        self.describe, self.shown = describe, None
        self.wanted = not quiet and (sys.stderr.isatty() or "ipykernel" in sys.modules)

    def __enter__(self):
        return self.move

    def move(self, fraction):
        if not self.wanted or (self.shown is None and not 0 < fraction < 0.9):
            return
        if self.shown is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeRemainingColumn(),
            )
            self.shown = Progress(*columns, console=Console(stderr=True), transient=True)
            self.shown.start()
            self.task = self.shown.add_task(self.describe, total=1.0)
        self.shown.update(self.task, completed=fraction)

    def __exit__(self, *exception):
        if self.shown is not None:
            self.shown.stop()
