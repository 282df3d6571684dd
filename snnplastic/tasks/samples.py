"""Task, the base of all tasks, and its Samples: spikes of the input channels, and what the network is to say about them."""

from dataclasses import dataclass, field

import numpy as np

from ..errors import GradientError
from ..parameter import Parameterised


class Task(Parameterised):
    """Base of all tasks: `samples(seed)` gives Samples, `dt` is their time step, s."""

    source = None

    def samples(self, seed=0):
        raise GradientError(f"{type(self).__name__} has no samples(seed)")


@dataclass
class Samples:
    """Samples in the order train, valid, test, and, if `counts` has a fourth number, more that are only looked at after training.

    time, channel, sample   arrays of equal length, a spike each: step (whole number), input channel, sample
    label                   class of each sample, or None
    goal                    (n_steps, outputs) for all samples or (n, n_steps, outputs), for losses on the course of time
    attention               weight of each step's error: (n_steps,) for all samples or (n, n_steps); 1 if None
    exact_time              time of each spike in s, for networks without a clock; time times the step if None
    """

    n_steps: int
    n_in: int
    n_out: int
    counts: tuple
    time: np.ndarray
    channel: np.ndarray
    sample: np.ndarray
    label: np.ndarray = None
    goal: np.ndarray = None
    attention: np.ndarray = None
    about: dict = field(default_factory=dict)
    exact_time: np.ndarray = None

    def __post_init__(self):
        n = sum(self.counts)
        for name in ("n_steps", "n_in", "n_out"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
                raise GradientError(f"Samples.{name} = {value!r} is not legal; legal: a whole number from 1")
        for name, low, high in (("time", 0, self.n_steps), ("channel", 0, self.n_in), ("sample", 0, n)):
            values = np.asarray(getattr(self, name))
            if values.dtype.kind not in "iu" or values.ndim != 1 or values.size != np.size(self.time):
                raise GradientError(
                    f"Samples.{name} must be a flat array of whole numbers, one for each of the {np.size(self.time)} spikes; "
                    f"it has shape {values.shape} and type {values.dtype}"
                )
            if values.size and (values.min() < low or values.max() >= high):
                wrong = values[(values < low) | (values >= high)][0]
                raise GradientError(f"Samples.{name} holds {wrong}; legal: {low} to {high - 1}")
        if self.exact_time is not None:
            exact = np.asarray(self.exact_time)
            if exact.shape != np.shape(self.time) or not np.all(np.isfinite(exact)) or np.any(exact < 0):
                raise GradientError(f"Samples.exact_time must hold a time from 0 up, in s, for each of the {np.size(self.time)} spikes")
        if self.counts[0] < 1:
            raise GradientError(
                f"Samples.counts = {self.counts}: there is nothing to train on; legal: at least 1 sample"
            )
        if self.label is not None:
            labels = np.asarray(self.label)
            if labels.shape != (n,) or labels.dtype.kind not in "iu":
                raise GradientError(
                    f"Samples.label must hold {n} whole numbers, one a sample; it has shape {labels.shape} and type {labels.dtype}"
                )
            if labels.size and (labels.min() < 0 or labels.max() >= self.n_out):
                wrong = labels[(labels < 0) | (labels >= self.n_out)][0]
                raise GradientError(
                    f"Samples.label holds {wrong}; legal: 0 to {self.n_out - 1}, since the network has {self.n_out} outputs"
                )
        if self.goal is not None and np.shape(self.goal) not in (
            (self.n_steps, self.n_out),
            (n, self.n_steps, self.n_out),
        ):
            raise GradientError(
                f"Samples.goal has shape {np.shape(self.goal)}; legal: {(self.n_steps, self.n_out)} or {(n, self.n_steps, self.n_out)}"
            )
        if self.attention is not None and np.shape(self.attention) not in ((self.n_steps,), (n, self.n_steps)):
            raise GradientError(
                f"Samples.attention has shape {np.shape(self.attention)}; legal: {(self.n_steps,)} or {(n, self.n_steps)}"
            )

        for name in ("goal", "attention"):
            if getattr(self, name) is not None and not np.all(np.isfinite(getattr(self, name))):
                raise GradientError(f"Samples.{name} holds a value that is not finite; legal: finite numbers")

    @property
    def looked_at(self):
        """Numbers of the samples of which some are recorded: those to test on, or all where there are none."""
        train, valid, test = self.counts[:3]
        return range(train + valid if test else 0, train + valid + test)

    def values(self):
        """{data.NAME: array} for a training program: spikes by sample, then by time."""
        n, order = sum(self.counts), np.lexsort((self.channel, self.time, self.sample))
        first = np.concatenate([[0], np.cumsum(np.bincount(self.sample, minlength=n))])
        return {
            "data.first": first.astype(np.int64), "data.time": np.asarray(self.time)[order].astype(np.int32),
            "data.channel": np.asarray(self.channel)[order].astype(np.int32),
            "data.label": np.zeros(n, np.int32) if self.label is None else np.asarray(self.label, np.int32),
            "data.goal": np.zeros(0) if self.goal is None else np.asarray(self.goal, float).ravel(),
            "data.attention": np.ones(self.n_steps) if self.attention is None else np.asarray(self.attention, float).ravel(),
        }  # fmt: skip

    def events(self, time_step):
        """{data.NAME: array} for a training program without a clock: spikes by sample, then by time in s."""
        exact = np.asarray(self.time) * time_step if self.exact_time is None else np.asarray(self.exact_time, float)
        end = self.n_steps * time_step
        if exact.size and exact.max() > end:
            raise GradientError(f"a spike comes at {exact.max():g} s and a sample ends at {end:g} s; legal: at most that")
        order = np.lexsort((self.channel, exact, self.sample))
        first = np.concatenate([[0], np.cumsum(np.bincount(self.sample, minlength=sum(self.counts)))])
        return {"data.first": first.astype(np.int64), "data.at": exact[order], "data.channel": np.asarray(self.channel)[order].astype(np.int32)}

    def dense(self, which=slice(None)):
        """Spike counts (sample, step, channel) of some samples, for an independent implementation."""
        found = np.zeros((sum(self.counts), self.n_steps, self.n_in))
        np.add.at(found, (self.sample, self.time, self.channel), 1)
        return found[which]
