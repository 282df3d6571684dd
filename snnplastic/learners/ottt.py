"""Online training through time: presynaptic traces times the error of this step."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._online import OnlineRule


@dataclass(frozen=True, kw_only=True)
class OTTT(OnlineRule):
    r"""Online training through time: dW_ji = sum_t L_j(t) sigma'(g_j(t)) a_i(t), a_i the trace of presynaptic spikes that arrive, without resets.

    The error acts on the spikes of the step before, whose synapses reach the read-out now; there is no filter.
    """

    source = Source("Xiao et al.", 2022, "NeurIPS 35:20717, arXiv 2210.04195", doi="10.48550/arXiv.2210.04195")
    kernel, resets = "none", False
    feedback: str = param("symmetric", None, "where B comes from", "free", legal=("symmetric", "random"))
