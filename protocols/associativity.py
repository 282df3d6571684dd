"""Associative LTP: a weak input potentiates only together with a strong one on the same cells; order and gap of the two."""

from dataclasses import dataclass

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol

LENGTH = 17.5e-3  # s, of a train of 8 pulses at 400 Hz


@dataclass(frozen=True, kw_only=True)
class Associativity(SliceProtocol):
    r"""x"""

    title = "a weak input potentiates with a strong one, against order and gap of the two"
    source = Source("Levy & Steward", 1983, "Neuroscience 8:791", doi="10.1016/0306-4522(83)90010-6")

    weak: float = param(1, "1", "fibres of the weak pathway", "free", low=0.01)
    strong: float = param(8, "1", "fibres of the strong pathway", "free", low=0.01)
    n_trains: int = param(8, "1", "trains of 8 pulses at 400 Hz", "8 trains of 17.5 ms", low=1, high=100)
    train_interval: float = param(2, "s", "between trains", "free", low=0.6)
    gaps: tuple = param(
        [-200, -150, -100, -60, -40, -20, -10, -5, 5, 10, 20, 40, 60, 100, 150, 200], "ms", "from the end of one train to the start of the other; positive: strong follows", "0 to 20 and 200", low=-500, high=500,
    )  # fmt: skip
    fibres: tuple = param([1, 2, 3, 4, 6, 8, 10, 12], "1", "sweep: fibres of one pathway tetanised alone", "free", low=0.01)
    cells: int = param(6, "1", "cells of a population", "free", low=1, high=200)

    def _trains(self, shift=0.0):
        first = 0.55 + shift + np.arange(self.n_trains) * self.train_interval
        return tuple((first[:, None] + np.arange(8) / 400).ravel())

    def inductions(self):
        f, both = (self.weak, self.strong), self._trains()
        found = [
            Induction("weak alone", (both, ()), f), Induction("strong alone", ((), both), f), Induction("weak with strong", (both, both), f),
            Induction("weak with strong, APV", (both, both), f, free=self.apv), Induction("no trains", fibres=f),
        ]  # fmt: skip
        for gap in self.gaps:
            lag = gap + np.sign(gap) * LENGTH
            found.append(Induction(f"gap {1e3 * gap:g} ms", (both, self._trains(lag)), f, experiment="gap", labels={"gap": 1e3 * gap}))
        return found + [Induction(f"{n:g} fibres", (both, ()), (n, self.strong), experiment="cooperativity", labels={"fibres": n}) for n in self.fibres]

    labels = {"gap": "ms", "fibres": "1"}


PROTOCOL = Associativity
