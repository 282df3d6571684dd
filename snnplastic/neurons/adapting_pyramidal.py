"""Pyramidal cell with spike-frequency adaptation and a back-propagating spike."""

from dataclasses import dataclass

from ..parameter import Source, param
from .ca1_pyramidal import CA1Pyramidal


@dataclass(frozen=True, kw_only=True)
class AdaptingPyramidal(CA1Pyramidal):
    r"""The cell of CA1Pyramidal, always able to spike, with a conductance that holds it down after spikes.

    C_m dv/dt = g_leak (E_leak - v) + g_ahp (E_ahp - v) + I_rec + I_electrode; a spike adds b_ahp to g_ahp, dg_ahp/dt = -g_ahp/tau_ahp.
    Threshold, reset and the back-propagating spike at the synapses (Shouval et al. 2002) are the parent's; the adaptation is free,
    in the range of cells of the lateral amygdala.
    """

    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831", doi="10.1073/pnas.152343099")

    b_ahp: float = param(3, "nS", "afterhyperpolarisation of one spike", "free", low=0)
    E_ahp: float = param(-90, "mV", "its reversal potential", "free")
    tau_ahp: float = param(120, "ms", "its decay", "free", low=1e-6)

    model = f"""
    dv/dt = (g_leak*(E_leak - v) + g_ahp*(E_ahp - v) + I_rec + I_electrode)/C_m : volt (unless refractory)
    dg_ahp/dt = -g_ahp/tau_ahp : siemens
    {CA1Pyramidal.back_propagation}
    """
    threshold = "v > v_th"
    reset = f"{CA1Pyramidal.reset}\ng_ahp += b_ahp"
    initial = {"v": "E_leak"}
    rest = f"{CA1Pyramidal.rest}\ng_ahp *= exp(-gap/tau_ahp)"
