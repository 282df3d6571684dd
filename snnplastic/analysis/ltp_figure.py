"""Figure of ltp_pairing: pairing and its controls, beside published values, across calcium gains, parameter sets and sweeps.

Panels without data are left out, and a title states a finding only where the data show it."""

from functools import partial
from textwrap import fill

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

PAIRING = "#0072B2"
SHOWN = {  # (name, pathway): (label, colour), mostly from Okabe & Ito's colour-blind safe palette
    ("pairing", 1): ("pairing", PAIRING), ("pairing, held at 0 mV, 2 Hz", 1): ("pairing, held at 0 mV, 2 Hz", "#4C9CCB"),
    ("pairing, spiking current pulses", 1): ("pairing, spiking pulses", "#8FC1E0"), ("pairing", 2): ("pairing, silent pathway 2", "#7F7F7F"),
    ("stimuli alone", 1): ("stimuli alone", "#E69F00"), ("depolarisation alone", 1): ("depolarisation alone", "#CC79A7"),
    ("pairing, APV", 1): ("pairing, APV", "#D55E00"), ("stimuli, held at -80 mV", 1): ("stimuli, held at −80 mV", "#009E73"),
    ("out of step, 500 ms", 1): ("out of step, 500\xa0ms", "#6F4E7C"),
}  # fmt: skip
VARIANTS = list(SHOWN)[1:3]
GAINS = {"B, gain 0.8": ("v", "× 0.8"), "B": ("o", "× 1"), "B, gain 1.2": ("^", "× 1.2")}
SETS = {
    "B": (PAIRING, "-"),
    "published learning rate": ("0.5", "--"),
    "all published": ("k", "-"),
    "Graupner-Brunel": ("#8C5A2B", "-."),
}
SWEEPS = {
    "lag": ("lag", "pulse after stimulus (ms)"),
    "voltage": ("V_cmd", "holding potential (mV)"),
    "count": ("n_pairs", "number of pairings"),
}
ABOVE, BELOW, EPSP = "#CFE3F0", "#F6D9C4", "EPSP (% of baseline)"


def draw(data, targets):
    cells = {key: cell for key in SHOWN if (cell := select(data, *key)) is not None}
    # a short run has no minutes 25 to 30
    late = next((key for key in ("end_percent", "plateau_percent") if np.isfinite(data[key]).any()), "early_percent")
    span = data[late].attrs.get("long_name", late).removeprefix("mean of ").removesuffix(" after induction")
    present = set(data["set"].values)
    beside = (
        {partial(outcome, targets=targets): 1.6}
        | ({gains: 1.0} if len(present & set(GAINS)) > 1 else {})
        | ({sets: 1.6} if len(present & set(SETS)) > 1 else {})
    )
    swept = [name for name in SWEEPS if name in data["experiment"]]
    swept += ["calcium"] if {"lag", "voltage"} & set(swept) else []
    heights = [3.2, 2.9] + [2.5] * bool(swept)
    figure = Figure(figsize=(11, sum(heights)), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.05, w_pad=0.07)
    rows = figure.subfigures(len(heights), 1, height_ratios=heights, hspace=0.01)
    over_time({key: cell for key, cell in cells.items() if key not in VARIANTS}, rows[0])
    letters = iter("cdefghi")
    for panel, axes in zip(
        beside, rows[1].subplots(1, len(beside), squeeze=False, width_ratios=list(beside.values()))[0], strict=True
    ):
        axes.set_title(f"{next(letters)}  {panel(axes, data, cells, late, f'{EPSP}, {span}')}")
    if swept:
        for name, axes in zip(swept, rows[2].subplots(1, len(swept), sharey=True, squeeze=False)[0], strict=True):
            title = sweep(axes, data, name, late) if name in SWEEPS else calcium(axes, data, late)
            axes.axhline(100, color="0.6", lw=0.8, zorder=0)
            axes.set(title=f"{next(letters)}  {title}", ylabel=f"{EPSP},\n{span}" if name == swept[0] else "")
        axes.set_ylim(min(axes.get_ylim()[0], 100) - 15)
    return figure


def select(data, name, pathway=1, set="B"):
    """One pathway of one cell in experiment "protocol", or None."""
    found = np.flatnonzero((data["name"] == name) & (data["set"] == set) & (data["experiment"] == "protocol"))
    return data.isel(condition=found[0]).sel(pathway=pathway) if found.size else None


