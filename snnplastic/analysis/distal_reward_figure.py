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
    axes.axvspan(*EFFECTIVE, color="0.9", lw=0, label="dopamine effective in spines, 0.3 to 2 s")
    axes.axhline(0, color="0.8", lw=0.8)
    for sign, color in (("causal", PAIRED), ("acausal", LATE)):
        mine = data.sel(sign=sign).sortby("delay")
        delay = np.linspace(float(mine.delay.min()), float(mine.delay.max()), 400)
        axes.plot(delay, _between(mine, delay), color="0.3", lw=1, label="closed form" if sign == "causal" else None)
        axes.plot(mine.delay, mine.change, "o", color=color, ms=4, label=f"{sign} pairing, 10 ms")
    axes.set(xlabel="dopamine after the pairing (s)", ylabel="change of w", title="One pairing waits for dopamine")
    axes.legend(loc="upper right")


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
    for networks, color, label in ((late, LATE, "chosen, reward 20 to 60 s late"), (paired, PAIRED, "chosen, reward 1 to 3 s after")):
        for k in range(networks.sizes["network"]):
            axes.plot(minutes, networks.chosen[k], color=color, lw=0.8, alpha=0.5)
        if networks.sizes["network"]:
            axes.plot(minutes, networks.chosen.mean("network"), color=color, lw=2, label=f"{label}; mean of {networks.sizes['network']}")
    axes.plot(data.snapshot / 60, paired["mean"].mean("network"), color=OTHERS, lw=2, label="all synapses, mean")
    axes.plot(data.snapshot / 60, paired.top.mean("network"), color=OTHERS, lw=1.2, ls="--", label="all synapses, 99th percentile")
    axes.set(xlabel="time (min)", ylabel="w", ylim=(-0.05 * data.w_max, 1.55 * data.w_max), title="The chosen synapse starts at 0 and grows")
    axes.legend(loc="upper left")


def _weights(axes, data, paired):
    counts = paired.histogram.sum("network").values
    axes.bar(data.bin, np.maximum(counts, 0.5), width=float(data.bin[1] - data.bin[0]), color=OTHERS, label="all other synapses")
    for k in range(paired.sizes["network"]):
        axes.axvline(float(paired.w_end[k]), color=PAIRED, lw=1, label="chosen synapse of each network" if k == 0 else None)
    axes.set(yscale="log", xlabel="w at the end", ylabel=f"synapses in {paired.sizes['network']} networks", title="Final weights")
    axes.legend(loc="upper right")


def _rank(axes, paired, late):
    start = 0
    for networks, color, label in ((paired, PAIRED, "paired"), (late, LATE, "late")):
        n = networks.sizes["network"]
        x = np.arange(start, start + n)
        axes.plot(x, np.maximum(networks["rank"], 1e-3), "o", color=color, label=f"{label}: above it at the end (mean {float(networks['rank'].mean()):.3g} %)" if n else None)
        axes.plot(x, np.maximum(networks.arrival_rank, 1e-3), "x", color=color, label=f"{label}: at 95 % of the maximum before it" if n else None)
        start += n
    axes.axhline(50, color="0.8", lw=0.8, zorder=0)
    axes.axhline(1, color="0.6", lw=0.8, ls=":", zorder=0)
    axes.text(start - 0.6, 50, "chance", va="bottom", ha="right", fontsize="small", color="0.4")
    axes.text(start - 0.6, 1, "top 1 %", va="bottom", ha="right", fontsize="small", color="0.4")
    ticks = [*range(1, paired.sizes["network"] + 1), *range(1, late.sizes["network"] + 1)]
    axes.set(yscale="log", ylim=(5e-4, 3e3), xlabel="network, from the first seed", ylabel="other synapses (%)", title="Rank of the chosen synapse")
    axes.set_xticks(np.arange(start), ticks)
    axes.legend(loc="upper left", ncols=2)
