"""LTP of a field potential: tetanus, theta bursts, and the controls of both."""

from dataclasses import dataclass, replace

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol


def train(rate, n, start=0.0):
    """`n` pulses at `rate` (Hz)."""
    return tuple(start + np.arange(n) / rate)


def bursts(interval, n=10, pulses=4, rate=100):
    """Bursts of `pulses` at `rate` (Hz), one every `interval` (s)."""
    return tuple(np.concatenate([train(rate, pulses, k * interval) for k in range(n)]))


@dataclass(frozen=True, kw_only=True)
class LTPTetanus(SliceProtocol):
    r"""Field potentials at the cell bodies before and after high-frequency and low-frequency trains, and what blocks the change.

    Trains as in Bliss & Lomo 1973 (15/s for 12 s, 100/s for 3 s), a tetanus of 100 Hz for 1 s, 900 pulses at 3 Hz (Dudek & Bear 1992, with
    stronger stimuli, since only pulses that fire the cells depress), and 10 bursts of 4 pulses at 100 Hz, repeated at 0.1 to 2 s
    (Larson, Wong & Lynch 1986). Controls: APV; cells held hyperpolarised during the train (Malinow & Miller
    1986); no tetanus; and a second pathway on the same cells that is only tested. All run through the same network.
    Rule: calcium control with parameter set B of `ltp_pairing`, unchanged. Which interval between bursts works is the work of
    feed-forward inhibition: it outlasts an unprimed burst, and GABA_B autoreceptors suppress it for about half a second after one. Inhibition
    (strength, recruitment, autoreceptor) and the number of fibres were chosen so that signs hold in this protocol,
    `associativity` and `ltd_frequency` together; sizes follow from them and from set B.
    """

    title = "LTP of field EPSP and population spike by tetanus and theta bursts, LTD by slow trains, with controls"
    source = Source("Bliss & Lomo", 1973, "J. Physiol. 232:331", doi="10.1113/jphysiol.1973.sp010273")

    targets = ("ltp_tetanus",)

    fibres: float = param(8, "1", "fibres of each pathway", "free", low=0.1)
    intervals: tuple = param([100, 200, 500, 1000, 2000], "ms", "between theta bursts", "Larson et al. 1986", low=50)
    cells: int = param(10, "1", "cells of a population", "free", low=1, high=200)
    n_slow: int = param(900, "1", "pulses of the low-frequency train (0: none)", "Dudek & Bear 1992", low=0, high=5000)
    slow_fibres: float = param(14, "1", "fibres of that train, as in ltd_frequency", "free", low=0.1)

    def inductions(self):
        f = (self.fibres, self.fibres)
        tetanus = Induction("100 Hz, 1 s", (train(100, 100), ()), f)
        made = [
            tetanus, Induction("15 Hz, 12 s", (train(15, 180), ()), f), Induction("100 Hz, 3 s", (train(100, 300), ()), f),
            Induction("no tetanus", fibres=f), replace(tetanus, name="100 Hz, 1 s, APV", free=self.apv),
            replace(tetanus, name="100 Hz, 1 s, held at -90 mV", hold=-0.09),
        ]  # fmt: skip
        slow = Induction("3 Hz, 900 pulses", (train(3, self.n_slow), ()), (self.slow_fibres, self.slow_fibres), every=1 / 3)
        made += [slow, replace(slow, name="3 Hz, 900 pulses, APV", free=self.apv)] if self.n_slow else []
        return made + [
            Induction(
                f"bursts every {1e3 * i:g} ms", (bursts(i), ()), f, experiment="theta", labels={"interval": 1e3 * i}
            )
            for i in self.intervals
        ]

    labels = {"interval": "ms"}

    def measure(self, data):
        ds = super().measure(data)
        first, last = (ds.isel(condition=(ds.interval == at).values).end_percent.sel(pathway=1) for at in (200, 2000))
        if first.size and last.size:
            ds["theta_advantage"] = (
                (),
                float(first[0] - last[0]),
                {"units": "%", "long_name": "LTP at 200 ms less LTP at 2 s"},
            )
        return ds

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        from snnplastic.analysis import slice_figure as panels

        figure = Figure(figsize=(11, 7), layout="constrained")
        top, bottom = figure.subplots(2, 3)
        colours = {"100 Hz, 1 s": panels.BLUE, "15 Hz, 12 s": panels.GREEN, "100 Hz, 3 s": panels.PURPLE, "3 Hz, 900 pulses": panels.RED}
        colours = {name: colour for name, colour in colours.items() if name in data.condition.values}
        panels.time_course(top[0], data, {name: (name, colour) for name, colour in colours.items()})
        second = data.sel(condition="100 Hz, 1 s", pathway=2)
        top[0].plot(second.time, second.percent, ".", color=panels.GREY, ms=3.5, mew=0, label="second pathway")
        top[0].set_title("a  Fast trains potentiate, slow ones depress")
        top[0].legend(loc="lower right", bbox_to_anchor=(1, 0.3))
        shown = {
            "100 Hz, 1 s": ("100 Hz, 1 s", panels.BLUE), "100 Hz, 1 s, APV": ("APV", panels.RED),
            "100 Hz, 1 s, held at -90 mV": ("held at \u221290 mV", panels.ORANGE), "no tetanus": ("no tetanus", panels.GREY),
        }  # fmt: skip
        panels.before_and_after(top[1], data, "100 Hz, 1 s", panels.BLUE)
        top[1].set_title("b  Steeper EPSP, and a population spike")
        top[1].legend()
        for name, (label, colour) in shown.items():
            one = data.sel(condition=name, pathway=1)
            top[2].plot(one.time, 1e3 * one.spike, ".", color=colour, ms=3.5, mew=0, label=label)
        top[2].axvline(0, color="0.3", lw=0.8, ls=":", zorder=0)
        top[2].set(xlabel="time (min)", ylabel="population spike (mV)", title="c  Population spike")
        top[2].legend(loc="center right", bbox_to_anchor=(1, 0.3))
        y = np.arange(len(shown))
        late = data.sel(condition=list(shown), pathway=1).end_percent
        bottom[0].barh(y, late, color=[colour for _, colour in shown.values()], height=0.6)
        for at, value in zip(y, late.values, strict=True):
            bottom[0].text(value - 4, at, f"{value:.0f}", va="center", ha="right", fontsize=7.5, color="w")
        bottom[0].set(
            yticks=y, yticklabels=[label for label, _ in shown.values()], xlabel=panels.SLOPE + ",\nlast 5 min"
        )
        bottom[0].set(title="d  NMDA and depolarisation needed")
        bottom[0].invert_yaxis()
        bottom[0].axvline(100, color="0.6", lw=0.8)
        theta = panels.of(data, "theta", "interval").sel(pathway=1)
        bottom[1].plot(
            theta.interval, theta.early_percent, "o--", color=panels.GREY, ms=4, mfc="w", label="first 2 min"
        )
        bottom[1].plot(theta.interval, theta.end_percent, "o-", color=panels.BLUE, ms=4, label="last 5 min")
        bottom[1].axhline(100, color="0.8", lw=0.8, zorder=0)
        bottom[1].axvspan(180, 220, color="0.9", zorder=-1, label="best in Larson et al. 1986")
        bottom[1].set(
            xscale="log",
            xlabel="interval between bursts (ms)",
            ylabel=panels.SLOPE,
            title="e  Theta bursts: not 2 s apart",
        )
        bottom[1].set_xticks(theta.interval.values, [f"{v:g}" for v in theta.interval.values])
        bottom[1].minorticks_off()
        bottom[1].legend(loc="lower left", bbox_to_anchor=(0, 0.06))
        bottom[2].plot(theta.interval, theta.spikes_per_cell, "o-", color=panels.BLUE, ms=4)
        bottom[2].set(
            xscale="log",
            xlabel="interval between bursts (ms)",
            ylabel="spikes of a cell in 10 bursts",
            title="f  Inhibition stops unprimed bursts",
        )
        bottom[2].set_xticks(theta.interval.values, [f"{v:g}" for v in theta.interval.values])
        bottom[2].minorticks_off()
        return figure


PROTOCOL = LTPTetanus
