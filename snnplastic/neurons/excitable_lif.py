"""LIF neuron whose intrinsic excitability changes over minutes and fades over days."""

from dataclasses import dataclass

from ..parameter import Source, param
from .lif import LIF


@dataclass(frozen=True, kw_only=True)
class ExcitableLIF(LIF):
    r"""The LIF neuron with a depolarising current I_h h; h, from 0 to 1, is its slow excitability, dh/dt = -h/tau_h.

    A spike that arrives with `raise_by` adds eta_h (1 - h), unless a shock came within `hold`; one with `lower_by`, a pulse of a shock,
    takes the share u_h of h. So infralimbic cells are less excitable after fear conditioning and more after extinction (the
    source, by a slow afterhyperpolarisation), and no longer once fear has recovered, 17 days later (Cruz, Lopez & Porter 2014,
    PLoS ONE 9:e103596). What raises and lowers h is an assumption: fear cells of the amygdala, and shocks.
    """

    source = Source("Santini, Quirk & Porter", 2008, "J. Neurosci. 28:4028", doi="10.1523/JNEUROSCI.2623-07.2008")

    I_h: float = param(200, "pA", "current at full excitability", "free", low=0)
    eta_h: float = param(1e-3, "1", "what one exciting spike adds to h, of what is left", "free", low=0, high=1)
    u_h: float = param(0.006, "1", "share of h that one shock pulse takes", "free", low=0, high=1)
    hold: float = param(300, "ms", "after a shock, for which no spike raises h", "free", low=0)
    tau_h: float = param(1728000, "s", "decay of h (20 days)", "free", low=1)

    initial = {"v": "E_leak", "shocked_at": "-1e6*second"}
    model = """
    h : 1
    shocked_at : second
    I_ext : amp
    dv/dt = (g_leak*(E_leak - v) + I_rec + I_electrode + I_ext + I_h*h)/C_m : volt (unless refractory)
    """
    raise_by = "h_post += eta_h_post*(1 - h_post)*int(t - shocked_at_post > hold_post)"
    lower_by = "h_post -= u_h_post*h_post\nshocked_at_post = t"
    rest = LIF.rest + "\nh *= exp(-gap/tau_h)"
