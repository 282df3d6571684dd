"""Leaky integrate-and-fire neuron with a synaptic filter, in units of its threshold: the usual unit of trained networks."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class SynapticLIF(Neuron):
    r"""tau_mem dv/dt = I_syn + bias - v, tau_syn dI_syn/dt = -I_syn; at v > v_th: v -> v_reset. All but times are pure numbers.

    In a step of dt: v <- e^{-dt/tau_mem} v + (1 - e^{-dt/tau_mem})(I_syn + bias). A synapse adds to the filter: ``effect="I_syn_post += w"``.
    """

    source = Source(
        "Cramer et al.", 2022, "IEEE Trans. Neural Netw. Learn. Syst. 33:2744", doi="10.1109/TNNLS.2020.3044364"
    )

    tau_mem: float = param(20, "ms", "membrane time constant", "free", low=1e-6)
    tau_syn: float = param(10, "ms", "decay of the synaptic current", "free", low=1e-6)
    v_th: float = param(1, "1", "threshold", "convention")
    v_reset: float = param(0, "1", "reset", "convention")

    model = """
    bias : 1
    dv/dt = (I_syn + bias - v)/tau_mem : 1
    dI_syn/dt = -I_syn/tau_syn : 1
    """
    threshold = "v > v_th"
    reset = "v = v_reset"
    initial = {"v": "0"}
