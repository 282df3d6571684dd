"""Neurons for the tests of online rules: one whose threshold adapts, one that is refractory."""

from dataclasses import dataclass

from snnplastic import Neuron, param
from snnplastic.parameter import Source


@dataclass(frozen=True, kw_only=True)
class ThresholdLIF(Neuron):
    """The threshold is 1 + beta b."""

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    beta: float = param(0.3, "1", "rise of the threshold", "test")
    model = """
    dv/dt = (I_syn - v)/(20*msecond) : 1
    dI_syn/dt = -I_syn/(10*msecond) : 1
    db/dt = -b/(100*msecond) : 1
    """
    threshold = "v > 1 + beta*b"
    reset = "v -= 1\nb += 1"
    initial = {"v": "0"}


@dataclass(frozen=True, kw_only=True)
class RefractoryLIF(ThresholdLIF):
    """With a held potential and nonlinear adaptation."""

    model = """
    dv/dt = (I_syn - v - 0.2*b*v**2)/(20*msecond) : 1 (unless refractory)
    dI_syn/dt = -I_syn/(10*msecond) : 1
    db/dt = (0.1*v - b)/(100*msecond) : 1
    """
    reset = "v = 0\nb += 0.5"
    refractory = "3*msecond"
    method = "euler"
