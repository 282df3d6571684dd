"""Leaky integrate-and-fire neuron."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class LIF(Neuron):
    r"""C_m dv/dt = g_leak (E_leak - v) + I_rec + I_electrode + I_ext; at v > v_th: v -> v_reset, held for tau_ref.

    Constant I: rate = 1 / (tau_ref + tau_m ln((R I + E_leak - v_reset)/(R I + E_leak - v_th))), tau_m = C_m/g_leak, R = 1/g_leak.
    """

    source = Source(
        "Brunel & van Rossum", 2007, "Biol. Cybern. 97:337 (on Lapicque 1907)", doi="10.1007/s00422-007-0190-0"
    )

    C_m: float = param(200, "pF", "membrane capacitance", "usual value", low=1e-9)
    g_leak: float = param(10, "nS", "leak conductance", "usual value", low=1e-9)
    E_leak: float = param(-70, "mV", "resting potential", "usual value")
    v_th: float = param(-50, "mV", "threshold", "usual value")
    v_reset: float = param(-60, "mV", "reset", "usual value")
    tau_ref: float = param(2, "ms", "refractory period", "usual value", low=0)

    model = """
    I_ext : amp
    dv/dt = (g_leak*(E_leak - v) + I_rec + I_electrode + I_ext)/C_m : volt (unless refractory)
    """
    threshold = "v > v_th"
    reset = "v = v_reset"
    refractory = "tau_ref"
    rest = "v = E_leak + (v - E_leak)*exp(-gap*g_leak/C_m)"
