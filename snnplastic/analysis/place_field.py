"""Ramps of membrane potential along a circular track: the authors' target curves, and how they measure a ramp.

Positions in any one unit of length; a ramp is sampled at bins of equal width that cover the track once.
"""

import numpy as np

MEASURES = ("height", "area_width", "shift", "ratio", "width", "asymmetry")
EDGE = 0.15  # of the height above baseline: where a ramp begins and ends
# A half-Gaussian of the target curves falls to EDGE at this share of its nominal width.
SHARE = np.sqrt(-np.log(EDGE)) * 2 / (3 * np.sqrt(2))


def target_ramp(x, track, plateau, height, width, asymmetry, shift):
    """The curve by which Milstein et al. (2021) describe a mean ramp: two half-Gaussians that meet at plateau + shift.

    Their nominal widths are asymmetry/(1 + asymmetry) of `width` before the plateau and the rest after it; a half-Gaussian
    of nominal width W is exp(-(1.5 sqrt(2) d/W)^2), which leaves 1.1 % at d = W.
    """
    before, after = asymmetry / (1 + asymmetry) * width + shift, width / (1 + asymmetry) - shift
    ramp = np.zeros(len(x))
    for turn in (-1, 0, 1):
        away = x - plateau - shift + turn * track
        ramp += np.exp(-((away / np.where(away <= 0, before, after) * 1.5 * np.sqrt(2)) ** 2))
    return (ramp - ramp.min()) / (ramp.max() - ramp.min()) * height


def features(ramp, x, track, plateau):
    """The measures of a ramp: a dict.

    height      its largest value
    area_width  area of the ramp over its height, the authors' width
    shift       of the peak from the plateau's onset
    ratio       length before the plateau over length after it, between the two crossings of 15 % of the height above the
                baseline (the mean of the lowest tenth), the authors' asymmetry
    width, asymmetry   nominal parameters of the target curve that has these crossings
    """
    fine = np.linspace(x[0], x[0] + track, 7481)  # 0.025 cm on the authors' track
    if not np.ptp(ramp) > 1e-9:  # flat, or not measured
        return dict.fromkeys(MEASURES, np.nan) | {"height": float(np.max(ramp))}
    turned = np.interp(fine, np.r_[x, x[0] + track], np.r_[ramp, ramp[0]])[:-1]
    n, step = turned.size, track / turned.size
    baseline = turned[turned <= np.percentile(turned, 10)].mean()
    peak = int(np.argmax(turned))
    height, around = turned[peak], np.roll(turned, n // 2 - peak)  # the peak in the middle
    low = np.flatnonzero(around <= baseline + EDGE * (height - baseline))
    left, right = low[low < n // 2], low[low > n // 2]
    if height <= baseline or not left.size or not right.size:
        return dict.fromkeys(MEASURES, np.nan) | {"height": height}
    before, after = (n // 2 - left[-1]) * step, (right[0] - n // 2) * step
    shift = (fine[peak] - plateau + track / 2) % track - track / 2
    nominal = before / SHARE - shift, after / SHARE + shift
    return {
        "height": height,
        "area_width": float(np.mean(ramp) * track / height),
        "shift": shift,
        "ratio": ((before - shift) % track) / ((after + shift) % track),
        "width": sum(nominal),
        "asymmetry": nominal[0] / nominal[1],
    }


def two_inductions(ramps, laps, x, track, place_1, place_2):
    """Measures of ramps (update, x): after the first plateau at place_1, after `laps` of them, and the change by `laps` more at place_2."""
    one = features(ramps[laps], x, track, place_1)
    found = {"first": float(np.max(ramps[1])), "height": one["height"], "area": one["area_width"]}
    found |= {key: one[key] for key in ("width", "shift", "ratio", "asymmetry")}
    change = ramps[2 * laps] - ramps[laps] if len(ramps) > 2 * laps else np.full(len(x), np.nan)
    up, down = features(change, x, track, place_2), features(-change, x, track, place_1)
    found |= {f"gain_{key}": up[key] for key in ("height", "width", "shift", "asymmetry")}
    found["second"] = float(np.max(ramps[2 * laps])) if len(ramps) > 2 * laps else np.nan
    return found | {"loss": change[int(np.argmax(ramps[laps]))], "loss_width": down["width"]}
