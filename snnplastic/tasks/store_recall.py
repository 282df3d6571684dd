"""Store-recall: keep the bit that came with a store command until a recall command asks for it."""

from dataclasses import dataclass

import numpy as np

from ..errors import GradientError, ParameterError
from ..parameter import Source, param
from ._coding import bernoulli, check_rate, generator, steps
from .samples import Samples, Task

STORE, RECALL = 2, 3


@dataclass(frozen=True, kw_only=True)
class StoreRecall(Task):
    """A sequence of characters 0, 1, store, recall, each a quarter of the channels that fires at `rate` while the character is shown.

    A store is shown with the bit to keep; the bit after it is inverted in half of the cases, so that it tells nothing. Stores and
    recalls alternate and come with probability 1/(1 + delay) a character; sequences that begin with a recall, end in a store or
    have a recall straight after a store are drawn again. Attention is 1 while a recall is shown, in each sample at its own steps;
    the goal is then 1 for the stored bit's output and 0 for the other. The answer is the output that is larger on average over a
    recall (`about["recalled"]`: the bit, or -1). Chance is 50 %; published training (10 LIF, 10 adaptive neurons, 200 iterations
    of 128 new samples, cross-entropy) stops at an error below 5 %.
    """

    source = Source(
        "Bellec, Salaj, Subramoney, Legenstein & Maass", 2018, "NeurIPS 31", doi="10.48550/arXiv.1803.09574"
    )

    n_train: int = param(512, "1", "samples to train on", "free", low=1)
    n_valid: int = param(128, "1", "samples to validate on", "LSNN repository", low=0)
    n_test: int = param(128, "1", "samples to test on", "LSNN repository", low=0)
    n_in: int = param(100, "1", "channels", "LSNN repository", low=4)
    length: int = param(12, "1", "characters of a sample", "LSNN repository", low=3)
    delay: float = param(6, "1", "expected characters from store to recall", "LSNN repository", low=1)
    character: float = param(200, "ms", "duration of a character", "LSNN repository")
    rate: float = param(50, "Hz", "of a channel whose character is shown", "LSNN repository", low=0)
    dt: float = param(1, "ms", "time step", "LSNN repository", low=1e-6)

    n_out = 2

    def check_fields(self):
        steps(self, "character")
        check_rate(self, "rate")
        if self.delay > self.length - 2:
            raise ParameterError(
                f"{type(self).__name__}.delay = {self.delay:g} is not legal; legal: 1 to length - 2 = {self.length - 2}"
            )

    def samples(self, seed=0):
        rng, long = generator(self, seed), steps(self, "character")
        n, n_steps = self.n_train + self.n_valid + self.n_test, self.length * long
        symbols = self.sequences(rng, n)
        following = np.roll(symbols, -1, axis=1)
        bits = np.where(symbols == STORE, following, symbols)
        inverted = np.roll(symbols == STORE, 1, axis=1) & (rng.random(symbols.shape) < 0.5)
        bits = np.where(inverted, 1 - bits, bits)
        kept, recalled = np.zeros(n, int), np.full(symbols.shape, -1)
        for k in range(self.length):
            kept = np.where(symbols[:, k] == STORE, following[:, k], kept)
            recalled[:, k] = np.where(symbols[:, k] == RECALL, kept, -1)
        shown = np.stack([bits == 0, bits == 1, symbols == STORE, symbols == RECALL], axis=2)
        groups = np.concatenate(
            [np.full(len(part), g) for g, part in enumerate(np.array_split(np.arange(self.n_in), 4))]
        )
        sample, time, channel = [], [], []
        for k in range(self.length):
            found = bernoulli(rng, shown[:, k][:, None, groups] * (self.rate * self.dt), n, long)
            for kept_in, values in zip((sample, time, channel), (found[0], found[1] + k * long, found[2])):
                kept_in.append(values)
        goal = np.repeat(np.stack([recalled == 0, recalled == 1], axis=2).astype(float), long, axis=1)
        return Samples(
            n_steps=n_steps, n_in=self.n_in, n_out=2, counts=(self.n_train, self.n_valid, self.n_test), time=np.concatenate(time),
            channel=np.concatenate(channel), sample=np.concatenate(sample), goal=goal,
            attention=np.repeat((recalled >= 0).astype(float), long, axis=1), about={"symbols": symbols, "recalled": recalled},
        )  # fmt: skip

    def sequences(self, rng, n):
        """(n, length) of legal sequences: 0, 1, STORE, RECALL; the bit after a store is the one to keep."""
        found, chance = [], 1 / (1 + self.delay)
        for _ in range(1000):
            symbols, wanted = rng.integers(2, size=(n, self.length)), np.full(n, STORE)
            drawn = rng.random(symbols.shape) < chance
            for k in range(self.length):
                symbols[:, k] = np.where(drawn[:, k], wanted, symbols[:, k])
                wanted = np.where(drawn[:, k], STORE + RECALL - wanted, wanted)
            at_once = ((symbols[:, :-1] == STORE) & (symbols[:, 1:] == RECALL)).any(axis=1)
            found += list(symbols[(symbols == RECALL).any(axis=1) & (wanted == STORE) & ~at_once])
            if len(found) >= n:
                return np.array(found[:n])
        raise GradientError(
            f"{type(self).__name__}.length = {self.length}: with delay = {self.delay:g} legal sequences are too rare; "
            "legal: fewer characters, or a longer delay"
        )
