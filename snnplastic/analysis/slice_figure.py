"""Panels that the figures of the slice protocols share."""

import numpy as np

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "0.5"
SLOPE = "field EPSP slope (% of baseline)"


def time_course(axes, data, shown, pathway=1):
    """Slope of the field EPSP over time; `shown` is {condition: (label, colour)}."""
    for name, (label, colour) in shown.items():
        one = data.sel(condition=name, pathway=pathway)
        axes.plot(one.time, one.percent, ".", color=colour, ms=3.5, mew=0, label=label)
    axes.axhline(100, color="0.8", lw=0.8, zorder=0)
    axes.axvline(0, color="0.3", lw=0.8, ls=":", zorder=0)
    axes.set(xlabel="time (min)", ylabel=SLOPE)


def before_and_after(axes, data, condition, colour, pathway=1, end=20):
    """Both field potentials of one condition, on top of each other as records are shown."""
    one = data.sel(condition=condition, pathway=pathway)
    inside = one["sample"] <= end
    for phase, style in (("before", {"color": "0.6", "lw": 2.2}), ("after", {"color": colour, "lw": 1.4})):
        axes.plot(one["sample"][inside], 1e3 * one.trace.sel(phase=phase)[inside], label=phase, **style)
    axes.axhline(0, color="0.85", lw=0.8, zorder=0)
    axes.set(xlabel="time from the stimulus (ms)", ylabel="field potential (mV)")


def of(data, experiment, label):
    """Conditions of one experiment, sorted by a label."""
    return data.isel(condition=np.flatnonzero(data["experiment"] == experiment)).sortby(label)
