"""The figure of a training: learning curves, spikes and read-out before and after, decision map."""

import numpy as np

CLASSES = ("#0c6b9a", "#e0a040", "#7a4b8a")
TRAINED, CONTROL = "#0c6b9a", "0.45"


def draw(data):
    """A matplotlib Figure from the Dataset of the protocol."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.2), layout="constrained")
    (curves, losses, activity, decision), (before, after, course, spread) = figure.subplots(2, 4)
    seeds = data.sizes["seed"]
    for condition, colour in zip(data.condition.values, (TRAINED, CONTROL), strict=True):
        mine = data.sel(condition=condition)
        _seeds(curves, 100 * mine.accuracy.sel(split="test"), data.epoch, colour, str(condition))
        _seeds(losses, mine.loss.sel(split="train"), data.epoch, colour, f"{condition}, training")
        _seeds(activity, mine.spikes, data.epoch, colour, str(condition))
    curves.axhline(100 / 3, color="0.6", lw=0.8, ls=":")
    mean = 100 * data.test_accuracy.values
    curves.set(title=f"{seeds} seeds: {mean[0]:.1f} % and {mean[1]:.1f} %", xlabel="epoch", ylabel="test accuracy (%)", ylim=(30, 100))
    curves.legend(loc="lower right")
    losses.set(title="training loss", xlabel="epoch", ylabel="cross-entropy (nat)", yscale="log")
    activity.set(title="activity of the hidden layer", xlabel="epoch", ylabel="spikes of a neuron in a sample", ylim=(0, None))
    _map(decision, data)
    dt = data.attrs["dt"] * 1e3
    for k, (axes, name) in enumerate(((before, "before training"), (after, "after training"))):
        mine = data.raster_when.values == k
        axes.plot(data.raster_step.values[mine] * dt, data.raster_neuron.values[mine], "|", color=TRAINED, ms=4)
        axes.set(title=f"one sample, {name}", xlabel="time (ms)", ylabel="hidden neuron", xlim=(0, data.sizes["step"] * dt))
        axes.set_ylim(-1, max(1, data.raster_neuron.values.max(initial=0)) + 1)
    for k, style in enumerate((":", "-")):
        for c, colour in enumerate(CLASSES):
            course.plot(np.arange(data.sizes["step"]) * dt, data.trace.values[k, :, c], style, color=colour, label=f"class {c}" if k else None)
    course.set(title="its read-out; dotted: before", xlabel="time (ms)", ylabel="potential (thresholds)")
    course.legend()
    for k, colour in enumerate((TRAINED, CONTROL)):
        final = 100 * data.final.values[k]
        spread.plot(np.full(seeds, k) + np.linspace(-0.12, 0.12, seeds), final, "o", color=colour)
        spread.hlines(final.mean(), k - 0.25, k + 0.25, color=colour)
    spread.axhline(97.5, color="0.6", lw=0.8, ls="--")
    spread.set_xticks(range(2), [str(c) for c in data.condition.values])
    spread.set(title="each seed; dashed: target", ylabel="test accuracy (%)", xlim=(-0.6, 1.6))
    return figure


def _seeds(axes, values, epochs, colour, label):
    for row in values.values:
        axes.plot(epochs, row, color=colour, lw=0.6, alpha=0.5)
    axes.plot(epochs, values.mean("seed"), color=colour, lw=2, label=label)


def _map(axes, data):
    from matplotlib.colors import ListedColormap

    found = np.ma.masked_less(data.decision.values, 0)
    axes.imshow(found, origin="lower", extent=(0, 1, 0, 1), cmap=ListedColormap(CLASSES), vmin=0, vmax=2, alpha=0.35)
    for c, colour in enumerate(CLASSES):
        mine = data["class"].values[:400] == c
        axes.plot(*data.point.values[:400][mine].T, "o", color=colour, ms=2)
    axes.set(title="decision and test points", xlabel="x", ylabel="y", aspect="equal")
