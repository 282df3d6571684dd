"""CA1-like pyramidal cell: conductances, a back-propagating spike at the synapse, sodium that the pipette can block."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class CA1Pyramidal(Neuron):
    r"""Conductance-based point cell that takes receptors, after the cell of the calcium control hypothesis.

    C_m dv/dt = g_leak (E_leak - v) + I_rec + I_electrode; at v > v_th: v -> v_reset, held for tau_ref.
    Potential at the synapses: v_spine = v + A_bap (p_1 b_1 + (1 - p_1) b_2), where b_1, b_2 jump to at most 1 at a
    spike and decay with tau_b1, tau_b2 (the back-propagating spike; it arrives at once, 2 ms late in the source). `sodium` = 0 means a pipette with
    QX-314, as whole-cell voltage clamp uses: the cell cannot spike.
    """

    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831", doi="10.1073/pnas.152343099")

    C_m: float = param(200, "pF", "membrane capacitance", "free: usual CA1 range", low=1e-9)
    g_leak: float = param(10, "nS", "leak conductance (tau_m 20 ms)", "free: usual CA1 range", low=1e-9)
    E_leak: float = param(-70, "mV", "resting potential (-65 mV in the source)", "free")
    v_th: float = param(-50, "mV", "threshold", "free")
    v_reset: float = param(-60, "mV", "reset", "free")
    tau_ref: float = param(3, "ms", "refractory period", "free", low=0)
    A_bap: float = param(100, "mV", "amplitude of the back-propagating spike", "Methods")
    p_1: float = param(0.75, "1", "share of its fast component", "Methods", low=0, high=1)
    tau_b1: float = param(3, "ms", "decay of its fast component", "Methods", low=1e-6)
    tau_b2: float = param(25, "ms", "decay of its slow component", "Methods", low=1e-6)

    back_propagation = """db_1/dt = -b_1/tau_b1 : 1
    db_2/dt = -b_2/tau_b2 : 1
    v_spine = v + A_bap*(p_1*b_1 + (1 - p_1)*b_2) : volt"""
    model = f"""
    sodium : 1 (constant)
    dv/dt = (g_leak*(E_leak - v) + I_rec + I_electrode)/C_m : volt (unless refractory)
    {back_propagation}
    """
    threshold = "v > v_th and sodium > 0"
    reset = "v = v_reset\nb_1 = clip(b_1 + 1, 0, 1)\nb_2 = clip(b_2 + 1, 0, 1)"
    refractory = "tau_ref"
    v_syn = "v_spine"
    initial = {"v": "E_leak", "sodium": "1"}
    rest = "v = E_leak + (v - E_leak)*exp(-gap*g_leak/C_m)\nb_1 *= exp(-gap/tau_b1)\nb_2 *= exp(-gap/tau_b2)"
