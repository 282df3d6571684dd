"""GABA_B receptors on glutamatergic terminals: GABA that spills over makes them release less."""

from dataclasses import dataclass

from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class GABA_BTerminals(Receptor):
    r"""Presynaptic GABA_B receptors on the excitatory terminals around one cell; no conductance of their own.

    Each inhibitory spike adds 1 to the spilled-over GABA b, db/dt = -b/tau_decay; the terminals release
    release = 1 - D_max b^2/(b^2 + b_half^2), which factors what a spike of theirs does to the cell.
    Form and constants are free; the source shows that GABA gathered around principal cells of the lateral amygdala suppresses
    their glutamatergic inputs in this way, and not those of interneurons.
    """

    source = Source("Pan et al.", 2009, "Neuron 61:917", doi="10.1016/j.neuron.2009.01.029")
    name = "terminals"
    provides = ("release",)
    plastic = False

    D_max: float = param(0.6, "1", "largest fraction of release that is suppressed", "free", low=0, high=1)
    b_half: float = param(60, "1", "spikes in tau_decay that suppress half of it", "free", low=1e-6)
    tau_decay: float = param(200, "ms", "decay of the suppression", "free", low=1e-6)

    model = """
    db/dt = -b/tau_decay : 1 (clock-driven)
    release = 1 - D_max*b**2/(b**2 + b_half**2) : 1
    """
    on_spike = "b += efficacy"
    rest = "b *= exp(-gap/tau_decay)"
