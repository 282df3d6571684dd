"""What several tests declare: a class with fields of every kind, and connections of a few neurons."""

from dataclasses import dataclass

from snnplastic.neurons.lif import LIF
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Parameterised, Source, named, param


@dataclass(frozen=True, kw_only=True)
class Cell(Parameterised):
    source = Source("Hodgkin & Huxley", 1952, "J. Physiol. 117:500", doi="10.1113/jphysiol.1952.sp004764")

    tau: float = param(20, "ms", "time constant", "Fig. 1", low=0.1, high=500)
    E: float = param(-70, "mV", "rest", "Fig. 2")
    k: float = param(0.062, "mV^-1", "steepness", "Fig. 3")
    a: float = param(0.5, "1", "share", "Fig. 4", low=0, high=1)
    n: int = param(3, "1", "how many", "free", low=1)
    lags: tuple = param([-10, 10], "ms", "lags", "free", low=-100, high=100)
    kind: str = param("all", None, "which", "free", legal=("all", "nearest"))
    plain: str = "no parameter"

    @named
    def slow(cls):
        """A published set."""
        return cls(tau=100, E="-65 mV")


def axons(n=4):
    return ListedSpikes(capacity=4).group(n)


def connect(rule, n_pre=4, n_post=4, **given):
    return rule.connect(axons(n_pre), LIF().group(n_post), **{"w": 0.5, **given})
