"""Multiplicative normalisation: the summed incoming weight of a neuron is held."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._homeostasis import Homeostasis


@dataclass(frozen=True, kw_only=True)
class WeightNormalisation(Homeostasis):
    r"""w -> w total / (sum of the weights onto the neuron), at every tick; the ratios of weights stay.

    Acts beside another rule: ``WeightNormalisation(total=10).attach(synapses, every="100 ms")``. Several Synapses given to one `attach` count together.
    A neuron whose weights are all 0 is left alone.
    """

    source = Source("Miller & MacKay", 1994, "Neural Comput. 6:100", doi="10.1162/neco.1994.6.1.100")
    dimensionless = True

    total: float = param(1, "1", "summed weight onto each neuron", "free", low=0)

    neuron = """
    summed : 1
    factor : 1
    """
    reset = "summed = 0"
    gather = "summed += w"
    on_neuron = "factor = int(summed == 0) + total/(summed + int(summed == 0))*int(summed != 0)"
    on_synapse = "w *= factor"

    def oracle(self, w):
        """The weights of one neuron after a tick."""
        from math import fsum

        total = fsum(w)
        return [x * self.total / total for x in w] if total else list(w)
