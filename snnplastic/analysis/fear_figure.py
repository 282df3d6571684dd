"""Panels that the figures of the fear protocols share. They take Axes and plain arrays; times in s, drawn in ms."""

import numpy as np

from .fear_schematic import CENTRAL, CONTEXT, EXTINCTION, PRINCIPAL, PV, SHOCK, TONE, VIP

__all__ = ["CENTRAL", "CONTEXT", "EXTINCTION", "PRINCIPAL", "PV", "SHOCK", "TONE", "VIP"]
__all__ += ["psth_panel", "raster", "seed_curves", "shade_phases", "weights_panel"]
EARLY = (10e-3, 15e-3)  # s after the tone's onset, the bin that changes first (Quirk et al. 1995)
REST, SHADES = "0.6", ("0.93", "w")


def psth_panel(axes, edges, rate, *, before=None, early=EARLY, spontaneous=None, colour=PRINCIPAL, legend=True):
    """Bars of a PSTH (Hz), the early bins in the colour of the tone; a line at the onset, a band for the spontaneous rate.

    `before` is the PSTH before training, drawn as a black outline. `spontaneous` is (mean, sd), by default of the bins that
    begin before the onset; the band reaches one sd to both sides.
    """
    edges, rate = np.asarray(edges), np.asarray(rate, float)
    width = 1e3 * (edges[1] - edges[0])
    inside = (edges > early[0] - 1e-9) & (edges < early[1] - 1e-9)
    quiet = rate[edges < -1e-9]
    mean, sd = spontaneous or ((quiet.mean(), quiet.std(ddof=1)) if quiet.size > 1 else (np.nan, np.nan))
    if np.isfinite(mean):
        axes.axhspan(max(mean - sd, 0), mean + sd, color="0.3", alpha=0.3, lw=0, zorder=2, label="spontaneous ± sd")
    axes.bar(1e3 * edges[~inside], rate[~inside], width, align="edge", color=colour, ec="w", lw=0.3)
    name = f"{1e3 * early[0]:g} to {1e3 * early[1]:g} ms"
    axes.bar(1e3 * edges[inside], rate[inside], width, align="edge", color=TONE, ec="w", lw=0.3, label=name)
    if before is not None:
        axes.stairs(before, np.append(1e3 * edges, 1e3 * edges[-1] + width), color="k", lw=1, label="before training")
    axes.axvline(0, color="0.3", lw=0.8, ls=":")
    axes.set(xlabel="time from tone onset (ms)", ylabel="rate (Hz)", xlim=(1e3 * edges[0], 1e3 * edges[-1] + width))
    axes.set_ylim(bottom=0)
    if legend:
        axes.legend(loc="upper right")


def raster(axes, cell, time, *, tone=(0.0, 0.5), shock=None, sort_by=None, colour=PRINCIPAL, window=(-0.1, 0.6)):
    """Spikes of one trial at times from the tone's onset, a row per cell; tone and shock are shaded.

    `sort_by` has a value per cell, such as the growth of its response, the highest drawn on top; without it rows are numbers of cells.
    """
    cell, time = np.asarray(cell, int), np.asarray(time, float)
    number = cell.max(initial=-1) + 1 if sort_by is None else len(sort_by)
    row = np.arange(number)
    if sort_by is not None:
        row[np.argsort(sort_by, kind="stable")] = np.arange(number)
    shown = (time >= window[0]) & (time <= window[1])
    names = []
    for span, shade, name in ((tone, TONE, "tone"), (shock, SHOCK, "shock")):
        if span is not None:
            axes.axvspan(1e3 * span[0], 1e3 * span[1], color=shade, alpha=0.18, lw=0, zorder=0)
            # the shock comes while the tone sounds: its name ends where it ends
            names.append((1e3 * span[name == "shock"], name, shade, "left" if name == "tone" else "right"))
    axes.plot(1e3 * time[shown], row[cell[shown]], "|", color=colour, ms=3, mew=0.8)
    axes.set(xlabel="time from tone onset (ms)", ylabel="cell" if sort_by is None else "cell, sorted")
    axes.set(xlim=[1e3 * x for x in window], ylim=(-0.5, max(number, 1) - 0.5))
    _name_above(axes, names)


