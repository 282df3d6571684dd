"""GABA_A receptor: fast inhibition."""

from dataclasses import dataclass

from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class GABA_A(Receptor):
    r"""GABA_A receptor, instantaneous rise, exponential decay: dg/dt = -g/tau_decay, I = g (E - v)."""

    source = Source(
        "Vogels, Sprekeler, Zenke, Clopath & Gerstner", 2011, "Science 334:1569", doi="10.1126/science.1211095"
    )
    name = "gaba_a"

    E: float = param(-80, "mV", "reversal potential", "their published code")
    g_max: float = param(1, "nS", "conductance of one event at efficacy 1", "free", low=0)
    tau_decay: float = param(10, "ms", "decay", "their published code", low=1e-6)

    model = "dg/dt = -g/tau_decay : siemens (clock-driven)"
    conductance = "g"
    current = "G*(E - v)"
    on_spike = "g += g_max*efficacy"
    rest = "g *= exp(-gap/tau_decay)"
