"""The figure of a training: learning curves, activity, each seed, spikes and read-out of one sample before and after."""

import numpy as np

TRAINED, CONTROLS = "#0c6b9a", ("0.45", "#c05a3a", "#7a4b8a")
CLASSES = ("#0c6b9a", "#e0a040", "#7a4b8a")


def draw(data, last=None):
    """A matplotlib Figure from the Dataset of a TaskProtocol.

    last(axes, data)   draws the last panel; the sample's input by default
    attrs of data      chance, bar (a line at what is to be reached), quantity (of `final`, "test accuracy"), curve ("loss" where no accuracy is counted)
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.2), layout="constrained")
    (curves, losses, activity, spread), (before, after, course, extra) = figure.subplots(2, 4)
    colours, counted = (TRAINED, *CONTROLS), data.attrs.get("curve") != "loss"
    split = "test" if np.isfinite(data.loss.sel(split="test")).any() else "train"
    for condition, colour in zip(data.condition.values, colours, strict=False):
        mine = data.sel(condition=condition)
        _seeds(curves, (100 * mine.accuracy if counted else mine.loss).sel(split=split), data.epoch, colour, str(condition))
        _seeds(losses, mine.loss.sel(split="train"), data.epoch, colour, str(condition))
        for k, style in zip(range(data.sizes["layer"] - 1), ("-", "--", ":"), strict=False):
            activity.plot(data.epoch, mine.spikes.isel(layer=k).mean("seed"), style, color=colour, label=f"{condition}, {data.layer.values[k]}")
    quantity, bar = data.attrs.get("quantity", f"{'test' if split == 'test' else 'training'} accuracy"), data.attrs.get("bar")
    if counted:
        curves.set(title=f"{data.sizes['seed']} seeds", ylabel=f"{quantity} (%)")
        if "chance" in data.attrs:
            curves.axhline(100 * data.attrs["chance"], color="0.6", lw=0.8, ls=":", label="chance")
    else:
        curves.set(title=f"{data.sizes['seed']} seeds, samples not trained on" if split == "test" else f"{data.sizes['seed']} seeds", ylabel="loss")
    losses.set(title="training", ylabel="loss", yscale="log")
    activity.set(title="activity", ylabel="spikes of a neuron in a sample", ylim=(0, None))
    for axes in (curves, losses, activity):
        axes.set(xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    _spread(spread, data, colours, quantity, bar)
    dt, steps = data.attrs["dt"] * 1e3, data.sizes["step"]
    for k, (axes, name) in enumerate(((before, "before"), (after, "after"))):
        _raster(axes, data, k, dt)
        axes.set(title=f"one sample, {name} training", xlabel="time (ms)", ylabel="hidden neuron", xlim=(0, steps * dt))
    few = data.sizes["output"] <= len(CLASSES)
    for k, style in enumerate((":", "-")):
        for c in range(data.sizes["output"]):
            label = f"output {c}" if k and few else None
            mine = few or c == int(data.get("shown_label", 0))
            colour = CLASSES[c] if few else TRAINED if mine else "0.75"
            course.plot(np.arange(steps) * dt, data.trace.values[k, :, 0, c], style, color=colour, label=label, lw=1.2 if mine else 0.7, zorder=2 + mine)
    course.set(title="its read-out; dotted: before" if few else "its read-out; blue: its class", xlabel="time (ms)", ylabel="potential (thresholds)")
    if few:
        course.legend()
    (last or _input)(extra, data)
    return figure


def _seeds(axes, values, epochs, colour, label):
    for row in values.values:
        seen = np.isfinite(row)
        axes.plot(epochs[seen], row[seen], color=colour, lw=0.6, alpha=0.5)
    mean = values.mean("seed").values
    axes.plot(epochs[np.isfinite(mean)], mean[np.isfinite(mean)], color=colour, lw=2, label=label)


def _spread(axes, data, colours, quantity, bar):
    n = data.sizes["seed"]
    for k, colour in zip(range(data.sizes["condition"]), colours, strict=False):
        final = 100 * data.final.values[k]
        axes.plot(np.full(n, k) + np.linspace(-0.12, 0.12, n), final, "o", color=colour)
        axes.hlines(final.mean(), k - 0.25, k + 0.25, color=colour)
    if bar is not None:
        axes.axhline(100 * bar, color="0.6", lw=0.8, ls="--")
    names = [str(c).replace(" ", "\n", 1) for c in data.condition.values]
    axes.set_xticks(range(len(names)), names)
    mean = ", ".join(f"{100 * m:.1f} %" for m in data.test_accuracy.values)
    axes.set(title=f"each seed; mean {mean}", ylabel=f"{quantity} (%)", xlim=(-0.6, len(names) - 0.4))


def _raster(axes, data, when, dt):
    """Spikes of the hidden layers, one above the other."""
    sizes = list(data.attrs["neurons"])[:-1] if np.ndim(data.attrs["neurons"]) else []
    below = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    mine = (data.raster_when.values == when) & (data.raster_sample.values == 0) & (data.raster_layer.values < len(sizes))
    time, layer, neuron = (data[f"raster_{name}"].values[mine] for name in ("step", "layer", "neuron"))
    axes.plot(time * dt, neuron + below[layer], "|", color=TRAINED, ms=3)
    for edge in below[1:-1]:
        axes.axhline(edge - 0.5, color="0.7", lw=0.8)
    axes.set_ylim(-1, max(below[-1], 1))
    axes.yaxis.get_major_locator().set_params(integer=True)


def _input(axes, data):
    dt = data.attrs["dt"] * 1e3
    axes.plot(data.input_step.values * dt, data.input_channel.values, "|", color="0.3", ms=2)
    axes.set(title="its input", xlabel="time (ms)", ylabel="channel", xlim=(0, data.sizes["step"] * dt), ylim=(-1, data.attrs["inputs"]))


def decision_map(axes, data):
    """What is decided where in a plane, from `decision` (row, column; -1: outside), with some test samples, `point` and `class`."""
    from matplotlib.colors import ListedColormap

    found = np.ma.masked_less(data.decision.values, 0)
    axes.imshow(found, origin="lower", extent=(0, 1, 0, 1), cmap=ListedColormap(CLASSES), vmin=0, vmax=2, alpha=0.35)
    for c, colour in enumerate(CLASSES):
        mine = data["class"].values[:400] == c
        axes.plot(*data.point.values[:400][mine].T, "o", color=colour, ms=2)
    axes.set(title="decision and test points", xlabel="x", ylabel="y", aspect="equal")
