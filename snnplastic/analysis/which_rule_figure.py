"""The table of which_rule as a figure: a cell per rule and experiment, and the best and worst curves behind it."""

import numpy as np


def draw(data):
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    families, experiments = list(data.family_name.values), list(data.experiment_name.values)
    figure = Figure(figsize=(11, 7))
    top, bottom = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    axes = top.subplots()
    E = data.E.values
    axes.imshow(np.where(np.isfinite(E), E, np.nan), norm=LogNorm(0.2, 30), cmap="RdYlGn_r", aspect="auto", alpha=0.55)
    for i in range(len(families)):
        for j in range(len(experiments)):
            kind = "fitted" if data.fitted.values[i, j] else "predicted"
            text = f"{E[i, j]:.2g}\n{kind}" if np.isfinite(E[i, j]) else f"{int(data.signs[i])} of 3 signs\n{kind}"
            if np.isfinite(E[i, j]) and E[i, j] >= 10:
                text = f"{E[i, j]:.0f}\n{kind}"
            axes.text(j, i, text, ha="center", va="center", fontsize=7.5, weight="bold" if kind == "fitted" else None)
    axes.set_xticks(range(len(experiments)), experiments)
    axes.set_yticks(
        range(len(families)), [f"{f}  ({n})" for f, n in zip(families, data.parameters.values, strict=True)]
    )
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.set_xlabel(
        "E: mean squared distance from the data in units of sem squared (1 is as good as the data allow); brackets: parameters"
    )
    shown = ("pairs in a row", "bouts of 5", "irregular firing")
    for panel, experiment in zip(bottom.subplots(1, len(shown), sharey=True), shown, strict=True):
        _curves(panel, data, experiment, families)
    return figure


def _curves(axes, data, experiment, families):
    mine = data.isel(condition=np.flatnonzero(data.experiment == experiment))
    rate, lag = np.array([_numbers(p) for p in mine.point.values]).T
    for k, family in enumerate(families):
        for side, style in ((10.0, "-"), (-10.0, "--"), (0.0, "-")):
            at = np.flatnonzero((mine.family == family) & (lag == side))
            if at.size:
                label = family if style == "-" else None
                axes.plot(rate[at], mine.dw.values[at], style, color=f"C{k}", lw=1, label=label)
    one = np.flatnonzero(mine.family == families[0])
    for side, marker in ((10.0, "o"), (-10.0, "s"), (0.0, "o")):
        at = one[lag[one] == side]
        if at.size:
            data, sem = mine.published.values[at], mine.published_sem.values[at]
            label = f"data, lag {side:+g} ms" if side else "data"
            axes.errorbar(rate[at], data, sem, fmt=f"k{marker}", ms=4, lw=1, capsize=2, zorder=5, label=label)
    axes.axhline(0, color="0.8", lw=0.8, zorder=0)
    axes.set(title=experiment.capitalize(), xlabel="rate (Hz)", ylim=(-1, 1.6))
    if experiment == "pairs in a row":
        axes.set_ylabel("dw = w/w_0 - 1")
        axes.legend(
            fontsize=6, loc="upper left", ncols=2, title="lines: lag +10 ms, broken: -10 ms", title_fontsize=6.5
        )


def _numbers(point):
    parts = dict(part.split("=") for part in point.split(";"))
    return float(parts["rate"]), float(parts.get("lag", 0))
