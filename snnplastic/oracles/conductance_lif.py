"""A neuron as a user would write it in a file of their own: an input that acts through a conductance. Loaded by its path."""

from dataclasses import dataclass

from snnplastic.neurons.neuron import Neuron
from snnplastic.parameter import Source, param


@dataclass(frozen=True, kw_only=True)
class ConductanceLIF(Neuron):
    r"""C_m dv/dt = g_leak (E_leak - v) + g_e (E_e - v), tau_e dg_e/dt = -g_e; at v > v_th: v -> v_reset."""

    source = Source("Dayan & Abbott", 2001, "Theoretical Neuroscience, MIT Press, Section 5.8")

    C_m: float = param(200, "pF", "membrane capacitance", "free", low=1e-9)
    g_leak: float = param(10, "nS", "leak conductance", "free", low=1e-9)
    E_leak: float = param(-70, "mV", "resting potential", "free")
    E_e: float = param(0, "mV", "reversal potential of the input", "free")
    tau_e: float = param(5, "ms", "decay of the conductance", "free", low=1e-6)
    v_th: float = param(-50, "mV", "threshold", "free")
    v_reset: float = param(-65, "mV", "reset", "free")

    model = """
    dv/dt = (g_leak*(E_leak - v) + g_e*(E_e - v))/C_m : volt
    dg_e/dt = -g_e/tau_e : siemens
    """
    threshold = "v > v_th"
    reset = "v = v_reset"
