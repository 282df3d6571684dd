"""Pattern generation: a sum of sines, from one frozen noise input."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, named, param
from ._coding import bernoulli, check_rate, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class PatternGeneration(Task):
    r"""One sample: noise of `rate` in each channel, the same in every trial. The goal of each output is sum_i a_i sin(2 pi n_i t/T + p_i).

    a_i is uniform in (0.5, 2), p_i in (0, 2 pi), n_i the whole number of periods that fits in the trial; the sum starts at 0 and
    its largest value is 1 or -1. For a squared error over time; a read-out that stays at 0 has the loss `about["silent"]`.
    Published: 100 recurrent LIF neurons, 2000 iterations of e-prop; NEST's regression run starts from a loss of 101.964.
    """

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")

    n_in: int = param(100, "1", "channels", "e-prop repository, Fig. 3", low=1)
    n_out: int = param(1, "1", "outputs, each with a goal of its own", "e-prop repository, Fig. 3", low=1)
    rate: float = param(50, "Hz", "of each channel", "e-prop repository, Fig. 3", low=0)
    periods: tuple = param([1000, 500, 333, 200], "ms", "of the sines", "e-prop repository, Fig. 3", low=1e-6)
    duration: float = param(1000, "ms", "of the trial", "e-prop repository, Fig. 3")
    dt: float = param(1, "ms", "time step", "e-prop repository, Fig. 3", low=1e-6)

    @named
    def three_outputs(cls):
        """Three outputs, sines of 2, 3 and 5 Hz as in mlGeNN's example; input and scale as above (there: 20 channels in five volleys,
        goals not scaled)."""
        return cls(n_out=3, periods=[500, 333, 200])

    def check_fields(self):
        check_rate(self, "rate")
        if steps(self, "duration") < 2:
            raise ParameterError(
                f"{type(self).__name__}.duration = {self.duration:g} s is not legal; legal: at least 2 dt"
            )
        if max(self.periods) > self.duration * (1 + 1e-9):
            raise ParameterError(
                f"{type(self).__name__}.periods holds {max(self.periods):g} s; legal: at most duration = {self.duration:g} s"
            )

    def samples(self, seed=0):
        rng, n_steps = generator(self, seed), steps(self, "duration")
        sample, time, channel = bernoulli(rng, np.full((1, 1, self.n_in), self.rate * self.dt), 1, n_steps)
        goal = np.stack([self.curve(rng, n_steps) for _ in range(self.n_out)], axis=1)
        return Samples(
            n_steps=n_steps, n_in=self.n_in, n_out=self.n_out, counts=(1, 0, 0), time=time, channel=channel, sample=sample,
            goal=goal, about={"silent": 0.5 * float((goal**2).sum())},
        )  # fmt: skip

    def curve(self, rng, n_steps):
        """A new random sum of sines. The last step is where the first period would start again, as published."""
        periods = np.array(self.periods)
        weight, phase = rng.uniform(0.5, 2, periods.size), rng.uniform(0, 2 * np.pi, periods.size)
        angle = np.linspace(0, 1, n_steps)[:, None] * (2 * np.pi * np.floor(self.duration / periods + 1e-9))
        found = np.sin(angle + phase) @ weight
        found = found - found[0]
        return found / max(np.abs(found).max(), 1e-6)