def over_time(cells, row):
    """a, b: one column per condition, because the controls would lie on top of each other."""
    top, bottom = row.subplots(2, len(cells), sharex="row", sharey="row", squeeze=False, height_ratios=(1.15, 1))
    for above, below, (key, cell) in zip(top, bottom, cells.items(), strict=True):
        label, colour = SHOWN[key]
        above.axhline(100, color="0.8", lw=0.8, zorder=0)
        above.axvline(0, color="0.3", lw=0.8, ls=":", zorder=0)
        above.plot(cell.time, cell.epsp_percent, ".", color=colour, ms=3.5, mew=0)
        above.set_title(fill(label, 16), color=colour, fontsize=8.5, loc="center", va="center", pad=11)
        above.set_xlabel("time (min)")
        below.plot(cell.sample, 1e3 * cell.waveform.sel(phase="before"), color="0.75", lw=3.5, solid_capstyle="round")
        below.plot(cell.sample, 1e3 * cell.waveform.sel(phase="after"), color=colour)
        below.set(xlabel="time (ms)", xlim=(-3, 100), xticks=(0, 50, 100))
    changed = [key for key, cell in cells.items() if abs(cell.epsp_percent - 100).max() > 5]
    title = (
        "Only pairing potentiates, and only the stimulated pathway"
        if changed == [("pairing", 1)] and len(cells) > 2
        else "EPSP over time"
    )
    row.suptitle(f"a  {title}", x=0.006, ha="left", fontsize=9.5, fontweight="bold")
    side, align = (3, "left") if cell.time[-1] > -cell.time[0] else (-3, "right")
    top[0].annotate(
        "induction",
        (0, 0.04),
        (side, 0),
        ("data", "axes fraction"),
        "offset points",
        ha=align,
        fontsize=7.5,
        color="0.3",
    )
    top[0].set(ylabel=f"EPSP\n{EPSP[5:]}", ylim=(min(40, top[0].get_ylim()[0]), max(250, top[0].get_ylim()[1])))
    bottom[0].set(ylabel="EPSP (mV)", title=" ")
    # a real title, wider than its axes, would push the columns apart
    title = bottom[0].annotate(
        "b  EPSP before induction (grey) and at the end (colour)", (0, 1), (0, 6), "axes fraction", "offset points"
    )
    title.set(weight="bold", size=9.5, in_layout=False)


def rows_of(axes, cells):
    axes.set_ylim(len(cells) - 0.4, -0.6)
    axes.axvline(100, color="0.6", lw=0.8, zorder=0)
    axes.tick_params(axis="y", length=0)
    axes.spines.left.set_visible(False)


def outcome(axes, data, cells, late, label, targets):
    for y, (key, cell) in enumerate(cells.items()):
        value, colour = float(cell[late]), SHOWN[key][1]
        axes.barh(y - 0.1, value, 0.52, color=colour)
        axes.text(
            value - 4,
            y - 0.09,
            f"{value:.0f}",
            va="center",
            ha="right",
            fontsize=7.5,
            color="w" if sum(to_rgb(colour)) < 1.5 else "k",
        )
    named = {f"name={name};set=B;pathway={pathway}": y for y, (name, pathway) in enumerate(cells)}
    published = [row for row in targets if row["kind"] == "published" and row["condition"] in named]
    value, sem = ([float(row[key]) for row in published] for key in ("value", "sem"))
    source = "published: CA3-CA3\nsynapses, spike-timing\ninduction, mean ± sem\n(Mishra et al. 2016)"
    axes.errorbar(
        value,
        [named[row["condition"]] + 0.31 for row in published],
        xerr=sem,
        fmt="ko",
        ms=3.5,
        lw=1.2,
        capsize=2,
        label=source,
    )
    for row in targets:
        if (row["kind"], row["quantity"], row["condition"]) == (
            "design",
            "end_percent",
            "name=pairing;set=B;pathway=1",
        ):
            low, high = float(row["low"]), float(row["high"])
            axes.barh(
                0,
                high - low,
                0.96,
                left=low,
                color=ABOVE,
                zorder=0,
                label=f"design target of\npairing, {low:g} to {high:g} %",
            )
    rows_of(axes, cells)
    axes.set(
        yticks=np.arange(len(cells)) - 0.1,
        yticklabels=[SHOWN[key][0] for key in cells],
        xlabel=label,
        xlim=(0, max(260, axes.get_xlim()[1])),
    )
    axes.legend(loc="lower right", borderaxespad=0.3, handlelength=1.5, frameon=True, edgecolor="0.8")
    return "LTP and controls beside published"


