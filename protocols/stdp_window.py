"""STDP window: how does the weight change depend on the lag between the spikes of a pair?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.pair_closed_form import basis
from snnplastic.errors import ProtocolError
from snnplastic.networks import pairing
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, rule_from, rule_label, rule_spec, rules_param
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.targets import read_targets


@dataclass(frozen=True, kw_only=True)
class STDPWindow(Protocol):
    r"""Weight change of `n_pairs` regular pairs against lag = t_post - t_pre, for any rule that reads spike times.

    change = w - w_0 and dw = w/w_0 - 1. For the all-to-all pair rule the closed form is drawn beside it. From the two
    branches the time constants of the best exponentials are measured and compared with the published ones.
    """

    title = "weight change against the lag of pre-post pairs, for any rule that reads spike times"
    source = Source("Bi & Poo", 2001, "Annu. Rev. Neurosci. 24:139", doi="10.1146/annurev.neuro.24.1.139")
    targets = ("bi_poo_2001_window",)

    rule: object = rules_param("pair_stdp:bi_poo_time_constants", "rule under test")
    lags: tuple = param(
        [*range(-100, 0, 4), *range(4, 101, 4)], "ms", "t_post - t_pre", "Fig. 1", low=-10000, high=10000
    )
    rates: tuple = param([1], "Hz", "rate of the pairs", "1 Hz", low=0.01, high=1000)
    n_pairs: int = param(60, "1", "pairs", "60", low=1)
    w_0: float = param(0.5, "1", "weight at the start", "free")

    def check_fields(self):
        pairing.check_rule(self.rule, rule_label(self.rule), "stdp_window")
        if max(abs(lag) for lag in self.lags) >= 1 / max(self.rates):
            raise ProtocolError(
                f"stdp_window: lags must be shorter than the shortest period ({1e3 / max(self.rates):g} ms)"
            )

    def _conditions(self):
        rate, lag = np.meshgrid(self.rates, self.lags, indexing="ij")
        return rate.ravel(), lag.ravel()

    def structure(self):
        n = pairing.room(len(self.rates) * len(self.lags))
        return {"rule": rule_spec(self.rule), "n": n, "copies": self.rule.population}

    @staticmethod
    def build(structure):
        return pairing.build("window", [(rule_from(structure["rule"]), structure["n"], structure["copies"])])

    def duration(self):
        return self.n_pairs / min(self.rates) + 0.1

    def values(self):
        rate, lag = self._conditions()
        timings = {
            "lag": lag,
            "period": 1 / rate,
            "count": np.full(lag.size, self.n_pairs),
            "bouts": np.ones(lag.size),
            "bout_period": np.ones(lag.size),
            "start": np.tile(self.rule.starts(self.w_0), lag.size),
        }
        times = [*(abs(x) for x in self.lags), *(1 / pairing.exact(x) for x in self.rates)]
        step = pairing.common_step(times, self.duration(), "stdp_window")
        blocks = [(self.structure()["n"], self.rule.population, [self.rule] * lag.size, timings)]
        return pairing.values("window", blocks, step=step, duration=self.duration())

    @property
    def read(self):
        return pairing.reads("window", [self.rule])

    def measure(self, data):
        import xarray as xr

        rate, lag = self._conditions()
        state = data[f"window_0.{self.rule.state}"].reshape(-1, self.rule.population)[: lag.size]
        label = rule_label(self.rule)
        labels = [f"stdp_window: {label}, {r:g} Hz, {x * 1e3:g} ms" for r, x in zip(rate, lag, strict=True)]
        if pairing.bounded(self.rule):
            at_bound = data["window_0.at_bound"].reshape(-1, self.rule.population)
            pairing.check_bounds(at_bound, [self.rule] * lag.size, labels)
        start = self.rule.starts(self.w_0)
        dw = self.rule.change(start, state)
        ds = xr.Dataset(
            {"change": ("condition", dw * self.rule.weight(start).mean()), "dw": ("condition", dw)},
            coords={"lag": ("condition", lag * 1e3, {"units": "ms"}), "rate": ("condition", rate, {"units": "Hz"}), "rule": ("condition", [label] * lag.size)},
        )  # fmt: skip
        if type(self.rule) is PairSTDP and self.rule.pairing == "all":
            plus, minus = basis(lag, 1 / rate, self.n_pairs, self.rule.tau_plus, self.rule.tau_minus)
            ds["closed_form"] = ("condition", self.rule.w_max * (self.rule.A_plus * plus - self.rule.A_minus * minus))
        first = rate == rate[0]
        for name, branch in (("tau_plus", first & (lag > 0)), ("tau_minus", first & (lag < 0))):
            ds[name] = (
                "name",
                [_time_constant(np.abs(lag[branch]), np.abs(ds.change.values[branch])) * 1e3],
                {"units": "ms"},
            )
        return ds.assign_coords(name=[label.partition("(")[0]])

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8.5, 3.6))
        left, right = figure.subplots(1, 2)
        for k, rate in enumerate(np.unique(data.rate)):
            mine = data.isel(condition=np.flatnonzero(data.rate == rate)).sortby("lag")
            left.plot(mine.lag, mine.change, "o", color=f"C{k}", ms=3.5, label=f"{data.rule.values[0]}, {rate:g} Hz")
            for side, marker, color in ((mine.lag < 0, "s", "C1"), (mine.lag >= 0, "o", "C0")):
                part = mine.isel(condition=np.flatnonzero(side))
                if "closed_form" in data:
                    label = "closed form" if marker == "o" and k == 0 else None
                    left.plot(part.lag, part.closed_form, color="0.3", lw=1, label=label)
                fill = None if k == 0 else "none"
                right.semilogy(np.abs(part.lag), np.abs(part.change), marker, color=color, ms=3.5, mfc=fill)
        left.axhline(0, color="0.8", lw=0.8, zorder=0)
        left.axvline(0, color="0.8", lw=0.8, zorder=0)
        left.set(xlabel="lag t_post - t_pre (ms)", ylabel="w - w_0", title="Order decides the sign")
        left.legend(loc="lower right")
        published = {row["quantity"]: float(row["value"]) for row in read_targets("bi_poo_2001_window")}
        first = data.isel(condition=np.flatnonzero(data.rate == data.rate[0])).sortby("lag")
        for name, sign, color in (("tau_plus", 1, "C0"), ("tau_minus", -1, "C1")):
            branch = first.isel(condition=np.flatnonzero(np.sign(first.lag) == sign))
            if branch.sizes["condition"]:
                x, y = np.abs(branch.lag.values), np.abs(branch.change.values)
                right.semilogy(
                    x,
                    y[np.argmin(x)] * np.exp(-(x - x.min()) / published[name]),
                    color=color,
                    lw=1,
                    label=f"published {name} = {published[name]:g} ms; here {float(data[name][0]):.4g} ms",
                )
        right.set(xlabel="|lag| (ms)", ylabel="|w - w_0|", title="Exponential in both branches")
        right.legend()
        return figure


def _time_constant(x, y):
    """Time constant (s) of the exponential through the points where y is well above rounding; NaN with fewer than two."""
    use = y > 1e-9 * y.max() if y.size else y > 0
    return -1 / np.polyfit(x[use], np.log(y[use]), 1)[0] if use.sum() > 1 else np.nan


PROTOCOL = STDPWindow
