"""Graupner-Brunel: calcium above two thresholds, with the rule's own calcium; nine published sets, bistable and noisy."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, named, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class GraupnerBrunel(PlasticityRule):
    r"""tau drho/dt = -bistable rho (1 - rho)(1/2 - rho) + gamma_p (1 - rho)[c > theta_p] - gamma_d rho [c > theta_d] + noise.

    Noise: sigma sqrt(tau ([c > theta_d] + [c > theta_p])) eta(t), white eta (the prefactor of the published correction).
    Calcium c decays with tau_Ca; a presynaptic spike adds C_1 after the delay D, a postsynaptic one C_2.
    Weight relative to the DOWN state: w = 1 + (b - 1) rho; beta is the share of synapses that start DOWN.
    Between two spikes c crosses each threshold once, at a time known exactly, and within each stretch rho follows an
    Ornstein-Uhlenbeck process with a known mean and variance, so no time step enters; the cubic term, hundreds of times
    slower, follows in its closed form. (Over 10 s of random spikes the error of this splitting is below 5e-6 of rho.)
    theta_d <= theta_p. Scaling (tau, gamma_d, gamma_p, sigma) by (k, k, k, sqrt(k)) changes nothing but the cubic term.
    """

    source = Source("Graupner & Brunel", 2012, "PNAS 109:3991", doi="10.1073/pnas.1109359109")
    state, state_0 = "rho", 0.5
    added_delay, noise, silent_alone = "D", "sigma", False
    oracle_tolerance = 1e-5

    tau_Ca: float = param(20, "ms", "decay of calcium", "Table S1", low=1e-6)
    C_1: float = param(1, "1", "calcium of a presynaptic spike", "Table S1, C_pre of the paper", low=0)
    C_2: float = param(2, "1", "calcium of a postsynaptic spike", "Table S1, C_post of the paper", low=0)
    theta_d: float = param(1, "1", "threshold of depression", "Table S1", low=1e-6)
    theta_p: float = param(1.3, "1", "threshold of potentiation", "Table S1", low=1e-6)
    gamma_d: float = param(200, "1", "rate of depression", "Table S1", low=1e-9)
    gamma_p: float = param(321.808, "1", "rate of potentiation", "Table S1", low=1e-9)
    sigma: float = param(2.8284, "1", "amplitude of the noise", "Table S1", low=0)
    tau: float = param(150, "s", "time constant of the efficacy", "Table S1", low=1e-6)
    D: float = param(13.7, "ms", "delay of the presynaptic calcium", "Table S1", low=0)
    beta: float = param(0.5, "1", "share of synapses that start in the DOWN state", "Table S1", low=0, high=1)
    b: float = param(5, "1", "weight of the UP over the DOWN state", "Table S1", low=0)
    bistable: float = param(1, "1", "1 with the cubic term, 0 without it", "equation 1", low=0)

    model = """
    c : 1
    w = 1 + (b - 1)*rho : 1
    """
    # Above theta_p for gap_p, then between the thresholds for gap_d; each stretch relaxes rho, and noise has the variance of that stretch.
    between = """
    gap_p = clip(tau_Ca*log(clip(c/theta_p, 1, inf)), 0*second, gap)
    gap_d = clip(tau_Ca*log(clip(c/theta_d, 1, inf)), 0*second, gap) - gap_p
    drive_p = gamma_p + gamma_d
    left_p = exp(-drive_p*gap_p/tau)
    rho = gamma_p/drive_p + (rho - gamma_p/drive_p)*left_p
    left_d = exp(-gamma_d*gap_d/tau)
    variance = sigma**2*((1 - left_p**2)/drive_p*left_d**2 + 0.5*(1 - left_d**2)/gamma_d)
    rho = rho*left_d + sqrt(variance)*randn()
    y_0 = 2*rho - 1
    grown = exp(0.25*bistable*gap/tau)
    rho = 0.5 + 0.5*y_0*grown/sqrt(1 - y_0**2 + (y_0*grown)**2)
    c *= exp(-gap/tau_Ca)
    """
    on_pre = "c += C_1"
    on_post = "c += C_2"

    @property
    def population(self):
        return 400 if self.sigma > 0 else 1

    def starts(self, w_0):
        """A share beta of noisy synapses starts DOWN, the others UP; a noiseless one stands between the states."""
        n = self.population
        return np.where(np.arange(n) < self.beta * n, 0.0, 1.0) if n > 1 else np.array([self.state_0])

    def weight(self, state):
        """Of noisy synapses in the state to which the cubic term takes them."""
        return 1 + (self.b - 1) * (state > 0.5 if self.sigma > 0 else state)

    def check_fields(self):
        if self.theta_d > self.theta_p:
            raise ParameterError(f"GraupnerBrunel: theta_d = {self.theta_d:g} must not be above theta_p = {self.theta_p:g}")

    @named
    def dp(cls):
        """Depression, then potentiation, over the lag."""
        return cls()

    @named
    def dpd(cls):
        """Depression, potentiation, depression."""
        return cls(C_1=0.9, C_2=0.9, gamma_d=250, gamma_p=550, D=4.6)

    @named
    def dpd_prime(cls):
        """Depression, potentiation, depression, on a pedestal of depression."""
        return cls(theta_p=2.5, gamma_d=50, gamma_p=600, D=2.2)

    @named
    def p(cls):
        """Potentiation at every lag."""
        return cls(C_1=2, gamma_d=160, gamma_p=257.447, D=0)

    @named
    def d(cls):
        """Depression at short lags."""
        return cls(C_1=0.6, C_2=0.6, gamma_d=500, gamma_p=550, sigma=5.6568, D=0)

    @named
    def d_prime(cls):
        """Depression at every lag."""
        return cls(theta_p=3.5, gamma_d=60, gamma_p=600, D=0)

    @named
    def hippocampal_slices(cls):
        """Fitted to hippocampal slices (Wittenberg & Wang 2006)."""
        return cls(tau_Ca=48.8373, C_2=0.275865, gamma_d=313.0965, gamma_p=1645.59, sigma=9.1844, tau=688.355, D=18.8008, beta=0.7, b=5.28145)

    @named
    def hippocampal_cultures(cls):
        """Fitted to hippocampal cultures (Wang, Gerkin, Nauen & Bi 2005)."""
        return cls(tau_Ca=11.9536, C_1=0.58156, C_2=1.76444, gamma_d=61.141, gamma_p=113.6545, sigma=2.5654, tau=33.7596, D=10, b=36.0263)

    @named
    def cortical_slices(cls):
        """Fitted to cortical slices (Sjöström, Turrigiano & Nelson 2001)."""
        return cls(tau_Ca=22.6936, C_1=0.5617539, C_2=1.23964, gamma_d=331.909, gamma_p=725.085, sigma=3.3501, tau=346.3615, D=4.6098, b=5.40988)

    def oracle(self, t_pre, t_post, w_0, t_end=None):
        """Mean rho at t_end (s): every stretch between jumps and threshold crossings of c, the whole equation by SciPy."""
        from math import exp, log

        from scipy.integrate import solve_ivp

        jumps = sorted([(t + self.D, self.C_1) for t in t_pre] + [(t, self.C_2) for t in t_post])
        t_end = jumps[-1][0] if t_end is None else t_end
        now, c, rho = 0.0, 0.0, w_0
        for when, jump in [*[j for j in jumps if j[0] <= t_end], (t_end, 0.0)]:
            crossings = [now + self.tau_Ca * log(c / theta) for theta in (self.theta_p, self.theta_d) if c > theta]
            for stop in [*(t for t in crossings if t < when), when]:
                level = c * exp(-((now + stop) / 2 - now) / self.tau_Ca)
                up, down = self.gamma_p * (level > self.theta_p), self.gamma_d * (level > self.theta_d)

                def rate(_, r, up=up, down=down):
                    return (up * (1 - r) - down * r - self.bistable * r * (1 - r) * (0.5 - r)) / self.tau

                if stop > now:
                    rho = solve_ivp(rate, (0, stop - now), [rho], rtol=1e-9, atol=1e-12).y[0, -1]
                    c *= exp(-(stop - now) / self.tau_Ca)
                now = stop
            c += jump
        return rho
