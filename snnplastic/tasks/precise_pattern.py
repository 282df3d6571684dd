"""Precise pattern: spikes at given times, from one frozen noise input."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from ._coding import bernoulli, check_order, check_rate, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class PrecisePattern(Task):
    r"""One sample: noise of `rate` in each channel, the same in every trial. The first output is to spike at `target`, further
    outputs as often at random steps.

    The goal is the target's spike train S filtered by k(t) = (e^(-t/tau_decay) - e^(-t/tau_rise))/c with the largest value 1, so
    that with an output filtered by the same kernel the squared error over time is a van Rossum distance; k is 0 in the step of
    the spike itself. `about["target"]` is S, (n_steps, n_out) of 0 and 1; `about["silent"]` is the loss of an output without
    spikes. In the paper one LIF neuron learns five equidistant spikes in 500 ms from 100 inputs in 500 trials.
    """

    source = Source("Zenke & Ganguli", 2018, "Neural Comput. 30:1514", doi="10.1162/neco_a_01086")

    n_in: int = param(100, "1", "channels", "Sect. 4", low=1)
    n_out: int = param(1, "1", "outputs", "Sect. 4", low=1)
    rate: float = param(10, "Hz", "of each channel", "free", low=0)
    target: tuple = param(
        [50, 150, 250, 350, 450], "ms", "spikes of the first output", "Sect. 4 (five, equidistant)", low=0
    )
    tau_rise: float = param(5, "ms", "of the kernel's rise", "Sect. 3.3.1", low=1e-6)
    tau_decay: float = param(10, "ms", "of the kernel's decay", "Sect. 3.3.1", low=1e-6)
    duration: float = param(500, "ms", "of the trial", "Sect. 4")
    dt: float = param(0.5, "ms", "time step", "free", low=1e-6)

    def check_fields(self):
        n_steps, name = steps(self, "duration"), type(self).__name__
        check_rate(self, "rate")
        check_order(self, "tau_rise", "tau_decay")
        if self.tau_rise == self.tau_decay:
            raise ParameterError(
                f"{name}.tau_decay = {self.tau_decay:g} is not legal; legal: above tau_rise = {self.tau_rise:g}"
            )
        at = np.round(np.array(self.target) / self.dt).astype(int)
        if at.max() >= n_steps:
            raise ParameterError(
                f"{name}.target holds {max(self.target):g} s; legal: before duration = {self.duration:g} s"
            )
        if len(set(at)) < len(at):
            raise ParameterError(
                f"{name}.target = {self.target} holds two spikes in one step; legal: at least dt = {self.dt:g} s apart"
            )

    def samples(self, seed=0):
        rng, n_steps = generator(self, seed), steps(self, "duration")
        sample, time, channel = bernoulli(rng, np.full((1, 1, self.n_in), self.rate * self.dt), 1, n_steps)
        target = np.zeros((n_steps, self.n_out))
        target[np.round(np.array(self.target) / self.dt).astype(int), 0] = 1
        for k in range(1, self.n_out):
            target[rng.choice(n_steps, len(self.target), replace=False), k] = 1
        goal = self.filtered(target)
        return Samples(
            n_steps=n_steps, n_in=self.n_in, n_out=self.n_out, counts=(1, 0, 0), time=time, channel=channel, sample=sample,
            goal=goal, about={"target": target, "silent": 0.5 * float((goal**2).sum())},
        )  # fmt: skip

    def filtered(self, spikes):
        """Spike trains (n_steps, outputs) through the kernel."""
        t = np.arange(len(spikes)) * self.dt
        peak = np.log(self.tau_decay / self.tau_rise) / (1 / self.tau_rise - 1 / self.tau_decay)
        kernel = self._kernel(t) / self._kernel(peak)
        found = np.zeros(spikes.shape)
        for step, output in zip(*np.nonzero(spikes)):
            found[step:, output] += spikes[step, output] * kernel[: len(t) - step]
        return found

    def _kernel(self, t):
        return np.exp(-t / self.tau_decay) - np.exp(-t / self.tau_rise)
