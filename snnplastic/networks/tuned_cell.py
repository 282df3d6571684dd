"""Cells whose excitatory and inhibitory inputs come in channels: all inputs of a channel follow one slow random signal.

A cell is a condition (its excitatory weight per channel, and the rule of its inhibitory synapses); all cells see the same spikes.
"""

import numpy as np

from ..neurons.lif import LIF
from ..receptors.ampa import AMPA
from ..receptors.gaba_a import GABA_A
from .balanced import NEURON, VARIED

TAU_SIGNAL, MEAN_RATE = 0.05, 5.0  # s, Hz; the rates of a channel are an Ornstein-Uhlenbeck process, cut at 0
INPUTS = {"E": 100, "I": 25}  # of each channel


def build(name, rule, *, cells, channels, recorded=False):
    """Objects NAME_cells, NAME (plastic inhibitory synapses), NAME_excitation, NAME_spikes; synapses are in the order of the inputs.

    recorded   adds NAME_inhibition, the spikes of the inhibitory inputs
    """
    from brian2 import Network, NeuronGroup, SpikeMonitor, Synapses, linked_var, ms

    signals = NeuronGroup(
        channels, f"ds/dt = -s/({TAU_SIGNAL!r}*second) + sqrt(2/({TAU_SIGNAL!r}*second))*xi : 1\nrate = {MEAN_RATE!r}*Hz*clip(1 + s, 0, inf) : Hz",
        method="euler", namespace={}, name=f"{name}_signals",
    )  # fmt: skip
    signals.s = "randn()"
    made = LIF(**NEURON).group(cells, receptors=(AMPA(tau_decay=5), GABA_A(E=-80, tau_decay=10)), name=f"{name}_cells")
    network, inputs = Network(signals, made, SpikeMonitor(made, name=f"{name}_spikes")), {}
    for kind, each in INPUTS.items():
        inputs[kind] = NeuronGroup(
            channels * each,
            "rate : Hz (linked)",
            threshold="rand() < rate*dt",
            namespace={},
            name=f"{name}_inputs_{kind}",
        )
        inputs[kind].rate = linked_var(signals, "rate", index=np.repeat(np.arange(channels), each))
        network.add(inputs[kind])
    excitation = Synapses(
        inputs["E"],
        made,
        "g : siemens (constant)",
        on_pre="g_ampa_post += g",
        delay=0 * ms,
        namespace={},
        name=f"{name}_excitation",
    )
    excitation.connect()
    plastic = rule.connect(
        inputs["I"], made, w=0, effect="g_gaba_a_post += w*nS", vary=VARIED, traces="neurons", delay=0 * ms, name=name
    )
    network.add(excitation, plastic)
    if recorded:
        network.add(SpikeMonitor(inputs["I"], name=f"{name}_inhibition"))
    return network


def values(name, rules, weights, w_0):
    """Values of a network: per cell its rule and its excitatory weight of each channel (S)."""
    each = np.repeat(np.asarray(weights, float).T, INPUTS["E"], axis=0)  # input by cell
    count = INPUTS["I"] * np.shape(weights)[1]
    found = {f"{name}_excitation.g": each.ravel(), f"{name}.w": np.full(count * len(rules), float(w_0))}
    return found | {f"{name}.{v}": np.tile([getattr(rule, v) for rule in rules], count) for v in VARIED}
