"""Inhibitory balance: does plastic inhibition bring a network to the rate that its rule asks for?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.networks import balanced
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.rules.inhibitory_stdp import InhibitorySTDP

RASTER = (100, 0.5)  # cells, s


@dataclass(frozen=True, kw_only=True)
class InhibitoryBalance(Protocol):
    r"""Recurrent networks of excitatory and inhibitory cells side by side; inhibitory synapses onto excitatory cells are plastic.

    One network per target rate rho_0, and a control whose weights stay (eta = 0). All start with the same weak inhibition. At
    the end: rate of the excitatory cells, mean coefficient of variation of their intervals, and the mean weight.

    Cells, time constants, excitatory conductance and inputs per cell are those of the published code. It differs in three ways:
    a quarter of its size (so p is 4 times larger); the constant current becomes Poisson excitation of the same mean; inhibition
    between inhibitory cells is 1 nS instead of 3. rho_0 is the fixed point for uncorrelated spikes, and one inhibitory spike
    that matters by itself delays the next spike of its target: with 3 nS plastic weights settle near 2.5 nS and the rate about
    1 Hz above rho_0; with 1 nS inhibitory cells fire more, weights are smaller and so is the difference. The published value:
    --set "g_inhibitory=3 nS"; the published size: --set n_excitatory=8000 --set n_inhibitory=2000 --set p=0.02
    --set p_plastic=0.02. Many shared inhibitory inputs (p_plastic 0.4) synchronise the cells instead, and the rate
    falls below rho_0.
    """

    title = "plastic inhibition brings a recurrent network to its target rate and to irregular spikes"
    source = Source(
        "Vogels, Sprekeler, Zenke, Clopath & Gerstner", 2011, "Science 334:1569", doi="10.1126/science.1211095"
    )
    targets = ("inhibitory_balance",)

    rho_0: tuple = param([3, 5, 10], "Hz", "target rates, one network each", "3 Hz in their published code", low=0.1)
    eta: float = param(
        0.2, "1", "learning rate (nS)", "free: 0.01 in their published code, and 20 times as long", low=0
    )
    w_0: float = param(0.6, "1", "inhibitory weight at the start (nS)", "free", low=0)
    length: float = param(10, "s", "simulated time", "free", low=1)
    window: float = param(4, "s", "time at the end in which rates and intervals are measured", "free", low=0.5)
    g_excitatory: float = param(0.3, "nS", "excitatory conductance of a spike", "their published code", low=0)
    g_inhibitory: float = param(1, "nS", "conductance between inhibitory cells", "free: 3 nS in their code", low=0)
    g_external: float = param(3.3, "nS", "conductance of a Poisson input spike", "free: mean as their 200 pA", low=0)
    n_excitatory: int = param(2000, "1", "excitatory cells of a network", "free: 8000 in their code", low=10)
    n_inhibitory: int = param(500, "1", "inhibitory cells of a network", "free: 2000 in their code", low=10)
    p: float = param(0.08, "1", "probability of a static connection", "free: 0.02 in their code", low=1e-4, high=1)
    p_plastic: float = param(
        0.08, "1", "probability of a plastic connection", "free: 0.02 in their code", low=1e-4, high=1
    )

    def rules(self):
        """The rule of each network, the control last."""
        learning = [InhibitorySTDP(rho_0=rate, eta=self.eta) for rate in self.rho_0]
        return [*learning, InhibitorySTDP(rho_0=self.rho_0[0], eta=0)]

    def structure(self):
        return {"blocks": len(self.rho_0) + 1, **self._sizes()}

    def _sizes(self):
        return {name: getattr(self, name) for name in ("n_excitatory", "n_inhibitory", "p", "p_plastic")}

    @staticmethod
    def build(structure):
        return balanced.build("plastic", InhibitorySTDP(), **structure)

    def duration(self):
        return self.length

    def values(self):
        names = ("n_excitatory", "n_inhibitory", "p_plastic", "w_0", "g_excitatory", "g_inhibitory", "g_external")
        return balanced.values("plastic", self.rules(), **{name: getattr(self, name) for name in names})

    def without_compiler(self):
        return self.replace(length="6 s", window="2 s"), "6 s instead of 10 s"

    read = ("plastic_spikes.i", "plastic_spikes.t", "plastic.w")

    def measure(self, data):
        import xarray as xr

        rules, n = self.rules(), self.n_excitatory
        i, t = np.array(data["plastic_spikes.i"]), np.array(data["plastic_spikes.t"])
        excitatory = i < n * len(rules)
        i, t = i[excitatory], t[excitatory]
        bins = np.linspace(0, self.length, max(2, int(self.length / 0.25)) + 1)
        late, start = t >= self.length - self.window, max(0.0, self.length - RASTER[1])
        rate, cv, raster = [], [], []
        for k in range(len(rules)):
            mine = i // n == k
            rate.append(np.histogram(t[mine], bins)[0] / n / np.diff(bins))
            cv.append(_irregularity(i[mine & late], t[mine & late]))
            shown = mine & (t >= start) & (i - k * n < RASTER[0])
            raster.append(np.c_[np.full(shown.sum(), k), i[shown] - k * n, t[shown]])
        settled = (
            np.array([np.sum((i // n == k) & late) for k in range(len(rules))]) / n / min(self.window, self.length)
        )
        target = np.array([rule.rho_0 for rule in rules])
        names = [f"rho_0 {rule.rho_0:g} Hz" if rule.eta else "eta 0" for rule in rules]
        weights = np.array(data["plastic.w"]).reshape(len(rules), -1)
        spikes = np.concatenate(raster)
        return xr.Dataset(
            {
                "rate": (("condition", "time"), np.array(rate), {"units": "Hz"}),
                "settled_rate": ("condition", settled, {"units": "Hz"}),
                "rate_error": ("condition", settled / target - 1),
                "cv": ("condition", cv),
                "mean_weight": ("condition", weights.mean(1), {"units": "nS"}),
                "raster": (("spike", "column"), spikes),
            },
            coords={
                "condition": names, "rho_0": ("condition", target, {"units": "Hz"}),
                "time": (bins[1:] + bins[:-1]) / 2, "column": ["condition", "cell", "t"],
            },
        )  # fmt: skip

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9.5, 5.4), layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(1.15, 1))
        left, middle, right = top.subplots(1, 3, width_ratios=(1.6, 1, 1))
        names = data.condition.values.astype(str)
        for k, name in enumerate(names):
            color = "0.5" if name == "eta 0" else f"C{k}"
            left.semilogy(data.time, np.maximum(data.rate[k], 0.1), color=color, label=name)
            if name != "eta 0":
                left.axhline(float(data.rho_0[k]), color=color, lw=0.8, ls=":")
                middle.plot(data.rho_0[k], data.settled_rate[k], "o", color=color)
            right.plot(k, data.cv[k], "o", color=color)
        left.set(xlabel="time (s)", ylabel="excitatory rate (Hz)", title="Rates settle at their targets (dotted)")
        left.legend(loc="center right", bbox_to_anchor=(1, 0.68))
        ends = [0, 1.2 * float(data.rho_0.max())]
        middle.plot(ends, ends, color="0.7", lw=0.8, zorder=0)
        middle.set(xlabel="target rho_0 (Hz)", ylabel="settled rate (Hz)", title="Target and rate, one seed")
        right.axhline(1, color="0.7", lw=0.8, zorder=0)
        right.set(ylabel="CV of intervals", ylim=(0, 1.5), title="Irregular (Poisson: 1)")
        right.set_xticks(range(len(names)), names, rotation=30, ha="right")
        raster = data.raster.values
        for k, axes in enumerate(np.atleast_1d(bottom.subplots(1, len(names), sharey=True))):
            mine = raster[raster[:, 0] == k]
            axes.plot(mine[:, 2], mine[:, 1], ".", color="0.5" if names[k] == "eta 0" else f"C{k}", ms=1.5)
            axes.set(xlabel="time (s)", title=f"{names[k]}: {float(data.settled_rate[k]):.3g} Hz")
            if k == 0:
                axes.set_ylabel("excitatory cell")
        return figure


def _irregularity(i, t):
    """Mean over cells with at least 5 intervals of the standard deviation of their intervals over the mean."""
    order = np.lexsort((t, i))
    i, intervals = i[order], np.diff(t[order])
    owner = i[1:][i[1:] == i[:-1]]
    intervals = intervals[i[1:] == i[:-1]]
    if not owner.size:
        return np.nan
    count, total, square = (np.bincount(owner, weights) for weights in (None, intervals, intervals**2))
    use = count >= 5
    mean = total[use] / count[use]
    variance = np.maximum(square[use] - count[use] * mean**2, 0) / (count[use] - 1)
    return float(np.mean(np.sqrt(variance) / mean)) if use.any() else np.nan


PROTOCOL = InhibitoryBalance
