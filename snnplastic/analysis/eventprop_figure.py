"""The figure of a training on spike times: accuracy by epoch, spikes of a sample, first output spikes of each class, decision map."""

import numpy as np

from .training_figure import CLASSES, decision_map

LINE = "#0c6b9a"


def draw(data):
    """A matplotlib Figure from the Dataset of the protocol."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.2), layout="constrained")
    (curves, losses, before, after), below = figure.subplots(2, 4)
    accuracy, seeds = 100 * data.accuracy.sel(split="test"), data.sizes["seed"]
    for k, row in enumerate(accuracy.values):
        curves.plot(data.epoch, row, color=LINE, lw=0.7, alpha=0.6, label="one seed" if not k else None)
    curves.plot(data.epoch, accuracy.mean("seed"), color=LINE, lw=2, label="mean")
    curves.axhline(97.5, color="0.6", lw=0.8, ls="--")
    final = 100 * data.final.values
    curves.set(
        title=f"{final.mean():.1f} % ({final.min():.1f} to {final.max():.1f}), seeds: {seeds}",
        xlabel="epoch",
        ylabel="test accuracy (%)",
    )
    curves.set_ylim(max(30, accuracy.values.min() - 2), 100)
    curves.legend(loc="lower right")
    for split, colour in (("train", LINE), ("test", "0.45")):
        losses.plot(data.epoch, data.loss.sel(split=split).mean("seed"), color=colour, label=split)
    losses.set(title="loss, mean of the seeds", xlabel="epoch", ylabel="loss (nat)", yscale="log")
    losses.legend()
    for k, (axes, name) in enumerate(((before, "before"), (after, "after"))):
        _raster(axes, data, k)
        axes.set(title=f"one sample, {name} training", xlabel="time (ms)", ylabel="neuron")
    for c, axes in enumerate(below[:3]):
        _first_spikes(axes, data, c)
    decision_map(below[3], data)
    return figure


def _raster(axes, data, when):
    mine = (data.raster_when.values == when) & (data.raster_sample.values == 0)
    time, layer, neuron = (data[f"raster_{name}"].values[mine] for name in ("time", "layer", "neuron"))
    last = data.sizes["layer"] - 1
    axes.plot(1e3 * time[layer < last], neuron[layer < last], "|", color="0.55", ms=4)
    for c, colour in enumerate(CLASSES):
        found = time[(layer == last) & (neuron == c)]
        if found.size:
            axes.axvline(1e3 * found.min(), color=colour, lw=1.5, label=f"output {c}, first spike")
    axes.legend(loc="upper right")


def _first_spikes(axes, data, truth):
    """Histograms of the first spike of each output over the samples of one class, first seed."""
    first = 1e3 * data.first_spike.values[0]
    found, own = first[data["class"].values == truth], first[np.isfinite(first)]
    edges = np.linspace(own.min(), own.max(), 60) if own.size else 10
    for c, colour in enumerate(CLASSES):
        axes.hist(found[:, c][np.isfinite(found[:, c])], edges, color=colour, alpha=0.6, label=f"output {c}")
    axes.set(title=f"first spikes, class {truth}", xlabel="time (ms)", ylabel="samples")
    axes.legend()
