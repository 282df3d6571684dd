"""Leaky integrator with a synaptic filter that never spikes: the read-out of a trained network."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class LeakyIntegrator(Neuron):
    r"""tau_mem dv/dt = I_syn + bias - v, tau_syn dI_syn/dt = -I_syn; no threshold. All but times are pure numbers."""

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")

    tau_mem: float = param(20, "ms", "membrane time constant", "free", low=1e-6)
    tau_syn: float = param(10, "ms", "decay of the synaptic current", "free", low=1e-6)

    model = """
    bias : 1
    dv/dt = (I_syn + bias - v)/tau_mem : 1
    dI_syn/dt = -I_syn/tau_syn : 1
    """
    initial = {"v": "0"}
