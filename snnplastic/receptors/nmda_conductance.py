"""NMDA receptors of all synapses of a cell as one conductance; the calcium is the spines'."""

from dataclasses import dataclass

from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class NMDAConductance(Receptor):
    r"""NMDA conductance with magnesium block: dg/dt = -g/tau_decay, I = g B(v) (E - v), B(v) = 1 / (1 + Mg/Mg_half exp(-k v)).

    Linear in the spikes, so one state on the cell is the exact sum over its synapses; saturation and calcium of a
    single synapse are in SpineCalcium.
    """

    source = Source("Jahr & Stevens", 1990, "J. Neurosci. 10:3178", doi="10.1523/JNEUROSCI.10-09-03178.1990")
    name = "nmda"
    plastic = False

    E: float = param(0, "mV", "reversal potential", "usual value")
    g_max: float = param(0.1, "nS", "conductance of one event at full unblock", "free", low=0)
    tau_decay: float = param(80, "ms", "decay", "free", low=1e-6)
    Mg: float = param(1, "mM", "external magnesium", "usual value", low=0)
    Mg_half: float = param(3.57, "mM", "magnesium that halves the conductance at 0 mV", "Jahr & Stevens 1990")
    k: float = param(0.062, "mV^-1", "steepness of the block", "Jahr & Stevens 1990")

    model = "dg/dt = -g/tau_decay : siemens (clock-driven)"
    conductance = "g"
    cell = "B = 1/(1 + Mg/Mg_half*exp(-k*v_syn)) : 1 (constant over dt)"
    current = "G*B*(E - v)"
    on_spike = "g += g_max*efficacy"
    rest = "g *= exp(-gap/tau_decay)"
