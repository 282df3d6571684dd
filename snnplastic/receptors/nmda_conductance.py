"""NMDA receptors of all synapses of a cell as one conductance; the calcium is the spines'."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._magnesium_block import MagnesiumBlock


@dataclass(frozen=True, kw_only=True)
class NMDAConductance(MagnesiumBlock):
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

    model = "dg/dt = -g/tau_decay : siemens (clock-driven)"
    conductance = "g"
    current = "G*B*(E - v)"
    on_spike = "g += g_max*efficacy"
    rest = "g *= exp(-gap/tau_decay)"
