"""How right a gradient is: cosines, errors of differences, and what they come to over steps and networks."""

import numpy as np

CHANCE = 1.96  # 95 % of a normal distribution lie within so many standard deviations


def cosine(found, reference):
    """Of the angle between two gradients; not a number where one of them is 0."""
    return found @ reference / (np.linalg.norm(found) * np.linalg.norm(reference) or np.nan)


def chance(n):
    """95 % of random vectors of n entries have a cosine of at most this size: 1.96/sqrt(n)."""
    return CHANCE / np.sqrt(n)


def largest(found, reference):
    """Largest difference of two gradients {connection: array}, of the largest entry of the connection."""
    return max(np.abs(found[c] - g).max() / np.abs(g).max() for c, g in reference.items())


def spike_counts(raster):
    """{(layer, sample, neuron): spikes} before training, of rows (when, layer, sample, time, neuron)."""
    rows = np.reshape(raster, (-1, 5))
    keys, counts = np.unique(rows[rows[:, 0] == 0][:, [1, 2, 4]], axis=0, return_counts=True)
    return dict(zip(map(tuple, keys), counts, strict=True))


def root_mean_square(data):
    """Error of the differences over directions, without those between which a spike appeared or vanished."""
    return np.sqrt((data.error.where(data.same_spikes) ** 2).mean("direction"))


def summarised(data):
    """The Dataset of gradient_check with its best errors, orders of error in h, and least and mean cosines over networks."""
    root = root_mean_square(data)
    data["best_error"] = root.min("h")
    data["pairs_kept"] = data.same_spikes.mean(("direction", "h"))
    for name, (one, other) in {"truncation_order": (1e-3, 1e-4), "rounding_order": (1e-7, 1e-9)}.items():
        ratio = root.sel(h=one, method="nearest", drop=True) / root.sel(h=other, method="nearest", drop=True)
        data[name] = np.log10(ratio) / np.log10(one / other)
    data["alone_largest"] = data.alone_error.max()
    data["cosine_low"], data["cosine_mean"] = data.cosine.min("network"), data.cosine.mean("network")
    data["above_chance"] = data.cosine_low - data.chance
    every = "network", "draw"
    data["random_mean"], data["random_spread"] = data.random_cosine.mean(every), data.random_cosine.std(every)
    data["inside_chance"] = (np.abs(data.random_cosine) <= data.chance).mean(every)
    data["late_low"], late = data.late_cosine.min(("timed", "time")), data.late_cosine.mean(("timed", "time"))
    data["late_mean"] = late
    data["late_order"] = late.sel(online="SuperSpike", drop=True) - late.sel(online="OTTT", drop=True)
    return data
