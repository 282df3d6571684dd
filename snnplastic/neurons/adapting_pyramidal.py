"""Pyramidal cell with spike-frequency adaptation and a back-propagating spike."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class AdaptingPyramidal(Neuron):
    r"""C_m dv/dt = g_leak (E_leak - v) + g_ahp (E_ahp - v) + I_rec + I_electrode; at v > v_th: v -> v_reset, held for tau_ref.

    A spike adds b_ahp to the conductance of the afterhyperpolarisation, dg_ahp/dt = -g_ahp/tau_ahp. Potential at the
    synapses: v_spine = v + A_bap (p_1 b_1 + (1 - p_1) b_2), where b_1, b_2 jump to at most 1 at a spike and decay with tau_b1,
    tau_b2 (Shouval et al. 2002). Passive constants and adaptation are free, in the range of cells of the lateral amygdala.
    """

    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831", doi="10.1073/pnas.152343099")

    C_m: float = param(200, "pF", "membrane capacitance", "free", low=1e-9)
    g_leak: float = param(10, "nS", "leak conductance (tau_m 20 ms)", "free", low=1e-9)
    E_leak: float = param(-70, "mV", "resting potential", "free")
    v_th: float = param(-50, "mV", "threshold", "free")
    v_reset: float = param(-60, "mV", "reset", "free")
    tau_ref: float = param(3, "ms", "refractory period", "free", low=0)
    b_ahp: float = param(3, "nS", "afterhyperpolarisation of one spike", "free", low=0)
    E_ahp: float = param(-90, "mV", "its reversal potential", "free")
    tau_ahp: float = param(120, "ms", "its decay", "free", low=1e-6)
    A_bap: float = param(100, "mV", "amplitude of the back-propagating spike", "Methods")
    p_1: float = param(0.75, "1", "share of its fast component", "Methods", low=0, high=1)
    tau_b1: float = param(3, "ms", "decay of its fast component", "Methods", low=1e-6)
    tau_b2: float = param(25, "ms", "decay of its slow component", "Methods", low=1e-6)

    model = """
    dv/dt = (g_leak*(E_leak - v) + g_ahp*(E_ahp - v) + I_rec + I_electrode)/C_m : volt (unless refractory)
    dg_ahp/dt = -g_ahp/tau_ahp : siemens
    db_1/dt = -b_1/tau_b1 : 1
    db_2/dt = -b_2/tau_b2 : 1
    v_spine = v + A_bap*(p_1*b_1 + (1 - p_1)*b_2) : volt
    """
    threshold = "v > v_th"
    reset = "v = v_reset\ng_ahp += b_ahp\nb_1 = clip(b_1 + 1, 0, 1)\nb_2 = clip(b_2 + 1, 0, 1)"
    refractory = "tau_ref"
    v_syn = "v_spine"
    rest = (
        "v = E_leak + (v - E_leak)*exp(-gap*g_leak/C_m)\ng_ahp *= exp(-gap/tau_ahp)\n"
        "b_1 *= exp(-gap/tau_b1)\nb_2 *= exp(-gap/tau_b2)"
    )
