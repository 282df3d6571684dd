"""LTD and LTP by 900 pulses, against their frequency."""

from dataclasses import dataclass

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol


@dataclass(frozen=True, kw_only=True)
class LTDFrequency(SliceProtocol):
    r"""900 pulses at one frequency per population, tested with single pulses of the same strength before and after.

    Slow trains skip the quiet time between two pulses. Rule, parameters and inhibition as in `ltp_tetanus`; chosen here is the number
    of fibres (14: a single pulse just fires most cells, and with it calcium ends in the band of depression; at the 8 fibres of
    `ltp_tetanus` 1 Hz does nothing). As each test pulse is such a pulse too, tests alone depress a little; "no conditioning" shows how much.
    The crossing is where the change just after conditioning, interpolated over the logarithm of the frequency, is 0. It moves when the
    NMDA calcium is scaled (`gains`), the simplest stand-in for receptors that past activity has removed or added; for a threshold that
    slides with the mean rate in closed form see `bcm_threshold`.
    Too low in this model: the experiment finds no change near 10 Hz, where the model potentiates as it does at 50 Hz.
    """

    title = "change of the field EPSP by 900 pulses against their frequency: LTD, zero crossing, LTP"
    source = Source("Dudek & Bear", 1992, "PNAS 89:4363", doi="10.1073/pnas.89.10.4363")

    targets = ("ltd_frequency",)

    rates: tuple = param(
        [0.5, 1, 3, 5, 10, 50], "Hz", "frequency of the pulses", "Dudek & Bear 1992", low=0.02, high=200
    )
    n_pulses: int = param(900, "1", "pulses", "900", low=1, high=5000)
    fibres: float = param(14, "1", "fibres of each pathway", "free: near the threshold of the cells", low=0.1)

    cells: int = param(4, "1", "cells of a population", "free", low=1, high=200)
    dt: float = param(0.25, "ms", "time step", "free", low=0.01, high=0.5)
    near: tuple = param(
        [2, 3, 4, 5], "Hz", "frequencies near the crossing, run with each of `gains`", "free", low=0.02, high=200
    )
    gains: tuple = param([0.8, 1, 1.2], "1", "factors on the calcium through NMDA receptors", "free", low=0.1, high=4)

    def inductions(self):
        f = (self.fibres, self.fibres)

        def pulses(rate, **more):
            slow = 1 / rate >= self.window
            trains, labels = (tuple(np.arange(self.n_pulses) / rate), ()), {"rate": rate, "gain": more.get("gain", 1.0)}
            return Induction(trains=trains, every=1 / rate if slow else None, fibres=f, labels=labels, **more)

        # one crossing per factor needs frequencies closer together than those of the experiment
        found = [pulses(r, name=f"{r:g} Hz", experiment="frequency") for r in self.rates]
        found += [
            pulses(r, name=f"{r:g} Hz, calcium x {g:g}", experiment="metaplasticity", gain=g)
            for g in self.gains
            for r in self.near
        ]
        return found + [
            pulses(1.0, name="1 Hz, APV", free=self.apv),
            pulses(50.0, name="50 Hz, APV", free=self.apv),
            Induction("no conditioning", fibres=f),
        ]

    labels = {"rate": "Hz", "gain": "1"}

    def measure(self, data):
        ds, gains = super().measure(data), list(self.gains)
        crossings = []
        for gain in gains:
            mine = np.flatnonzero((ds["experiment"] == "metaplasticity") & np.isclose(ds.gain, gain))
            one = ds.isel(condition=mine).sortby("rate")
            crossings.append(crossing(one.rate.values, one.early_percent.sel(pathway=1).values - 100))
        found = dict(zip(gains, crossings, strict=True))
        moves = found[min(gains)] - found[max(gains)]
        return ds.assign(
            crossing=("calcium", crossings, {"units": "Hz"}),
            crossing_moves=(
                (),
                moves,
                {"units": "Hz", "long_name": "crossing with the least calcium less that with the most"},
            ),
        ).assign_coords(calcium=gains)

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        from snnplastic.analysis import slice_figure as panels

        figure = Figure(figsize=(11, 6.6), layout="constrained")
        top, bottom = figure.subplots(2, 3)
        main = panels.of(data, "frequency", "rate")
        colours = ((1, panels.ORANGE), (3, panels.RED), (5, panels.GREEN), (50, panels.BLUE))
        shown = {f"{r:g} Hz": (f"{r:g} Hz", c) for r, c in colours if f"{r:g} Hz" in data.condition.values}
        panels.time_course(top[0], data, shown)
        top[0].set_title("a  900 pulses: LTD or LTP")
        top[0].legend()
        panels.before_and_after(top[1], data, "1 Hz", panels.ORANGE)
        panels.before_and_after(top[2], data, "50 Hz", panels.BLUE)
        top[1].set_title("b  1 Hz: the population spike goes")
        top[2].set_title("c  50 Hz: steeper, earlier spike")
        top[1].legend()
        top[2].legend()
        styles = {1: ("conditioned", {"color": panels.BLUE}), 2: ("second pathway", {"color": panels.GREY, "mfc": "w"})}
        for pathway, (label, style) in styles.items():
            bottom[0].plot(main.rate, main.end_percent.sel(pathway=pathway), "o-", ms=4, label=label, **style)
        apv = data.isel(condition=np.flatnonzero([name.endswith("APV") for name in data.condition.values])).sel(
            pathway=1
        )
        bottom[0].plot(apv.rate, apv.end_percent, "x", color=panels.RED, ms=6, label="APV")
        bottom[0].axvspan(8, 12, color="0.9", zorder=-1, label="no change in Dudek & Bear 1992")
        bottom[0].set(title="d  Sign against frequency")
        bottom[0].legend(loc="upper left")
        for gain, colour in zip(sorted(data.calcium.values), (panels.GREEN, panels.BLUE, panels.RED), strict=False):
            mine = data.isel(
                condition=np.flatnonzero((data["experiment"] == "metaplasticity") & np.isclose(data.gain, gain))
            ).sortby("rate")
            at = float(data.crossing.sel(calcium=gain))
            bottom[1].plot(
                mine.rate,
                mine.early_percent.sel(pathway=1),
                "o-",
                ms=4,
                color=colour,
                label=f"x {gain:g}, crossing at {at:.1f} Hz",
            )
        bottom[1].set(title="e  More NMDA calcium, lower crossing")
        bottom[1].legend(title="calcium", fontsize=7)
        for axes, when in zip(bottom[:2], ("last 5 min", "first 2 min"), strict=True):
            axes.axhline(100, color="0.8", lw=0.8, zorder=0)
            axes.set(xlabel="frequency (Hz)", ylabel=f"{panels.SLOPE},\n{when}")
        bottom[2].plot(main.rate, main.Ca_peak.sel(pathway=1), "o-", color=panels.BLUE, ms=4)
        for level, name in ((0.35, "depression"), (0.55, "potentiation")):
            bottom[2].axhline(level, color="0.6", lw=0.8, ls="--")
            bottom[2].text(float(main.rate[-1]), level * 1.04, f"{name} begins", ha="right", va="bottom", fontsize=7.5)
        bottom[2].set(
            yscale="log",
            xlabel="frequency (Hz)",
            ylabel="peak calcium (\u00b5M)",
            title="f  Calcium grows with frequency",
        )
        near = np.unique(data.rate[data["experiment"] == "metaplasticity"])
        for axes, ticks in zip(bottom, (main.rate.values, near, main.rate.values), strict=True):
            axes.set_xscale("log")
            axes.set_xticks(ticks, [f"{v:g}" for v in ticks])
            axes.minorticks_off()
        bottom[2].set_yticks([0.3, 1, 3], ["0.3", "1", "3"])
        return figure


def crossing(rate, change):
    """Frequency of the last change of sign from depression to potentiation, linear in the logarithm; not a number if there is none."""
    up = np.flatnonzero((change[:-1] < 0) & (change[1:] >= 0))
    if not up.size:
        return np.nan
    k = up[-1]
    share = -change[k] / (change[k + 1] - change[k])
    return float(rate[k] * (rate[k + 1] / rate[k]) ** share)


PROTOCOL = LTDFrequency
