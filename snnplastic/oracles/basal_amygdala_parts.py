"""Parts of the basal amygdala: a small network at rest, a small one that learns, and cells that get single events of both conductances."""

from dataclasses import dataclass

import numpy as np

from ..networks import basal_amygdala as network
from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.context_gated_hebb import ContextGatedHebb

# A quarter of the published cells, with four times the connection probability: as many inputs per cell.
REST = {"n_excitatory": 850, "n_inhibitory": 150}
P = {"EE": 0.04, "EI": 0.6, "IE": 0.6, "II": 0.4}
SMALL = {"n_excitatory": 40, "n_inhibitory": 8}
GROUP = 15  # cells of A, and of B, in the small network
CUES, LENGTH = np.array([0.02, 0.15, 0.4]), 0.05  # s
SIGNALS = {"cue": [(t, t + LENGTH) for t in CUES], "A": [(0.02, 0.3)], "B": [(0.36, 0.6)]}
EVENTS = {"excitation": [0.003, 0.0032, 0.008, 0.0201], "inhibition": [0.0055, 0.012, 0.0121]}  # s, onto one cell
WEIGHTS = {"excitation": 6.0, "inhibition": 9.0}  # nS


@dataclass(frozen=True, kw_only=True)
class BasalAmygdalaParts(Protocol):
    """Three networks, in this order: conductances, at rest, learning."""

    length: float = param(1, "s", "time at rest after the first 0.1 s", "", low=0.1)

    def rule(self):
        """A fast rule, so that every mistake shows, whose modulator outlasts a cue."""
        return ContextGatedHebb(alpha_1=0.02, alpha_2=0.03, tau_h=17, m_tonic=0, lasting=80)

    def structure(self):
        return {"p": P}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, StateMonitor, Synapses, ms

        cell = LIF(**network.NEURON).group(1, receptors=(network.EXCITATION, network.INHIBITION), name="cell")
        one, states = Network(cell), ["v", *(f"{s}_{name}" for name in EVENTS for s in "gG")]
        for receptor in (network.EXCITATION, network.INHIBITION):
            axon = ListedSpikes(capacity=16).group(1, name=f"axon_{receptor.name}")
            synapse = Synapses(
                axon,
                cell,
                on_pre=receptor.effect(repr(WEIGHTS[receptor.name])),
                delay=0 * ms,
                namespace={},
                name=f"onto_{receptor.name}",
            )
            synapse.connect()
            one.add(axon, synapse)
        one.add(StateMonitor(cell, states, record=[0], name="seen"))
        rest = network.build("rest", ContextGatedHebb(), n_group=1, p=structure["p"], **REST)
        small = network.build("small", ContextGatedHebb.during_the_cue(), n_group=GROUP, p=structure["p"], **SMALL)
        for train in ("cue", "context"):
            small.add(SpikeMonitor(small[f"small_{train}"], name=f"small_{train}_spikes"))
        return [one, rest, small]

    def duration(self):
        return 0.04, 0.1 + self.length, 0.7

    def values(self):
        found = {}
        for receptor, times in EVENTS.items():
            found |= ListedSpikes.values(f"axon_{receptor}", [times])
        for name, sizes in (("rest", REST), ("small", SMALL)):
            found |= network.values(
                name, self.rule(), background=(5e3, 6e3), w_background=1.25e-9, w={"E": 1.25e-9, "I": 2.5e-9}, w_cue=(0.9e-9, 0.1e-9),
                w_context=(0.4e-9, 0.05e-9), rate_cue=500, rate_context=300, share=dict.fromkeys(P, 1.0), **sizes,
            )  # fmt: skip
        return found | network.switching("small", SIGNALS, CUES)

    read = (
        "seen.t", "seen.v", *(f"seen.{s}_{name}" for name in EVENTS for s in "gG"), "rest_spikes.i", "rest_spikes.t", "small_cue_w.w",
        "small_context_w.w", "small_cue_seen.w", "small_context_seen.w", "small_cue_spikes.i", "small_cue_spikes.t",
        "small_context_spikes.i", "small_context_spikes.t",
    )  # fmt: skip

    def measure(self, data):
        import xarray as xr

        flat = {name.replace(".", "_"): np.array(data[name]) for name in self.read}
        return xr.Dataset({name: ([f"{name}_{k}" for k in range(v.ndim)], v) for name, v in flat.items()})


PROTOCOL = BasalAmygdalaParts
