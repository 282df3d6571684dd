"""Run a protocol's network with the values of this run and return its arrays."""

import json
import os
import tempfile
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

import numpy as np

from ..errors import DeviceError, ProtocolError
from . import cache
from .child import bar, python, run
from .finite import check_finite
from .network import check_durations
from .target import choose

BAD_INPUT = ("Error reading", "Could not read", "Error opening")  # what a program prints before it goes on with zeros
FAR = np.iinfo(np.int32).max - 1  # a step that no run reaches; pads lists of spikes


@dataclass
class Run:
    """Arrays of a finished run (`data[name]`), the target, whether the build was cached (of parts: all builds), and seconds spent."""

    data: dict
    device: str
    cached: bool
    seconds: dict = field(default_factory=dict)


def spec_of(protocol):
    """All that may shape a binary, as plain JSON."""
    cls = next(c for c in type(protocol).__mro__ if "build" in vars(c))  # protocols with one `build` share programs
    spec = {"class": cls.__qualname__, "structure": protocol.structure(), "dt": float(protocol.time_step())}
    if cls.__module__.startswith("snnplastic."):
        spec["module"] = cls.__module__
    else:
        import sys

        path = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if path is None:
            raise ProtocolError(f"{cls.__qualname__} is not defined in a file; save it as NAME.py and run that")
        spec["file"] = os.path.realpath(path)
    if protocol.dtype != "float64":
        spec["dtype"] = protocol.dtype
    try:
        return json.loads(json.dumps(spec))
    except (TypeError, ValueError) as error:
        raise ProtocolError(
            f"{cls.__name__}.structure() is not plain JSON: {error}; legal: dict, list, str, int, float, bool, None"
        ) from None


def execute(protocol, *, target=None, seed=0, quiet=False, meanwhile=None):
    """Build if needed, write the values, run, check, read. `meanwhile` is called while the child runs."""
    data, runs = {}, []
    while parts := protocol.parts(data):
        for name, part in parts.items():
            runs.append(execute(part, target=target, seed=seed, quiet=quiet, meanwhile=None if runs else meanwhile))
            data |= {f"{name}/{array}": values for array, values in runs[-1].data.items()}
    if runs:
        spent = {phase: sum(run.seconds[phase] for run in runs) for phase in runs[0].seconds}
        return Run(data, runs[0].device, all(run.cached for run in runs), spent)
    protocol.check_run()
    target, spec, start = choose(target), spec_of(protocol), time.perf_counter()
    if target == "cpp":
        place, manifest, cached = cache.get(spec, quiet=quiet)
    else:
        place, manifest, cached = None, None, False
    built = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="snnplastic-") as scratch:
        once = (
            _compiled(place, manifest, protocol, seed, Path(scratch), quiet)
            if target == "cpp"
            else _interpreted(spec, target, protocol, seed, Path(scratch), quiet)
        )
        durations = tuple(float(d) for d in np.atleast_1d(protocol.duration()))
        runs = protocol.replicates()
        if runs is None:
            read = _read(protocol, once(durations, meanwhile), once, durations)
        else:
            read, done = {name: [] for name in protocol.read}, 0
            while runs:
                found = _side_by_side(protocol, runs, once, durations, seed + done, quiet, meanwhile)
                read, done = {name: read[name] + found[name] for name in read}, done + len(runs)
                runs, meanwhile = protocol.follow(read), None
    return Run(read, target, cached, {"build": built - start, "run": time.perf_counter() - built})


def _read(protocol, data, once, durations):
    """The arrays that the protocol reads of one run, once all of them are finite."""
    if not getattr(data, "loop", False):  # a training checks its own gradients, and gaps in its history are not numbers
        check_finite(once, data, durations)
    for name in protocol.read:
        if name not in data:
            raise ProtocolError(
                f"{type(protocol).__name__}.read: {name!r} is not in the network; legal: {', '.join(sorted(data))}"
            )
    return {name: np.array(data[name]) for name in protocol.read}


