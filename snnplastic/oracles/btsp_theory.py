"""BTSP without Brian2: signals of Gaussian fields and of plateaus in closed form, overlaps by quadrature, in seconds and centimetres."""

from math import erf, exp, pi, sqrt

import numpy as np


def eligibility(t, tau, centre, velocity, track, field_width):
    """ET(t) of the unit-area filter, from rest at t = 0, of the relative rate of an input whose field is passed every lap."""
    sigma = field_width / (3 * sqrt(2)) / velocity
    total, lap = 0.0, track / velocity
    for k in range(-2, int(t / lap) + 3):
        middle = centre / velocity + k * lap
        rise = erf((t - middle) / sigma - sigma / (2 * tau)) - erf(-middle / sigma - sigma / (2 * tau))
        if rise:
            total += exp(-(t - middle) / tau + (sigma / (2 * tau)) ** 2) * rise * sigma * sqrt(pi) / (2 * tau)
    return total


def instructive(t, tau, onsets, duration):
    """IS(t) of the unit-area filter of plateaus that do not overlap."""
    total = 0.0
    for onset in onsets:
        if t > onset:
            total += (1 - exp(-min(t - onset, duration) / tau)) * exp(-max(t - onset - duration, 0.0) / tau)
    return total


def rescaled(x, alpha, beta):
    """A sigmoid of threshold alpha and slope beta, moved and stretched to run from 0 to 1 on [0, 1]."""

    def plain(y):
        return 1 / (1 + np.exp(-beta * (y - alpha)))

    return (plain(x) - plain(0.0)) / (plain(1.0) - plain(0.0))


def overlaps(f, signal, since, onset, stop, duration):
    """Integral of f(signal(t)) from `since` (the end of the lap before) over a plateau's onset to `stop`, by adaptive quadrature."""
    from scipy.integrate import quad

    edges = [since, onset, onset + duration / 2, onset + duration, *np.linspace(onset + duration, stop, 9)[1:]]
    return sum(
        quad(lambda t: f(signal(t)), a, b, epsabs=1e-11, epsrel=1e-10, limit=200)[0]
        for a, b in zip(edges, edges[1:], strict=False)
    )


def largest(function, start, stop):
    """The largest value of a smooth function with one maximum."""
    from scipy.optimize import minimize_scalar

    grid = np.linspace(start, stop, 200)
    near = grid[int(np.argmax([function(t) for t in grid]))]
    step = grid[1] - grid[0]
    found = minimize_scalar(
        lambda t: -function(t), bounds=(near - step, near + step), method="bounded", options={"xatol": 1e-10}
    )
    return -found.fun


def weights_after_laps(rule, w_0, centre, onsets, lap, duration, *, velocity, track, field_width):
    """w after each lap of the weight-dependent rule: its numbers, in SI, but none of its texts."""
    w, found, since = w_0, [], onsets[0]

    def signal(t):
        ET = eligibility(t, rule.tau_ET, centre, velocity, track, field_width) / rule.ET_peak
        return ET * instructive(t, rule.tau_IS, onsets, duration) / rule.IS_peak

    for onset in onsets:
        pot = overlaps(
            lambda x: rescaled(x, rule.alpha_pot, rule.beta_pot), signal, since, onset, onset + lap, duration
        )
        dep = overlaps(
            lambda x: rescaled(x, rule.alpha_dep, rule.beta_dep), signal, since, onset, onset + lap, duration
        )
        w = min(max(w + rule.k_pot * pot * (1 - w) - rule.k_dep * dep * w, 0.0), 1.0)
        found.append((w, pot, dep))
        since = onset + lap
    return found


def gated_weights(rule, w_0, centre, onsets, lap, duration, *, velocity, track, field_width, step=2e-4):
    """The same for the rule with a gate at the spine, by SciPy's integrator for ET and a fine sum for the overlaps."""
    from scipy.integrate import solve_ivp

    sigma, end = field_width / (3 * sqrt(2)), onsets[-1] + lap
    t = np.arange(round(end / step) + 1) * step

    def gate(now):
        away = (velocity * now) % track - centre
        rate = sum(np.exp(-(((away + k * track) / sigma) ** 2)) for k in (-1, 0, 1))
        return rescaled(rate, rule.alpha_spine, rule.beta_spine)

    solved = solve_ivp(
        lambda now, y: (gate(now) - y) / rule.tau_ET, (0, end), [0.0], t_eval=t, rtol=1e-9, atol=1e-12, max_step=0.02
    )
    overlap = solved.y[0] * np.array([instructive(now, rule.tau_IS, onsets, duration) for now in t])
    w, found, since = w_0, [], onsets[0]
    for onset in onsets:
        inside, since = slice(round(since / step), round((onset + lap) / step) + 1), onset + lap
        pot, dep = (
            step * (y[inside].sum() - (y[inside][0] + y[inside][-1]) / 2)
            for y in (overlap, rescaled(overlap, rule.alpha_dep, rule.beta_dep))
        )
        w = min(max(w + rule.k_pot * pot * (1 - w) - rule.k_dep * dep * w, 0.0), 1.0)
        found.append(w)
    return found


def two_trace_weight(rule, w_0, rate, onsets, end):
    """w at `end` of the rule of Cone & Shouval for a relative rate R(t), by SciPy; IS restarts at 1 at every onset."""
    from scipy.integrate import solve_ivp

    state, start = [rule.P_0, rule.D_0, w_0], 0.0
    for onset, stop in zip([None, *onsets], [*onsets, end], strict=True):

        def change(t, y, onset=onset):
            P, D, w = y
            IS = 0.0 if onset is None else exp(-(t - onset) / rule.tau_IS)
            R = rate(t)
            return [
                (-(P - rule.P_0) + rule.eta_p * R * (rule.P_max - P)) / rule.tau_p,
                (-(D - rule.D_0) + rule.eta_d * R * (rule.D_max - D)) / rule.tau_d,
                rule.eta_W * rule.gamma * IS * (P * (1 - w) - D * w),
            ]

        state = solve_ivp(change, (start, stop), state, method="LSODA", rtol=1e-10, atol=1e-13, max_step=0.02).y[:, -1]
        start = stop
    return state[2]


def rectangle_integrals(rule, onset, begin, stop, end):
    """(I_p, I_d) for a field that is on from `begin` to `stop` of a lap that ends at `end`: traces in closed form, integrals by quadrature."""
    from scipy.integrate import quad

    def trace(t, tau, eta, above, base):
        full = eta * above / (1 + eta)
        filled = full * (1 - exp(-(1 + eta) * (min(max(t, begin), stop) - begin) / tau))
        return base + filled * exp(-max(t - stop, 0.0) / tau)

    edges = sorted({onset, end, *(t for t in (begin, begin + 0.02, begin + 0.1, stop) if t > onset)})
    sides = (
        (rule.tau_p, rule.eta_p, rule.P_max - rule.P_0, rule.P_0),
        (rule.tau_d, rule.eta_d, rule.D_max - rule.D_0, rule.D_0),
    )
    return tuple(
        rule.gamma
        * sum(
            quad(lambda t, side=side: exp(-(t - onset) / rule.tau_IS) * trace(t, *side), a, b, epsabs=1e-12)[0]
            for a, b in zip(edges, edges[1:], strict=False)
        )
        for side in sides
    )
