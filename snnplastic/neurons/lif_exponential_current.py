"""Leaky integrate-and-fire neuron with exponential synaptic current, integrated exactly."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class LIFExponentialCurrent(Neuron):
    r"""C_m dv/dt = g_leak (E_leak - v) + I_syn + I_ext, dI_syn/dt = -I_syn/tau_syn; at v > v_th: v -> v_reset, held for tau_ref.

    Linear, so each step is exact; it takes no receptors and no electrode. A synapse adds to the current: ``effect="I_syn_post += w*pA"``.
    A single input I_0: v - E_leak = I_0/C_m (e^{-t/tau_m} - e^{-t/tau_syn})/(1/tau_syn - 1/tau_m), tau_m = C_m/g_leak.
    """

    source = Source("Tsodyks, Uziel & Markram", 2000, "J. Neurosci. 20:RC50", doi="10.1523/JNEUROSCI.20-01-j0003.2000")

    C_m: float = param(40, "pF", "membrane capacitance", "free: tau_m 40 ms with a resistance of 1 GOhm", low=1e-9)
    g_leak: float = param(1, "nS", "leak conductance", "free", low=1e-9)
    E_leak: float = param(0, "mV", "resting potential", "free: potentials relative to rest")
    v_th: float = param(15, "mV", "threshold", "free")
    v_reset: float = param(0, "mV", "reset", "free")
    tau_ref: float = param(2, "ms", "refractory period", "free", low=0)
    tau_syn: float = param(3, "ms", "decay of the synaptic current", "free", low=1e-6)

    model = """
    I_ext : amp
    dv/dt = (g_leak*(E_leak - v) + I_syn + I_ext)/C_m : volt (unless refractory)
    dI_syn/dt = -I_syn/tau_syn : amp
    """
    threshold = "v > v_th"
    reset = "v = v_reset"
    refractory = "tau_ref"
    method = "exact"
    rest = "v = E_leak + (v - E_leak)*exp(-gap*g_leak/C_m)\nI_syn *= exp(-gap/tau_syn)"
