"""The figure of gradient_check: errors against the step of differences, one gradient against another, cosines by layer and over time."""

import numpy as np

from .gradient_quality import root_mean_square

COLOURS = {
    "e-prop, symmetric": "#0b6e99",
    "e-prop, random": "0.6",
    "e-prop, adaptive": "#6f4e7c",
    "SuperSpike": "#3a7d44",
    "OTTT": "#d1495b",
}
PROGRAMS = {"smooth": ("BPTT, smooth threshold", "#0b6e99"), "EventProp": ("EventProp, spike times", "#e09f3e")}
SHOWN = {
    "to_hidden_1": "inputs to\nhidden 1", "within_hidden_1": "within\nhidden 1", "to_hidden_2": "hidden 1 to\nhidden 2", "to_output": "hidden 2 to\noutput",
}  # fmt: skip


def draw(data):
    """A matplotlib Figure from the Dataset of the protocol."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.2), layout="constrained")
    above, below = figure.subfigures(2, 1)
    vee, alone, deep = above.subplots(1, 3, width_ratios=(1.25, 1, 1))
    layers, last, first = below.subplots(1, 3, width_ratios=(1.7, 1, 1))
    _differences(vee, data)
    _scatter(alone, data.scatter_alone.values, "one hidden layer: e-prop is BPTT")
    alone.text(
        0.04,
        0.95,
        f"largest difference\n{_number(data.alone_largest)} of the largest entry",
        transform=alone.transAxes,
        va="top",
        fontsize=8,
    )
    _scatter(
        deep, data.scatter_deep.values, "two hidden layers, the first recurrent:\ne-prop leaves paths out in the first"
    )
    shown = data.cosine.sel(rule="e-prop, symmetric", connection="to_hidden_1").values[0]
    deep.text(0.04, 0.95, f"cosine {shown:.2f}", transform=deep.transAxes, va="top", fontsize=8)
    _layers(layers, data)
    _late(last, data, "to_hidden_2", "weights to hidden 2: e-prop keeps all old\ncredit, SuperSpike most, OTTT less")
    _late(first, data, "to_hidden_1", "weights to hidden 1: paths through\nother spikes are always missing")
    last.legend(loc="lower left")
    return figure


def _number(value):
    mantissa, exponent = f"{float(value):.0e}".split("e")
    return rf"${mantissa} \times 10^{{{int(exponent)}}}$"


def _differences(axes, data):
    """The error of each direction; crosses where a spike appeared or vanished; lines through the root mean square of the rest."""
    root = root_mean_square(data)
    for program, (name, colour) in PROGRAMS.items():
        mine = data.sel(program=program)
        kept = mine.same_spikes.values
        h = np.broadcast_to(data.h.values, kept.shape)
        axes.plot(
            data.h, root.sel(program=program), color=colour, lw=2, label=f"{name}: best {_number(mine.best_error)}"
        )
        axes.plot(h[kept], mine.error.values[kept], "o", color=colour, ms=3, alpha=0.5)
        if not kept.all():
            axes.plot(
                h[~kept],
                mine.error.values[~kept],
                "x",
                color=colour,
                ms=5,
                label="a spike appeared or vanished: left out",
            )
    for h, guide, text in (
        (np.array([1e-5, 1e-3]), lambda h: 1e4 * h**2, "$h^2$"),
        (np.array([1e-9, 1e-7]), lambda h: 3e-13 / h, "$1/h$"),
    ):
        axes.plot(h, guide(h), ":", color="0.4", lw=1)
        axes.text(np.sqrt(h.prod()), 3 * guide(np.sqrt(h.prod())), text, color="0.4", ha="center")
    axes.set(
        xscale="log", yscale="log", xlabel="relative step h of the differences", ylabel="error of the slope, relative", ylim=(None, 50),
        title="differences agree with both exact gradients\nuntil they are limited by rounding",
    )  # fmt: skip
    axes.legend(loc="upper center")


def _scatter(axes, pair, title):
    """Each synapse: its gradient by e-prop against that by BPTT, in units of the largest of BPTT."""
    mine, exact = pair / np.abs(pair[1]).max()
    most = 1.08 * max(1, np.abs(mine).max())
    axes.plot([-most, most], [-most, most], color="0.7", lw=1, zorder=0)
    axes.plot(exact, mine, "o", color=COLOURS["e-prop, symmetric"], ms=3, alpha=0.6)
    axes.set(
        title=title,
        xlabel="gradient by BPTT (of its largest)",
        ylabel="gradient by e-prop",
        xlim=(-most, most),
        ylim=(-most, most),
    )


def _layers(axes, data):
    """A point for each network; all random feedbacks; the band of random vectors."""
    width = 0.8 / data.sizes["rule"]
    for k, connection in enumerate(data.connection.values):
        band = float(data.chance.sel(connection=connection))
        axes.fill_between(
            [k - 0.42, k + 0.42], -band, band, color="0.85", lw=0, zorder=0, label=None if k else "random vectors, 95 %"
        )
        for r, rule in enumerate(data.rule.values):
            at = k + (r - (data.sizes["rule"] - 1) / 2) * width
            of = data.random_cosine if rule == "e-prop, random" else data.cosine.sel(rule=rule)
            values = of.sel(connection=connection).values.ravel()
            spread = np.linspace(-0.3, 0.3, values.size) * width
            label = f"{rule}{f', {data.updates} updates' if rule == 'e-prop, adaptive' else ''}"
            axes.plot(at + spread, values, "o", color=COLOURS[rule], ms=3.5, alpha=0.8, label=None if k else label)
            axes.hlines(values.mean(), at - 0.4 * width, at + 0.4 * width, color=COLOURS[rule], lw=2)
    axes.axhline(0, color="0.6", lw=0.6, zorder=0)
    axes.set_xticks(range(data.sizes["connection"]), [SHOWN[str(c)] for c in data.connection.values])
    axes.set(
        ylim=(-1, 1.08), ylabel="cosine to the gradient by BPTT",
        title="exact at the output, near in hidden 2, partly right in hidden 1;\nrandom feedback is chance, wider than random vectors",
    )  # fmt: skip
    axes.legend(loc="lower right", ncols=2)


def _late(axes, data, connection, title):
    axes.axvspan(0, data.n_cue, color="0.92", lw=0, zorder=0)
    axes.text(data.n_cue / 2, 1.045, "input", ha="center", va="center", color="0.4", fontsize=8)
    mine = data.late_cosine.sel(connection=connection)
    for rule in data.online.values:
        for row in mine.sel(online=rule).values:
            axes.plot(data.time, row, color=COLOURS[rule], lw=0.7, alpha=0.6)
        axes.plot(data.time, mine.sel(online=rule).mean("timed"), color=COLOURS[rule], lw=2.2, label=str(rule))
    axes.axhline(0, color="0.6", lw=0.6, zorder=0)
    low = min(-0.1, float(mine.min()) - 0.05)
    axes.set(
        title=title,
        xlabel="step of the only error (ms)",
        ylabel="cosine to BPTT",
        xlim=(0, data.n_steps),
        ylim=(low, 1.1),
    )
