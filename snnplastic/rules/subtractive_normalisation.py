"""Subtractive normalisation: the summed incoming weight of a neuron is held, at the same cost to every synapse."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._homeostasis import Homeostasis


@dataclass(frozen=True, kw_only=True)
class SubtractiveNormalisation(Homeostasis):
    r"""w -> w - (sum of the weights onto the neuron - total)/n, at every tick; the differences of weights stay.

    n is the number of synapses of the neuron. Weights stop at w_min; where one has stopped, the sum is above `total` until the
    next ticks have taken the rest from the others. It lets synapses compete harder than multiplicative normalisation does.
    """

    source = Source("Miller & MacKay", 1994, "Neural Comput. 6:100", doi="10.1162/neco.1994.6.1.100")
    dimensionless = True

    total: float = param(1, "1", "summed weight onto each neuron", "free", low=0)
    w_min: float = param(0, "1", "lower bound of a weight", "free")

    neuron = """
    summed : 1
    count : 1
    shift : 1
    least : 1
    """
    reset = "summed = 0\ncount = 0"
    gather = "summed += w\ncount += 1"
    on_neuron = "shift = (total - summed)/clip(count, 1, inf)\nleast = w_min"
    on_synapse = "w = clip(w + shift, least, inf)"

    def oracle(self, w):
        """The weights of one neuron after a tick."""
        from math import fsum

        shift = (self.total - fsum(w)) / len(w)
        return [max(self.w_min, x + shift) for x in w]
