"""The figure of la_ltp, from its Dataset alone."""

import numpy as np

from . import slice_figure as panels

EPSP = "EPSP slope (% of baseline)"
# {condition: label of its bar}; with a star, what is not as published.
SHOWN = {
    "tone with strong": ("tone with strong", panels.BLUE), "tone with spikes": ("tone with spikes", panels.GREEN),
    "tone alone": ("tone alone", "0.45"), "strong alone": ("strong alone", "0.6"), "spikes alone": ("spikes alone", "0.6"),
    "tone, strong unpaired": ("tone, strong unpaired", panels.ORANGE), "tone, spikes unpaired": ("tone, spikes unpaired", panels.ORANGE),
    "tone with strong, held at -90 mV": ("tone with strong, held at \u221290 mV", "0.6"),
    "tone with strong, APV": ("tone with strong, APV", panels.PURPLE), "tone with spikes, APV": ("tone with spikes, APV *", panels.RED),
    "tone with spikes, more between": ("tone with spikes, and between *", panels.RED), "no induction": ("no induction", "0.6"),
}  # fmt: skip
STAR = "* In slices: LTP under APV, through L-type channels (Weisskopf et al. 1999); unpaired spikes impair LTP (Bauer et al. 2001). Neither is in the model."


def draw(data):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12.5, 7.2), layout="constrained")
    top, bottom = figure.subfigures(2, 1)
    a, b, c = top.subplots(1, 3)
    d, e, f, g = bottom.subplots(1, 4, width_ratios=(1.3, 1, 1, 0.7))
    n = data.sizes["cell"]
    for name in ("tone with strong", "tone with spikes", "tone, strong unpaired", "tone alone"):
        one = data.epsp_percent.sel(condition=name, pathway=1)
        mean, sem = one.mean("cell"), one.std("cell", ddof=min(n - 1, 1)) / n**0.5
        a.plot(data.time, mean, ".", color=SHOWN[name][1], ms=3.5, mew=0, label=name)
        a.fill_between(data.time, mean - sem, mean + sem, color=SHOWN[name][1], alpha=0.2, lw=0)
    a.set(xlabel="time (min)", ylabel=EPSP, title=f"a  The tone's EPSP in {n} cells each (mean, sem)")
    a.legend(loc="center right", bbox_to_anchor=(1, 0.35), fontsize=7.5)
    _records(b, data.epsp_trace, data.epsp_sample)
    b.set(ylabel="EPSP (mV)")
    b.set_title("b  The tone's EPSP in one cell", pad=26)
    b.legend(loc="upper right", fontsize=7.5)
    _records(c, -data.trace, data["sample"])
    c.set(ylabel="evoked field (mV)")
    c.set_title("c  The evoked field", pad=26)
    _bars(d, data, n)
    for name in ("tone with strong", "tone, strong unpaired"):
        e.plot(
            data.time, data.percent.sel(condition=name, pathway=1), ".", color=SHOWN[name][1], ms=3.5, mew=0, label=name
        )
    e.set(xlabel="time (min)", ylabel="slope of the evoked field (%)", title="e  The field rises if paired")
    e.legend(loc="center right", bbox_to_anchor=(1, 0.35), fontsize=7.5)
    f.set(xlabel="strong train after the tone's (ms)", title="f  Contiguity")
    g.set(xlabel="trains with spikes", title="g  Gradual")
    for axes, experiment, label in ((f, "lag", "lag"), (g, "count", "trains")):
        one = panels.of(data, experiment, label).sel(pathway=1)
        axes.errorbar(one[label], one.epsp_end, one.epsp_sd / n**0.5, fmt="o-", color=panels.BLUE, ms=4, capsize=2)
        axes.set(ylabel=EPSP, visible=one.sizes["condition"] > 0)
    for axes in (a, e):
        axes.axvline(0, color="0.3", lw=0.8, ls=":", zorder=0)
    for axes in (a, e, f, g):
        axes.axhline(100, color="0.8", lw=0.8, zorder=0)
    bottom.supxlabel(STAR, x=0.01, ha="left", fontsize=8, color=panels.RED)
    return figure


def _records(axes, trace, samples):
    """Records of three conditions side by side, before and after on top of each other."""
    length = samples.values[-1]
    for k, name in enumerate(("tone with strong", "tone with spikes", "tone, strong unpaired")):
        one, shift = 1e3 * trace.sel(condition=name, pathway=1), 1.12 * k * length
        for phase, style in (("before", {"color": "0.6", "lw": 2.2}), ("after", {"color": SHOWN[name][1], "lw": 1.4})):
            axes.plot(samples + shift, one.sel(phase=phase), label=None if k else phase, **style)
        axes.text(shift + length / 2, 1.0, name.replace(", ", ",\n"), color=SHOWN[name][1], fontsize=8, ha="center", va="bottom",
                  transform=axes.get_xaxis_transform())  # fmt: skip
    axes.axhline(0, color="0.85", lw=0.8, zorder=0)
    axes.set(xlabel=f"time from the stimulus (ms), {length:.0f} each", xticks=[])


def _bars(axes, data, n):
    late = data.epsp_cell.sel(condition=list(SHOWN), pathway=1)
    labels, colours = zip(*SHOWN.values(), strict=True)
    axes.barh(range(len(SHOWN)), late.mean("cell"), color=colours, height=0.65, alpha=0.75)
    for k, cells in enumerate(late.values):
        axes.plot(cells, k + np.linspace(-0.2, 0.2, n), ".", color="0.15", ms=3, mew=0)
    axes.set(
        yticks=range(len(SHOWN)),
        yticklabels=labels,
        xlabel=EPSP + ", last 5 min",
        title=f"d  Controls, dots: {n} cells each",
    )
    axes.axvline(100, color="0.6", lw=0.8)
    axes.invert_yaxis()
