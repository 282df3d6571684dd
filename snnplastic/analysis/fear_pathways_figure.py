"""The figure of the two routes: histograms of each above, freezing, latencies of cells and tones to the criterion below."""

import numpy as np

from . import fear_figure as panels
from .fear_controls_figure import dots

COLOURS = (panels.PRINCIPAL, panels.TONE, panels.EXTINCTION)
BINS = np.arange(0, 50, 5)  # ms


def draw(data, names):
    """A matplotlib Figure from the Dataset of the protocol; `names` are {condition: name in the quantities}."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 9), layout="constrained")
    figure.suptitle(
        "Either route to the lateral amygdala learns alone, more slowly than both; "
        f"without the thalamic one cells answer later ({data.sizes['animal']} animals)"
    )
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.55, 1))
    _histograms(upper, data, names)
    latency, freezing, tones = lower.subplots(1, 3, width_ratios=(1.2, 1.5, 0.9))
    _latencies(latency, data, names)
    for (condition, name), colour in zip(names.items(), COLOURS, strict=True):
        curves = data.freezing.sel(condition=condition).values
        x = np.arange(1, curves.shape[1] + 1)
        freezing.plot(x, curves.T, color=colour, lw=0.5, alpha=0.35)
        freezing.plot(x, curves.mean(0), color=colour, lw=2.2)
        dots(tones, list(names).index(condition), data[f"tones_{name}"].values, colour)
    freezing.axhline(float(data.criterion), color="0.5", ls=":", lw=1)
    freezing.text(0.2, float(data.criterion) + 1, "criterion", va="bottom", fontsize=7, color="0.3")
    freezing.set(
        title="freezing, thin: each animal",
        xlabel="tone (each ends with a shock)",
        ylabel="freezing before the shock (%)",
        ylim=(0, 100),
    )
    freezing.set_xticks(range(0, x[-1] + 1, 5))
    tones.axhline(
        1.5 * float(data.tones_intact_mean), color="0.5", ls="--", lw=1, label="design target: at least 1.5 x intact"
    )
    tones.set_ylim(top=1.25 * max(float(data[f"tones_{n}_high"]) for n in names.values()))
    tones.legend(loc="upper left")
    tones.set_xticks(range(len(names)), [c.replace(" ", "\n", 1) for c in names])
    tones.set(title="one route alone is slower", ylabel="tones to criterion")
    return figure


def _histograms(part, data, names):
    edges = data.bin.values / 1e3
    shown = (edges > -0.0301) & (edges < 0.0799)
    rate = data.psth.mean("animal")
    axes = part.subplots(2, 3, sharey="row")
    for row, area in enumerate(("dorsal", "ventral")):
        for column, (condition, name) in enumerate(names.items()):
            each = axes[row, column]
            before, after = (
                rate.sel(condition=f"{condition}, {when}", part=area).values[shown] for when in ("before", "after")
            )
            panels.psth_panel(
                each,
                edges[shown],
                after,
                before=before,
                early=(0.02, 0.03) if name == "cortical" else panels.EARLY,
                legend=row == 0,
            )
            middle = float(data.latency.sel(part=area, route=condition).median())
            each.set_title(f"{condition}, {area}: median cell at {middle:g} ms")
            each.set_ylim(0, 1.05 * float(rate.sel(part=area).max()))
            each.set(ylabel=each.get_ylabel() if column == 0 else "")


def _latencies(axes, data, names):
    for condition, colour in zip(names, COLOURS, strict=True):
        found = data.cell_latency.sel(route=condition).values
        share = [100 * np.mean(np.isclose(found, start)) for start in BINS]
        axes.stairs(share, [*BINS, BINS[-1] + 5], color=colour, lw=1.8, label=condition)
    for first, last in ((10, 15), (20, 30)):
        axes.axvspan(first, last, color="0.92", lw=0, zorder=-1, label=None if last == 30 else "design targets")
    axes.legend(loc="upper right")
    axes.set(
        title="latency of single cells after training",
        xlabel="first bin beyond rest + 3 sd (ms)",
        ylabel="share of principal cells (%)",
    )
