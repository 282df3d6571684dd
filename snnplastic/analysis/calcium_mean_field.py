"""Mean-field theory of the Graupner-Brunel rule under regular spike trains (Graupner & Brunel 2012), without the cubic term.

alpha_x is the share of time that calcium spends above theta_x. With Gamma_x = gamma_x alpha_x:
mean rho = Gamma_p/(Gamma_p + Gamma_d), variance/2 sigma_rho^2 = sigma^2 (alpha_p + alpha_d)/(Gamma_p + Gamma_d), tau_eff = tau/(Gamma_p + Gamma_d).
"""

from math import erf

import numpy as np


def shares(rule, spikes, period):
    """(alpha_d, alpha_p) for `spikes`, a list of (time in s, "pre" or "post") that repeats every `period` s, in the steady state."""
    events = sorted(
        ((t + (rule.D if side == "pre" else 0)) % period, rule.C_1 if side == "pre" else rule.C_2) for t, side in spikes
    )
    if not events:
        return 0.0, 0.0
    times, jumps = (np.array(column) for column in zip(*events, strict=True))
    gaps = np.diff(np.r_[times, times[0] + period])
    found = []
    for theta in (rule.theta_d, rule.theta_p):
        above = 0.0
        for k, gap in enumerate(gaps):
            ages = (times[k] - times) % period
            level = (jumps * np.exp(-ages / rule.tau_Ca)).sum() / (1 - np.exp(-period / rule.tau_Ca))
            above += min(gap, rule.tau_Ca * np.log(level / theta)) if level > theta else 0.0
        found.append(above / period)
    return tuple(found)


def transitions(rule, alpha_d, alpha_p, length, rho_0=0.5):
    """{mean rho from rho_0, U, D, change, tau_eff} after `length` s; U, D: probability to end in the other state, from DOWN and from UP."""
    up, down = rule.gamma_p * alpha_p, rule.gamma_d * alpha_d
    if up + down == 0:
        return {"rho": rho_0, "U": 0.0, "D": 0.0, "change": 1.0, "tau_eff": np.inf}
    mean, tau = up / (up + down), rule.tau / (up + down)
    left = np.exp(-length / tau)
    spread = np.sqrt(rule.sigma**2 * (alpha_p + alpha_d) / (up + down) * (1 - left**2))

    def above(start):
        distance = 0.5 - mean + (mean - start) * left
        return 0.5 * (1 - erf(distance / spread)) if spread > 0 else float(distance < 0)

    U, D = above(0.0), 1 - above(1.0)
    return {"rho": mean - (mean - rho_0) * left, "U": U, "D": D, "change": synaptic_change(rule, U, D), "tau_eff": tau}


def synaptic_change(rule, U, D):
    """Mean weight after over mean weight before, for a share beta that starts DOWN."""
    before = rule.beta + (1 - rule.beta) * rule.b
    down = (1 - U) * rule.beta + D * (1 - rule.beta)
    return (down + rule.b * (U * rule.beta + (1 - D) * (1 - rule.beta))) / before


def change_sem(rule, U, D, n):
    """Standard error of `synaptic_change` where U and D are shares of n synapses each."""
    before = rule.beta + (1 - rule.beta) * rule.b
    variance = rule.beta**2 * U * (1 - U) + (1 - rule.beta) ** 2 * D * (1 - D)
    return abs(rule.b - 1) / before * np.sqrt(variance / n)
