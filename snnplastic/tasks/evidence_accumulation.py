"""Evidence accumulation: cues from the left and from the right; after a pause, say which side had more."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from ._coding import bernoulli, check_rate, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class EvidenceAccumulation(Task):
    """Four groups of n_in / 4 channels: left, right, recall, noise. Label 0: more cues on the left, 1: on the right.

    A pause, then a cue, `n_cues` times; a cue is on the favoured side (drawn for each sample) with probability 1 - p_group. After
    `delay` the recall group fires to the end, and only there attention is 1. Noise fires all the time. Chance is 50 %. Published:
    50 LIF and 50 adaptive neurons, stop at an error below 7 %; NEST 93.8 %, mlGeNN 91.1 % after 900 epochs. Published training
    draws new samples for every batch of 64; here the sets are fixed.
    """

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")

    n_train: int = param(1024, "1", "samples to train on", "free", low=1)
    n_valid: int = param(256, "1", "samples to validate on", "free", low=0)
    n_test: int = param(256, "1", "samples to test on", "free", low=0)
    n_in: int = param(40, "1", "channels", "e-prop repository, Fig. 3", low=4)
    n_cues: int = param(7, "1", "cues, an odd number", "e-prop repository, Fig. 3", low=1)
    p_group: float = param(
        0.3, "1", "probability of a cue on the other side", "e-prop repository, Fig. 3", low=0, high=1
    )
    cue: float = param(100, "ms", "duration of a cue", "e-prop repository, Fig. 3")
    pause: float = param(50, "ms", "before each cue", "e-prop repository, Fig. 3")
    delay: float = param(1050, "ms", "from the last cue to the recall", "e-prop repository, Fig. 3")
    recall: float = param(150, "ms", "duration of the recall", "e-prop repository, Fig. 3")
    rate: float = param(40, "Hz", "of a channel in a cue or in the recall", "e-prop repository, Fig. 3", low=0)
    noise: float = param(10, "Hz", "of a noise channel", "e-prop repository, Fig. 3", low=0)
    dt: float = param(1, "ms", "time step", "e-prop repository, Fig. 3", low=1e-6)

    n_out = 2

    def check_fields(self):
        for name in ("cue", "pause", "delay", "recall"):
            steps(self, name)
        check_rate(self, "rate", "noise")
        if self.n_cues % 2 == 0:
            raise ParameterError(
                f"{type(self).__name__}.n_cues = {self.n_cues} is not legal; legal: an odd number, so that one side has more"
            )
        if self.n_in % 4:
            raise ParameterError(
                f"{type(self).__name__}.n_in = {self.n_in} is not legal; legal: a multiple of 4, for four groups of equal size"
            )

    def samples(self, seed=0):
        rng, n, group = generator(self, seed), self.n_train + self.n_valid + self.n_test, self.n_in // 4
        cue, pause, delay, recall = (steps(self, name) for name in ("cue", "pause", "delay", "recall"))
        right = np.where(rng.integers(2, size=n) == 1, 1 - self.p_group, self.p_group)
        cues = (rng.random((n, self.n_cues)) < right[:, None]).astype(int)
        n_steps = self.n_cues * (pause + cue) + delay + recall
        active = np.repeat(np.eye(4), group, axis=1)  # channels of each group
        spikes = [_from(0, bernoulli(rng, active[None, 3:] * (self.noise * self.dt), n, n_steps))]
        for k in range(self.n_cues):
            begin = k * (pause + cue) + pause
            spikes.append(_from(begin, bernoulli(rng, active[cues[:, k], None] * (self.rate * self.dt), n, cue)))
        spikes.append(_from(n_steps - recall, bernoulli(rng, active[None, 2:3] * (self.rate * self.dt), n, recall)))
        sample, time, channel = (np.concatenate(part) for part in zip(*spikes))
        attention = np.zeros(n_steps)
        attention[-recall:] = 1
        return Samples(
            n_steps=n_steps, n_in=self.n_in, n_out=2, counts=(self.n_train, self.n_valid, self.n_test), time=time, channel=channel,
            sample=sample, label=(cues.sum(axis=1) > self.n_cues / 2).astype(int), attention=attention, about={"cues": cues},
        )  # fmt: skip


def _from(begin, spikes):
    sample, time, channel = spikes
    return sample, time + begin, channel
