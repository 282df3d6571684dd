"""LTP of a field potential: tetanus, theta bursts, and the controls of both."""

from dataclasses import dataclass, replace

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol


def train(rate, n, start=0.0):
    """`n` pulses at `rate` (Hz)."""
    return tuple(start + np.arange(n) / rate)


def bursts(interval, n=10, pulses=4, rate=100):
    """Bursts of `pulses` at `rate` (Hz), one every `interval` (s)."""
    return tuple(np.concatenate([train(rate, pulses, k * interval) for k in range(n)]))


@dataclass(frozen=True, kw_only=True)
class LTPTetanus(SliceProtocol):
    r"""x"""

    title = "LTP of the field EPSP and the population spike by tetanus and theta bursts, with controls"
    source = Source("Bliss & Lomo", 1973, "J. Physiol. 232:331", doi="10.1113/jphysiol.1973.sp010273")

    fibres: float = param(9, "1", "fibres of each pathway", "free", low=0.1)
    intervals: tuple = param([100, 200, 500, 1000, 2000], "ms", "between theta bursts", "Larson et al. 1986", low=50)
    cells: int = param(20, "1", "cells of a population", "free", low=1, high=200)

    def inductions(self):
        f = (self.fibres, self.fibres)
        tetanus = Induction("100 Hz, 1 s", (train(100, 100), ()), f)
        made = [
            tetanus, Induction("15 Hz, 12 s", (train(15, 180), ()), f), Induction("100 Hz, 3 s", (train(100, 300), ()), f),
            Induction("no tetanus", fibres=f), replace(tetanus, name="100 Hz, 1 s, APV", free=self.apv),
            replace(tetanus, name="100 Hz, 1 s, held at -90 mV", hold=-0.09),
        ]  # fmt: skip
        return made + [
            Induction(f"bursts every {1e3 * i:g} ms", (bursts(i), ()), f, experiment="theta", labels={"interval": 1e3 * i}) for i in self.intervals
        ]

    labels = {"interval": "ms"}


PROTOCOL = LTPTetanus
