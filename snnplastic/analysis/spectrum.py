"""Spectrum and synchrony of the activity of a population."""

import numpy as np

BIN = 1e-3  # s, of the counts of spikes
SEGMENT = 256  # bins, as in the re-implementation of Vlachos et al. 2011 (SciPy's default)


def counts(t, start, stop):
    """Spikes in each bin from `start` to `stop` (s); an edge belongs to the later bin."""
    n = round((stop - start) / BIN)
    index = np.floor((np.asarray(t) - start) / BIN + 1e-6).astype(int)
    return np.bincount(index[(index >= 0) & (index < n)], minlength=n)


def welch(activity):
    """Frequencies (Hz) and power density: Hann windows of SEGMENT bins that overlap by half, each without its mean."""
    n = min(SEGMENT, activity.size)
    window = np.sin(np.pi * np.arange(n) / n) ** 2
    starts = range(0, activity.size - n + 1, n - n // 2)
    segments = np.array([activity[s : s + n] - np.mean(activity[s : s + n]) for s in starts])
    power = np.abs(np.fft.rfft(window * segments)) ** 2 * BIN / np.sum(window**2)
    power[:, 1 : (n + 1) // 2] *= 2  # one-sided
    return np.fft.rfftfreq(n, BIN), power.mean(0)


def floor(activity):
    """Power density of independent Poisson spikes at the same mean rate."""
    return 2 * BIN * float(np.mean(activity))


def synchrony(activity):
    """Variance of the counts over their mean: 1 for independent Poisson spikes."""
    return float(np.var(activity) / np.mean(activity)) if np.any(activity) else np.nan
