"""The figure of the basal amygdala: raster over the stages, rates and weights at each cue, spectrum."""

import numpy as np

PEAK = 66.41  # Hz, of the re-implementation's network with dense inhibition
COLOURS = {"A": "C1", "B": "C0", "other": "0.45", "inhibitory": "C2"}
NAMES = {"A": "fear cells (A)", "B": "extinction cells (B)", "other": "other excitatory", "inhibitory": "inhibitory"}
HIGHEST = 200  # Hz, of the spectrum shown


def draw(data):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7.4))
    top, bottom = figure.subfigures(2, 1, height_ratios=(1.25, 1))
    _raster(top.subplots(), data)
    rates, weights, spectrum = bottom.subplots(1, 3)
    _rates(rates, data)
    _weights(weights, data)
    _spectrum(spectrum, data)
    return figure


def _raster(axes, data):
    ends = np.cumsum(data.rows)
    row, t = data.raster.values.T
    for k, colour in enumerate(COLOURS.values()):
        mine = (row >= ends[k] - data.rows[k]) & (row < ends[k])
        axes.plot(t[mine], row[mine], ".", color=colour, ms=2.2)
    axes.set_yticks(ends - np.array(data.rows) / 2, [NAMES[p] for p in COLOURS])
    axes.tick_params(axis="y", length=0)
    for edge in ends[:-1]:
        axes.axhline(edge - 0.5, color="0.85", lw=0.8, zorder=0)
    for stage, on in _stages(data).items():
        context = "B" if stage == "extinction" else "A"
        axes.axvspan(on[0], on[-1] + data.cue_period, color=COLOURS[context], alpha=0.08, lw=0, zorder=0)
        middle = (on[0] + on[-1] + data.cue_period) / 2
        name = f"{stage}\ncontext {context}" if stage == "renewal" else f"{stage}, context {context}"
        axes.text(middle, ends[-1] + 9, name, ha="center", va="bottom", color=COLOURS[context], weight="bold")
    for on in data.cue_on.values:
        axes.plot([on, on + data.cue_length], [ends[-1] + 4] * 2, color="k", lw=3, solid_capstyle="butt")
    axes.set(xlim=(0, float(data.time[-1]) + 0.01), ylim=(-1, ends[-1] + 8), xlabel="time (s)")
    axes.set_title(f"One of {data.networks} networks; the cue (black bars) fires the cells whose context is on", pad=32)


def _stages(data):
    return {stage: data.cue_on.values[data.cue_stage.values == stage] for stage in data.stage.values}


def _separate(axes, data):
    """Lines between the stages of an axis that counts cues."""
    stage = data.cue_stage.values
    for k in np.flatnonzero(stage[1:] != stage[:-1]):
        axes.axvline(k + 1.5, color="0.7", lw=0.8, ls="--", zorder=0)
    axes.set_xlabel("cue")
    axes.set_xticks(range(1, stage.size + 1))


def _rates(axes, data):
    trained, frozen = (data.isel(network=np.flatnonzero(data.network_kind == kind)) for kind in ("trained", "frozen"))
    cue = np.arange(1, data.sizes["cue"] + 1)
    for population in "AB":
        mine = trained.rate.sel(population=population)
        axes.errorbar(
            cue,
            mine.mean("network"),
            mine.std("network"),
            fmt="o-",
            color=COLOURS[population],
            capsize=2,
            label=NAMES[population],
        )
        if frozen.sizes["network"]:
            last = float(frozen.rate.sel(population=population).mean("network")[-1])
            label = "weights frozen at renewal" if population == "A" else None
            axes.plot(cue[-1] + 0.45, last, "o", mfc="none", color=COLOURS[population], label=label)
    control = data.isel(network=np.flatnonzero(data.network_kind == "no neuromodulator")).rate.sel(population="A")
    axes.plot(cue, control.mean("network"), ":", color="0.4", label="A, no neuromodulator: nothing is learned")
    _separate(axes, data)
    axes.set(
        ylabel="rate during the cue (Hz)",
        ylim=(-0.1, 1.65 * float(trained.rate.sel(population=["A", "B"]).mean("network").max())),
    )
    axes.set_title(f"Each context has its cells ({data.networks} networks, sd)")
    axes.legend(loc="upper left")


def _weights(axes, data):
    cue = np.arange(1, data.sizes["cue"] + 1)
    for name, style in (("cue", "o-"), ("context", "s--")):
        for group in "AB":
            w = data.weight_at_cue.sel(input=name, group=group)
            axes.plot(
                cue, w, style, color=COLOURS[group], mfc=None if name == "cue" else "w", label=f"{name} onto {group}"
            )
    _separate(axes, data)
    change = 100 * data.renewal_change.values
    axes.set(ylabel="mean weight during the cue (nS)", ylim=(0, 1.5 * float(data.weight_at_cue.max())))
    axes.set_title("Renewal hardly moves the weights")
    axes.text(
        0.98,
        0.03,
        f"renewal: {change[0]:.1f} % (cue), {change[1]:.1f} % (context) of what A learned",
        transform=axes.transAxes,
        ha="right",
        fontsize=7,
    )
    axes.legend(loc="upper left", ncols=2)


def _spectrum(axes, data):
    labels = {
        "sparse": ("0.6", "sparse inhibition"),
        "dense": ("C4", "dense inhibition"),
        "dense II": ("C3", "dense I to I only"),
    }
    shown = data.frequency.values <= HIGHEST
    for connectivity, (colour, name) in labels.items():
        mine = data.sel(connectivity=connectivity)
        if int(mine.spectra):
            peak = "" if connectivity == "sparse" else f", peak {float(mine.gamma_peak):.0f} Hz"
            axes.plot(
                data.frequency[shown], mine.power[shown], color=colour, label=f"{name} (n = {int(mine.spectra)}){peak}"
            )
    axes.axvline(PEAK, color="k", lw=1, ls=":", label=f"published peak, {PEAK:.1f} Hz")
    axes.set(xlabel="frequency (Hz)", ylabel="power (independent spikes: 1)", title="Dense inhibition: gamma")
    axes.set_ylim(0, 1.5 * float(data.power[:, shown].max()))
    axes.legend(loc="upper right")
