"""The protocol of the tests: a few cells, lists of spikes, regular spikes and one rule, so that a build takes seconds.

Tests copy it into a folder of their own, beside `tiny_extra.py`, which it imports.
"""

import json
from dataclasses import dataclass

import numpy as np
from tiny_extra import SCALE

from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.neurons.regular_spikes import RegularSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, compare
from snnplastic.rules.pair_stdp import PairSTDP

GOALS = {"ok": (0.1, 1, ""), "missed": (5, 6, ""), "expected miss": (5, 6, "miss"), "unexpected hit": (0.1, 1, "miss")}
TRAINS = [[0.002, 0.0151], [0.0045], [0.010, 0.0102, 0.03]]
# What a mistaken protocol would add to its values.
MISTAKES = {
    "size": {"cells.drive": np.ones(3)},
    "owner": {"nobody.drive": 1.0},
    "variable": {"cells.nothing": 1.0},
    "read only": {"cells.N": 3},
    "clock": {"nobody_clock.dt": 1e-3},
    "no whole number": {"spikes.n_left": np.array([1.0, 2.5, 3.0])},
    "too many spikes": {"axons.spikes": (np.zeros(17, int), np.arange(17) * 1e-3)},
    "no such train": {"axons.spikes": (np.array([9]), np.array([0.001]))},
    "twice": {"axons.spikes": (np.array([1, 0, 1]), np.array([0.001, 0.001, 0.00105]))},
    "too late": {"axons.spikes": (np.array([1]), np.array([1e6]))},
}


@dataclass(frozen=True, kw_only=True)
class Tiny(Protocol):
    """Cells that relax, one number that may explode, random numbers, three plastic synapses."""

    title = "a tiny network for tests"
    source = Source("Nobody", 2000, "Nowhere 1:1")

    n: int = param(6, "1", "cells", "test", low=3, high=100)
    tau: float = param(10, "ms", "time constant of the cells", "test", low=0.1)
    growth: float = param(0, "Hz", "rate at which z grows", "test")
    seconds: float = param(0.04, "s", "simulated time", "test", low=0)
    goal: str = param("ok", None, "what check expects", "test", legal=tuple(GOALS))
    mistake: str = param("", None, "what is wrong with the values", "test", legal=("", "duration", "read", *MISTAKES))

    def structure(self):
        return {"n": self.n}

    @staticmethod
    def build(structure):
        from brian2 import Network, NeuronGroup, StateMonitor

        equations = f"""
        dv/dt = ({SCALE}*drive - v)/tau : 1
        dz/dt = growth*z : 1
        x : 1
        drive : 1 (constant)
        tau : second (shared, constant)
        growth : Hz (shared, constant)
        """
        cells = NeuronGroup(structure["n"], equations, method="exponential_euler", namespace={}, name="cells")
        cells.run_regularly("x += rand()")
        axons, spikes = ListedSpikes(capacity=16).group(3, name="axons"), RegularSpikes().group(3, name="spikes")
        synapses = PairSTDP().connect(axons, spikes, w=0.5, where={"j": "i"}, name="synapses")
        return Network(cells, axons, spikes, synapses, StateMonitor(cells, "v", record=[0, 2], name="trace"))

    def values(self):
        drive = np.linspace(0.5, 1, self.n)
        found = {
            "cells.drive": drive,
            "cells.tau": self.tau,
            "cells.growth": self.growth,
            "cells.z": np.where(drive > 0.7, 1.0, 0.0),
        }
        found |= RegularSpikes.values(
            "spikes", 3, first=[0.001, 0.0045, 0.01], period=0.0101, count=3
        ) | ListedSpikes.values("axons", TRAINS)
        return found | MISTAKES.get(self.mistake, {})

    def duration(self):
        return (self.seconds, self.seconds) if self.mistake == "duration" else self.seconds

    @property
    def read(self):
        return ("cells.v", "cells.x", "synapses.w", "trace.v", *(["cells.nothing"] if self.mistake == "read" else []))

    def measure(self, data):
        import xarray as xr

        return xr.Dataset(
            {
                "v": ("neuron", data["cells.v"]),
                "x": ("neuron", data["cells.x"]),
                "w": ("synapse", data["synapses.w"]),
                "trace": (("time", "recorded"), data["trace.v"]),
            }
        )

    @classmethod
    def check(cls, data):
        low, high, expected = GOALS[json.loads(data.attrs["parameters"])["goal"]]
        row = {"value": "", "sem": "", "low": low, "high": high, "kind": "design", "expected": expected}
        return [compare("v of the first cell", float(data.v[0]), row)]

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(3, 2))
        figure.subplots().plot(data.trace.values)
        return figure


PROTOCOL = Tiny
