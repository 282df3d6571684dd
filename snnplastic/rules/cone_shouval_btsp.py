"""BTSP with two eligibility traces of the presynaptic rate, for potentiation and for depression, read out by a plateau."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class ConeShouvalBTSP(PlasticityRule):
    r"""dw/dt = eta_W gamma IS [P (1 - w) - D w]; fixed point of laps that repeat w* = I_p/(I_p + I_d), I_x = int IS x dt.

    P = P_0 + p, tau_p dp/dt = -p + eta_p R (P_max - P_0 - p), R = rate/r_max; D likewise with tau_d, eta_d, D_0, D_max.
    The onset of a plateau (the cell's `onset` is 1 for that one step) adds 1 to IS, which decays with tau_IS; the authors set IS to 1, which
    is the same for plateaus many tau_IS apart. Constants: ModelDB 266868, where eta_W is 0.0006 per step of 1 ms.
    The leak of 1e-30 Hz changes no digit of w; without it the step of an interval without plateau would be 0/0.
    """

    source = Source("Cone & Shouval", 2021, "Front. Comput. Neurosci. 15:640235", doi="10.3389/fncom.2021.640235")
    reads_pre, reads_post = ("rate",), ("onset",)

    tau_p: float = param(0.2, "s", "time constant of the trace of potentiation", "main simulation", low=1e-6)
    tau_d: float = param(1.5, "s", "time constant of the trace of depression", "main simulation", low=1e-6)
    eta_p: float = param(0.2, "1", "activation of the trace of potentiation", "main simulation", low=0)
    eta_d: float = param(200, "1", "activation of the trace of depression", "main simulation", low=0)
    P_max: float = param(2.2, "1", "maximum of the trace of potentiation", "main simulation", low=0)
    D_max: float = param(2, "1", "maximum of the trace of depression", "main simulation", low=0)
    P_0: float = param(0, "1", "basal level of the trace of potentiation", "main simulation", low=0)
    D_0: float = param(0, "1", "basal level of the trace of depression", "main simulation", low=0)
    tau_IS: float = param(0.4, "s", "decay of the instructive signal", "main simulation", low=1e-6)
    gamma: float = param(1, "1", "size of the instructive signal", "main simulation", low=0)
    eta_W: float = param(0.6, "s^-1", "learning rate", "main simulation, 0.0006 a millisecond", low=0)
    r_max: float = param(40, "Hz", "peak rate of the inputs", "free, the paper's R is relative", low=1e-9)

    pre_model = """
    dp/dt = (-p + eta_p*rate_pre/r_max*(P_max - P_0 - p))/tau_p : 1 (clock-driven)
    dd/dt = (-d + eta_d*rate_pre/r_max*(D_max - D_0 - d))/tau_d : 1 (clock-driven)
    """
    post_model = "dIS/dt = onset_post/dt - IS/tau_IS : 1 (clock-driven)"
    model = "dw/dt = eta_W*gamma*IS*((P_0 + p)*(1 - w) - (D_0 + d)*w) - 1e-30*Hz*w : 1 (clock-driven)"
    state_0 = 0.0

    @named
    def main_simulation(cls):
        """main_BTSP_model_simulations.m."""
        return cls()

    @named
    def analytic_figure(cls):
        """analytical_fixed_point.m (the paper's figure 9): basal depression, stronger plateau."""
        return cls(tau_p=0.5, eta_p=0.25, D_0=1.5, gamma=3)
