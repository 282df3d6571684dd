"""EPSP amplitudes over time, in percent of baseline; sampled waveforms."""

import numpy as np


def percent_of_baseline(amplitude, n_baseline):
    """100 x amplitude over the mean of the first `n_baseline` entries of the last axis."""
    return 100 * amplitude / amplitude[..., :n_baseline].mean(-1, keepdims=True)


def mean_between(values, minutes, start, stop):
    """Mean over start < time <= stop (min) of the last axis; not a number where there are none."""
    inside = (minutes > start) & (minutes <= stop + 1e-9)
    return values[..., inside].mean(-1) if inside.any() else np.full(values.shape[:-1], np.nan)


def drift(values):
    """Change of a line fitted to the last axis, from its start to its end."""
    x = np.linspace(-0.5, 0.5, values.shape[-1])
    return (values * x).sum(-1) / (x**2).sum()


def waveforms(index, time, v, n, dt, window, starts):
    """(ms after the stimulus, v (cell, pathway, phase, sample)) from events (index, time, v).

    Pathway p of phase f was tested at starts[f] + p window; times in s, v in V relative to the stimulus.
    """
    steps = np.rint(time / dt).astype(int)
    first = np.rint(np.asarray(starts) / dt).astype(int)
    per_window = int(round(window / dt))
    phase = (steps >= first[1]).astype(int)
    offset = steps - first[phase]
    pathway, within = offset // per_window, offset % per_window
    grid = np.unique(within)
    found = np.full((n, 2, 2, grid.size), np.nan)
    found[index, pathway, phase, np.searchsorted(grid, within)] = v
    return grid * dt * 1e3, found - found[..., :1]
