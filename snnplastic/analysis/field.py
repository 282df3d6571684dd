"""Field potentials: slope of the field EPSP and size of the population spike, measured on the trace as recordings are."""

import numpy as np

SLOPE = (0.8, 1.8)  # ms after the stimulus, the early rise, before the first cell fires

NOISE = 1e-5  # V, smaller notches are none


def traces(electrode, time, field, n, window, dt, windows):
    """(ms after the stimulus, field (electrode, window, sample)) from samples at times (s); `windows` are those wanted, by number."""
    steps, per_window = np.rint(time / dt).astype(int), int(round(window / dt))
    number, within = steps // per_window, steps % per_window
    grid = np.arange(within.max() + 1)
    found = np.full((n, max(number.max(), max(windows)) + 1, grid.size), np.nan)
    found[electrode, number, within] = field
    return grid * dt * 1e3, found[:, windows]


def slope(ms, field, span=SLOPE):
    """Slope (V/s) of a line fitted to the trace between two latencies (ms); the last axis is time."""
    inside = (ms >= span[0] - 1e-9) & (ms <= span[1] + 1e-9)
    x = (ms[inside] - ms[inside].mean()) * 1e-3
    return (field[..., inside] * x).sum(-1) / (x**2).sum()


def population_spike(field):
    """Size of the notch in the wave: from the mean of the two positive peaks beside it down to its trough; 0 without one."""
    left = np.maximum.accumulate(field, axis=-1)
    right = np.maximum.accumulate(field[..., ::-1], axis=-1)[..., ::-1]
    depth = np.minimum(left, right) - field
    trough = depth.argmax(-1)[..., None]
    left, right, low = (np.take_along_axis(x, trough, -1)[..., 0] for x in (left, right, field))
    return np.where(depth.max(-1) > NOISE, 0.5 * (left + right) - low, 0.0)
