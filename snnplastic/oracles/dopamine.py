"""Networks of the checks of dopamine-modulated STDP and of Izhikevich's neuron, on spike trains and currents known beforehand."""

from dataclasses import dataclass

import numpy as np

from ..neurons.izhikevich import Izhikevich
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.dopamine_stdp import DopamineSTDP
from .rule_trains import random_trains

ADVANCE = 0.01  # s
MODES = {
    "events, traces on synapses": ("events", "synapse"), "events, traces on neurons": ("events", "neurons"),
    "every 10 ms, traces on synapses": (ADVANCE, "synapse"), "every 10 ms, traces on neurons": (ADVANCE, "neurons"),
}  # fmt: skip
PULSE = 4.0  # s, the only dopamine spike of the pairings
DELAYS = (-0.5, -0.1, 0.0, 0.5, 1.0, 2.0, 3.0)  # s, of dopamine after a pairing
TRAINS = 5  # random trains: pre and post, both with dopamine
CURRENTS = (0.0, 4.0, 10.0, 14.0)  # mV/ms
CELLS = {
    "": {},
    ":fast_spiking": {"a": 0.1, "d": 2.0},
    ":chattering": {"c": -50.0, "d": 2.0},
    ":intrinsically_bursting": {"c": -55.0, "d": 4.0},
}
RANDOM_GAIN = 30.0  # 1/(s umolar), at which bounds are met in some of the random trains and not in others
ROOM = 1024


@dataclass(frozen=True, kw_only=True)
class Dopamine(Protocol):
    """Per mode of the rule, synapses in three groups, each with dopamine of its own: single pairings (dopamine once), spikes without
    dopamine, and random trains with random dopamine. Beside them, cells with constant currents.
    """

    length: float = param(16, "s", "simulated", "", low=1)

    def rule(self, gain=100.0):
        return DopamineSTDP(pairing="all", d_tonic=0.003, release=0.3, gain=gain)

    def trains(self):
        """{group: [(pre times, post times)]}, in s on the ms grid."""
        pairs = [([PULSE - delay], [PULSE - delay]) for delay in DELAYS]
        alone = [([PULSE - 0.5], []), ([], [PULSE - 0.5])]
        rates = ((5, 8), (20, 12), (30, 40), (2, 60), (50, 3))
        found = [random_trains(rate, 0.9 * self.length, 1e-3, 10 + k) for k, rate in enumerate(rates)]
        return {"pairs": pairs + alone, "dry": found, "random": found}

    def releases(self):
        random = np.flatnonzero(np.random.default_rng(7).random(int(900 * self.length)) < 1e-3) * 1e-3
        return {"pairs": np.array([PULSE]), "dry": np.zeros(0), "random": random}

    def structure(self):
        return {}

    @staticmethod
    def build(structure):
        from brian2 import Clock, Network, SpikeMonitor, StateMonitor, ms

        network, read, rule = Network(), Clock(dt=1 * ms, name="reading"), DopamineSTDP(pairing="all")
        for group in ("pairs", "dry", "random"):
            axons, cells = (
                ListedSpikes(capacity=4096).group(16, name=f"{group}_{side}") for side in ("axons", "cells")
            )
            dopamine = ListedSpikes(capacity=ROOM).group(1, name=f"{group}_dopamine")
            network.add(axons, cells, dopamine)
            for k, (advance, traces) in enumerate(MODES.values()):
                synapses = rule.connect(
                    axons, cells, w=1, where={"j": "i"}, advance=advance, traces=traces, name=f"{group}_{k}"
                )
                rule.catch_up(synapses, clock=read)
                network.add(synapses, rule.modulate(dopamine, synapses))
        for k, name in enumerate(CELLS):
            neuron = getattr(Izhikevich, name[1:])() if name else Izhikevich()
            cells = neuron.group(len(CURRENTS), name=f"izhikevich_{k}")
            network.add(
                cells,
                SpikeMonitor(cells, name=f"izhikevich_{k}_spikes"),
                StateMonitor(cells, ["v", "u"], record=True, name=f"izhikevich_{k}_states"),
            )
        return network

    def time_step(self):
        return 1e-3

    def duration(self):
        return self.length + self.time_step()

    def values(self):
        found = {"reading.dt": self.length}
        for group, trains in self.trains().items():
            padding = [()] * (16 - len(trains))
            for side, name in enumerate(("axons", "cells")):
                found |= ListedSpikes.values(f"{group}_{name}", [*(train[side] for train in trains), *padding])
            found |= ListedSpikes.values(f"{group}_dopamine", [self.releases()[group]])
            rule = self.rule(RANDOM_GAIN) if group == "random" else self.rule().replace(d_tonic=0)
            for k in range(len(MODES)):
                found |= rule.values(f"{group}_{k}")
        return found | {f"izhikevich_{k}.I_ext": np.array(CURRENTS) * 1e-10 for k in range(len(CELLS))}

    @property
    def read(self):
        rules = [f"{group}_{k}.w" for group in ("pairs", "dry", "random") for k in range(len(MODES))]
        return (
            *rules,
            *(
                f"izhikevich_{k}_{name}"
                for k in range(len(CELLS))
                for name in ("spikes.i", "spikes.t", "states.v", "states.u")
            ),
        )

    def measure(self, data):
        import xarray as xr

        return xr.Dataset(
            {
                name.replace(".", "_"): (tuple(f"{name}_{k}" for k in range(np.ndim(values))), values)
                for name, values in data.items()
            }
        )


PROTOCOL = Dopamine
