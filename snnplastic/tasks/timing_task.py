"""Timing: every channel has the same number of spikes in every sample, so that only their timing tells the class."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from ._coding import balanced, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class TimingTask(Task):
    """`n_spikes` spikes in each channel. Class c is in one of three kinds of timing (`code`), K classes:

    synchrony   channel i of the first half fires together with channel (i + c) mod n_in/2 of the second half
    order       in each of `n_spikes` volleys channel i comes at place (i + c n_in/K) mod n_in, each place `interval_short` after the one before
    interval    all intervals of a channel are interval_short + (interval_long - interval_short) c/(K - 1); each channel starts on its own

    Where a volley or a train starts is random; each spike is shifted by a normal number of s.d. `jitter`, cut at 3 s.d. A classifier of
    spike counts is exactly at chance, 1/K. Tasks of this kind are in the source; these values are of this package.
    """

    source = Source("Yu, Sun, Akarca & Goodman", 2025, "arXiv 2507.16043", doi="10.48550/arXiv.2507.16043")

    code: str = param("synchrony", None, "what the class is in", "free", legal=("synchrony", "order", "interval"))
    n_train: int = param(1000, "1", "samples to train on", "free", low=1)
    n_valid: int = param(200, "1", "samples to validate on", "free", low=0)
    n_test: int = param(200, "1", "samples to test on", "free", low=0)
    classes: int = param(2, "1", "classes", "free", low=2)
    n_in: int = param(20, "1", "channels, an even number", "free", low=2)
    n_spikes: int = param(5, "1", "spikes of a channel in a sample", "free", low=1)
    interval_short: float = param(4, "ms", "interval of class 0, and between places in a volley", "free", low=1e-6)
    interval_long: float = param(12, "ms", "interval of the last class", "free", low=1e-6)
    jitter: float = param(0.5, "ms", "s.d. of each spike", "free", low=0)
    duration: float = param(500, "ms", "of a sample", "free")
    dt: float = param(1, "ms", "time step", "free", low=1e-6)

    def check_fields(self):
        name, n_steps = type(self).__name__, steps(self, "duration")
        if self.n_in % 2:
            raise ParameterError(f"{name}.n_in = {self.n_in} is not legal; legal: an even number")
        most = {"synchrony": self.n_in // 2, "order": self.n_in, "interval": 1000}[self.code]
        if self.classes > most:
            raise ParameterError(
                f"{name}.classes = {self.classes} is not legal; legal: 2 to {most} with code = {self.code!r}, n_in = {self.n_in}"
            )
        if self.code == "interval" and (self.n_spikes < 2 or self.interval_long <= self.interval_short):
            raise ParameterError(
                f"{name}.interval_long = {self.interval_long:g} s with n_spikes = {self.n_spikes} is not legal; "
                f"legal: above interval_short = {self.interval_short:g} s, and 2 spikes or more"
            )
        if self._room() < 1 or (self.code == "interval" and self.interval_short < 6 * self.jitter + self.dt):
            raise ParameterError(
                f"{name}.duration = {n_steps} steps and jitter = {self.jitter:g} s leave no room for n_spikes = {self.n_spikes} "
                "separate spikes; legal: a longer duration, fewer spikes, less jitter"
            )

    def samples(self, seed=0):
        rng, counts = generator(self, seed), (self.n_train, self.n_valid, self.n_test)
        n, label = sum(counts), np.concatenate([balanced(rng, part, self.classes) for part in counts])
        places = np.arange(self.n_in)
        if self.code == "interval":
            interval = self.interval_short + (self.interval_long - self.interval_short) * label / (self.classes - 1)
            start = rng.random((n, self.n_in, 1)) * self._room() * self.dt
            times = start + interval[:, None, None] * np.arange(self.n_spikes)
        else:
            slot = self.duration / self.n_spikes
            size = self.n_in // 2 if self.code == "synchrony" else 1
            volley = np.arange(self.n_spikes) * slot + rng.random((n, size, self.n_spikes)) * self._room() * self.dt
            if self.code == "synchrony":
                partner = (np.arange(size) - label[:, None]) % size
                times = np.concatenate([volley, np.take_along_axis(volley, partner[:, :, None], axis=1)], axis=1)
            else:
                place = (places + label[:, None] * self.n_in // self.classes) % self.n_in
                times = volley + (place * self.interval_short)[:, :, None]
        shift = np.clip(rng.standard_normal((n, self.n_in, self.n_spikes)), -3, 3) * self.jitter
        time = np.floor((times + shift) / self.dt + 3 * self.jitter / self.dt + 1e-9).astype(int)
        return Samples(
            n_steps=steps(self, "duration"), n_in=self.n_in, n_out=self.classes, counts=counts, time=time.ravel(),
            channel=np.tile(np.repeat(places, self.n_spikes), n), sample=np.repeat(np.arange(n), self.n_in * self.n_spikes), label=label,
        )  # fmt: skip

    def _room(self):
        """Steps in which a train (interval) or a volley may start, so that all spikes fit and none of a channel share a step."""
        if self.code == "interval":
            free = self.duration - (self.n_spikes - 1) * self.interval_long
        else:
            free = self.duration / self.n_spikes - (self.code == "order") * (self.n_in - 1) * self.interval_short
        return (free - 6 * self.jitter) / self.dt - 1