def _cores():
    """Cores that this process may use; not every system says."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _side_by_side(protocol, replicates, once, durations, seed, quiet, meanwhile):
    """{name: [array of each replicate]}: as many runs at a time as there are cores, replicate k with the seed `seed + k`."""
    done, stopped, one_at_a_time = [0.0] * len(replicates), Event(), Lock()

    def replicate(k):
        def move(fraction):
            if stopped.is_set():
                raise DeviceError("stopped, since another run of the same program failed")  # ends the child
            done[k] = fraction
            with one_at_a_time:
                moved(sum(done) / len(done))

        given = dict(replicates[k])
        mine = tuple(float(d) for d in np.atleast_1d(given.pop("duration", durations)))

        def again(durations, *_):
            return once(durations, seed=seed + k, more=given, move=move)

        read = _read(protocol, again(mine), again, mine)
        move(1.0)
        return read

    describe = f"running {type(protocol).__name__}"
    with bar(describe, quiet) as moved, ThreadPoolExecutor(_cores()) as workers:
        jobs = [workers.submit(replicate, k) for k in range(len(replicates))]
        try:
            if meanwhile:
                meanwhile()
            wait(jobs, return_when=FIRST_EXCEPTION)
            found = [job.result() for job in sorted(jobs, key=lambda job: not (job.done() and job.exception()))]
        finally:
            stopped.set()
            workers.shutdown(wait=False, cancel_futures=True)
    return {name: [read[name] for read in found] for name in protocol.read}


def _compiled(place, manifest, protocol, seed, scratch, quiet):
    def given(values, folder):
        """Arguments and environment by which the program takes these values."""
        arguments, environment, values = [], {}, dict(values)
        for clock in manifest["clocks"]:
            if f"{clock}.dt" in values:
                environment[f"SNN_DT_{clock}"] = repr(float(values.pop(f"{clock}.dt")))
        for name, value in _expand(values, manifest, environment).items():
            array = _known(protocol, name, manifest["arrays"])
            if array.get("input"):  # of a training: any length
                np.ascontiguousarray(value, array["dtype"]).tofile(folder / f"{name}.in")
                environment["SNN_INPUTS"] = str(folder)
                continue
            whole = np.dtype(array["dtype"]).kind != "f"
            if whole and np.any(np.asarray(value) != np.asarray(value).astype(array["dtype"])):
                raise ProtocolError(
                    f"{type(protocol).__name__}.values: {name} holds values that its type {array['dtype']} cannot; legal: whole numbers"
                )
            if np.ndim(value) == 0:
                arguments.append(
                    f"{name}={float(value)!r}" if array["dtype"].startswith("float") else f"{name}={int(value)}"
                )
            else:
                if array["size"] is not None and np.size(value) != array["size"]:
                    raise ProtocolError(
                        f"{type(protocol).__name__}.values: {name} has {np.size(value)} entries, the network has {array['size']}"
                    )
                file = folder / f"{name}.in"
                np.ascontiguousarray(value, array["dtype"]).tofile(file)
                arguments.append(f"{name}={file}")
        return arguments, environment

    shared = None  # arguments of the runs without values of their own

    def once(durations, meanwhile=None, *, seed=seed, more=None, move=None):
        nonlocal shared
        check_durations(type(protocol).__name__, durations, manifest["runs"])
        results = Path(tempfile.mkdtemp(dir=scratch))
        if more is None:
            shared = shared or given(protocol.values(), scratch)
        arguments, environment = shared if more is None else given(protocol.values() | more, results)
        length = {f"SNN_DURATION_{k}": repr(d) for k, d in enumerate(durations)}
        run(
            [place / "main", "--results_dir", f"{results}/", *arguments],
            folder=place,
            environment={"SNN_SEED": str(seed), **environment, **length},
            describe=f"running {type(protocol).__name__}",
            quiet=quiet,
            meanwhile=meanwhile,
            fatal=BAD_INPUT,
            move=move,
        )
        if not manifest.get("loop"):  # a training's loop ends with an exit code if it does not complete
            _completed(results / "last_run_info.txt")
        return _Files(results, manifest)

    return once


def _interpreted(spec, target, protocol, seed, scratch, quiet):
    def once(durations, meanwhile=None, *, seed=seed, more=None, move=None):
        folder = Path(tempfile.mkdtemp(dir=scratch))
        parts = {
            f"{k}|{i}": part
            for k, v in (protocol.values() | (more or {})).items()
            for i, part in enumerate(v if isinstance(v, tuple) else (v,))
        }
        np.savez(folder / "values.npz", **parts)
        told = {"target": target, "seed": seed, "duration": durations, "read": list(protocol.read), "results": str(folder)}
        (folder / "spec.json").write_text(json.dumps({**spec, **told}))
        run(
            python("interpret", folder),
            folder=folder,
            describe=f"running {type(protocol).__name__} ({target})",
            quiet=quiet,
            meanwhile=meanwhile,
            move=move,
        )
        return {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}

    return once


class _Files(dict):
    """The arrays that a program wrote, mapped when read."""

    def __init__(self, results, manifest):
        arrays = manifest["arrays"]
        super().__init__((name, None) for name, a in arrays.items() if a["file"] and (results / a["file"]).exists())
        self.results, self.arrays, self.loop = results, arrays, manifest.get("loop")

    def __getitem__(self, name):
        array = self.arrays[name]
        path = self.results / array["file"]
        data = np.memmap(path, array["dtype"], mode="r") if path.stat().st_size else np.zeros(0, array["dtype"])
        return data.reshape(-1, array["columns"]) if array["columns"] else data


def _expand(values, manifest, environment):
    """Lists of spikes (index, time) become the two arrays of their group, sorted and padded."""
    expanded = {}
    for name, value in values.items():
        owner, _, variable = name.rpartition(".")
        if variable != "spikes" or owner not in manifest["listed"]:
            expanded[name] = value
            continue
        group = manifest["listed"][owner]
        dt = float(environment.get(f"SNN_DT_{group['clock']}", group["dt"]))
        index, times = (np.asarray(part) for part in value)
        capacity = manifest["arrays"][f"{owner}.neuron_index"]["size"]
        if index.size > capacity:
            raise ProtocolError(f"{name} has {index.size} spikes, the network has room for {capacity}")
        steps = np.floor(times / dt + 1e-3).astype(np.int64)
        order = np.lexsort((index, steps))
        if index.size and (index.min() < 0 or index.max() >= group["n"]):
            raise ProtocolError(f"{name} names neuron {index.max()}; the group has {group['n']}, counted from 0")
        if steps.size and steps.max() >= FAR:
            raise ProtocolError(f"{name} holds the time {times.max():g} s, beyond the last step that can be counted")
        twice = (np.diff(steps[order]) == 0) & (np.diff(index[order]) == 0)
        if twice.any():
            k = order[np.flatnonzero(twice)[0]]
            raise ProtocolError(
                f"{name}: neuron {index[k]} spikes twice in the step of {dt:g} s at {times[k]:g} s; legal: once a step"
            )
        padding = capacity - index.size
        expanded[f"{owner}._timebins"] = np.concatenate([steps[order], np.full(padding, FAR)]).astype(np.int32)
        expanded[f"{owner}.neuron_index"] = np.concatenate([index[order], np.zeros(padding, int)]).astype(np.int32)
    return expanded


def _known(protocol, name, arrays):
    if name not in arrays or not arrays[name]["settable"]:
        owner = name.rpartition(".")[0]
        near = [n for n, a in arrays.items() if n.startswith(f"{owner}.") and a["settable"]] or sorted(
            {n.rpartition(".")[0] for n in arrays}
        )
        raise ProtocolError(
            f"{type(protocol).__name__}.values: the network has no settable {name!r}; legal: {', '.join(near)}"
        )
    return arrays[name]


def _completed(path):
    """A run counts only if all of it was simulated."""
    try:
        fraction = float(path.read_text().split()[1])
    except (OSError, ValueError, IndexError):
        raise DeviceError("the run ended without its closing record; its arrays are not used") from None
    if fraction != 1:
        raise DeviceError(f"the run stopped at {fraction:.0%} of its duration; its arrays are not used")
