"""Backpropagation through time by a surrogate derivative: credit goes back through every step and spike."""

from dataclasses import dataclass

from ..parameter import Source
from .learner import Learner


@dataclass(frozen=True, kw_only=True)
class BPTT(Learner):
    """Backpropagation through time: the adjoint of the whole run, exact for the surrogate's graph (see `learning/adjoint.py`)."""

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
