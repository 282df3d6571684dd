"""How tasks make spikes: rates and values into steps and channels, and the checks that tasks share."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import param
from .samples import Task

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


def balanced(rng, n, classes):
    """Labels in random order, each class as often as the others, or once more."""
    return rng.permutation(np.arange(n) % classes)


@dataclass(frozen=True, kw_only=True)
class PixelTask(Task):
    """Base of tasks on images, values 0 to 1 a pixel, a channel each, in one of two codes.

    Latency: a value x above `threshold` spikes once, at t_early + (t_late - t_early) (1 - x), the brighter the earlier. Rate: it spikes
    in each step with probability x rate dt.
    """

    code: str = param("latency", None, "how a pixel becomes spikes", "free", legal=("latency", "rate"))
    threshold: float = param(0.1, "1", "pixels above it spike (latency)", "free", low=0, high=1)
    t_early: float = param(2, "ms", "spike of the value 1 (latency)", "free", low=0)
    t_late: float = param(30, "ms", "spike of the value 0 (latency)", "free", low=0)
    rate: float = param(100, "Hz", "of the value 1 (rate)", "free", low=0)
    duration: float = param(40, "ms", "of a sample", "free")
    dt: float = param(0.5, "ms", "time step", "free", low=1e-6)

    def check_fields(self):
        check_order(self, "t_early", "t_late")
        check_rate(self, "rate")
        if self._nearest(self.t_late) >= steps(self, "duration"):
            raise ParameterError(
                f"{type(self).__name__}.t_late = {self.t_late:g} s is not legal; legal: before the end of the sample, duration = {self.duration:g} s"
            )

    def spikes(self, rng, values):
        """(sample, step, channel) of images (n, pixels)."""
        if self.code == "rate":
            return bernoulli(rng, values[:, None] * (self.rate * self.dt), len(values), steps(self, "duration"))
        sample, channel = np.nonzero(values > self.threshold)
        return sample, self._nearest(self.t_early + (self.t_late - self.t_early) * (1 - values[sample, channel])), channel

    def _nearest(self, time):
        return np.floor(time / self.dt + 0.5 + 1e-9).astype(int)
