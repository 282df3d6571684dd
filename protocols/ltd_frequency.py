"""LTD and LTP by 900 pulses, against their frequency."""

from dataclasses import dataclass

import numpy as np

from snnplastic.parameter import Source, param
from snnplastic.slice_protocol import Induction, SliceProtocol


@dataclass(frozen=True, kw_only=True)
class LTDFrequency(SliceProtocol):
    r"""x"""

    title = "change of the field EPSP by 900 pulses against their frequency: LTD, zero crossing, LTP"
    source = Source("Dudek & Bear", 1992, "PNAS 89:4363", doi="10.1073/pnas.89.10.4363")

    rates: tuple = param([0.5, 1, 3, 5, 10, 50], "Hz", "frequency of the pulses", "Dudek & Bear 1992", low=0.02, high=200)
    n_pulses: int = param(900, "1", "pulses", "900", low=1, high=5000)
    fibres: float = param(14, "1", "fibres of each pathway", "free: near the threshold of the cells", low=0.1)

    gains: tuple = param([0.8, 1.2], "1", "g", "free", low=0.1, high=4)

    def inductions(self):
        f = (self.fibres, self.fibres)

        def pulses(rate, **more):
            slow = 1 / rate >= self.window
            return Induction(trains=(tuple(np.arange(self.n_pulses) / rate), ()), every=1 / rate if slow else None, fibres=f, labels={"rate": rate, "gain": more.get("gain", 1.0)}, **more)

        found = [pulses(r, name=f"{r:g} Hz", experiment="frequency") for r in self.rates]
        found += [
            pulses(r, name=f"{r:g} Hz, calcium x {g:g}", experiment="metaplasticity", gain=g) for g in self.gains for r in self.rates[1:5]
        ]
        return found + [pulses(1.0, name="1 Hz, APV", free=self.apv), pulses(50.0, name="50 Hz, APV", free=self.apv), Induction("no conditioning", fibres=f)]

    labels = {"rate": "Hz", "gain": "1"}


PROTOCOL = LTDFrequency
