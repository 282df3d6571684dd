"""Pairing frequency: at which rates do pre-post pairs and post-pre pairs change a synapse?"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from snnplastic.analysis.pair_closed_form import UNIT, best_amplitudes, best_time_constants, spanning_rules
from snnplastic.errors import ProtocolError
from snnplastic.networks import pairing
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, by_structure, rule_from, rule_label, rules_param
from snnplastic.targets import read_targets
from snnplastic.train_protocol import check_rules

DATA = "sjostrom_2001_frequency"
FITTED = "pair_stdp, best fit"
CORTEX = [
    f"triplet_stdp:visual_cortex_{row}" for row in ("all_to_all", "all_to_all_minimal", "nearest", "nearest_minimal")
]
NAMES = {"continuous": "one long train", "bouts": "bouts of 5"}
SLOW = 1.0  # Hz; conditions up to this rate run in a network of their own, with a longer step


@dataclass(frozen=True, kw_only=True)
class PairingFrequency(Protocol):
    r"""Weight change against the rate of pairing, for each rule and two schedules.

    Schedules: "continuous", `n_pairs` pairs at the rate (how the published rows were fitted), and "bouts",
    15 bouts of 5 pairs every 10 s as in the experiment (where a bout would not fit, as many pairs as 10 bouts have, one by one).
    E = mean over the published points of ((dw_model - dw)/sem)^2. The pair rule is fitted to the continuous
    schedule: its change is linear in A_plus and A_minus, so two simulated rules span all of them.
    """

    title = "weight change against pairing rate, pair and triplet rules beside visual cortex"
    source = Source("Sjöström, Turrigiano & Nelson", 2001, "Neuron 32:1149", doi="10.1016/S0896-6273(01)00542-6")
    targets = ("pairing_frequency",)

    rules: tuple = rules_param(CORTEX, "rules beside the fitted pair rule")
    rates: tuple = param(
        [0.1, 10, 20, 30, 40, 50], "Hz", "rates of pairing", "Fig. 7 (30 Hz added)", low=0.01, high=1000
    )
    lags: tuple = param([-10, 10], "ms", "t_post - t_pre", "Fig. 7")
    n_pairs: int = param(60, "1", "pairs of the continuous schedule", "Pfister & Gerstner 2006", low=1)
    n_bouts: int = param(15, "1", "bouts", "Methods", low=1)
    n_per_bout: int = param(5, "1", "pairs in a bout", "Methods", low=1)
    bout_period: float = param(10, "s", "from bout to bout", "Methods", low=0.01)
    tau_plus: float = param(16.8, "ms", "fixed time constant of the fitted pair rule", "Bi & Poo 2001", low=1e-3)
    tau_minus: float = param(33.7, "ms", "fixed time constant of the fitted pair rule", "Bi & Poo 2001", low=1e-3)
    w_0: float = param(1, "1", "weight at the start", "free")

    def check_fields(self):
        check_rules(self.rules, "pairing_frequency")
        shortest = 1 / max(self.rates)
        for lag in self.lags:
            if not 0 < abs(lag) < shortest:
                raise ProtocolError(
                    f"pairing_frequency: lags = {lag * 1e3:g} ms is not legal; legal: not 0, and shorter than the shortest period ({shortest * 1e3:g} ms)"
                )

    def _all_rules(self):
        """Rules asked for, then the two that span every pair rule, for both pairings."""
        spans = [rule for p in ("all", "nearest") for rule in spanning_rules(self.tau_plus, self.tau_minus, p)]
        return [*self.rules, *spans]

    def _blocks(self):
        """Rules of one structure share a block: [(spec, synapses of a condition, [position in all rules])]."""
        return by_structure(self._all_rules())

    def _conditions(self):
        """(schedule, rate, lag, count, bouts, bout period) of every condition of a rule."""
        for schedule, rate, lag in product(("continuous", "bouts"), self.rates, self.lags):
            fits = (self.n_per_bout - 1) / rate + abs(lag) < self.bout_period
            if schedule == "continuous":
                yield schedule, rate, lag, self.n_pairs, 1, 1.0
            elif fits:
                yield schedule, rate, lag, self.n_per_bout, self.n_bouts, self.bout_period
            else:
                yield schedule, rate, lag, 10 * self.n_per_bout, 1, 1.0

    def _split(self):
        conditions = list(self._conditions())
        return {"slow": [c for c in conditions if c[1] <= SLOW], "fast": [c for c in conditions if c[1] > SLOW]}

    def structure(self):
        return {
            "blocks": [
                {
                    "rule": spec,
                    "copies": copies,
                    "n": {name: pairing.room(len(c) * len(positions)) for name, c in self._split().items()},
                }
                for spec, copies, positions in self._blocks()
            ]
        }

    @staticmethod
    def build(structure):
        return [
            pairing.build(name, [(rule_from(b["rule"]), b["n"][name], b["copies"]) for b in structure["blocks"]])
            for name in ("slow", "fast")
        ]

    def duration(self):
        last = [
            max([0.0, *((bouts - 1) * gap + count / rate for _, rate, _, count, bouts, gap in c)])
            for c in self._split().values()
        ]
        return tuple(d + 0.1 for d in last)

    def values(self):
        found, rules = {}, self._all_rules()
        for (name, conditions), duration in zip(self._split().items(), self.duration(), strict=True):
            times = [
                t
                for _, rate, lag, _, bouts, gap in conditions
                for t in (1 / pairing.exact(rate), abs(lag), gap if bouts > 1 else 0)
            ]
            step = pairing.common_step(times, duration, f"pairing_frequency ({name} conditions)")
            columns = (
                [np.array(column) for column in zip(*conditions, strict=True)] if conditions else [np.zeros(0)] * 6
            )
            _, rate, lag, count, bouts, gap = columns
            timings = {
                "lag": lag,
                "period": 1 / rate.astype(float),
                "count": count,
                "bouts": bouts,
                "bout_period": gap,
            }
            blocks = []
            for _, copies, positions in self._blocks():
                owners = [rules[p] for p in positions for _ in conditions]
                blocks.append(
                    (
                        pairing.room(len(owners)),
                        copies,
                        owners,
                        {key: np.tile(column, len(positions)) for key, column in timings.items()}
                        | {"start": np.concatenate([owner.starts(self.w_0) for owner in owners] or [[]])},
                    )
                )
            found |= pairing.values(name, blocks, step=step, duration=duration)
        return found

    @property
    def read(self):
        rules = [rule_from(spec) for spec, *_ in self._blocks()]
        return tuple(key for name, c in self._split().items() if c for key in pairing.reads(name, rules))

    def measure(self, data):
        import xarray as xr

        rules, points, dw = self._all_rules(), list(self._conditions()), {}
        for name, conditions in self._split().items():
            for block, (_, copies, positions) in enumerate(self._blocks()):
                if not conditions:
                    continue
                count = len(conditions) * len(positions) * copies
                read = {
                    variable: data[f"{name}_{block}.{variable}"][:count].reshape(len(positions), -1, copies)
                    for variable in pairing.recorded(rules[positions[0]])
                }
                for row, p in enumerate(positions):
                    labels = [
                        f"pairing_frequency: {rule_label(rules[p])}, {schedule}, {rate:g} Hz, {lag * 1e3:g} ms"
                        for schedule, rate, lag, *_ in conditions
                    ]
                    if "at_bound" in read:
                        pairing.check_bounds(read["at_bound"][row], [rules[p]] * len(labels), labels)
                    change = rules[p].change(rules[p].starts(self.w_0), read[rules[p].state][row])
                    for condition, value in zip(conditions, change, strict=True):
                        dw[p, condition[:3]] = value
        curves = {rule_label(rule): [dw[p, c[:3]] for c in points] for p, rule in enumerate(self.rules)}
        fit = {}
        for k, kind in enumerate(("all", "nearest")):
            spans = [
                np.array([dw[len(self.rules) + 2 * k + side, c[:3]] for c in points]) * self.w_0 / UNIT for side in (0, 1)
            ]
            amplitudes, label = self._fit(points, spans), FITTED if kind == "all" else f"{FITTED}, nearest"
            fit[label] = amplitudes
            curves[label] = amplitudes[0] * spans[0] + amplitudes[1] * spans[1]
        columns = [[label for label in curves for _ in points]] + [
            [c[k] for c in points] * len(curves) for k in range(3)
        ]
        ds = xr.Dataset(
            {"dw": ("condition", np.concatenate(list(curves.values())), {"units": "1", "long_name": "w/w_0 - 1"})},
            coords={"rule": ("condition", columns[0]), "schedule": ("condition", columns[1]),
                    "rate": ("condition", columns[2], {"units": "Hz"}), "lag": ("condition", np.array(columns[3]) * 1e3, {"units": "ms"})},
        )  # fmt: skip
        return self._errors(ds, fit)

    @staticmethod
    def _published(rate, lag):
        """(value, sem) of the experiment at a rate (Hz) and lag (ms), or None."""
        for row in read_targets(DATA):
            if np.isclose(float(row["condition"].split("=")[1].split(";")[0]), rate) and np.isclose(
                float(row["condition"].split("=")[2]), lag
            ):
                return float(row["value"]), float(row["sem"])
        return None

    def _fit(self, points, spans):
        """Amplitudes of the best pair rule on the continuous schedule's published points; zero where there are none."""
        found = [(i, self._published(c[1], c[2] * 1e3)) for i, c in enumerate(points) if c[0] == "continuous"]
        found = [(i, p) for i, p in found if p]
        if len(found) < 2:
            return 0.0, 0.0
        index = [i for i, _ in found]
        dw, sem = np.array([p for _, p in found]).T
        a_plus, a_minus, _ = best_amplitudes(spans[0][index], -spans[1][index], dw, sem)
        return a_plus, a_minus

    def _errors(self, ds, fit):
        """E of every rule and schedule over the published points that were run, and the best pair rule with free time constants."""
        names, schedules = list(dict.fromkeys(ds.rule.values)), ["continuous", "bouts"]
        published = [self._published(rate, lag) for rate, lag in zip(ds.rate.values, ds.lag.values, strict=True)]
        known = np.array([p is not None for p in published])
        value, sem = np.array([p or (0, np.inf) for p in published]).T
        square = ((ds.dw.values - value) / sem) ** 2
        E = np.full((len(names), len(schedules)), np.nan)
        for (i, rule), (j, schedule) in product(enumerate(names), enumerate(schedules)):
            mine = known & (ds.rule.values == rule) & (ds.schedule.values == schedule)
            E[i, j] = square[mine].mean() if mine.any() else np.nan
        ds["E"] = (("rule_name", "schedule_name"), E, {"long_name": "mean squared error in units of sem"})
        ds["published"] = ("condition", np.where(known, value, np.nan))
        ds["published_sem"] = ("condition", np.where(known, sem, np.nan))
        ds = ds.assign_coords(rule_name=names, schedule_name=schedules)
        one = known & (ds.rule.values == names[0]) & (ds.schedule.values == "continuous")
        if one.sum() > 4:
            grid = np.geomspace(1e-3, 0.4, 61)
            lag, period = ds.lag.values[one] * 1e-3, 1 / ds.rate.values[one]
            free = best_time_constants(lag, period, self.n_pairs, value[one], sem[one], grid)
            inside = best_time_constants(
                lag, period, self.n_pairs, value[one], sem[one], grid[(grid >= 0.01) & (grid <= 0.05)]
            )
            for label, best in (("free", free), ("10_to_50_ms", inside)):
                ds[f"pair_E_{label}"] = ((), best[4])
                ds[f"pair_tau_plus_{label}"] = ((), best[0] * 1e3, {"units": "ms"})
                ds[f"pair_tau_minus_{label}"] = ((), best[1] * 1e3, {"units": "ms"})
        ds["pair_A_plus"] = ((), fit[FITTED][0])
        ds["pair_A_minus"] = ((), fit[FITTED][1])
        return ds

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 6.4))
        top = figure.subplots(2, 3, width_ratios=(1, 1, 0.62))
        names = list(data.rule_name.values)
        lags = sorted(set(data.lag.values.tolist()), reverse=True)
        for row, schedule in zip(top, ("continuous", "bouts"), strict=True):
            for axes, lag in zip(row, lags[:1] + lags[-1:] if len(lags) > 1 else lags, strict=False):
                for k, rule in enumerate(names):
                    mine = data.isel(
                        condition=np.flatnonzero((data.rule == rule) & (data.schedule == schedule) & (data.lag == lag))
                    )
                    style = (
                        {"color": "0.45", "ls": "--" if k == len(names) - 2 else ":"}
                        if rule.startswith(FITTED)
                        else {"color": f"C{k}"}
                    )
                    axes.plot(mine.rate, mine.dw, label=rule, **style)
                known = mine.isel(condition=np.flatnonzero(np.isfinite(mine.published)))
                axes.errorbar(
                    known.rate,
                    known.published,
                    known.published_sem,
                    fmt="ko",
                    ms=4,
                    capsize=2,
                    lw=1,
                    label="Sjöström et al. 2001, mean and sem",
                    zorder=5,
                )
                axes.axhline(0, color="0.8", lw=0.8, zorder=0)
                axes.set(
                    xlabel="pairing rate (Hz)",
                    ylabel="dw = w/w_0 - 1",
                    title=f"{NAMES[schedule]}, lag {lag:+g} ms",
                    ylim=(-1, 1.5),
                )
            bars = row[2]
            values = data.E.sel(schedule_name=schedule)
            bars.barh(
                range(len(names)),
                np.minimum(values, 12),
                color=["0.6" if n.startswith(FITTED) else f"C{k}" for k, n in enumerate(names)],
            )
            for k, value in enumerate(values.values):
                bars.text(
                    min(value, 12) + 0.2,
                    k,
                    f"{value:.2f}" if np.isfinite(value) else "no data",
                    va="center",
                    fontsize=7.5,
                )
            bars.set(yticks=[], xlabel="E (sem squared)", xlim=(0, 15), title="error")
            bars.invert_yaxis()
        figure.legend(*top[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        return figure


PROTOCOL = PairingFrequency
