"""The figure of the distal reward experiment: window, time courses, final weights, rank of the chosen synapse."""

import numpy as np

PAIRED, LATE, OTHERS = "C3", "C0", "0.45"
EFFECTIVE = (0.3, 2.0)  # s, dopamine after the pairing, in dendritic spines (Yagishita et al. 2014)


def draw(data):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 7), layout="constrained")
    (window, course), (weights, rank) = figure.subplots(2, 2)
    paired, late = (data.isel(network=np.flatnonzero(data.reward == kind)) for kind in ("paired", "late"))
    _window(window, data)
    _course(course, data, paired, late)
    _weights(weights, data, paired)
    _rank(rank, paired, late)
    return figure


def _window(axes, data):
    axes.axvspan(*EFFECTIVE, color="0.9", lw=0, label="effective in spines, 0.3 to 2 s")
    axes.axhline(0, color="0.8", lw=0.8)
    for sign, color in (("causal", PAIRED), ("acausal", LATE)):
        mine = data.sel(sign=sign).sortby("delay")
        delay = np.linspace(float(mine.delay.min()), float(mine.delay.max()), 400)
        axes.plot(delay, _between(mine, delay), color="0.3", lw=1, label="closed form" if sign == "causal" else None)
        axes.plot(mine.delay, mine.change, "o", color=color, ms=4, label=f"{sign} pairing, 10 ms")
    axes.set(xlabel="dopamine after the pairing (s)", ylabel="change of w", title="A pairing waits for dopamine")
    axes.legend(loc="lower right")


def _between(mine, delay):
    """The closed form between its points: two exponentials that meet at 0."""
    known, y = mine.delay.values, mine.closed_form.values
    found = np.full(delay.size, np.nan)
    for part, side in ((known <= 0, delay <= 0), (known >= 0, delay >= 0)):
        if part.sum() > 1:
            found[side] = np.sign(y[0]) * np.exp(np.interp(delay[side], known[part], np.log(np.abs(y[part]))))
    return found


def _course(axes, data, paired, late):
    minutes = data.time / 60
    for networks, color, label in (
        (paired, PAIRED, "chosen, reward 1 to 3 s after"),
        (late, LATE, "chosen, reward 20 to 60 s late"),
    ):
        for k in range(networks.sizes["network"]):
            axes.plot(minutes, networks.chosen[k], color=color, lw=0.8, alpha=0.5)
        if networks.sizes["network"]:
            axes.plot(
                minutes,
                networks.chosen.mean("network"),
                color=color,
                lw=2,
                label=f"{label}; mean of {networks.sizes['network']}",
            )
    axes.plot(data.snapshot / 60, paired["mean"].mean("network"), color=OTHERS, lw=2, label="all synapses, mean")
    axes.plot(
        data.snapshot / 60,
        paired.top.mean("network"),
        color=OTHERS,
        lw=1.2,
        ls="--",
        label="all synapses, 99th percentile",
    )
    axes.plot(
        [], [], " ", label=f"without dopamine no weight moves (largest change {float(data.moved_without_dopamine):.3g})"
    )
    axes.set(
        xlabel="time (min)",
        ylabel="w",
        ylim=(-0.05 * data.w_max, 1.65 * data.w_max),
        title="The chosen synapse, from 0",
    )
    axes.legend(loc="upper left")


def _weights(axes, data, paired):
    counts, n = paired.histogram.sum("network").values, paired.sizes["network"]
    axes.bar(
        data.bin,
        np.maximum(counts, 0.5),
        width=float(data.bin[1] - data.bin[0]),
        color=OTHERS,
        label="all other synapses",
    )
    above = counts.max() * np.geomspace(1.5, 6, n) if n > 1 else [2 * counts.max()]
    axes.plot(paired.w_end, above, "v", color=PAIRED, ms=5, label="chosen synapse, one mark a network", clip_on=False)
    axes.set(
        yscale="log",
        ylim=(None, 30 * counts.max()),
        xlabel="w at the end",
        ylabel=f"synapses in {n} networks",
        title="Few other weights end as high",
    )
    axes.legend(loc="upper left")


def _rank(axes, paired, late):
    start = 0
    for networks, color, label in ((paired, PAIRED, "reward 1 to 3 s after"), (late, LATE, "reward 20 to 60 s late")):
        n = networks.sizes["network"]
        if n:
            mean = float(networks["rank"].mean())
            axes.plot(
                np.arange(start, start + n),
                np.maximum(networks["rank"], 0.05),
                "o",
                color=color,
                label=f"{label}: mean {mean:.3g} %",
            )
        start += n
    axes.plot(
        np.arange(paired.sizes["network"]),
        np.maximum(paired.arrival_rank, 0.05),
        "x",
        color=PAIRED,
        label="were at 95 % of the maximum before it",
    )
    axes.axhline(50, color="0.8", lw=0.8, zorder=0)
    axes.axhline(1, color="0.6", lw=0.8, ls=":", zorder=0)
    axes.text(
        0.01, 50, "chance", transform=axes.get_yaxis_transform(), va="bottom", ha="left", fontsize="small", color="0.4"
    )
    axes.text(
        0.01, 1, "top 1 %", transform=axes.get_yaxis_transform(), va="bottom", ha="left", fontsize="small", color="0.4"
    )
    ticks = [*range(1, paired.sizes["network"] + 1), *range(1, late.sizes["network"] + 1)]
    axes.set(
        yscale="log",
        xlim=(-0.8, start - 0.4),
        ylim=(0.04, 3e3),
        xlabel="network, each with a seed of its own",
        ylabel="other synapses above it (%)",
        title="Rank of the chosen synapse",
    )
    axes.set_xticks(np.arange(start), ticks)
    axes.legend(loc="upper left")
