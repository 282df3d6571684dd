"""Sliding threshold of the triplet rule: the postsynaptic rate at which depression becomes potentiation follows the mean rate."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.triplet_drift import drift, fitted_threshold, threshold
from snnplastic.neurons.poisson_intervals import PoissonIntervals
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, rule_from, rule_spec
from snnplastic.rules.triplet_stdp import TripletSTDP

WIDE = 1e6  # bounds that no weight reaches: the drift is that of the rule without them


@dataclass(frozen=True, kw_only=True)
class BCMThreshold(Protocol):
    r"""Mean weight change of the triplet rule between independent Poisson trains, against the postsynaptic rate y.

    d<w>/dt = A2+ t+ x y - A2- t- x y + A3+ t+ ty x y^2 - A3- t- tx x^2 y is a BCM rule, x y (y - theta) for the minimal
    sets, with theta = (A2- t- - A2+ t+)/(A3+ t+ ty). It slides if A2- is multiplied by <rho>^p/rho_0^p, <rho> the mean
    postsynaptic rate of the recent past (Pfister & Gerstner 2006; p = 2 here). The average over the past is given, not
    simulated: each of `history` is one value of <rho>. theta is the root of a parabola through 0 fitted to the drifts.
    Every replica is a synapse of one network.
    """

    title = "sliding threshold: drift of the triplet rule between Poisson trains against postsynaptic rate"
    source = Source("Pfister & Gerstner", 2006, "J. Neurosci. 26:9673", doi="10.1523/JNEUROSCI.1425-06.2006")
    targets = ("bcm_threshold",)

    history: tuple = param([7, 10, 12], "Hz", "mean postsynaptic rate <rho> of the recent past", "free", low=0.1)
    rho_0: float = param(10, "Hz", "rate at which A2- has its published value", "free", low=0.1)
    x: float = param(40, "Hz", "presynaptic rate", "free", low=0.1)
    rates: tuple = param(
        [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8], "1",
        "postsynaptic rates, in multiples of each condition's own threshold", "free", low=0.01, high=20,
    )  # fmt: skip
    replicas: int = param(200, "1", "synapses at each rate", "free", low=2)
    more: int = param(
        5, "1", "times as many for the hippocampal set, whose drift is small beside its scatter", "free", low=1
    )
    length: float = param(10, "s", "length of the trains", "free", low=1)
    step: float = param(
        0.05, "ms", "time step; at 0.1 ms it lowers the smaller threshold by 2 %", "free", low=0.01, high=1
    )

    def _sets(self):
        """[(name, <rho>, rule)]"""
        wide = {"w_min": -WIDE, "w_max": WIDE}
        cortex = TripletSTDP.visual_cortex_all_to_all_minimal().replace(**wide)
        slid = [
            ("visual cortex", h, cortex.replace(A2_minus=cortex.A2_minus * (h / self.rho_0) ** 2)) for h in self.history
        ]
        return [*slid, ("hippocampus", self.rho_0, TripletSTDP.hippocampus_all_to_all_minimal().replace(**wide))]

    def _rates(self):
        """Postsynaptic rates (Hz), one row per condition."""
        return np.array([[r * threshold(rule, self.x) for r in self.rates] for _, _, rule in self._sets()])

    def _counts(self):
        """Synapses at each rate of each condition."""
        many = [self.replicas * (self.more if name == "hippocampus" else 1) for name, *_ in self._sets()]
        return np.repeat(many, len(self.rates)).tolist()

    def structure(self):
        return {"rule": rule_spec(TripletSTDP()), "n": sum(self._counts())}

    @staticmethod
    def build(structure):
        from brian2 import Network

        rule, n = rule_from(structure["rule"]), structure["n"]
        axons, cells = (PoissonIntervals().group(n, name=f"bcm_{side}") for side in ("axons", "cells"))
        synapses = rule.connect(axons, cells, w=0, where={"j": "i"}, vary=tuple(rule.declared()), name="bcm")
        return Network(axons, cells, synapses)

    def time_step(self):
        return self.step

    def duration(self):
        return self.length

    def values(self):
        sets, counts = self._sets(), self._counts()
        rules = [rule for *_, rule in sets for _ in self.rates]
        found = {f"bcm.{p}": np.repeat([getattr(rule, p) for rule in rules], counts) for p in TripletSTDP().declared()}
        n = sum(counts)
        return found | {
            "bcm.w": np.zeros(n),
            "bcm_axons.rate": np.full(n, self.x),
            "bcm_cells.rate": np.repeat(self._rates().ravel(), counts),
        }

    read = ("bcm.w",)

    def measure(self, data):
        import xarray as xr

        sets, y = self._sets(), self._rates()
        slopes = np.split(np.asarray(data["bcm.w"]) / self.length, np.cumsum(self._counts())[:-1])
        mean = np.reshape([part.mean() for part in slopes], y.shape)
        sem = np.reshape([part.std(ddof=1) / np.sqrt(part.size) for part in slopes], y.shape)
        exact = np.stack(
            [
                drift(rule, self.x, at, duration=self.length, step=self.step)
                for (*_, rule), at in zip(sets, y, strict=True)
            ]
        )
        fits = [fitted_threshold(*row) for row in zip(y, mean, sem, strict=True)]
        # of trains that begin with empty traces, on a grid
        expected = [fitted_threshold(*row)[0] for row in zip(y, exact, sem, strict=True)]
        theory = np.array([threshold(rule, self.x) for _, _, rule in sets])
        dims, found = ("condition", "rate"), np.array([root for root, _ in fits])
        return xr.Dataset(
            {
                "y": (dims, y, {"units": "Hz"}), "drift": (dims, mean, {"units": "1/s"}), "sem": (dims, sem, {"units": "1/s"}),
                "closed_form": (dims, exact, {"units": "1/s"}),
                "off": ("condition", np.abs((mean - exact) / sem).max(1), {"long_name": "largest distance from the closed form, in sem"}),
                "chi2": ("condition", (((mean - exact) / sem) ** 2).mean(1), {"long_name": "mean square of that distance"}),
                "theta": ("condition", found, {"units": "Hz"}), "theta_sem": ("condition", [s for _, s in fits], {"units": "Hz"}),
                "theta_expected": ("condition", expected, {"units": "Hz"}),
                "theta_theory": ("condition", theory, {"units": "Hz"}), "theta_ratio": ("condition", found / theory),
                "replicas": ("condition", self._counts()[:: len(self.rates)]),
            },
            coords={
                "condition": [f"{name}, past rate {h:g} Hz" for name, h, _ in sets], "set": ("condition", [name for name, *_ in sets]),
                "history": ("condition", [h for _, h, _ in sets], {"units": "Hz"}),
                "rate": ("rate", list(self.rates), {"long_name": "postsynaptic rate / threshold"}),
            },
        )  # fmt: skip

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 3.8), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.6, 1))
        for k, name in enumerate(data.condition.values):
            one = data.sel(condition=name)
            left.errorbar(one.y, one.drift, yerr=one.sem, fmt="o", color=f"C{k}", ms=3.5, capsize=2, label=name)
            left.plot(one.y, one.closed_form, color=f"C{k}", lw=1)
            left.plot(one.theta, 0, "|", color=f"C{k}", ms=14, mew=2)
        left.axhline(0, color="0.8", lw=0.8, zorder=0)
        low, high = int(data.replicas.min()), int(data.replicas.max())
        title = f"Depression, then potentiation\n(mean ± sem of {low} or {high} synapses; lines: closed form)"
        left.set(xlabel="postsynaptic rate (Hz)", ylabel="d<w>/dt (1/s)", title=title)
        left.legend(loc="upper left")
        cortex = data.isel(condition=np.flatnonzero(data["set"] == "visual cortex"))
        past = np.linspace(0, float(cortex.history.max()) * 1.1, 100)
        scale = float((cortex.theta_theory / cortex.history**2)[0])
        right.plot(past, scale * past**2, color="0.4", lw=1, label="theory, <rho>$^2$")
        right.errorbar(
            cortex.history, cortex.theta, yerr=cortex.theta_sem, fmt="o", color="C0", ms=4, label="simulated, ± sem"
        )
        right.set(xlabel="mean rate of the past <rho> (Hz)", ylabel="threshold (Hz)", title="The threshold slides")
        right.legend()
        return figure


PROTOCOL = BCMThreshold
