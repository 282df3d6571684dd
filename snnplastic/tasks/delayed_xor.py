"""Delayed XOR: two binary cues with a pause between them; were they different?"""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from ._coding import balanced, bernoulli, check_rate, generator, steps
from .samples import Samples, Task


@dataclass(frozen=True, kw_only=True)
class DelayedXor(Task):
    """Three groups of n_in / 3 channels: cue 0, cue 1, go. The label is 1 if the two cues differ, so that neither cue alone tells anything.

    First cue, `delay`, second cue, and at once the go group to the end of the sample; only there attention is 1. Both cues use
    the same channels. Each of the four pairs is as often as the others. Chance is 50 %. There is no published specification; all
    values are of this package, and accuracy is to be reported against `delay` and against the slowest time constant of the
    network.
    """

    source = Source("snnplastic", 2026, "defined here; no published specification")

    n_train: int = param(512, "1", "samples to train on", "free", low=1)
    n_valid: int = param(128, "1", "samples to validate on", "free", low=0)
    n_test: int = param(128, "1", "samples to test on", "free", low=0)
    n_in: int = param(30, "1", "channels", "free", low=3)
    cue: float = param(50, "ms", "duration of a cue", "free")
    delay: float = param(100, "ms", "from the first cue's end to the second cue; 0 is legal", "free", low=0)
    go: float = param(50, "ms", "duration of the go signal", "free")
    rate: float = param(100, "Hz", "of a channel whose group is active", "free", low=0)
    dt: float = param(1, "ms", "time step", "free", low=1e-6)

    n_out = 2

    def check_fields(self):
        for name in ("cue", "go", *(["delay"] if self.delay else [])):
            steps(self, name)
        check_rate(self, "rate")
        if self.n_in % 3:
            raise ParameterError(
                f"{type(self).__name__}.n_in = {self.n_in} is not legal; legal: a multiple of 3, for three groups of equal size"
            )

    def samples(self, seed=0):
        rng, n = generator(self, seed), self.n_train + self.n_valid + self.n_test
        cue, go, delay = steps(self, "cue"), steps(self, "go"), steps(self, "delay") if self.delay else 0
        counts = (self.n_train, self.n_valid, self.n_test)
        pair = np.concatenate([balanced(rng, part, 4) for part in counts])
        cues = np.stack([pair // 2, pair % 2], axis=1)
        active, end = np.repeat(np.eye(3), self.n_in // 3, axis=1) * (self.rate * self.dt), 2 * cue + delay
        parts = [
            (0, cue, active[cues[:, 0], None]),
            (cue + delay, cue, active[cues[:, 1], None]),
            (end, go, active[None, 2:]),
        ]
        spikes = [
            (sample, time + begin, channel)
            for begin, long, p in parts
            for sample, time, channel in [bernoulli(rng, p, n, long)]
        ]
        sample, time, channel = (np.concatenate(part) for part in zip(*spikes))
        return Samples(
            n_steps=end + go, n_in=self.n_in, n_out=2, counts=counts, time=time, channel=channel, sample=sample,
            label=cues[:, 0] ^ cues[:, 1], attention=np.repeat([0.0, 1.0], [end, go]), about={"cues": cues},
        )  # fmt: skip
