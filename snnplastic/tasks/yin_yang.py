"""Yin-Yang: points of a plane in three classes (yin, yang, dot), coded in the time of one spike for each coordinate."""

from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Source, param
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class YinYang(Task):
    """(x, y, 1 - x, 1 - y) as spike times t_early + (t_late - t_early) value, and a fifth channel that spikes at `t_bias`.

    The published generator: a class is drawn, then points of the disc until one is of that class. Seeds 42 (5000 to train), 41 (1000 to
    validate), 40 (1000 to test), as published. A network without hidden layer reaches 63.8 %.
    """

    source = Source("Kriener, Göltz & Petrovici", 2022, "NICE, p. 107", doi="10.1145/3517343.3517380")

    n_train: int = param(5000, "1", "samples to train on", "Sect. 2", low=1)
    n_valid: int = param(1000, "1", "samples to validate on", "Sect. 2", low=0)
    n_test: int = param(1000, "1", "samples to test on", "Sect. 2", low=0)
    t_early: float = param(2, "ms", "spike time of the value 0", "free", low=0)
    t_late: float = param(30, "ms", "spike time of the value 1", "free")
    t_bias: float = param(2, "ms", "spike time of the fifth channel", "free", low=0)
    duration: float = param(40, "ms", "of a sample", "free")
    dt: float = param(0.5, "ms", "time step", "free", low=1e-6)

    n_in, n_out = 5, 3

    def samples(self):
        parts = [self.points(n, seed) for n, seed in ((self.n_train, 42), (self.n_valid, 41), (self.n_test, 40))]
        points, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
        time, channel, sample = self.spikes(points)
        return Samples(
            n_steps=round(self.duration / self.dt), n_in=self.n_in, n_out=self.n_out, counts=(self.n_train, self.n_valid, self.n_test),
            time=time, channel=channel, sample=sample, label=labels, about={"points": points},
        )  # fmt: skip

    def samples_and_grid(self, n):
        """Samples, with the points inside the disc of an n x n grid to look at after training; `about`: the test `points`, and which of the grid are `inside`."""
        axis = (np.arange(n) + 0.5) / n
        x, y = np.meshgrid(axis, axis)
        inside = np.hypot(x - 0.5, y - 0.5) <= 0.5
        base, extra = self.samples(), int(inside.sum())
        points = np.concatenate([base.about["points"], np.stack([x[inside], y[inside]], 1)])
        time, channel, sample = self.spikes(points)
        return replace(
            base, counts=(*base.counts, extra), time=time, channel=channel, sample=sample, label=np.concatenate([base.label, np.zeros(extra, int)]),
            exact_time=self.times(points).ravel(), about={"points": points[sum(base.counts[:2]) : sum(base.counts)], "inside": inside},
        )  # fmt: skip

    def spikes(self, points):
        """(step, channel, sample) of the spikes that code points (n, 2)."""
        n = len(points)
        return np.round(self.times(points) / self.dt).astype(int).ravel(), np.tile(np.arange(5), n), np.repeat(np.arange(n), 5)

    def times(self, points):
        """(n, 5) times in s of the spikes that code points, on no clock."""
        values = np.concatenate([points, 1 - points], axis=1)
        return np.concatenate([self.t_early + (self.t_late - self.t_early) * values, np.full((len(points), 1), self.t_bias)], axis=1)

    @staticmethod
    def points(n, seed, r_big=0.5, r_small=0.1):
        """(points (n, 2), classes (n,)): 0 yang, 1 yin, 2 dot."""
        rng, points, classes = np.random.RandomState(seed), np.zeros((n, 2)), np.zeros(n, int)
        for k in range(n):
            goal = rng.randint(3)
            while True:
                x, y = rng.rand(2) * 2 * r_big
                if np.hypot(x - r_big, y - r_big) <= r_big and YinYang.classify(x, y, r_big, r_small) == goal:
                    break
            points[k], classes[k] = (x, y), goal
        return points, classes

    @staticmethod
    def classify(x, y, r_big=0.5, r_small=0.1):
        right, left = np.hypot(x - 1.5 * r_big, y - r_big), np.hypot(x - 0.5 * r_big, y - r_big)
        if right < r_small or left < r_small:
            return 2
        return int(right <= r_small or r_small < left <= 0.5 * r_big or (y > r_big and right > 0.5 * r_big))
