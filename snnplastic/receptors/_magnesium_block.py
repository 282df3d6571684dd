"""The magnesium block of NMDA receptors, for each receptor that has it."""

from dataclasses import dataclass

from ..parameter import param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class MagnesiumBlock(Receptor):
    r"""Base of receptors that depolarisation unblocks, with `B` on the cell: B(v) = 1 / (1 + Mg/Mg_half exp(-k v)) (Jahr & Stevens 1990)."""

    Mg: float = param(1, "mM", "external magnesium", "usual value", low=0)
    Mg_half: float = param(3.57, "mM", "magnesium that halves the opening at 0 mV", "Jahr & Stevens 1990")
    k: float = param(0.062, "mV^-1", "steepness of the block", "Jahr & Stevens 1990")

    cell = "B = 1/(1 + Mg/Mg_half*exp(-k*v_syn)) : 1 (constant over dt)"
