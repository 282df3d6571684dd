"""Run a protocol's network with Brian2's numpy or cython target. In a child: ``python -m snnplastic.device.interpret FOLDER``."""

import json
import sys
from pathlib import Path

import numpy as np

from ..errors import DeviceError, ProtocolError
from .child import PROGRESS, main
from .network import build_networks, check_durations, objects_of


def interpret(folder):
    import brian2
    from brian2 import second

    folder = Path(folder)
    spec = json.loads((folder / "spec.json").read_text())
    brian2.BrianLogger.log_level_error()
    brian2.prefs.reset_to_defaults()
    brian2.prefs.codegen.target = spec["target"]
    brian2.seed(spec["seed"])
    networks, program = build_networks(spec)
    if program:
        raise DeviceError(f"{spec['class']} trains in a C++ program, which the target {spec['target']} has not; install g++ and make, and use --device cpp")
    objects = {found.name: found for found in objects_of(networks)}
    clocks = {found.clock.name: found.clock for found in objects.values() if getattr(found, "clock", None) is not None}
    given = {}
    with np.load(folder / "values.npz") as stored:
        for key in stored.files:
            name, part = key.rsplit("|", 1)
            given.setdefault(name, {})[int(part)] = stored[key]
    for name, parts in given.items():
        owner, _, variable = name.rpartition(".")
        if variable == "dt" and owner in clocks:
            clocks[owner].dt = float(parts[0]) * second
        elif variable == "spikes" and hasattr(objects.get(owner), "set_spikes"):
            objects[owner].set_spikes(parts[0], parts[1] * second, sorted=False)
        else:
            _assign(objects, name, parts[0], spec["class"])

    def progress(elapsed, fraction, start, duration):
        print(f"{PROGRESS}{fraction:.4f}", flush=True)

    check_durations(spec["class"], spec["duration"], len(networks))
    for network, duration in zip(networks, spec["duration"], strict=True):
        network.run(duration * second, namespace={}, report=progress, report_period=0.2 * second)
    results = Path(spec["results"])
    for owner, found in objects.items():
        for variable in getattr(found, "variables", {}):
            _write(found, owner, variable, results, f"{owner}.{variable}" in spec["read"])


def _assign(objects, name, value, protocol):
    owner, _, variable = name.rpartition(".")
    found = objects.get(owner)
    known = dict(getattr(found, "variables", {}))
    for pathway in getattr(found, "_pathways", ()) if variable == "delay" else ():
        if not pathway.variables["delay"].read_only:
            known["delay"] = pathway.variables["delay"]
    if variable not in known or known[variable].read_only:
        legal = [f"{owner}.{v}" for v in known if not known[v].read_only and hasattr(known[v], "set_value")] or sorted(
            objects
        )
        raise ProtocolError(f"{protocol}.values: the network has no settable {name!r}; legal: {', '.join(legal)}")
    size = known[variable].size
    if np.ndim(value) and np.size(value) != size:
        raise ProtocolError(f"{protocol}.values: {name} has {np.size(value)} entries, the network has {size}")
    if np.any(value != np.asarray(value).astype(known[variable].dtype)):
        raise ProtocolError(
            f"{protocol}.values: {name} holds values that its type {known[variable].dtype} cannot; legal: whole numbers"
        )
    known[variable].set_value(np.broadcast_to(value, size).astype(known[variable].dtype))


def _write(found, owner, variable, results, wanted):
    array = found.variables[variable]
    # a reference to another object's variable is written there; its name here may be too long for a file
    own = getattr(getattr(array, "owner", None), "name", owner) == owner
    if not hasattr(array, "get_value") or not (wanted or own and np.dtype(array.dtype).kind == "f"):
        return
    try:
        values = np.atleast_1d(array.get_value())
    except (NotImplementedError, TypeError):
        return
    np.save(results / f"{owner}.{variable}.npy", values)


if __name__ == "__main__":
    sys.exit(main(interpret, sys.argv[1]))
