"""Tuning to tone frequency, and how far a conditioned response reaches to other tones. Frequencies in octaves.

Discrimination index and width are those of any one measure of the response: rate, count, freezing.
"""

import numpy as np

from ..errors import ParameterError


def tuning_curve(response, frequency):
    """(frequencies, rising; mean response (..., frequency)) from responses (..., tone) to tones of these frequencies."""
    response, frequency = np.asarray(response, float), np.asarray(frequency, float)
    if frequency.ndim != 1 or response.shape[-1:] != frequency.shape:
        raise ParameterError(f"responses {response.shape} to tones {frequency.shape}; one frequency per tone is legal")
    known, which = np.unique(frequency.round(9), return_inverse=True)
    return known, np.stack([response[..., which == k].mean(-1) for k in range(known.size)], -1)


def gradient(frequency, before, after, cs):
    """(distance from the CS+ (octaves, >= 0), mean change of the response (..., distance)): both sides of the CS+ together."""
    change = np.asarray(after, float) - np.asarray(before, float)
    return tuning_curve(change, np.abs(np.asarray(frequency, float) - cs))


def width(frequency, change):
    """Full width (octaves) at half of the maximum of a curve over rising frequencies or signed distances, base 0.

    By linear interpolation on both sides of the peak; nan where a side does not fall to the half, or the maximum is not above 0.
    """
    frequency, change = np.asarray(frequency, float), np.asarray(change, float)
    if change.ndim > 1:
        return np.array([width(frequency, one) for one in change])
    peak = int(change.argmax())
    if not change[peak] > 0:
        return np.nan
    half = change[peak] / 2
    return _fall(frequency[peak:], change[peak:], half) + _fall(-frequency[peak::-1], change[peak::-1], half)


def half_width(distance, change):
    """Distance (octaves) at which a gradient from the CS+, at distance[0], falls to half of its value there."""
    distance, change = np.asarray(distance, float), np.asarray(change, float)
    if change.ndim > 1:
        return np.array([half_width(distance, one) for one in change])
    return _fall(distance, change, change[0] / 2) if change[0] > 0 else np.nan


def _fall(x, y, level):
    """From x[0] to where y first is at the level or below."""
    below = np.flatnonzero(y <= level)
    if not below.size:
        return np.nan
    k = below[0]
    return x[k - 1] + (y[k - 1] - level) / (y[k - 1] - y[k]) * (x[k] - x[k - 1]) - x[0]


def discrimination(plus, minus):
    """(CS+ - CS-)/(CS+ + CS-) of responses not below 0: 1 if only the CS+ has one, 0 if both are equal; nan if neither has one."""
    plus, minus = np.asarray(plus, float), np.asarray(minus, float)
    if (plus < 0).any() or (minus < 0).any():
        raise ParameterError("responses to CS+ and CS- below 0 have no discrimination index; take rates or counts")
    both = plus + minus
    return np.divide(plus - minus, both, out=np.full(both.shape, np.nan), where=both > 0)[()]


def best_frequency(frequency, response):
    """Where each tuning curve (..., frequency) peaks: the vertex of the parabola through its highest point and the two beside it.

    At an end of the range the highest point itself; the first of equals; nan where a cell has no response.
    """
    f, r = np.asarray(frequency, float), np.asarray(response, float)
    if f.size < 3:
        raise ParameterError(f"{f.size} frequencies; at least 3 are legal for a best frequency")
    peak = r.argmax(-1)
    k = peak.clip(1, f.size - 2)[..., None]
    left, top, right = (np.take_along_axis(r, k + d, -1)[..., 0] for d in (-1, 0, 1))
    a, b, c = (f[k[..., 0] + d] for d in (-1, 0, 1))
    rise, fall = (top - left) * (c - b), (top - right) * (b - a)
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = b + 0.5 * (rise * (c - b) - fall * (b - a)) / (rise + fall)
    inside = (peak > 0) & (peak < f.size - 1) & (rise + fall > 0)
    return np.where((r > 0).any(-1), np.where(inside, vertex, f[peak]), np.nan)[()]


def shift_towards(before, after, cs):
    """Shift (octaves) of best frequencies towards the CS+, away from it below 0; nan for cells that were tuned to the CS+ itself."""
    before, after = np.asarray(before, float), np.asarray(after, float)
    side = np.sign(cs - before)
    return np.where(side == 0, np.nan, side * (after - before))[()]
