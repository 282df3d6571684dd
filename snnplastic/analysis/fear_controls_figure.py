"""The figure of the controls of fear conditioning: responses and their growth above, weights, expression and PV cells below."""

import numpy as np

from . import fear_figure as panels

SHOWN = {
    "paired": panels.TONE,
    "unpaired": panels.PRINCIPAL,
    "calcium blocked": panels.EXTINCTION,
    "shock drives PV": panels.PV,
}
BANDS = {
    "unpaired": (0.7, 1.4),
    "tone alone": (0.7, 1.4),
    "shock alone": (0.7, 1.4),
    "nothing": (0.7, 1.4),
    "calcium blocked": (0.8, 1.2),
    "NMDA blocked": (0.8, 1.2),
}  # design targets
TOTAL = "\nthen paired"


def draw(data, names):
    """A matplotlib Figure from the Dataset of the protocol; `names` are {condition: name in the quantities}."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.6), layout="constrained")
    figure.suptitle(
        f"Only tones paired with shocks change the tone's response, and only while NMDA receptors let calcium in ({data.sizes['animal']} animals)"
    )
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.1, 1))
    ratio, histogram = upper.subplots(1, 2, width_ratios=(1.6, 1))
    _ratios(ratio, data, names)
    _histograms(histogram, data)
    weights, expressed, pv, gain = lower.subplots(1, 4, width_ratios=(1.7, 1.1, 1.1, 0.9))
    _weights(weights, data)
    _expression(expressed, data)
    _disinhibition(pv, gain, data)
    return figure


def dots(axes, at, values, colour, *, width=0.56):
    """A bar of the mean, a dot for each animal."""
    axes.bar(at, np.mean(values), width, color=colour, alpha=0.35, lw=0)
    spread = np.linspace(-0.3, 0.3, len(values)) * width if len(values) > 1 else [0.0]
    axes.plot(at + np.asarray(spread), values, "o", color=colour, ms=4)


def _ratios(axes, data, names):
    order = sorted(
        names, key=lambda c: ("paired" in c and c != "unpaired" or c == "shock drives PV", list(names).index(c))
    )
    for at, condition in enumerate(order):
        values = data[f"ratio_{names[condition]}"].values
        dots(axes, at, values, SHOWN.get(condition, "0.4" if "then" not in condition else panels.TONE))
        if condition in BANDS:
            axes.fill_between([at - 0.42, at + 0.42], *BANDS[condition], color="0.5", alpha=0.25, lw=0, zorder=0)
    axes.axhline(1, color="0.4", lw=0.8)
    axes.set_xticks(range(len(order)), [c.replace(", then paired", TOTAL).replace(" ", "\n", 1) for c in order])
    axes.plot([], [], "o", color="0.4", label="an animal; bar: mean")
    axes.fill_between([], [], [], color="0.5", alpha=0.25, label="design target")
    axes.legend(loc="upper left")
    axes.set(
        title="the early response grows with pairing alone",
        ylabel="rate 10 to 20 ms after onset, after / before training",
    )


def _histograms(axes, data):
    edges = data.bin.values
    shown = (edges > -20.1) & (edges < 59.9)
    psth = data.psth.sel(part="dorsal").mean("animal")
    width = edges[1] - edges[0]
    stop = np.append(edges[shown], edges[shown][-1] + width)
    axes.stairs(psth.sel(condition="before").values[shown], stop, color="k", lw=1, label="before training")
    for condition, colour in SHOWN.items():
        axes.stairs(
            psth.sel(condition=f"{condition}: test").values[shown],
            stop,
            color=colour,
            lw=1.8 if condition == "paired" else 1.3,
            label=condition,
        )
    axes.legend(loc="upper right")
    axes.set(title="dorsal cells, mean over animals", xlabel="time from tone onset (ms)", ylabel="rate (Hz)")
    axes.set_ylim(bottom=0)


def _weights(axes, data):
    w = data.w.sel(connection=["thalamic_principal", "cortical_principal"]).mean("connection")
    for condition, colour in {**SHOWN, "nothing": "0.5"}.items():
        curves = w.sel(condition=condition).values
        # the unpaired animals have twice as many trials: two make one repetition
        curves = curves[:, ::2] if condition == "unpaired" else curves
        curves = curves[:, np.isfinite(curves).all(0)]
        x = np.arange(curves.shape[1])
        axes.plot(x, curves.T, color=colour, lw=0.6, alpha=0.45)
        axes.plot(x, curves.mean(0), color=colour, lw=2, label=condition)
    axes.legend(loc="upper left")
    axes.set(title="mean weight of tone synapses", xlabel="repetitions of the training", ylabel="weight")


def _expression(axes, data):
    tests = {
        "before\ntraining": "before",
        "after": "paired: test",
        "after,\ncalcium\nblocked": "paired: test, calcium blocked",
        "after,\nNMDA\nblocked": "paired: test, NMDA blocked",
    }
    for at, condition in enumerate(tests.values()):
        dots(
            axes,
            at,
            data.response.sel(condition=condition).values,
            ("0.4", panels.TONE, panels.EXTINCTION, panels.EXTINCTION)[at],
        )
    axes.set_xticks(range(len(tests)), tests)
    axes.set(title="what was learned is expressed\nwithout plasticity", ylabel="rate 10 to 20 ms after onset (Hz)")


def _disinhibition(pv, gain, data):
    for at, (condition, colour) in enumerate((("paired", panels.TONE), ("shock drives PV", panels.PV))):
        of = data.sel(condition=condition)
        for k, values in enumerate((of.pv_rest.values, of.pv_shock.values)):
            dots(pv, at + (k - 0.5) * 0.4, values, colour, width=0.32)
        dots(gain, at, data["gain_paired" if at == 0 else "gain_reversed"].values, colour)
    pv.set_xticks([-0.2, 0.2, 0.8, 1.2], ["rest", "shock", "rest", "shock"])
    pv.set(title="a shock silences PV cells,\nor (reversed) drives them", ylabel="rate of PV cells (Hz)")
    gain.set_xticks([0, 1], ["paired", "shock\ndrives PV"])
    gain.set(title="weights grow less\nwithout disinhibition", ylabel="gain of the mean weight")
