"""Associative LTP: a weak input potentiates only together with a strong one on the same cells; order and gap of the two."""

from dataclasses import dataclass

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol

LENGTH = 17.5e-3  # s, of a train of 8 pulses at 400 Hz


@dataclass(frozen=True, kw_only=True)
class Associativity(SliceProtocol):
    r"""Eight trains of 8 pulses at 400 Hz to a weak pathway, alone or with the same trains to a strong one on the same cells.

    Weak and strong differ in the number of fibres only; each has synapses, NMDA receptors and calcium of its own, so they share
    the membrane and nothing else. Order and gap are swept as in Levy & Steward 1983. Weak and strong on different cells is the
    pair of conditions "weak alone" and "strong alone": populations of their own in the same run. Rule, parameters and inhibition
    as in `ltp_tetanus`; chosen here are the numbers of fibres (1 and 8).
    """

    title = "a weak input potentiates with a strong one, against order and gap of the two"
    source = Source("Levy & Steward", 1983, "Neuroscience 8:791", doi="10.1016/0306-4522(83)90010-6")

    targets = ("associativity",)

    weak: float = param(1, "1", "fibres of the weak pathway", "free", low=0.01)
    strong: float = param(8, "1", "fibres of the strong pathway", "free", low=0.01)
    n_trains: int = param(8, "1", "trains of 8 pulses at 400 Hz", "8 trains of 17.5 ms", low=1, high=100)
    train_interval: float = param(2, "s", "between trains", "free", low=0.6)
    gaps: tuple = param(
        [-200, -150, -100, -60, -40, -20, -10, -5, 5, 10, 20, 40, 60, 100, 150, 200], "ms",
        "from the end of one train to the start of the other; positive: strong follows", "0 to 20 and 200", low=-500, high=500,
    )  # fmt: skip
    fibres: tuple = param(
        [1, 2, 3, 4, 6, 8, 10, 12], "1", "sweep: fibres of one pathway tetanised alone", "free", low=0.01
    )
    cells: int = param(5, "1", "cells of a population", "free", low=1, high=200)

    def _trains(self, shift=0.0):
        first = 0.55 + shift + np.arange(self.n_trains) * self.train_interval
        return tuple((first[:, None] + np.arange(8) / 400).ravel())

    def inductions(self):
        f, both = (self.weak, self.strong), self._trains()
        found = [
            Induction("weak alone", (both, ()), f), Induction("strong alone", ((), both), f), Induction("weak with strong", (both, both), f),
            Induction("weak with strong, APV", (both, both), f, free=self.apv), Induction("no trains", fibres=f),
        ]  # fmt: skip
        for gap in self.gaps:
            lag = gap + np.sign(gap) * LENGTH
            found.append(
                Induction(
                    f"gap {1e3 * gap:g} ms", (both, self._trains(lag)), f, experiment="gap", labels={"gap": 1e3 * gap}
                )
            )
        return found + [
            Induction(f"{n:g} fibres", (both, ()), (n, self.strong), experiment="cooperativity", labels={"fibres": n}) for n in self.fibres
        ]  # fmt: skip

    labels = {"gap": "ms", "fibres": "1"}

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        from snnplastic.analysis import slice_figure as panels

        figure = Figure(figsize=(11, 6.6), layout="constrained")
        top, bottom = figure.subplots(2, 3)
        shown = {
            "weak alone": ("weak alone", panels.GREY), "strong alone": ("strong alone", panels.ORANGE), "weak with strong": ("together", panels.BLUE),
            "weak with strong, APV": ("together, APV", panels.RED),
        }  # fmt: skip
        for axes, pathway, name in zip(top, (1, 2), ("weak", "strong"), strict=False):
            panels.time_course(axes, data, shown, pathway)
            axes.set(title=f"{'ab'[pathway - 1]}  The {name} pathway", ylim=(90, 165))
            axes.legend(loc="center right")
        panels.before_and_after(top[2], data, "weak with strong", panels.BLUE)
        top[2].set_title("c  Weak pathway, with strong")
        top[2].legend()
        gap = panels.of(data, "gap", "gap").sel(pathway=1)
        bottom[0].axvspan(-1, 20, color="#CFE3F0", zorder=-1, label="LTP (Levy & Steward 1983)")
        for low, high in ((-200, -1), (190, 210)):
            bottom[0].axvspan(low, high, color="#F6D9C4", zorder=-2, label="depression (the same)" if low < 0 else None)
        bottom[0].plot(gap.gap, gap.end_percent, "o-", color=panels.BLUE, ms=4)
        bottom[0].plot(
            0,
            data.end_percent.sel(condition="weak with strong", pathway=1),
            "s",
            color=panels.BLUE,
            ms=5,
            label="same time",
        )
        bottom[0].axhline(100, color="0.8", lw=0.8, zorder=0)
        bottom[0].set(
            xlabel="strong before weak   < gap (ms) >   strong after weak", ylabel="weak pathway,\n" + panels.SLOPE
        )
        bottom[0].set(title="d  The order decides", ylim=(90, 180))
        bottom[0].legend(loc="upper left", fontsize=7, frameon=True, framealpha=1, edgecolor="0.8")
        bottom[1].plot(gap.gap, gap.end_percent, "o-", color=panels.BLUE, ms=4)
        bottom[1].axhline(100, color="0.6", lw=0.8, zorder=0)
        bottom[1].set(
            ylim=(92, 104), xlabel="gap (ms)", ylabel="the same, enlarged", title="e  Depression beside the LTP"
        )
        alone = panels.of(data, "cooperativity", "fibres").sel(pathway=1)
        bottom[2].plot(alone.fibres, alone.end_percent, "o-", color=panels.BLUE, ms=4)
        bottom[2].axhline(100, color="0.8", lw=0.8, zorder=0)
        bottom[2].set(xlabel="fibres of one pathway alone", ylabel=panels.SLOPE, title="f  Cooperativity")
        return figure


PROTOCOL = Associativity
