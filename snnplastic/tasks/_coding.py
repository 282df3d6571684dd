"""How tasks make spikes: rates and values into steps and channels, and the checks that tasks share."""

import numpy as np

from ..errors import ParameterError

MOST_CELLS = 2e7  # of one array of random numbers; more samples are drawn in parts


def generator(task, seed):
    """A random generator of a seed, which must be a whole number from 0 up."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError(
            f"{type(task).__name__}.samples: seed = {seed!r} is not legal; legal: a whole number from 0 up"
        )
    return np.random.default_rng(int(seed))


def steps(task, name, dt="dt"):
    """A time of a task in whole time steps: the nearest number, at least 1, and an error if the time is no multiple of dt."""
    found, step = getattr(task, name), getattr(task, dt)
    n = round(found / step)
    if n < 1 or abs(found / step - n) > 1e-6 * max(n, 1):
        raise ParameterError(
            f"{type(task).__name__}.{name} = {found:g} s is no whole number of time steps; legal: 1, 2, 3, ... times {dt} = {step:g} s"
        )
    return n


def check_order(task, *names):
    """Fields that must not fall from left to right."""
    for first, second in zip(names, names[1:]):
        if not getattr(task, first) <= getattr(task, second):
            raise ParameterError(
                f"{type(task).__name__}.{second} = {getattr(task, second):g} is not legal; legal: at least {first} = {getattr(task, first):g}"
            )


def check_rate(task, *names):
    """At most one spike a step: rate times dt is a probability."""
    for name in names:
        if getattr(task, name) * task.dt > 1:
            raise ParameterError(
                f"{type(task).__name__}.{name} = {getattr(task, name):g} Hz is not legal; legal: at most 1 / dt = {1 / task.dt:g} Hz"
            )


def bernoulli(rng, probability, n, n_steps):
    """(sample, step, channel) of spikes: in each of `n_steps` with `probability` (n or 1, n_steps or 1, channels) in each channel."""
    channels = probability.shape[-1]
    part = max(1, int(MOST_CELLS // (n_steps * channels)))
    found = []
    for begin in range(0, n, part):
        size = min(part, n - begin)
        p = probability[begin : begin + size] if len(probability) > 1 else probability
        sample, step, channel = np.nonzero(rng.random((size, n_steps, channels)) < p)
        found.append((sample + begin, step, channel))
    return tuple(np.concatenate(part) for part in zip(*found))


def pixels(task, rng, values):
    """(sample, step, channel) of images, values 0 to 1: latency code, the brighter the earlier, or rate code.

    Latency: a value x above `threshold` spikes once, at t_early + (t_late - t_early) (1 - x). Rate: in each step with probability
    x rate dt.
    """
    if task.code == "rate":
        return bernoulli(rng, values[:, None] * (task.rate * task.dt), len(values), steps(task, "duration"))
    sample, channel = np.nonzero(values > task.threshold)
    when = task.t_early + (task.t_late - task.t_early) * (1 - values[sample, channel])
    return sample, np.floor(when / task.dt + 0.5 + 1e-9).astype(int), channel


def check_pixels(task):
    """What the fields of a task on images must satisfy together."""
    check_order(task, "t_early", "t_late")
    check_rate(task, "rate")
    if np.floor(task.t_late / task.dt + 0.5 + 1e-9) >= steps(task, "duration"):
        raise ParameterError(
            f"{type(task).__name__}.t_late = {task.t_late:g} s is not legal; legal: before the end of the sample, duration = {task.duration:g} s"
        )


def balanced(rng, n, classes):
    """Labels in random order, each class as often as the others, or once more."""
    return rng.permutation(np.arange(n) % classes)
