"""Freezing, read from the central nucleus: how long during a tone its smoothed population rate is above a threshold.

Each spike adds 1/(tau n) to the rate of n cells, and the rate decays as exp(-t/tau): a causal filter whose mean is the
firing rate per cell. Between spikes it is a known exponential, so the time above a threshold is exact, without a grid.
Times in s, rates in Hz per cell, freezing in percent of the time.
"""

import numpy as np

from ..errors import ParameterError

TAU = 0.1  # s
BLOCK = 200  # time constants whose exponentials are summed at once; exp(200) is far from overflow


def rate(at, time, n_cells, *, tau=TAU):
    """The smoothed rate (Hz) at times `at`, spikes at these very times included."""
    time, level = _levels(time, n_cells, tau)
    at = np.asarray(at, float)
    last = np.searchsorted(time, at, side="right") - 1
    found = np.zeros(at.shape)
    some = last >= 0
    found[some] = level[last[some]] * np.exp(-(at[some] - time[last[some]]) / tau)
    return found


def freezing(time, onsets, duration, n_cells, *, threshold, tau=TAU):
    """Percent of each tone, from its onset to onset + duration, that the smoothed rate is above the threshold (Hz)."""
    if not threshold > 0 or not duration > 0:
        raise ParameterError(f"threshold = {threshold!r} Hz and duration = {duration!r} s; both above 0 are legal")
    time, level = _levels(time, n_cells, tau)
    with np.errstate(divide="ignore"):
        fall = np.maximum(tau * np.log(level / threshold), 0)  # s after a spike until the rate is at the threshold
    until = np.minimum(time + fall, np.append(time[1:], np.inf))
    total = np.append(0, np.cumsum(until - time))
    onsets = np.asarray(onsets, float)

    def above(t):
        """Time above the threshold up to t."""
        k = np.searchsorted(time, t, side="right")
        partial = np.where(k > 0, np.minimum(t, until[k - 1]) - time[k - 1], 0) if time.size else 0
        return total[np.maximum(k - 1, 0)] + partial

    return 100 * (above(onsets + duration) - above(onsets)) / duration


def _levels(time, n_cells, tau):
    """(sorted times, smoothed rate right after each spike)."""
    if not n_cells > 0 or not tau > 0:
        raise ParameterError(f"n_cells = {n_cells!r} and tau = {tau!r} s; both above 0 are legal")
    time = np.sort(np.asarray(time, float))
    level = np.empty(time.size)
    first, carried, since = 0, 0.0, 0.0
    while first < time.size:
        begin = time[first]
        last = np.searchsorted(time, begin + BLOCK * tau, side="right")
        grow = np.exp((time[first:last] - begin) / tau)
        level[first:last] = (carried * np.exp((since - begin) / tau) + np.cumsum(grow)) / grow
        first, carried, since = last, level[last - 1], time[last - 1]
    return time, level / (tau * n_cells)
