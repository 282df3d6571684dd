"""Calcium in one spine, through the NMDA receptors there; their current is the cell's."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._magnesium_block import MagnesiumBlock


@dataclass(frozen=True, kw_only=True)
class SpineCalcium(MagnesiumBlock):
    r"""Calcium of a synapse whose NMDA current is carried by one conductance of the cell.

    Each spike opens a share of the closed receptors, s += P_0 (1 - s), ds/dt = -s/tau_s, and
    dCa/dt = G_Ca free s B(v_syn) (E_Ca - v_syn) - Ca/tau_Ca, B(v) = 1 / (1 + Mg/Mg_half exp(-k v)), calcium relative to rest.
    `free` is the share of receptors that no antagonist holds. It passes no current, so it may follow a slower clock
    than the cell, or stand still, without changing what the cell does: the cell needs an NMDA receptor of its own.
    `efficacy` of connect is the share of its transmitter that the terminal releases, not the plastic weight.
    """

    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831", doi="10.1073/pnas.152343099")
    name = "spine"
    provides = ("Ca",)

    tau_s: float = param(100, "ms", "decay of the opening", "free: between the two components of the source", low=1e-6)
    P_0: float = param(0.5, "1", "share of closed receptors that one spike opens", "Methods", low=1e-9, high=1)
    G_Ca: float = param(
        1 / 500, "umolar/(ms*mV)", "calcium influx per open fraction and driving force", "Methods", low=0
    )
    E_Ca: float = param(130, "mV", "reversal potential of calcium", "Methods")
    tau_Ca: float = param(50, "ms", "decay of calcium", "Methods", low=1e-6)
    free: float = param(1, "1", "share of receptors that no antagonist holds", "free", low=0, high=1)

    model = """
    ds/dt = -s/tau_s : 1 (clock-driven)
    J = G_Ca*free*s*B*(E_Ca - v_syn) : mmolar/second (constant over dt)
    dCa/dt = J - Ca/tau_Ca : mmolar (clock-driven)
    """
    on_spike = "s += P_0*(1 - s)*efficacy"
    rest = "s *= exp(-gap/tau_s)\nCa *= exp(-gap/tau_Ca)"
    residue = "s"
