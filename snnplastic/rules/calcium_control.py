"""Calcium control hypothesis: the level of NMDA calcium decides between depression and potentiation."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class CalciumControl(PlasticityRule):
    r"""dw/dt = eta(Ca) (Omega(Ca) - w), Ca (relative to rest) through the NMDA receptors of the same synapse.

    Omega = W_0 + sig(Ca - alpha_2; beta_2) - W_0 sig(Ca - alpha_1; beta_1), sig(x; beta) = 1/(1 + e^{-beta x}).
    eta = 1/tau, tau = P_1/(P_2 + Ca^{P_3}) + P_4 with Ca in uM.
    P_2 = 1e-4 P_1 as in a public reimplementation (folmez/CaDP-MatLab), whose comments say that the paper misprints it.
    """

    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831", doi="10.1073/pnas.152343099")
    reads = ("Ca",)

    alpha_1: float = param(0.35, "umolar", "calcium where depression begins", "Fig. 1")
    alpha_2: float = param(0.55, "umolar", "calcium where potentiation begins", "Fig. 1")
    beta_1: float = param(80, "umolar^-1", "steepness at alpha_1", "Fig. 1")
    beta_2: float = param(80, "umolar^-1", "steepness at alpha_2", "Fig. 1")
    W_0: float = param(0.25, "1", "Omega at rest, the weight that does not drift", "Methods", low=0, high=1)
    P_1: float = param(0.1, "s", "scale of the time constant", "Methods", low=0)
    P_2: float = param(1e-5, "1", "sets the time constant at rest, P_1/P_2", "Methods, misprint corrected", low=1e-12)
    P_3: float = param(3, "1", "steepness of the learning rate", "Methods", low=0)
    P_4: float = param(1, "s", "shortest time constant", "Methods", low=1e-6)

    model = """
    Omega = W_0 + 1/(1 + exp(-beta_2*(Ca - alpha_2))) - W_0/(1 + exp(-beta_1*(Ca - alpha_1))) : 1 (constant over dt)
    eta = 1/(P_1/(P_2 + clip(Ca/umolar, 0, inf)**P_3) + P_4) : Hz (constant over dt)
    dw/dt = eta*(Omega - w) : 1 (clock-driven)
    Omega_rest = W_0 + 1/(1 + exp(beta_2*alpha_2)) - W_0/(1 + exp(beta_1*alpha_1)) : 1
    eta_rest = 1/(P_1/P_2 + P_4) : Hz
    """
    rest = "w = Omega_rest + (w - Omega_rest)*exp(-gap*eta_rest)"

    def oracle(self, t, Ca, w_0):
        """w at the last of the times t (s) for calcium Ca (mol/m^3) interpolated linearly, by SciPy at tight tolerance."""
        import numpy as np
        from scipy.integrate import solve_ivp

        def rate(now, w):
            c = np.interp(now, t, Ca) * 1e3  # umolar
            s1, s2 = (
                1 / (1 + np.exp(-b * 1e-3 * (c - a * 1e3)))
                for a, b in ((self.alpha_1, self.beta_1), (self.alpha_2, self.beta_2))
            )
            tau = self.P_1 / (self.P_2 + max(c, 0) ** self.P_3) + self.P_4
            return (self.W_0 * (1 - s1) + s2 - w) / tau

        return solve_ivp(
            rate, (t[0], t[-1]), [w_0], method="LSODA", rtol=1e-11, atol=1e-13, max_step=(t[-1] - t[0]) / 200
        ).y[0, -1]
