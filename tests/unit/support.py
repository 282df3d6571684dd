"""Helpers of the unit tests: the command line in a process of its own, and the processes that descend from it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

import snnplastic
from snnplastic.cli import main
from snnplastic.device import cache
from snnplastic.device.execute import spec_of
from snnplastic.protocol import find

ROOT = Path(snnplastic.__file__).resolve().parents[1]


def environment(**changes):
    """The environment of a child that finds this snnplastic, whether it is installed or a checkout."""
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": search, "COLUMNS": "200", **{key: str(value) for key, value in changes.items()}}


def start(*arguments, folder, **changes):
    """`snnplastic ARGUMENTS` in a process of its own, started in a folder."""
    command = [sys.executable, "-m", "snnplastic.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=folder, env=environment(**changes), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process, patience=150):
    """(exit code, stdout, stderr) of a started command."""
    out, err = process.communicate(timeout=patience)
    return process.returncode, out, err


def cli(*arguments, folder, **changes):
    return finish(start(*arguments, folder=folder, **changes))


def clear_error(code, err):
    """An error of ours: exit code 2, one or two lines, no traceback. Returns its text."""
    assert "Traceback" not in err, err
    assert code == 2, err
    assert 1 <= len(err.strip().splitlines()) <= 2, err
    assert err.startswith("error: "), err
    return err


def tagged(tag):
    """{process id: command line} of all processes that inherited SNN_TEST_TAG=tag."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"SNN_TEST_TAG={tag}\0".encode() in (place / "environ").read_bytes() + b"\0":
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def wait_for(condition, seconds=60):
    """The first true value of `condition()`, looked at every 20 ms; the last false one after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def run(tiny, **settings):
    """Results of the protocol, run in this process."""
    return snnplastic.run(tiny, quiet=True, **settings)


def key(tiny, **settings):
    """The name of the build that the protocol with these settings needs."""
    return cache.key(spec_of(find(tiny)(**settings)))


def invoke(*arguments):
    """(exit code, stdout, stderr) of the command line in this process."""
    found = CliRunner().invoke(main, [str(a) for a in arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.stdout, found.stderr


def error(*arguments):
    """The one or two lines of a command that must fail."""
    code, out, err = invoke(*arguments)
    assert out == ""
    return clear_error(code, err)
