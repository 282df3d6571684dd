"""The figure of fear conditioning: responses of cells above, the circuit and single tones in the middle, learning curves below."""

import numpy as np

from . import fear_figure as panels
from .fear_schematic import schematic


def draw(data, phases):
    """A matplotlib Figure from the Dataset of the protocol; `phases` are the names of the session's parts."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 10), layout="constrained")
    rows = figure.subfigures(3, 1, height_ratios=(0.9, 1.15, 1))
    _histograms(rows[0], data)
    middle = rows[1].subfigures(1, 2, width_ratios=(1.25, 1))
    axes = middle[0].subplots()
    schematic(axes, size=7.5)
    axes.set_title("the circuit")
    _rasters(middle[1], data)
    _curves(rows[2], data, phases)
    return figure


def _histograms(part, data):
    edges = data.bin.values / 1e3
    shown = (edges > -0.0501) & (edges < 0.0999)
    dorsal = data.psth.sel(part="dorsal").mean("animal")
    top = float(dorsal.sel(condition="after").max()) * 1.15
    titles = {
        "before": "before training",
        "during": "after 3 pairings",
        "after": "after training",
        "extinguished": "after extinction",
    }
    for k, (axes, (phase, title)) in enumerate(zip(part.subplots(1, 4, sharey=True), titles.items(), strict=True)):
        before = dorsal.sel(condition="before").values[shown] if phase != "before" else None
        panels.psth_panel(axes, edges[shown], dorsal.sel(condition=phase).values[shown], before=before, legend=k == 2)
        axes.set(title=title, ylim=(0, top))
        if k:
            axes.set_ylabel("")
    part.suptitle(
        f"tone responses of dorsal lateral amygdala cells, mean of {data.sizes['animal']} animals, frozen probes"
    )


def _rasters(part, data):
    phase, cell, time = (data[f"raster_{k}"].values for k in ("phase", "cell", "time"))
    part.suptitle(f"one tone, animal {int(data.animal[0])}")
    names = ("before", "after", "extinguished")
    grown = np.bincount(cell[phase == "after"], minlength=200) - np.bincount(cell[phase == "before"], minlength=200)
    for k, (axes, name) in enumerate(zip(part.subplots(1, 3, sharey=True), names, strict=True)):
        mine = phase == name
        panels.raster(axes, cell[mine], time[mine], sort_by=grown)
        axes.set_title(name if name != "extinguished" else "after extinction")
        axes.set(ylabel="principal cell, sorted by growth" if k == 0 else "", xlabel="ms from onset")


def _curves(part, data, phases):
    curve, growth, weights, shares = part.subplots(1, 4, width_ratios=(2, 1, 1.1, 1.1))
    spans = list(zip(phases, data.phase_first.values, data.phase_last.values, strict=True))
    length = int(data.phase_last.max())
    panels.seed_curves(
        curve, data.freezing.sel(condition="training").values[:, :length], phases=spans, colour=panels.CENTRAL
    )
    curve.set(title="fear is learned, then extinguished", ylabel="freezing during the tone (%)", ylim=(0, 100))
    curve.legend(loc="lower left", bbox_to_anchor=(0.42, 0.05))
    pairings = np.arange(data.sizes["pairings"])
    panels.seed_curves(growth, data.acquisition.values, x=pairings, colour=panels.TONE)
    growth.axvline(float(data.half_trial_mean), color="0.5", ls=":", lw=1)
    growth.set(
        title=f"half-way after {float(data.half_trial_mean):.1f} pairings",
        xlabel="pairings done",
        ylabel="10 to 15 ms (Hz)",
    )
    growth.set_ylim(bottom=0)
    panels.weights_panel(
        weights, {str(p): data.weights.sel(phase=p).values for p in data.phase.values}, w_0=0.4, bounds=(0, 1)
    )
    weights.tick_params(axis="x", labelrotation=30)
    weights.set(title="tone synapses, one animal")
    share = data.share.values
    shares.bar(range(share.shape[0]), share.mean(1), color=panels.EXTINCTION, alpha=0.5)
    for k, row in enumerate(share):
        shares.plot(np.full(row.size, k), row, "o", color=panels.EXTINCTION, ms=4)
    shares.set_xticks(
        range(share.shape[0]), [str(m).replace("_B", "$_B$").replace(" ", "\n", 1) for m in data.mechanism.values]
    )
    shares.axhline(0, color="0.4", lw=0.8)
    shares.set(title="why the response falls", ylabel="share of the fall (%)")
