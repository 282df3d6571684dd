"""Slow potassium conductance that opioid or GABA_B receptors open: inhibition that comes late and lasts."""

from dataclasses import dataclass

from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class GIRK(Receptor):
    r"""dr/dt = -r/tau, dg/dt = (r - g)/tau, I = g (E_K - v): one event opens g_max (t/tau) e^{-t/tau}, largest at tau.

    So it follows its input with a lag of tau and is blind to what began less than that ago. Form and constants are free; the source
    shows that the potassium conductance of opioid receptors takes tenths of a second to open.
    """

    source = Source("Williams, Egan & North", 1982, "Nature 299:74", doi="10.1038/299074a0")
    name = "girk"

    E: float = param(-90, "mV", "reversal potential", "free")
    g_max: float = param(1, "nS", "scale of the conductance of one event", "free", low=0)
    tau: float = param(150, "ms", "rise and decay", "free", low=1e-6)

    model = """
    dr/dt = -r/tau : siemens (clock-driven)
    dg/dt = (r - g)/tau : siemens (clock-driven)
    """
    conductance = "g"
    current = "G*(E - v)"
    on_spike = "r += g_max*efficacy"
    rest = "g = (g + r*gap/tau)*exp(-gap/tau)\nr *= exp(-gap/tau)"
