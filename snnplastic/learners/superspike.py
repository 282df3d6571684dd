"""SuperSpike: a filtered coincidence of presynaptic and almost postsynaptic spikes, times an error signal."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._online import OnlineRule


@dataclass(frozen=True, kw_only=True)
class SuperSpike(OnlineRule):
    r"""SuperSpike: dW_ji/dt = r L_j(t) alpha * [sigma'(g_j) (eps * S_i)], with a single exponential alpha.

    eps is the response of a neuron to a spike without resets and refractory times, so the Jacobian of a linear neuron does not depend on it. Left
    out: the reset, other neurons' spikes, and the shape of the read-out's response.
    """

    source = Source("Zenke & Ganguli", 2018, "Neural Comput. 30:1514", doi="10.1162/neco_a_01086")
    kernel, resets = "exponential", False
    feedback: str = param(
        "symmetric", None, "where B comes from", "section 3.4 (recalled)", legal=("symmetric", "random", "uniform")
    )
    filter_tau: float = param(10, "ms", "time constant of alpha", "Table 1 (recalled): decay of the filter", low=1e-6)
