"""Closed form of the all-to-all pair rule for regular pairs, and the best pair rule for measured weight changes."""

import numpy as np

from ..rules.pair_stdp import PairSTDP


def basis(lag, period, n, tau_plus, tau_minus):
    """(potentiation per A_plus, depression per A_minus) of n regular pairs; lag and period in s, arrays broadcast.

    For lag >= 0 (coincident spikes potentiate), q = exp(-period/tau_plus) and p = exp(-period/tau_minus):
    potentiation = exp(-lag/tau_plus) G(n, q), depression = exp(-(period - lag)/tau_minus) G(n - 1, p),
    G(n, q) = n/(1 - q) - q (1 - q^n)/(1 - q)^2; for lag < 0 the two change places.
    """
    lag, period, n = np.broadcast_arrays(np.asarray(lag, float), np.asarray(period, float), np.asarray(n, float))
    ahead = lag >= 0

    def total(count, tau):
        q = np.exp(-period / tau)
        return count / (1 - q) - q * (1 - q**count) / (1 - q) ** 2

    gap = np.abs(lag)
    plus = np.where(
        ahead, np.exp(-gap / tau_plus) * total(n, tau_plus), np.exp(-(period - gap) / tau_plus) * total(n - 1, tau_plus)
    )
    minus = np.where(
        ahead,
        np.exp(-(period - gap) / tau_minus) * total(n - 1, tau_minus),
        np.exp(-gap / tau_minus) * total(n, tau_minus),
    )
    return plus, minus


UNIT = 1e-3  # amplitude, an absolute change, of the rules that span all others


def spanning_rules(tau_plus, tau_minus, pairing="all"):
    """Two pair rules with these time constants (s), of which any other is a combination: one only potentiates, one only depresses, by UNIT."""
    none = PairSTDP(A_plus=0, A_minus=0, w_min=-10, w_max=10, pairing=pairing)
    none = none.replace(tau_plus=tau_plus * 1e3, tau_minus=tau_minus * 1e3)
    return [none.replace(A_plus=UNIT / none.w_max), none.replace(A_minus=UNIT / none.w_max)]


def best_amplitudes(plus, minus, dw, sem):
    """(A_plus, A_minus, E) that minimise E = mean(((dw - A_plus plus + A_minus minus)/sem)^2)."""
    columns = np.stack([plus / sem, -minus / sem], axis=1)
    amplitudes, *_ = np.linalg.lstsq(columns, dw / sem, rcond=None)
    return *amplitudes, float(np.mean((columns @ amplitudes - dw / sem) ** 2))


def best_time_constants(lag, period, n, dw, sem, tau):
    """(tau_plus, tau_minus, A_plus, A_minus, E): the best pair rule with both time constants from the grid `tau` (s).

    The two amplitudes solve the 2 x 2 normal equations of each pair of time constants.
    """
    plus, minus = (np.array(part) / sem for part in zip(*(basis(lag, period, n, t, t) for t in tau)))
    minus, y = -minus, dw / sem
    pp, mm, pm = (plus**2).sum(1)[:, None], (minus**2).sum(1)[None], plus @ minus.T
    py, my = (plus @ y)[:, None], (minus @ y)[None]
    determinant = pp * mm - pm**2
    a_plus, a_minus = (mm * py - pm * my) / determinant, (pp * my - pm * py) / determinant
    error = (y @ y - a_plus * py - a_minus * my) / y.size
    i, j = np.unravel_index(np.nanargmin(error), error.shape)
    return tau[i], tau[j], a_plus[i, j], a_minus[i, j], error[i, j]
