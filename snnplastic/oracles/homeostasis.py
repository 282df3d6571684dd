"""Normalisation and scaling on synapses of other rules, next to the same synapses without them."""

from dataclasses import dataclass

import numpy as np

from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.poisson_spikes import PoissonSpikes
from ..parameter import param
from ..protocol import Protocol
from ..receptors.ampa import AMPA
from ..rules.pair_stdp import PairSTDP
from ..rules.subtractive_normalisation import SubtractiveNormalisation
from ..rules.synaptic_scaling import SynapticScaling
from ..rules.weight_normalisation import WeightNormalisation
from .rule_trains import random_trains

N_PRE, N_POST = 20, 12
PAIRS = {  # (presynaptic, postsynaptic) neuron of every synapse, in order
    "sparse": np.array(
        [(i, j) for i in range(N_PRE) for j in range(N_POST) if (7 * i + 3 * j) % 5 < 2 and j != 4]
    ),  # none onto 4
    "all": np.array([(i, j) for i in range(N_PRE) for j in range(N_POST)]),
    "part": np.array([(i, j) for i in range(N_PRE) for j in range(3, 9)]),
    "part_2": np.array([(i, j) for i in range(4, 11) for j in range(3, 9)]),
}
# name: rule, connections. `part` has a second pathway onto the same neurons, and the rule sees both together.
ATTACHED = {
    "multiplicative": (WeightNormalisation(total=4), "sparse"),
    "part": (WeightNormalisation(total=6), "part"),
    "subtractive": (SubtractiveNormalisation(total=11), "all"),
    "scaling": (SynapticScaling(a_goal=10, tau=2, beta=1e-2, gamma=1e-3), "sparse"),
    "idle": (SynapticScaling(a_goal=10, tau=2, beta=0, gamma=0), "sparse"),
    "none": (None, "sparse"),
}
GOALS = (5.0, 10.0, 20.0)  # Hz, of the cells that scale
BEFORE, CELLS = 5, 40  # cells without inputs in front of the others, which are a subgroup; cells per goal
INPUTS = (300, 100, 20.0)  # Poisson inputs, how many of them each cell has, Hz


def chosen():
    """The inputs of every cell that scales."""
    draw, cells = np.random.default_rng(3), len(GOALS) * CELLS
    i = np.concatenate([draw.choice(INPUTS[0], INPUTS[1], replace=False) for _ in range(cells)])
    return {"i": i, "j": np.repeat(np.arange(cells), INPUTS[1])}


@dataclass(frozen=True, kw_only=True)
class HomeostasisNetwork(Protocol):
    """Pair STDP between listed trains with each rule attached, and Poisson-driven cells whose inputs scale."""

    length: float = param(20, "s", "simulated time", "", low=1)
    every: float = param(50, "ms", "interval between ticks of the listed part", "", low=1)

    def time_step(self):
        return 5e-4

    def duration(self):
        return self.length + self.time_step()  # the last step is a tick

    def spikes(self):
        """Presynaptic and postsynaptic trains, one list of times per neuron."""
        draw = [random_trains((6, 8), self.length, self.time_step(), seed) for seed in range(max(N_PRE, N_POST))]
        return [draw[i][0] for i in range(N_PRE)], [draw[j][1] for j in range(N_POST)]

    def structure(self):
        return {"capacity": ListedSpikes.capacity_for(max(sum(map(len, side)) for side in self.spikes()))}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, ms

        listed = ListedSpikes(capacity=structure["capacity"])
        pre, post = listed.group(N_PRE, name="axons"), listed.group(N_POST, name="neurons")
        network = Network(pre, post)
        where = {how: {"i": pairs[:, 0], "j": pairs[:, 1]} for how, pairs in PAIRS.items()}
        where["all"] = None
        for name, (rule, how) in ATTACHED.items():
            made = [PairSTDP().connect(pre, post, w=0, where=where[how], name=name)]
            if how == "part":
                made.append(PairSTDP().connect(pre, post, w=0, where=where["part_2"], name="part_2"))
            if rule:
                rule.attach(*made, every=1, name=f"{name}_rule")
            network.add(*made)
        cells = LIF().group(BEFORE + len(GOALS) * CELLS, receptors=(AMPA(),), name="cells")
        inputs = PoissonSpikes(rate=INPUTS[2]).group(INPUTS[0], name="inputs")
        scaled = SynapticScaling(tau=0.5, beta=0.02, gamma=5e-3).connect(
            inputs,
            cells[BEFORE:],
            w=0,
            every=100 * ms,
            where=chosen(),
            effect="g_ampa_post += w*nS",
            vary=("a_goal",),
            name="scaled",
        )
        network.add(inputs, cells, scaled, SpikeMonitor(cells, name="fired"))
        return network

    def starts(self):
        """Weights at the start, by attachment; the cells' too."""
        draw = np.random.default_rng(5)
        changing = {name: how for name, (_, how) in ATTACHED.items() if name not in ("idle", "none")} | {
            "part_2": "part_2"
        }
        found = {name: draw.uniform(0.3, 0.9, len(PAIRS[how])) for name, how in changing.items()}
        found |= {"idle": found["scaling"], "none": found["scaling"]}
        return found | {"scaled": draw.uniform(0.2, 0.6, INPUTS[1] * CELLS * len(GOALS))}

    def values(self):
        pre, post = self.spikes()
        found = ListedSpikes.values("axons", pre) | ListedSpikes.values("neurons", post)
        found |= {f"{name}.w": w for name, w in self.starts().items()}
        for name, (rule, _) in ATTACHED.items():
            if rule:
                found |= {**rule.values(f"{name}_rule"), f"{name}_rule_clock.dt": self.every}
        return found | {"scaled_synaptic_scaling.a_goal": np.r_[np.ones(BEFORE), np.repeat(GOALS, CELLS)]}

    @property
    def read(self):
        states = [f"{name}.w" for name in (*ATTACHED, "part_2")]
        traces = [
            f"{name}_{side}_traces.{x}"
            for name in ATTACHED
            if name != "part"
            for side, x in (("pre", "x"), ("post", "y"))
        ]
        return (*states, *traces, "scaled.w", "fired.i", "fired.t")

    def measure(self, data):
        import xarray as xr

        return xr.Dataset({name.replace(".", "_"): (f"d_{name}", np.array(data[name])) for name in self.read})


PROTOCOL = HomeostasisNetwork
