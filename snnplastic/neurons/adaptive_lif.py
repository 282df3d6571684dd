"""Leaky integrate-and-fire neuron with a synaptic filter and an adaptive threshold, in units of its threshold."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class AdaptiveLIF(Neuron):
    r"""tau_mem dv/dt = I_syn + bias - v, tau_syn dI_syn/dt = -I_syn, tau_adapt da/dt = -a; at v > v_th + beta a: v -> v - v_th, a += 1.

    All but times are pure numbers. A synapse adds to the filter: ``effect="I_syn_post += w"``. The paper's neuron in continuous time, with
    a synaptic filter before its membrane. In a step of dt all three states decay by e^{-dt/tau}; a counts a spike at the end of the spike's
    step, so that it has decayed once when the threshold is next compared (rho (a + z), in the paper rho a + z).
    """

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")

    tau_mem: float = param(20, "ms", "membrane time constant", "free", low=1e-6)
    tau_syn: float = param(10, "ms", "decay of the synaptic current", "free", low=1e-6)
    tau_adapt: float = param(200, "ms", "decay of the adaptation", "free", low=1e-6)
    v_th: float = param(1, "1", "threshold at rest, and what a spike takes from v", "convention")
    beta: float = param(0.2, "1", "rise of the threshold for each spike", "free")

    model = """
    bias : 1
    dv/dt = (I_syn + bias - v)/tau_mem : 1
    dI_syn/dt = -I_syn/tau_syn : 1
    da/dt = -a/tau_adapt : 1
    """
    threshold = "v > v_th + beta*a"
    reset = "v -= v_th\na += 1"
    initial = {"v": "0"}
