"""A CA1 cell whose inputs have place fields that cover a circular track: one cell, with inputs of its own, per condition.

A condition is an index: rule's parameters, running speed, plateaus, start weights, and whether inputs fire or run at all.
"""

import numpy as np

from ..neurons.place_inputs import PlaceInputs
from ..neurons.plateau_cell import PlateauCell

ROOM = 8  # conditions of a block are rounded up to a multiple of this, so that nearby numbers share a build
PER_CELL = (
    "velocity",
    "active",
    "spiking",
    "fires",
    "first_a",
    "count_a",
    "first_b",
    "count_b",
    "w_0",
    "gain",
    "silent",
)
RAMP = """
gain : volt*second (constant)
silent : volt*second (constant)
v_post = (gain*w - silent)*field_pre : volt (summed)
"""


def room(count):
    return ROOM * int(np.ceil(count / ROOM))


def build(name, blocks, *, inputs):
    """A Network with one block of cells per entry of `blocks`: [(rule of default values, number of cells)]; `inputs` for each cell.

    Objects: NAME_clock, NAME_seen_w, NAME_seen_v (clocks of the monitors); NAME_inputs_k, NAME_cells_k, NAME_k (synapses of block k, cell by
    cell), NAME_w_k (monitor of the states), NAME_v_k (of the cells' potential).
    The ramp of a cell is the sum of (gain w - silent) times the mean rate of the input; gain and silent are arrays.
    """
    from brian2 import Clock, Network, StateMonitor, ms

    network, clock = Network(), Clock(dt=10 * ms, name=f"{name}_clock")
    seen = {variable: Clock(dt=500 * ms, name=f"{name}_seen_{variable}") for variable in "wv"}
    for k, (rule, n) in enumerate(blocks):
        axons = PlaceInputs().group(n * inputs, name=f"{name}_inputs_{k}", clock=clock)
        cells = PlateauCell().group(n, name=f"{name}_cells_{k}", clock=clock)
        synapse = np.arange(n * inputs)
        synapses = rule.connect(
            axons, cells, w=0, where={"i": synapse, "j": synapse // inputs}, vary=tuple(rule.declared()), model=RAMP,
            episode="lap_end" if rule.episode else "", clock=clock, name=f"{name}_{k}",
        )  # fmt: skip
        network.add(axons, cells, synapses)
        network.add(
            StateMonitor(synapses, rule.state, record=synapse, clock=seen["w"], when="start", name=f"{name}_w_{k}")
        )
        network.add(StateMonitor(cells, "v", record=np.arange(n), clock=seen["v"], when="end", name=f"{name}_v_{k}"))
    return network


def reads(name, blocks):
    """Names of the arrays that `states` and `potentials` need."""
    found = [f"{name}_w_0.t", f"{name}_v_0.t"]
    for k, (rule, _) in enumerate(blocks):
        found += [f"{name}_w_{k}.{rule.state}", f"{name}_v_{k}.v"]
    return tuple(found)


def values(name, blocks, place, cell, *, inputs, dt, seen_w, seen_v):
    """Arrays of a run. `blocks`: per block (number of cells, conditions); a condition is a dict with

    rule, velocity (m/s), active, spiking, fires (0 or 1), first_a, count_a, first_b, count_b (s, numbers), w_0, gain, silent (V s)
    `place` and `cell` are the PlaceInputs and the PlateauCell of the run; cells without a condition have no plateau.
    dt, seen_w, seen_v: the time step and the times between two looks at the states and at the potentials, s
    """
    found = {f"{name}_clock.dt": dt, f"{name}_seen_w.dt": seen_w, f"{name}_seen_v.dt": seen_v}
    for k, (n, conditions) in enumerate(blocks):
        axons, synapses = f"{name}_inputs_{k}", f"{name}_{k}"
        padded = [*conditions, *[conditions[0] | {"count_a": 0, "count_b": 0}] * (n - len(conditions))]
        each = {key: np.array([float(c[key]) for c in padded]) for key in padded[0] if key in PER_CELL}
        found |= place.values(axons) | {f"{axons}.centre": np.tile(place.centres(inputs), n)}
        found |= {f"{axons}.{key}": np.repeat(each[key], inputs) for key in ("velocity", "active", "spiking")}
        series = {key: each[key] for key in ("fires", "first_a", "count_a", "first_b", "count_b")}
        found |= cell.values(f"{name}_cells_{k}", n, lap=place.track / each["velocity"], **series)
        for parameter in padded[0]["rule"].declared():
            found[f"{synapses}.{parameter}"] = np.repeat([getattr(c["rule"], parameter) for c in padded], inputs)
        for key, variable in (("w_0", padded[0]["rule"].state), ("gain", "gain"), ("silent", "silent")):
            found[f"{synapses}.{variable}"] = np.repeat(each[key], inputs)
    return found


def states(name, k, state, data, *, inputs):
    """The states of block k: an array (cell, input, sample), and the times of the samples."""
    found = data[f"{name}_w_{k}.{state}"]
    return found.T.reshape(-1, inputs, found.shape[0]), data[f"{name}_w_0.t"]
