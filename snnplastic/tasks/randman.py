"""Randman: classes are smooth random manifolds in the space of spike times."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from ._coding import generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class Randman(Task):
    r"""A class is `n_spikes` manifolds; a sample is a point x of one, and unit i spikes at its coordinate f_i(x), so that counts say nothing.

    f(x) = prod_d sum_k a_k (k+1)^-alpha sin(2 pi (k x_d b_k + c_k)), k = 0 ... K-1, a, b, c uniform in (0, 1), a_0 = 0, K =
    min(ceil(precision^(-1/alpha)), 1000); f is scaled to 0 ... 1 over the samples of the class, and the spike is at step floor(f
    step_fraction n_steps). x is uniform. Defaults are those of stork's example (128 hidden units: 96.3 % of the test part).
    Chance is 1 / classes. Samples are shuffled, then cut 80/10/10.
    """

    source = Source("Zenke & Vogels", 2021, "Neural Comput. 33:899", doi="10.1162/neco_a_01367")

    n_class: int = param(1000, "1", "samples of a class", "stork, example 1", low=1)
    classes: int = param(10, "1", "classes", "stork, example 1", low=1)
    units: int = param(20, "1", "units, dimensions of the space", "stork, example 1", low=1)
    dimensions: int = param(1, "1", "of a manifold", "stork, example 1", low=1)
    alpha: float = param(1, "1", "smoothness: decay of the spectrum", "stork, example 1", low=0.1)
    n_spikes: int = param(1, "1", "spikes of a unit in a sample", "stork, example 1", low=1)
    precision: float = param(1e-3, "1", "size of the last term of the sum", "randman", low=1e-9, high=1)
    step_fraction: float = param(0.5, "1", "part of a sample that holds spikes", "stork, example 1", low=0, high=1)
    train: float = param(0.8, "1", "share of the samples to train on", "stork, example 1", low=0, high=1)
    valid: float = param(0.1, "1", "share of the samples to validate on", "stork, example 1", low=0, high=1)
    duration: float = param(200, "ms", "of a sample", "stork, example 1")
    dt: float = param(2, "ms", "time step", "stork, example 1", low=1e-6)

    def check_fields(self):
        steps(self, "duration")
        if self.train + self.valid > 1 + 1e-12:
            raise ParameterError(
                f"{type(self).__name__}.valid = {self.valid:g} is not legal; legal: at most 1 - train = {1 - self.train:g}"
            )
        if round(self.train * self.n_class * self.classes) < 1:
            raise ParameterError(
                f"{type(self).__name__}.train = {self.train:g} leaves nothing to train on; legal: at least one sample's share"
            )

    def samples(self, seed=0):
        rng, n_steps, n = generator(self, seed), steps(self, "duration"), self.n_class * self.classes
        values, points = np.empty((n, self.n_spikes, self.units)), np.empty((n, self.dimensions))
        for k in range(self.classes):
            here = slice(k * self.n_class, (k + 1) * self.n_class)
            points[here] = rng.random((self.n_class, self.dimensions))
            for s in range(self.n_spikes):
                values[here, s] = _scaled(self.manifold(rng, points[here]))
        order = rng.permutation(n)
        time = np.floor(values[order] * self.step_fraction * n_steps).astype(int)
        train, valid = round(self.train * n), min(round(self.valid * n), n - round(self.train * n))
        return Samples(
            n_steps=n_steps, n_in=self.units, n_out=self.classes, counts=(train, valid, n - train - valid), time=time.ravel(),
            channel=np.tile(np.arange(self.units), n * self.n_spikes), sample=np.repeat(np.arange(n), self.n_spikes * self.units),
            label=np.repeat(np.arange(self.classes), self.n_class)[order], about={"points": points[order]},
        )  # fmt: skip

    def manifold(self, rng, x):
        """(samples, units) of a new random manifold at intrinsic coordinates x (samples, dimensions)."""
        last = int(min(np.ceil(self.precision ** (-1 / self.alpha)), 1000))
        a, b, c = np.moveaxis(rng.random((self.units, self.dimensions, 3, last)), 2, 0)
        a[..., 0] = 0
        k, found = np.arange(last), np.ones((len(x), self.units))
        for i in range(self.units):
            for d in range(self.dimensions):
                angle = 2 * np.pi * (x[:, d, None] * (k * b[i, d]) + c[i, d])
                found[:, i] *= np.sin(angle) @ (a[i, d] * (k + 1.0) ** -self.alpha)
        return found


def _scaled(values):
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / (high - low + 1e-7)
