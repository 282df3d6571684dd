"""Graupner-Brunel calcium thresholds, read from the calcium of the synapse's NMDA receptors."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class GraupnerBrunelNMDA(PlasticityRule):
    r"""tau drho/dt = -rho (1 - rho)(rho_star - rho) + gamma_p (1 - rho) [c > theta_p] - gamma_d rho [c > theta_d], c = Ca/Ca_theta.

    Weight relative to the DOWN state: w = 1 + (b - 1) rho. Deterministic; thresholds, rates and b are the
    hippocampal-slice row of the paper. Deviation: c is the calcium of the NMDA receptors divided by
    Ca_theta (the one new constant) instead of the paper's own calcium variable.
    Without calcium y = 2 rho - 1 follows dy/dt = y (1 - y^2)/(4 tau) for rho_star = 1/2, solved in closed form by `rest`.
    """

    source = Source("Graupner & Brunel", 2012, "PNAS 109:3991", doi="10.1073/pnas.1109359109")
    reads = ("Ca",)
    state = "rho"

    Ca_theta: float = param(0.30, "umolar", "NMDA calcium at the depression threshold", "free", low=1e-9)
    theta_d: float = param(1, "1", "threshold of depression", "Table S2, hippocampal slices")
    theta_p: float = param(1.3, "1", "threshold of potentiation", "Table S2, hippocampal slices")
    gamma_d: float = param(313.0965, "1", "rate of depression", "Table S2, hippocampal slices", low=0)
    gamma_p: float = param(1645.59, "1", "rate of potentiation", "Table S2, hippocampal slices", low=0)
    tau: float = param(688.355, "s", "time constant of the efficacy", "Table S2, hippocampal slices", low=1e-6)
    b: float = param(5.28145, "1", "weight of the UP over the DOWN state", "Table S2, hippocampal slices", low=0)

    model = """
    above_p = int(Ca > theta_p*Ca_theta) : 1 (constant over dt)
    above_d = int(Ca > theta_d*Ca_theta) : 1 (constant over dt)
    drift = (-rho*(1 - rho)*(0.5 - rho) + gamma_p*(1 - rho)*above_p - gamma_d*rho*above_d)/tau : Hz (constant over dt)
    drho/dt = drift : 1 (clock-driven)
    w = 1 + (b - 1)*rho : 1
    """
    rest = """
    y_rest = 2*rho - 1
    rho = 0.5 + 0.5*y_rest*exp(0.25*gap/tau)/sqrt(1 - y_rest**2 + y_rest**2*exp(0.5*gap/tau))
    """

    def oracle(self, t, Ca, w_0):
        """rho at the last of the times t (s) for calcium Ca (mol/m^3) that is constant from each time to the next."""
        from scipy.integrate import solve_ivp

        def rate(_, r, up, down):
            return (up * (1 - r) - down * r - r * (1 - r) * (0.5 - r)) / self.tau

        import numpy as np

        c = np.asarray(Ca[:-1]) / self.Ca_theta
        drives = np.stack([self.gamma_p * (c > self.theta_p), self.gamma_d * (c > self.theta_d)])
        edges = np.flatnonzero(np.r_[True, np.any(np.diff(drives) != 0, axis=0), True])
        rho = w_0
        for start, stop in zip(edges[:-1], edges[1:], strict=True):
            rho = solve_ivp(rate, (t[start], t[stop]), [rho], args=tuple(drives[:, start]), rtol=1e-10, atol=1e-13).y[
                0, -1
            ]
        return rho
