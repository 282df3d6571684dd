"""The figure of the voltage pairing protocol, from its Dataset and the rows of its target files."""

import numpy as np


def draw(data, targets):
    """Six panels; `targets` maps the name of a target file to its rows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 6.6))
    for panel, axes in zip(
        (frequency, reference, lags, clamp, bursts, without), figure.subplots(2, 3).ravel(), strict=True
    ):
        panel(axes, data, targets)
    return figure


def part(data, experiment, **where):
    """The conditions of one experiment, and of some coordinates."""
    mask = data["experiment"].values == experiment
    for name, value in where.items():
        mask &= data[name].values == value
    return data.isel(condition=np.flatnonzero(mask))


def frequency(axes, data, targets):
    for lag, color, marker in ((10, "C0", "o"), (-10, "C1", "s")):
        mine = part(data, "frequency", lag=lag).sortby("rate")
        axes.plot(mine.rate, mine.percent, color=color, lw=1.6, label=f"lag {lag:+d} ms")
        rows = [r for r in targets["sjostrom_2001_frequency"] if r["condition"].endswith(f"lag={lag}")]
        x = [float(r["condition"].partition(";")[0].partition("=")[2]) for r in rows]
        y, sem = (np.array([float(r[k]) for r in rows]) * 100 for k in ("value", "sem"))
        axes.errorbar(x, 100 + y, sem, fmt=marker, color=color, ms=4, capsize=2, lw=1)
    axes.plot([], [], "k.", label="Sjöström et al. 2001, mean ± sem")
    axes.set(xlabel="rate of pairs (Hz)", ylabel="weight (% of start)", title="Post before pre turns at 40 Hz")
    finish(axes)


def reference(axes, data, targets):
    for name, target, marker, label in (
        ("nest", "clopath_nest", "o", "NEST"),
        ("modeldb", "clopath_modeldb", "s", "authors' program"),
    ):
        rows = [r for r in targets[target] if r["condition"].startswith(f"experiment={name};")]
        for lag, color in ((10, "C0"), (-10, "C1")):
            mine = part(data, name, lag=lag)
            keys = {
                f"rate={rate:g};lag={lag}": value
                for rate, value in zip(mine.rate.values, mine.percent.values, strict=True)
            }
            points = [(float(r["value"]), keys[k]) for r in rows if (k := r["condition"].partition(";")[2]) in keys]
            axes.plot(
                *np.array(points).reshape(-1, 2).T, marker, color=color, mfc="none", ms=6, label=f"{label}, {lag:+d} ms"
            )
    axes.axline((100, 100), slope=1, color="0.6", lw=0.8, zorder=0)
    axes.set(xlabel="weight in the program (%)", ylabel="weight here (%)", title="Two programs, the same rule")
    if axes.get_legend_handles_labels()[0]:
        axes.legend()


def lags(axes, data, _):
    mine = part(data, "lags")
    for k, rate in enumerate(np.unique(mine.rate)):
        curve = part(data, "lags", rate=rate).sortby("lag")
        axes.plot(curve.lag, curve.percent, "o-", color=f"C{k + 2}", ms=3, label=f"{rate:g} Hz")
    axes.axvline(0, color="0.8", lw=0.8, zorder=0)
    axes.set(xlabel="lag t_post - t_pre (ms)", ylabel="weight (% of start)", title="Order decides at low rates only")
    finish(axes)


def clamp(axes, data, _):
    mine = part(data, "clamp").sortby("v_end")
    axes.plot(mine.v_end, mine.percent, "ko-", ms=3)
    for name, place in (("theta_minus", "θ−"), ("theta_plus", "θ+")):
        axes.axvline(data.attrs[name], color="0.5", lw=0.8, ls="--", zorder=0)
        axes.annotate(
            place,
            (data.attrs[name], 0.92),
            xycoords=("data", "axes fraction"),
            xytext=(3, 0),
            textcoords="offset points",
        )
    axes.set(
        xlabel="held potential (mV)", ylabel="weight (% of start)", title="Clamp: nothing, depression, potentiation"
    )
    finish(axes, legend=False)


def bursts(axes, data, _):
    for count, marker in ((2, "o"), (3, "s")):
        for lag, color in ((10, "C0"), (-10, "C1")):
            mine = part(data, "bursts", burst=count, lag=lag).sortby("burst_rate")
            axes.plot(
                mine.burst_rate,
                mine.percent,
                f"{marker}-",
                color=color,
                ms=4,
                mfc="w" if count == 2 else None,
                label=f"{count} spikes, {lag:+d} ms",
            )
    for lag, color in ((10, "C0"), (-10, "C1")):
        for value in part(data, "bursts", burst=1, lag=lag).percent.values:
            axes.axhline(value, color=color, lw=0.8, ls=":", label=f"1 spike, {lag:+d} ms")
    axes.set(
        xlabel="rate within the burst (Hz)",
        ylabel="weight (% of start)",
        title="Fast bursts potentiate if pre is first",
    )
    finish(axes)


def without(axes, data, _):
    mine, width = part(data, "without", rate=50.0), 0.38
    labels = list(dict.fromkeys(mine.variant.values))
    for shift, lag, color in ((-0.5, 10, "C0"), (0.5, -10, "C1")):
        height = [float(part(data, "without", rate=50.0, lag=lag, variant=label).percent[0]) - 100 for label in labels]
        axes.bar(
            np.arange(len(labels)) + shift * width, height, width, bottom=100, color=color, label=f"{lag:+d} ms, 50 Hz"
        )
    axes.set_xticks(
        np.arange(len(labels)),
        [label.replace(" ", "\n", 1).replace("afterp", "after-\np") for label in labels],
        fontsize=7.5,
    )
    axes.set(ylabel="weight (% of start)", title="One piece of the program left out")
    finish(axes)


def finish(axes, legend=True):
    axes.axhline(100, color="0.8", lw=0.8, zorder=0)
    if legend and axes.get_legend_handles_labels()[0]:
        axes.legend()
