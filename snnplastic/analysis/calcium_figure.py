"""The figure of calcium_regimes: simulated points with standard errors beside the mean-field theory and published data."""

import numpy as np

from ..targets import read_targets

SHAPES = {
    "DP": "depression, then potentiation", "DPD": "depression on both sides", "DPD'": "the same, on a pedestal",
    "P": "potentiation only", "D": "narrow depression", "D'": "broad depression",
}  # fmt: skip


def draw(data, curves, cortex):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 8.2))
    axes = figure.subplots(3, 3)
    for k, (name, panel) in enumerate(zip(curves, axes[:2].flat, strict=True)):
        mine = data.isel(condition=np.flatnonzero((data.experiment == "curve") & (data.set == name))).sortby("lag")
        _points(panel, mine, "lag", f"C{k}", f"{2 * int(data.n_noisy)} noisy synapses")
        panel.set(title=f"{name}: {SHAPES[name]}", xlabel="lag t_post - t_pre (ms)", ylim=(0.55, 1.6))
        if k == 0:
            panel.legend(loc="upper left")
    _frequency(axes[2, 0], data, cortex)
    _bursts(axes[2, 1], data)
    _transitions(axes[2, 2], data)
    for panel in axes[:, 0]:
        panel.set_ylabel("mean weight, after / before")
    for panel in axes.flat[:8]:
        panel.axhline(1, color="0.8", lw=0.8, zorder=0)
    return figure


def _points(axes, mine, x, colour, label):
    axes.plot(mine[x], mine.change_theory, color=colour, lw=1.2, label="mean-field theory" if label else None)
    axes.errorbar(mine[x], mine.change, mine.change_sem, fmt=".", color=colour, ms=5, lw=0.8, label=label)


def _frequency(axes, data, cortex):
    for lag, colour in ((10.0, "C0"), (-10.0, "C1")):
        mine = data.isel(condition=np.flatnonzero((data.experiment == "frequency") & (data.lag == lag))).sortby("rate")
        if not mine.sizes["condition"]:
            continue
        _points(axes, mine, "rate", colour, "")
        rows = [r for r in read_targets("sjostrom_2001_frequency") if f"lag={lag:g}" == r["condition"].split(";")[1]]
        rate, dw, sem = (
            [float(v) for v in c]
            for c in zip(*((r["condition"].split(";")[0][5:], r["value"], r["sem"]) for r in rows), strict=True)
        )
        axes.errorbar(
            rate,
            1 + np.array(dw),
            sem,
            fmt="s",
            mfc="none",
            color=colour,
            ms=5,
            lw=0.8,
            capsize=2,
            label=f"data, lag {lag:+g} ms",
        )
    axes.set(title=f"Frequency, {cortex} set", xlabel="rate of 75 pairs (Hz)")
    axes.legend(loc="upper left", title="Sjöström et al. 2001 (squares)", title_fontsize=7.5)


def _bursts(axes, data):
    shown = (
        ("pairs", 200, "C0", "1 + 1 spikes, 200 times"),
        ("bursts", 100, "C1", "1 + 2 spikes, 100 times"),
        ("bursts", 30, "C3", "1 + 2 spikes, 30 times"),
    )
    for experiment, count, colour, label in shown:
        mine = data.isel(condition=np.flatnonzero((data.experiment == experiment) & (data["count"] == count))).sortby(
            "lag"
        )
        if mine.sizes["condition"]:
            _points(axes, mine, "lag", colour, label)
    handles, labels = axes.get_legend_handles_labels()
    kept = [(h, lab) for h, lab in zip(handles, labels, strict=True) if "theory" not in lab]
    if kept:
        axes.legend(*zip(*kept, strict=True), loc="upper left")
    axes.set(title="Hippocampal slices at 5 Hz: bursts", xlabel="lag of the last spike (ms)")


def _transitions(axes, data):
    for key, colour, label in (("U", "C2", "DOWN to UP"), ("D", "C6", "UP to DOWN")):
        p = data[f"{key}_theory"]
        error = np.sqrt(p * (1 - p) / data.n_noisy)
        axes.errorbar(
            p, data[key], error, fmt=".", color=colour, ms=4, lw=0.6, label=f"{label} ({int(data.n_noisy)} each)"
        )
    axes.plot([0, 1], [0, 1], color="0.4", lw=0.8, zorder=0)
    axes.set(title="Transitions under noise", xlabel="probability, theory", ylabel="share of synapses")
    axes.legend(loc="upper left")
