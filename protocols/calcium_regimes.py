"""Calcium regimes: six plasticity curves, a frequency curve and burst curves from one calcium rule with two thresholds."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis import calcium_mean_field as theory
from snnplastic.networks import pairing
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.rules.graupner_brunel import GraupnerBrunel

CURVES = {"DP": "dp", "DPD": "dpd", "DPD'": "dpd_prime", "P": "p", "D": "d", "D'": "d_prime"}
CORTEX, SLICES = "cortical slices", "hippocampal slices"
BURST_INTERVAL = 0.0115  # s, between the two postsynaptic spikes of a burst
STEP = 1e-4
LAGS = [*range(-100, -30, 10), -30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30, *range(40, 101, 10)]


@dataclass(frozen=True)
class Point:
    """One spiking pattern under one parameter set: `spikes` repeats `count` times every `period` s."""

    experiment: str
    set: str
    rule: object
    lag: float
    rate: float
    count: int
    burst: bool = False

    def spikes(self):
        """[(time, side)] of one repetition; the lag of a burst is that of its second spike."""
        post = [self.lag - BURST_INTERVAL, self.lag] if self.burst else [self.lag]
        return [(0.0, "pre"), *((t, "post") for t in post)]

    def trains(self):
        """(pre, post) times on the grid of the time step, none negative."""
        first = -min(0.0, *(t for t, _ in self.spikes()))
        starts = first + np.arange(self.count) / self.rate
        sides = {side: [t for t, s in self.spikes() if s == side] for side in ("pre", "post")}
        return [np.sort(np.rint((starts[:, None] + sides[s]).ravel() / STEP) * STEP) for s in ("pre", "post")]


@dataclass(frozen=True, kw_only=True)
class CalciumRegimes(Protocol):
    r"""Graupner & Brunel 2012: each pattern runs with one noiseless synapse that starts at rho = 1/2 and 2 x `n_noisy` noisy ones.

    U is the share of synapses that start DOWN and end above rho = 1/2, D that of synapses that start UP and end below;
    change = mean weight after over before, for a share beta that starts DOWN. Beside them the mean-field theory (regular
    trains, no cubic term). Experiments: "curve" (60 pairs at 1 Hz against the lag, six sets), "frequency" (cortical set, 75
    pairs), "pairs" and "bursts" (hippocampal slices at 5 Hz; a burst is two postsynaptic spikes 11.5 ms apart).
    """

    title = "six plasticity curves, frequency and bursts from calcium with two thresholds; transitions under noise"
    source = Source("Graupner & Brunel", 2012, "PNAS 109:3991", doi="10.1073/pnas.1109359109")
    targets = ("calcium_regimes",)

    lags: tuple = param(LAGS, "ms", "t_post - t_pre of the curves", "Fig. 2", low=-499, high=499)
    n_pairs: int = param(60, "1", "pairs of the curves", "Fig. 2", low=1)
    rates: tuple = param(
        [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50], "Hz", "rates of the frequency curve", "Fig. 4", low=0.5, high=60
    )
    n_frequency: int = param(75, "1", "pairs of the frequency curve", "Fig. 4", low=1)
    n_noisy: int = param(
        1000, "1", "noisy synapses that start DOWN, and as many that start UP", "free", low=1, high=5000
    )

    def _points(self):
        half = np.arange(-50, 55, 10) * 1e-3
        found = [Point("curve", name, getattr(GraupnerBrunel, i)(), lag, 1.0, self.n_pairs) for name, i in CURVES.items() for lag in self.lags]  # fmt: skip
        cortex, slices = GraupnerBrunel.cortical_slices(), GraupnerBrunel.hippocampal_slices()
        found += [
            Point("frequency", CORTEX, cortex, lag, rate, self.n_frequency)
            for lag in (0.01, -0.01)
            for rate in self.rates
        ]
        found += [Point("pairs", SLICES, slices, lag, 5.0, 200) for lag in half]
        return found + [Point("bursts", SLICES, slices, lag, 5.0, n, burst=True) for n in (100, 30) for lag in half]

    def _trains(self):
        trains = [p.trains() for p in self._points()]
        return {side: [pair[k] for pair in trains] for k, side in enumerate(("pre", "post"))}

    def structure(self):
        trains = self._trains()
        spikes = max(sum(t.size for t in side) for side in trains.values())
        return {
            "n": pairing.room(len(trains["pre"])), "copies": 1 + 2 * self.n_noisy, "capacity": ListedSpikes.capacity_for(spikes),
        }  # fmt: skip

    @staticmethod
    def build(structure):
        rules = [(GraupnerBrunel(), structure["n"], structure["copies"])]
        return pairing.build("calcium", rules, capacity=structure["capacity"])

    def time_step(self):
        return STEP

    def duration(self):
        return round((max(max(t, default=0) for side in self._trains().values() for t in side) + 0.5) / STEP) * STEP

    def values(self):
        copies, n_noisy = 1 + 2 * self.n_noisy, self.n_noisy
        rules = [rule for p in self._points() for rule in (p.rule.replace(sigma=0), *[p.rule] * (2 * n_noisy))]
        start = np.tile(np.r_[0.5, np.zeros(n_noisy), np.ones(n_noisy)], len(rules) // copies)
        block = (self.structure()["n"], copies, rules, {**self._trains(), "start": start})
        return pairing.values("calcium", [block], step=STEP, duration=self.duration())

    read = ("calcium_0.rho",)

    def measure(self, data):
        import xarray as xr

        points, n = self._points(), self.n_noisy
        rho = data["calcium_0.rho"].reshape(-1, 1 + 2 * n)[: len(points)]
        U, D = (rho[:, 1 : n + 1] > 0.5).mean(1), (rho[:, n + 1 :] < 0.5).mean(1)
        change = [theory.synaptic_change(p.rule, u, d) for p, u, d in zip(points, U, D, strict=True)]
        alpha = [theory.shares(p.rule, p.spikes(), 1 / p.rate) for p in points]
        expected = [theory.transitions(p.rule, *a, p.count / p.rate) for p, a in zip(points, alpha, strict=True)]
        ds = xr.Dataset(
            {"rho": ("condition", rho[:, 0]), "U": ("condition", U), "D": ("condition", D), "change": ("condition", change)},
            coords={
                "experiment": ("condition", [p.experiment for p in points]), "set": ("condition", [p.set for p in points]),
                "lag": ("condition", [round(p.lag * 1e3, 6) for p in points], {"units": "ms"}),
                "rate": ("condition", [p.rate for p in points], {"units": "Hz"}), "count": ("condition", [p.count for p in points]),
            },
        )  # fmt: skip
        ds["alpha_d"], ds["alpha_p"] = (("condition", [a[k] for a in alpha]) for k in (0, 1))
        for key in ("rho", "U", "D", "change"):
            ds[f"{key}_theory"] = ("condition", [e[key] for e in expected])
        ds["change_sem"] = (
            "condition",
            [theory.change_sem(p.rule, u, d, n) for p, u, d in zip(points, U, D, strict=True)],
        )
        for key, value in (("U", U), ("D", D)):
            p = ds[f"{key}_theory"].values
            ds[f"{key}_z"] = (
                "condition",
                (value - p) / np.sqrt(np.maximum(p * (1 - p), 1 / n) / n),
                {"long_name": "in standard errors"},
            )
        ds["n_noisy"] = ((), n)
        return ds

    @staticmethod
    def figure(data):
        from snnplastic.analysis.calcium_figure import draw

        return draw(data, list(CURVES), CORTEX)


PROTOCOL = CalciumRegimes
