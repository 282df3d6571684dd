"""Random patterns: noise spike trains with random labels, to be learned by heart."""

from dataclasses import dataclass

import numpy as np

from ..parameter import Source, param
from ._coding import bernoulli, check_rate, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class RandomPatterns(Task):
    """Each channel spikes in each step with probability rate dt; the label is drawn at random, so there is nothing to generalise.

    The synthetic data of Tutorial 1 of spytorch: 256 patterns that are all trained on (there is no validation or test part).
    Chance is 50 %; a network of 100-4-2 reaches 85.9 % of the training patterns with a surrogate gradient and 51.2 % with the
    true one (1000 epochs).
    """

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")

    n: int = param(256, "1", "patterns, all to train on", "Tutorial 1", low=1)
    n_in: int = param(100, "1", "channels", "Tutorial 1", low=1)
    n_out: int = param(2, "1", "classes", "Tutorial 1", low=1)
    rate: float = param(5, "Hz", "of each channel", "Tutorial 1", low=0)
    duration: float = param(200, "ms", "of a pattern", "Tutorial 1")
    dt: float = param(1, "ms", "time step", "Tutorial 1", low=1e-6)

    def check_fields(self):
        steps(self, "duration")
        check_rate(self, "rate")

    def samples(self, seed=0):
        rng, n_steps = generator(self, seed), steps(self, "duration")
        sample, time, channel = bernoulli(rng, np.full((1, 1, self.n_in), self.rate * self.dt), self.n, n_steps)
        label = rng.integers(self.n_out, size=self.n)
        return Samples(
            n_steps=n_steps, n_in=self.n_in, n_out=self.n_out, counts=(self.n, 0, 0),
            time=time, channel=channel, sample=sample, label=label,
        )  # fmt: skip
