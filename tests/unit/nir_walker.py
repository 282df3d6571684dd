"""Simulate a file of NIR from its numbers alone, read with h5py: no snnplastic, no nir."""

import h5py
import numpy as np


def walk(path, inputs):
    """({node: spikes}, v of the node before the output), each (sample, step, neuron), for spike counts `inputs` (sample, step, channel).

    A pulse of a Linear's weight w adds w w_in/tau_syn to I. In a step: what arrives, the reset of neurons that spiked in the step before, v towards
    v_leak + r I (I held), decay of I, threshold. A pulse of a step arrives in the next, and later by the delays on its way.
    """
    with h5py.File(path, "r") as file:
        dt = float(file["node/metadata/dt"][()])
        edges = [(a.decode(), b.decode()) for a, b in file["node/edges"][()]]
        nodes = {
            name: {key: item[()] for key, item in group.items() if isinstance(item, h5py.Dataset)}
            | {"type": group["type"][()].decode()}
            for name, group in file["node/nodes"].items()
        }
    before = {name: [a for a, b in edges if b == name] for name in nodes}
    samples, steps, _ = inputs.shape
    cells = {name: node for name, node in nodes.items() if node["type"] in ("CubaLIF", "CubaLI")}
    fired = {name: np.zeros((samples, steps, node["tau_mem"].size)) for name, node in cells.items()}
    course = {name: found.copy() for name, found in fired.items()}
    v, current = ({name: np.zeros((samples, node["tau_mem"].size)) for name, node in cells.items()} for _ in range(2))

    def output(name, t):
        """What leaves a node in step t, for a node of neurons or inputs what it sent in the step before; None: nothing yet."""
        node = nodes[name]
        if node["type"] == "Input" or name in cells:
            return (inputs if node["type"] == "Input" else fired[name])[:, t - 1] if t >= 1 else None
        if node["type"] == "Delay":
            return total(name, t - round(node["delay"][0] / dt))
        found = total(name, t)
        return None if found is None else found @ node["weight"].T

    def total(name, t):
        found = [x for x in (output(previous, t) for previous in before[name]) if x is not None]
        return sum(found) if found else None

    for t in range(steps):
        arrived = {name: total(name, t) for name in cells}
        for name, node in cells.items():
            if arrived[name] is not None:
                current[name] += arrived[name] * node["w_in"] / node["tau_syn"]
            if t and node["type"] == "CubaLIF":
                v[name] = np.where(fired[name][:, t - 1] > 0, node["v_reset"], v[name])
            keep = np.exp(-dt / node["tau_mem"])
            v[name] = keep * v[name] + (1 - keep) * (node["r"] * current[name] + node["v_leak"])
            current[name] *= np.exp(-dt / node["tau_syn"])
            course[name][:, t] = v[name]
            if node["type"] == "CubaLIF":
                fired[name][:, t] = v[name] > node["v_threshold"]
    (last,) = before[next(name for name, node in nodes.items() if node["type"] == "Output")]
    return fired, course[last]