def seed_curves(axes, curves, *, x=None, phases=(), colour=PRINCIPAL, label="", mean=True):
    """Curves (seed, trial), each seed a thin line, their mean a thick one; not a number leaves a gap.

    Trials count from 1 unless `x` is given. `phases` is [(name, first x, last x)], see `shade_phases`.
    """
    curves = np.atleast_2d(np.asarray(curves, float))
    seeds, trials = curves.shape
    x = np.arange(1, trials + 1) if x is None else np.asarray(x)
    axes.plot(x, curves.T, color=colour, lw=0.6, alpha=0.45)
    if mean:
        known = np.isfinite(curves)
        total = np.divide(
            np.where(known, curves, 0).sum(0), known.sum(0), out=np.full(trials, np.nan), where=known.any(0)
        )
        text = f"mean of {seeds} seed" + "s" * (seeds > 1)
        axes.plot(x, total, color=colour, lw=2.2, label=f"{label}, {text}" if label else text)
    shade_phases(axes, phases)
    axes.set(xlabel="trial", xlim=(x[0] - 0.5, x[-1] + 0.5))


def shade_phases(axes, phases):
    """Phases [(name, first x, last x)] as grey and white stretches, half a trial wider on both sides, named above the axes."""
    for k, (_, first, last) in enumerate(phases):
        axes.axvspan(first - 0.5, last + 0.5, color=SHADES[k % 2], lw=0, zorder=-1)
    _name_above(axes, [((first + last) / 2, name, "0.3", "center") for name, first, last in phases])


def _name_above(axes, names):
    """Names [(x, text, colour, alignment)] between axes and title, as labels of ticks, which a title of any time gives way to."""
    if names:
        top = axes.secondary_xaxis("top")
        top.set_xticks([x for x, *_ in names], [text for _, text, *_ in names], fontsize=7.5)
        top.tick_params(length=0, pad=2)
        top.spines.top.set_visible(False)
        for label, (_, _, colour, align) in zip(top.get_xticklabels(), names, strict=True):
            label.set(color=colour, ha=align)


def weights_panel(axes, phases, *, w_0=1.0, bounds=None, colours=None, bins=40):
    """Distribution of the tone synapses' weights in each phase {name: weights}: a histogram on its side, median and quartiles.

    Widths are shares of the phase's synapses, all on one scale; `w_0` and `bounds` are drawn as lines.
    """
    every = np.concatenate([np.ravel(w) for w in phases.values()])
    low, high = bounds or (every.min(), every.max())
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    shares = [np.histogram(np.clip(w, low, high), edges)[0] / np.size(w) for w in phases.values()]
    widest = max(share.max() for share in shares)
    axes.axhline(w_0, color=REST, lw=0.8, zorder=0)
    for bound in bounds or ():
        axes.axhline(bound, color=REST, lw=0.8, ls=":", zorder=0)
    for k, (w, share) in enumerate(zip(phases.values(), shares, strict=True)):
        colour = colours[k] if colours else TONE
        axes.barh(
            edges[:-1],
            0.86 * share / widest,
            np.diff(edges),
            left=k - 0.43 * share / widest,
            align="edge",
            color=colour,
            alpha=0.7,
        )
        lower, middle, upper = np.percentile(w, (25, 50, 75))
        axes.plot([k, k], [lower, upper], color="k", lw=2, solid_capstyle="butt")
        axes.plot(k, middle, "o", color="k", mfc="w", ms=4.5, label=None if k else "median, quartiles")
    axes.set_xticks(range(len(phases)), phases)
    axes.set(
        ylabel="weight of tone synapses",
        xlim=(-0.6, len(phases) - 0.4),
    )
    axes.legend(loc="upper left")
