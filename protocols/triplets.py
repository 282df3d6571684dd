"""Triplets and quadruplets: do later spikes cancel what earlier ones did, and does the order matter?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.pair_closed_form import UNIT, best_amplitudes, spanning_rules
from snnplastic.analysis.rule_error import published, squared_error
from snnplastic.networks import spike_patterns
from snnplastic.parameter import Source, param
from snnplastic.protocol import rule_label, rules_param
from snnplastic.train_protocol import TrainProtocol, Trains, check_rules

DATA = "wang_2005_triplets"
FITTED = "pair_stdp, best fit"
RULES = [
    *(f"triplet_stdp:hippocampus_{row}" for row in ("all_to_all", "all_to_all_minimal", "nearest", "nearest_minimal")),
    "suppression_stdp", "graupner_brunel:hippocampal_cultures",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Triplets(TrainProtocol):
    r"""Weight change of motifs repeated 60 times at 1 Hz, for several rules beside the data of Wang et al. 2005.

    E = mean over pairs and triplets of ((dw_model - dw)/sem)^2. The pair rule (tau_plus, tau_minus fixed) is fitted to the same
    ten points: its change is linear in A_plus and A_minus, so two simulated rules span all of them.
    order_effect = mean dw of post-pre-post minus that of pre-post-pre, at equal intervals of 5 and 10 ms.
    """

    title = "triplets and quadruplets of spikes, rules side by side"
    source = Source("Wang, Gerkin, Nauen & Bi", 2005, "Nat. Neurosci. 8:187", doi="10.1038/nn1387")
    targets = ("triplets",)

    rules: tuple = rules_param(RULES, "rules beside the fitted pair rule")
    n_repeats: int = param(60, "1", "repeats of a motif, at 1 Hz", "Methods", low=1)
    tau_plus: float = param(16.8, "ms", "fixed time constant of the fitted pair rule", "Bi & Poo 2001", low=1e-3)
    tau_minus: float = param(33.7, "ms", "fixed time constant of the fitted pair rule", "Bi & Poo 2001", low=1e-3)
    w_0: float = param(1, "1", "weight at the start", "free", low=0)

    def check_fields(self):
        check_rules(self.rules, "triplets")

    def conditions(self):
        patterns = spike_patterns.wang(self.n_repeats)
        return [
            Trains(rule, pre, post, self.w_0, labels)
            for rule in (*self.rules, *spanning_rules(self.tau_plus, self.tau_minus))
            for labels, pre, post in patterns
        ]

    def measure(self, data):
        import xarray as xr

        n = len(spike_patterns.wang(1))
        dw = self.change(data).reshape(-1, n)
        motifs = [labels for labels, *_ in spike_patterns.wang(1)]
        value, sem = published(DATA, [f"kind={m['kind']};motif={m['motif']}" for m in motifs])
        counted = np.isfinite(sem)
        plus, minus = dw[-2:, counted] / UNIT
        *amplitudes, _ = best_amplitudes(plus, -minus, value[counted], sem[counted])
        curves = dict(zip([rule_label(rule) for rule in self.rules], dw[:-2], strict=True))
        curves[FITTED] = (amplitudes[0] * dw[-2] + amplitudes[1] * dw[-1]) / UNIT
        names = list(curves)
        ds = xr.Dataset(
            {"dw": ("condition", np.concatenate(list(curves.values())), {"long_name": "w/w_0 - 1"})},
            coords={
                "rule": ("condition", np.repeat(names, n)), "kind": ("condition", [m["kind"] for m in motifs] * len(names)),
                "motif": ("condition", [m["motif"] for m in motifs] * len(names)),
                "T": ("condition", [m.get("T", np.nan) for m in motifs] * len(names), {"units": "ms"}),
            },
        ).assign_coords(rule_name=names)  # fmt: skip
        ds["published"], ds["published_sem"] = (("condition", np.tile(x, len(names))) for x in (value, sem))
        ds["E"] = (
            "rule_name",
            [squared_error(curves[name], value, sem) for name in names],
            {"long_name": "mean squared error in units of sem"},
        )
        ds["A_plus"], ds["A_minus"] = ((), amplitudes[0]), ((), amplitudes[1])
        at = {
            key: [k for k, m in enumerate(motifs) if m["kind"] == key][:2] for key in ("post-pre-post", "pre-post-pre")
        }
        ds["order_effect"] = (
            "rule_name",
            [curves[r][at["post-pre-post"]].mean() - curves[r][at["pre-post-pre"]].mean() for r in names],
        )
        return ds

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(10.5, 6.6))
        top, bottom = figure.subfigures(2, 1)
        axes, (quad, bars) = top.subplots(), bottom.subplots(1, 2, width_ratios=(1.25, 1))
        names = list(data.rule_name.values)
        shown = data.isel(condition=np.flatnonzero((data.rule == names[0]) & (data.kind != "quadruplet")))
        x = np.arange(shown.sizes["condition"])
        for k, name in enumerate(names):
            mine = data.isel(condition=np.flatnonzero((data.rule == name) & (data.kind != "quadruplet")))
            offset, colour = (k - (len(names) - 1) / 2) * 0.1, _colour(k, name)
            axes.plot(x + offset, mine.dw, "o", color=colour, ms=4, label=name)
            four = data.isel(condition=np.flatnonzero((data.rule == name) & (data.kind == "quadruplet"))).sortby("T")
            quad.plot(four["T"], four.dw, color=colour, ls="--" if name == FITTED else "-")
        axes.bar(x, shown.published, 0.8, color="0.9", zorder=0)
        axes.errorbar(
            x,
            shown.published,
            shown.published_sem,
            fmt="none",
            color="0.4",
            lw=1,
            capsize=3,
            zorder=1,
            label="Wang et al. 2005, mean and sem (pairs and equal intervals recalled)",
        )
        kinds = [f"{kind}\n({motif})" for kind, motif in zip(shown.kind.values, shown.motif.values, strict=True)]
        axes.set_xticks(x, kinds)
        axes.axhline(0, color="0.6", lw=0.8)
        axes.set(
            ylabel="dw = w/w_0 - 1",
            title="Order matters: post-pre-post potentiates, pre-post-pre cancels",
            ylim=(-0.35, 0.8),
        )
        axes.legend(ncols=3, loc="upper left")
        four = data.isel(condition=np.flatnonzero((data.rule == names[0]) & (data.kind == "quadruplet"))).sortby("T")
        quad.plot(
            four["T"], four.published, "ks", ms=4, mfc="none", label="Wang et al. 2005, means of digitised points"
        )
        quad.axhline(0, color="0.8", lw=0.8)
        quad.set(xlabel="T (ms); T < 0: pre-post first", ylabel="dw", title="Quadruplets")
        quad.legend(loc="lower left")
        bars.barh(range(len(names)), np.minimum(data.E, 12), color=[_colour(k, n) for k, n in enumerate(names)])
        for k, value in enumerate(data.E.values):
            bars.text(min(value, 12), k, f" {value:.1f}", va="center", fontsize=7.5)
        bars.set_yticks(range(len(names)), names, fontsize=7)
        bars.invert_yaxis()
        bars.set(xlabel="E over pairs and triplets, in units of sem squared", title="Error")
        return figure


def _colour(k, name):
    return "0.45" if name == FITTED else f"C{k}"


PROTOCOL = Triplets
