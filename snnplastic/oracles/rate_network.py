"""Rate rules onto linear neurons, driven by patterns that follow one another; a neuron is a condition (its weights at the start)."""

from dataclasses import dataclass

import numpy as np

from ..neurons.linear_rate import LinearRate
from ..neurons.pattern_rates import PatternRates
from ..parameter import param
from ..protocol import Protocol
from ..rules.bcm import BCM
from ..rules.hebb import Hebb
from ..rules.oja import Oja

# One row per pattern. Two orthonormal ones for BCM, four correlated ones with a gap between the first two eigenvalues for the others.
CORRELATED = np.array([[2.0, 1.0, 0.0], [0.4, 2.0, -0.8], [-1.2, 0.6, 0.6], [1.8, -0.4, 0.2]])
ORTHONORMAL = np.array([[0.6, 0.8], [0.8, -0.6]])
RULES = {"hebb": (Hebb(eta=0.5), CORRELATED), "oja": (Oja(eta=0.5), CORRELATED), "bcm": (BCM(eta=0.2), ORTHONORMAL)}
STARTS = {
    "hebb": np.array([[0.1, 0.0, 0.0], [0.0, 0.1, 0.1], [-0.1, 0.05, 0.0]]),
    "oja": np.array([[0.1, 0.0, 0.0], [0.0, 1.0, -2.0], [-0.3, 0.05, 0.0]]),
    "bcm": np.array([[0.5, 0.2], [0.7, -0.3], [0.6, 0.1]]),
}
STATIC = np.array(
    [[1.0, -2.0, 0.5], [-0.3, 0.2, 1.0]]
)  # weights that show the two kinds of neuron, linear and rectified


@dataclass(frozen=True, kw_only=True)
class RateNetwork(Protocol):
    """For each rule: neurons with different weights at the start, and one whose inputs are all silent."""

    length: float = param(100, "s", "simulated time", "", low=1)
    dt: float = param(1, "ms", "time step, in which one pattern is shown", "", low=0.01)
    every: float = param(100, "ms", "interval between records", "", low=1)

    def time_step(self):
        return self.dt

    def duration(self):
        return self.length

    def structure(self):
        return {"every": self.every}

    @staticmethod
    def build(structure):
        from brian2 import Network, StateMonitor, second

        network, every = Network(), structure["every"] * second
        for name, (rule, patterns) in RULES.items():
            (k, n), cells = patterns.shape, len(STARTS[name]) + 1
            inputs = PatternRates(n_patterns=k).group(2 * n, name=f"{name}_inputs")  # the second half stays silent
            neurons = LinearRate().group(cells, name=f"{name}_cells")
            i, j = np.tile(np.arange(n), cells), np.repeat(np.arange(cells), n)
            where = {"i": i + n * (j == cells - 1), "j": j}
            made = rule.connect(inputs, neurons, w=0, where=where, model=LinearRate.input, name=name)
            network.add(
                inputs, neurons, made, StateMonitor(made, "w", record=np.arange(i.size), dt=every, name=f"{name}_w")
            )
        inputs = PatternRates().group(CORRELATED.shape[1], name="static_inputs")
        neurons = LinearRate().group(len(STATIC) * 2, vary=("rectified",), name="static_cells")
        static = Hebb(eta=0).connect(inputs, neurons, w=0, model=LinearRate.input, name="static")
        seen = [StateMonitor(g, "r", record=True, name=f"{g.name}_r", when="end") for g in (inputs, neurons)]
        network.add(inputs, neurons, static, *seen)
        return network

    def values(self):
        found = PatternRates.values("static_inputs", CORRELATED)
        found["static_cells.rectified"] = np.repeat([0.0, 1.0], len(STATIC))
        found["static.w"] = np.tile(STATIC, (2, 1)).T.ravel()  # all to all: in the order of the inputs
        for name, (rule, patterns) in RULES.items():
            found |= PatternRates.values(
                f"{name}_inputs", np.hstack([patterns, np.zeros_like(patterns)])
            ) | rule.values(name)
            found[f"{name}_inputs.period"] = self.dt
            found[f"{name}.w"] = np.r_[STARTS[name].ravel(), np.full(patterns.shape[1], 0.3)]
        return found | {"static_inputs.period": self.dt}

    read = (
        *(f"{name}_w.{variable}" for name in RULES for variable in ("w", "t")),
        "static_inputs_r.r",
        "static_cells_r.r",
    )

    def measure(self, data):
        import xarray as xr

        found = {}
        for name, (_, patterns) in RULES.items():
            n = patterns.shape[1]
            w = np.array(data[f"{name}_w.w"]).reshape(-1, len(STARTS[name]) + 1, n)
            found[f"{name}_w"] = ((f"{name}_time", f"{name}_cell", f"{name}_input"), w)
            found[f"{name}_t"] = (f"{name}_time", np.array(data[f"{name}_w.t"]))
        for name, width in (("inputs", CORRELATED.shape[1]), ("cells", 2 * len(STATIC))):
            rates = np.array(data[f"static_{name}_r.r"]).reshape(-1, width)[:1000]
            found[f"static_{name}"] = (("step", f"static_{name}_n"), rates)
        return xr.Dataset(found)


PROTOCOL = RateNetwork