def gains(axes, data, cells, late, label):
    found = {
        (key, gain): float(cell[late])
        for key in cells
        for gain in GAINS
        if (cell := select(data, *key, set=gain)) is not None
    }
    for (key, gain), value in found.items():
        axes.plot(
            value,
            list(cells).index(key) + 0.25 * (list(GAINS).index(gain) - 1),
            GAINS[gain][0],
            color=SHOWN[key][1],
            ms=5,
            mec="w",
            mew=0.4,
        )
    for marker, name in GAINS.values():
        axes.plot([], [], marker, color="0.3", ms=5, label=name)
    rows_of(axes, cells)
    axes.set(yticks=[], xlabel=EPSP, xlim=(min(75, *found.values()), max(250, *found.values())))
    axes.legend(title="calcium gain", title_fontsize=7.5, loc="lower right", borderaxespad=0)
    return (
        "Same with ± 20 % calcium"
        if all(abs(value - found[key, "B"]) < 25 for (key, _), value in found.items())
        else "Calcium gain ± 20 %"
    )


def sets(axes, data, cells, late, label):
    found = {set: cell for set in SETS if (cell := select(data, "pairing", set=set)) is not None}
    for name, cell in found.items():
        axes.plot(
            cell.time,
            cell.epsp_percent,
            color=SETS[name][0],
            ls=SETS[name][1],
            label="set B" if name == "B" else name,
            lw=1.8,
        )
    axes.axhline(100, color="0.6", lw=0.8, zorder=0)
    axes.axvline(0, color="0.3", lw=0.8, ls=":", zorder=0)
    axes.set(xlabel="time after induction (min)", ylabel=EPSP)
    axes.legend(borderaxespad=0, title="parameters", title_fontsize=7.5, alignment="left")
    published = found.get("all published")
    erased = published is not None and published[late] - 100 < (published.early_percent - 100) / 2
    return "All published: test pulses erase LTP" if erased else "Pairing by parameter set"


def sweep(axes, data, experiment, late):
    coordinate, label = SWEEPS[experiment]
    found = data.isel(condition=np.flatnonzero(data["experiment"] == experiment), pathway=0).sortby(coordinate)
    x, y = found[coordinate].values, found[late].values
    down, up = np.flatnonzero(y < 95), np.flatnonzero(y > 105)
    for inside, colour in ((y >= 100, ABOVE), (y <= 100, BELOW)):
        axes.fill_between(x, y, 100, where=inside, interpolate=True, color=colour, lw=0, zorder=0)
    for name, at, offset in (("LTP", up[up.size // 2 :][:1], -30), ("LTD", down[y[down].argsort()][:1], -13)):
        for k in at:
            axes.annotate(name, (x[k], y[k]), (0, offset), textcoords="offset points", ha="center", fontsize=7.5)
    axes.plot(x, y, "o-", color=PAIRING, ms=3.5)
    axes.set_xlabel(label)
    if experiment == "count":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        return (
            f"90 % of LTP after {x[y - 100 >= 0.9 * (y.max() - 100)][0]} pairings" if up.size else "Number of pairings"
        )
    both = down.size and up.size
    if experiment == "voltage":
        return (
            f"LTD at {x[y.argmin()]:g} mV, LTP above".replace("-", "−")
            if both and down.max() < up.min()
            else "Holding potential"
        )
    return "Near misses give LTD" if both else "Lag of the pulse"


def calcium(axes, data, late):
    found = data.isel(condition=np.flatnonzero(np.isin(data["experiment"], ("lag", "voltage"))), pathway=0)
    for experiment, marker, face, label in (("lag", "o", PAIRING, "lags"), ("voltage", "s", "w", "holding potentials")):
        mine = found["experiment"] == experiment
        axes.plot(found.Ca_peak[mine], found[late][mine], marker, color=PAIRING, mfc=face, label=label)
    down, up = found.Ca_peak.values[found[late] < 95], found.Ca_peak.values[found[late] > 105]
    axes.set_xlabel("peak calcium (µM)")
    axes.legend(loc="upper left", borderaxespad=0, handletextpad=0.2)
    return (
        "Peak calcium sets the sign"
        if down.size and up.size and down.max() < up.min()
        else "Change against peak calcium"
    )
