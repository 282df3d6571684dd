"""Cells that an electrode makes spike at listed times, one plastic synapse on each: a condition is an index.

Each cell has an axon (a list of presynaptic spikes), a list of short current pulses, and an electrode that can clamp it.
Parameters of neuron and rule are arrays, one value per condition.
"""

import numpy as np

from ..neurons.adaptive_threshold_adex import AdaptiveThresholdAdEx
from ..neurons.electrode import Electrode
from ..neurons.listed_spikes import ListedSpikes

PULSE = 1e-3  # s; shorter than a spike, so that one pulse makes one spike


def build(name, rule, n, *, capacity, neuron=None):
    """Objects NAME_axons, NAME_pulses, NAME_cells, NAME (synapses) and NAME_spikes (how often each cell spiked)."""
    from brian2 import SpikeMonitor, Synapses, amp, second

    neuron = neuron or AdaptiveThresholdAdEx()
    axons, pulses = (ListedSpikes(capacity=capacity).group(n, name=f"{name}_{kind}") for kind in ("axons", "pulses"))
    cells = neuron.group(
        n, electrode=Electrode(), vary=tuple(neuron.declared()), extra="I_pulses : amp (constant)", name=f"{name}_cells"
    )
    current = Synapses(
        pulses, cells, on_pre={"rises": "I_ext_post += I_pulses_post", "falls": "I_ext_post -= I_pulses_post"},
        delay={"rises": 0 * second, "falls": PULSE * second}, namespace={}, name=f"{name}_current",
    )  # fmt: skip
    current.connect(j="i")
    cells.I_pulses = 0 * amp
    synapses = rule.connect(axons, cells, w=0, where={"j": "i"}, vary=tuple(rule.declared()), name=name)
    return [axons, pulses, cells, current, synapses, SpikeMonitor(cells, record=False, name=f"{name}_spikes")]


def values(name, n, *, neurons, rules, pre, post, w_0, I_pulses, V_cmd=(), duration=1.0):
    """Values of a run, one entry per condition in each argument; padded to n with silent cells.

    neurons, rules   objects with the parameters of each condition
    pre, post        lists of times (s) of presynaptic spikes and of current pulses
    V_cmd            holding potential (V) for the whole run of `duration` (s), not a number where the cell is not clamped
    """
    padding = n - len(rules)
    found = {}
    for group, things in ((f"{name}_cells", neurons), (name, rules)):
        for parameter in things[0].declared():
            found[f"{group}.{parameter}"] = np.array([getattr(t, parameter) for t in [*things, *things[:1] * padding]])
    found |= ListedSpikes.values(f"{name}_axons", [*pre, *[()] * padding])
    found |= ListedSpikes.values(f"{name}_pulses", [*post, *[()] * padding])
    held = np.r_[np.asarray(V_cmd, float) if len(V_cmd) else np.full(len(rules), np.nan), np.full(padding, np.nan)]
    clamped = np.isfinite(held)
    found |= Electrode.values(
        f"{name}_cells",
        n,
        length=2 * duration,
        period=4 * duration,
        count=clamped,
        clamping=clamped,
        V_cmd=np.nan_to_num(held),
    )
    rest = found[f"{name}_cells.E_leak"]
    start = {"v_m": rest, "V_T": found[f"{name}_cells.V_T_rest"], "sodium": (~clamped).astype(float)}
    found |= {f"{name}_cells.{variable}": value for variable, value in start.items()}
    return found | {f"{name}.w": np.r_[w_0, np.zeros(padding)], f"{name}_cells.I_pulses": float(I_pulses)}


def reads(name):
    """Names of the arrays that a protocol reads."""
    return (f"{name}.w", f"{name}_spikes.count", f"{name}_cells.v_m")
