"""Cells with random spike trains under the voltage rule: every parameter that a run may change, and both placements of its filters."""

from dataclasses import dataclass

import numpy as np

from ..networks import stimulated_cells
from ..neurons.adaptive_threshold_adex import AdaptiveThresholdAdEx
from ..neurons.regular_spikes import RegularSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.voltage_stdp import VoltageSTDP

# (changes of the cell, of the rule) of each condition; delays from none to the longest
CONDITIONS = (
    ({}, {}), ({}, {"delay_u": 0}), ({}, {"delay_u": 3}), ({}, {"delay_u": 7.3}), ({}, {"delay_u": 20}),
    ({}, {"homeostatic": 1, "tau_bar": 100}), ({"t_spike": 1.2, "b": 80.5}, {"tau_plus": 20, "tau_x": 5}),
    ({"V_T_max": 30.4, "v_peak": 33, "v_spike": 33, "v_reset": -49.6}, {"A_LTD": 4e-3, "A_LTP": 1e-3, "w_max": 0.6}),
)  # fmt: skip
PARTS = ((2, 6), (1, 4))  # axons and cells of the larger projection: parts of the groups
AXONS, FIRST, PERIOD = (
    7,
    0.0131,
    0.0237,
)  # regular trains of the larger projection: number, first spike and its shift, period (s)
PLACES = ("synapse", "neurons", "auto")
RATES = (30.0, 25.0)


@dataclass(frozen=True, kw_only=True)
class VoltageCells(Protocol):
    """One synapse on each cell, its filters its own; beside it all-to-all synapses between parts of the same groups, placed in each way."""

    length: float = param(1, "s", "simulated time", "", low=0.1)
    trains_seed: int = param(3, "1", "seed of the trains", "")

    def neurons(self):
        return [AdaptiveThresholdAdEx().replace(**cell) for cell, _ in CONDITIONS]

    def rules(self):
        return [VoltageSTDP().replace(**rule) for _, rule in CONDITIONS]

    def trains(self):
        """Presynaptic spikes, and current pulses at least 4 ms apart."""
        draw, steps = np.random.default_rng(self.trains_seed), round(self.length / 1e-4)
        pre = [np.flatnonzero(draw.random(steps) < RATES[0] * 1e-4) * 1e-4 for _ in CONDITIONS]
        post = []
        for _ in CONDITIONS:
            gaps = 4e-3 + draw.exponential(1 / RATES[1] - 4e-3, round(2 * RATES[1] * self.length))
            times = np.rint(np.cumsum(gaps) / 1e-4) * 1e-4
            post.append(times[times < self.length - 2e-3])
        return pre, post

    def regular_trains(self):
        """Spike times of the axons of the larger projection."""
        return [
            FIRST * (k + 1) + np.arange(int((self.length - FIRST * (k + 1)) / PERIOD)) * PERIOD for k in range(AXONS)
        ]

    def duration(self):
        return self.length

    def structure(self):
        return {"n": len(CONDITIONS)}

    @staticmethod
    def build(structure):
        from brian2 import Network

        rule = VoltageSTDP()
        single = stimulated_cells.build("single", rule, structure["n"], capacity=1024)
        axons, cells = RegularSpikes().group(AXONS, name="axons"), single[2]
        network = Network(single, axons)
        for place in PLACES:
            network.add(
                rule.connect(
                    axons[slice(*PARTS[0])],
                    cells[slice(*PARTS[1])],
                    w="0.3 + 0.1*i",
                    traces=place,
                    name=f"many_{place}",
                )
            )
        return network

    def values(self):
        pre, post = self.trains()
        first, count = FIRST * (np.arange(AXONS) + 1), [train.size for train in self.regular_trains()]
        return RegularSpikes.values("axons", AXONS, first=first, period=PERIOD, count=count) | stimulated_cells.values(
            "single", len(CONDITIONS), neurons=self.neurons(), rules=self.rules(), pre=pre, post=post, w_0=np.full(len(CONDITIONS), 0.5), I_pulses=1e-7
        )  # fmt: skip

    read = (
        *(f"single.{name}" for name in ("w", "u_minus", "u_plus", "m")),
        "single_spikes.count",
        *(f"many_{place}.w" for place in PLACES),
    )

    def measure(self, data):
        """The arrays as they are: the comparison is made where they are read."""
        import xarray as xr

        return xr.Dataset(
            {name.replace(".", "_"): (name.replace(".", "_") + "_i", values) for name, values in data.items()}
        )


PROTOCOL = VoltageCells
