"""Adaptive exponential integrate-and-fire neuron."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class AdEx(Neuron):
    r"""C_m dv/dt = g_leak (E_leak - v) + g_leak Delta_T e^{(v - V_T)/Delta_T} - w_ad + I; tau_w dw_ad/dt = a (v - E_leak) - w_ad.

    At v > v_cut: v -> v_reset, w_ad += b. The exponent is capped at 7, where the upstroke is above
    200 mV/ms, so that one step cannot reach values that a synapse would read before the reset;
    it delays a spike by less than 0.2 ms.
    """

    source = Source("Brette & Gerstner", 2005, "J. Neurophysiol. 94:3637", doi="10.1152/jn.00686.2005")

    C_m: float = param(281, "pF", "membrane capacitance", "Table 1", low=1e-9)
    g_leak: float = param(30, "nS", "leak conductance", "Table 1", low=1e-9)
    E_leak: float = param(-70.6, "mV", "resting potential", "Table 1")
    V_T: float = param(-50.4, "mV", "threshold of the exponential", "Table 1")
    Delta_T: float = param(2, "mV", "slope of the exponential", "Table 1", low=1e-6)
    a: float = param(4, "nS", "subthreshold adaptation", "Table 1")
    b: float = param(80.5, "pA", "spike-triggered adaptation", "Table 1")
    tau_w: float = param(144, "ms", "adaptation time constant", "Table 1", low=1e-6)
    v_cut: float = param(0, "mV", "spike detection", "free: any value on the upstroke")
    v_reset: float = param(-70.6, "mV", "reset", "Methods")

    model = """
    I_ext : amp
    upstroke = g_leak*Delta_T*exp(clip((v - V_T)/Delta_T, -100, 7)) : amp
    dv/dt = (g_leak*(E_leak - v) + upstroke - w_ad + I_rec + I_electrode + I_ext)/C_m : volt
    dw_ad/dt = (a*(v - E_leak) - w_ad)/tau_w : amp
    """
    threshold = "v > v_cut"
    reset = "v = v_reset\nw_ad += b"
    method = "rk2"
