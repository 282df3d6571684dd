"""Peristimulus time histograms of tone responses, and what is read from them.

Times in s, rates in Hz. A bin is [left edge, left edge + width): a spike on an edge belongs to the bin that starts there,
also where the time is a multiple of a time step and missed the edge by rounding.
"""

import numpy as np

from ..errors import ParameterError

SLACK = 1e-6  # of a bin; multiples of a time step are off by far less up to 1e6 s, and time steps are far longer


def counts(cell, time, onsets, cells, *, bin=5e-3, start=-50e-3, stop=200e-3):
    """(left edges (s) from the onset, spikes (trial, cell, bin)).

    `cell` and `time` list the spikes in any order; `cells` is a number n, for cells 0 to n - 1, or the wanted cells in the
    order of the result. Spikes of other cells are left out. Windows of trials may overlap.
    """
    cell, time = np.asarray(cell), np.asarray(time, float)
    onsets = np.atleast_1d(np.asarray(onsets, float))
    wanted = np.arange(cells) if np.ndim(cells) == 0 else np.asarray(cells)
    edges = _edges(bin, start, stop)
    if cell.shape != time.shape or time.ndim != 1:
        raise ParameterError(f"spikes: {cell.shape} cells and {time.shape} times; one of each per spike is legal")
    if onsets.ndim != 1 or not onsets.size or not np.isfinite(onsets).all():
        raise ParameterError(f"onsets = {onsets}; a list of at least one finite time (s) is legal")
    if not wanted.size or np.unique(wanted).size != wanted.size:
        raise ParameterError(f"cells = {cells!r}; a number above 0 or a list of different cells is legal")
    by_cell = np.argsort(wanted, kind="stable")
    place = np.searchsorted(wanted, cell, sorter=by_cell).clip(max=wanted.size - 1)
    row, mine = by_cell[place], wanted[by_cell[place]] == cell
    order = np.argsort(time[mine], kind="stable")
    row, time = row[mine][order], time[mine][order]
    found = np.zeros((onsets.size, wanted.size * edges.size), int)
    for trial, onset in enumerate(onsets):
        first, last = np.searchsorted(time, onset + np.array([start, stop]) - SLACK * bin)
        at = np.floor((time[first:last] - onset - start) / bin + SLACK).astype(int).clip(0, edges.size - 1)
        found[trial] = np.bincount(row[first:last] * edges.size + at, minlength=found.shape[1])
    return edges, found.reshape(onsets.size, wanted.size, edges.size)


def psth(cell, time, onsets, cells, *, bin=5e-3, start=-50e-3, stop=200e-3):
    """(left edges (s), rate (cell, bin) (Hz)), the mean over trials; see `counts`."""
    edges, found = counts(cell, time, onsets, cells, bin=bin, start=start, stop=stop)
    return edges, found.mean(0) / bin


def population_psth(cell, time, onsets, cells, *, bin=5e-3, start=-50e-3, stop=200e-3):
    """(left edges (s), rate (bin,) (Hz)), the mean over trials and cells."""
    edges, rate = psth(cell, time, onsets, cells, bin=bin, start=start, stop=stop)
    return edges, rate.mean(0)


def trial_counts(cell, time, onsets, cells, *, start=0.0, stop=50e-3):
    """Spikes (cell, trial) in one window after each onset."""
    return counts(cell, time, onsets, cells, bin=stop - start, start=start, stop=stop)[1][..., 0].T


def one_spike(bin, trials, cells=1):
    """The rate (Hz) that one spike adds to one bin of a mean over trials and cells."""
    return 1.0 / (bin * trials * cells)


