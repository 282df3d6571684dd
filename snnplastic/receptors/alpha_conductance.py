"""Alpha function conductance: rise and decay with one time constant."""

from dataclasses import dataclass

from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class AlphaConductance(Receptor):
    r"""g(t) = g_max (t/tau) exp(1 - t/tau) after one event, peak g_max at t = tau; I = g (E - v).

    The step is exact: dx/dt = -x/tau, dg/dt = (k x - g)/tau with k = (dt/tau)/(exp(dt/tau) - 1), which turns the exponential
    Euler step of g, x held, into g <- (g + x dt/tau) exp(-dt/tau). Without k an event would carry 16 % more charge at the source's
    tau and dt = 0.1 ms. The cell gets G, the mean of g over the coming step, so that the charge of an event, e g_max tau (E - v) at
    a constant v, does not depend on the step. A cell may carry an excitatory and an inhibitory one, told apart by `name`.
    """

    source = Source("Kumar, Schrader, Aertsen & Rotter", 2008, "Neural Comput. 20:1", doi="10.1162/neco.2008.20.1.1")

    E: float = param(0, "mV", "reversal potential", "excitation; -80 mV for inhibition")
    g_max: float = param(1, "nS", "peak conductance of one event at efficacy 1", "free", low=0)
    tau: float = param(
        0.326, "ms", "rise and decay", "as read in the re-implementation of Vlachos et al. 2011", low=1e-6
    )
    name: str = param(
        "excitation", None, "suffix of its variables on the cell", "free", legal=("excitation", "inhibition")
    )

    model = """
    dx/dt = -x/tau : siemens (clock-driven)
    dg/dt = (x/exprel(dt/tau) - g)/tau : siemens (clock-driven)
    """
    conductance = "(g + x)*(1 - exp(-dt/tau))*tau/dt - x*exp(-dt/tau)"
    current = "G*(E - v)"
    on_spike = "x += e*g_max*efficacy"
    rest = "g = (g + x*gap/tau)*exp(-gap/tau)\nx *= exp(-gap/tau)"