def latency(edges, rate, baseline=None, *, resolution, sd=3.0, onset=0.0):
    """Left edge of the first bin, at or after the onset, with a rate above mean + sd s of the baseline bins; nan where none is.

    `rate` ends in the axis of the bins; `baseline` marks bins (mask or indices), by default all that begin before the onset.
    s is the sample standard deviation of the baseline bins of the same PSTH, and at least `resolution`, the rate of one spike
    in one bin (`one_spike`): else a silent baseline, s = 0, would make any single spike a response. Over a silent baseline a
    response thus needs more than `sd` spikes in the bin.

    Of a flat PSTH a bin is above 3 s by chance in about 0.9 % of cases with 10 baseline bins and in 0.2 % with 100: use a long
    baseline where many bins or cells are looked at.
    """
    edges, rate = np.asarray(edges), np.asarray(rate, float)
    before = _before(edges, onset) if baseline is None else np.asarray(baseline)
    if rate[..., before].shape[-1] < 2:
        raise ParameterError(f"baseline = {baseline!r} marks fewer than 2 of the {edges.size} bins, which have no sd")
    if not resolution > 0:
        raise ParameterError(f"resolution = {resolution!r} Hz; the rate of one spike in one bin, above 0, is legal")
    quiet = rate[..., before]
    limit = quiet.mean(-1) + sd * np.maximum(quiet.std(-1, ddof=1), resolution)
    # differences of 1e-9 spikes are rounding of the means
    above = (rate > limit[..., None] + 1e-9 * resolution) & ~_before(edges, onset)
    return np.where(above.any(-1), edges[above.argmax(-1)], np.nan)[()]


def peak_bin(edges, rate, *, onset=0.0):
    """Left edge of the highest bin at or after the onset, the first of equals; nan where no spike is."""
    edges, rate = np.asarray(edges), np.asarray(rate, float)
    late = ~_before(edges, onset)
    return np.where((rate[..., late] > 0).any(-1), edges[late][rate[..., late].argmax(-1)], np.nan)[()]


def window_rate(edges, rate, start, stop):
    """Mean rate over start <= time < stop (s), the last axis being bins; both must be edges of bins."""
    edges = np.asarray(edges)
    width = edges[1] - edges[0] if edges.size > 1 else stop - start
    first, last = ((x - edges[0]) / width for x in (start, stop))
    if (
        max(abs(first - round(first)), abs(last - round(last))) > 1e-6
        or not 0 <= round(first) < round(last) <= edges.size
    ):
        raise ParameterError(
            f"window {start:g} to {stop:g} s does not lie on edges of the bins, {width:g} s wide from {edges[0]:g} to "
            f"{edges[-1] + width:g} s"
        )
    return np.asarray(rate, float)[..., round(first) : round(last)].mean(-1)


def half_trial(values, *, before=None, asymptote=None, last=5):
    """Number of trials until a curve is half-way from its start to its asymptote, by linear interpolation; nan if it never is.

    values (..., trial) rises or falls. `before` is the value after 0 trials, and values[0] that after one; without it
    values[0] is after 0 trials, as for responses to tones that come before their own shock. The asymptote is by default the
    mean of the `last` trials. On noisy curves the first crossing is found, which is earlier than that of the mean curve.
    """
    values = np.asarray(values, float)
    if before is not None:
        values = np.concatenate([np.broadcast_to(before, values.shape[:-1])[..., None], values], -1)
    if values.shape[-1] < 2:
        raise ParameterError(f"values of shape {values.shape} are no curve over trials; at least 2 are legal")
    asymptote = values[..., -last:].mean(-1) if asymptote is None else np.asarray(asymptote, float)
    span = asymptote - values[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        done = (values - values[..., :1]) / span[..., None]
    reached = np.isfinite(done) & (done >= 0.5)
    at = np.maximum(reached.argmax(-1), 1)[..., None]  # done[..., 0] is 0
    here, previous = (np.take_along_axis(done, k, -1)[..., 0] for k in (at, at - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        trials = at[..., 0] - (here - 0.5) / (here - previous)
    return np.where(reached.any(-1), trials, np.nan)[()]


def _edges(bin, start, stop):
    number = (stop - start) / bin if bin > 0 else 0.0
    if round(number) < 1 or abs(number - round(number)) > 1e-6 * number:
        raise ParameterError(f"window {start:g} to {stop:g} s does not hold a whole number of bins of {bin:g} s")
    return (start + bin * np.arange(round(number))).round(12)


def _before(edges, onset):
    return edges < onset - 1e-9
