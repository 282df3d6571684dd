"""The network at rest in plain NumPy (fourth-order steps for the potential, a ring of delayed events), and the passive cell in closed form."""

import numpy as np

TAU, C, LEAK = 0.326, 250.0, 16.7  # ms, pF, nS
V_REST, V_TH, E_INH, REFRACTORY, DT = -70.0, -50.0, -80.0, 2.0, 0.1  # mV, ms


def alpha(t, events, weight):
    """Conductance of alpha functions (nS) at times t (ms)."""
    age = np.maximum(0, np.asarray(t)[:, None] - np.asarray(events)) / TAU
    return (weight * age * np.exp(1 - age)).sum(1)


def passive(t, events, weights):
    """Potential (mV) of one cell without spikes, from both conductances, by SciPy."""
    from scipy.integrate import solve_ivp

    def slope(now, v):
        g = [alpha([now], events[name], weights[name])[0] for name in ("excitation", "inhibition")]
        return (LEAK * (V_REST - v) + g[0] * (0 - v) + g[1] * (E_INH - v)) / C

    return solve_ivp(slope, (0, t[-1]), [V_REST], t_eval=t, rtol=1e-9, atol=1e-9, max_step=0.05).y[0]


def _slope(v, now, g, x):
    """dv/dt a time `now` into a step that begins with the states g and x of both conductances."""
    G = (g + x * now / TAU) * np.exp(-now / TAU)
    return (LEAK * (V_REST - v) + G[0] * (0 - v) + G[1] * (E_INH - v)) / C


def at_rest(n, p, *, length, seed, background=(5.0, 6.0), w=(1.25, 2.5)):
    """Spikes (cell, time in s) of n = (excitatory, inhibitory) cells; p[from][to]; background in events per ms."""
    draw, total = np.random.default_rng(seed), sum(n)
    kind = np.repeat([0, 1], n)
    targets = []
    for cell in range(total):
        reached = np.flatnonzero(draw.random(total) < np.array(p)[kind[cell]][kind])
        reached = reached[reached != cell]
        delays = np.rint(draw.normal(2.0, 0.1, reached.size) / DT).astype(int)
        targets.append((reached, delays, draw.normal(w[kind[cell]], 0.1, reached.size)))
    v, held = V_REST + 3 * draw.normal(size=total), np.zeros(total)
    x, g = np.zeros((2, total)), np.zeros((2, total))  # by receptor: excitation, inhibition
    ring = np.zeros((40, 2, total))
    rate, fade = np.array(background)[kind] * DT, np.exp(-DT / TAU)
    i, t = [], []
    for step in range(round(length * 1000 / DT)):
        a = _slope(v, 0, g, x)
        b = _slope(v + DT / 2 * a, DT / 2, g, x)
        c = _slope(v + DT / 2 * b, DT / 2, g, x)
        moved = v + DT / 6 * (a + 2 * b + 2 * c + _slope(v + DT * c, DT, g, x))
        v = np.where(held > 1e-9, v, moved)
        held -= DT
        g, x = (g + x * DT / TAU) * fade, x * fade
        for cell in np.flatnonzero((v > V_TH) & (held <= 1e-9)):
            reached, delays, weight = targets[cell]
            np.add.at(ring, ((step + delays) % 40, kind[cell], reached), weight)
            v[cell], held[cell] = V_REST, REFRACTORY
            i.append(cell)
            t.append(step * DT * 1e-3)
        x += np.e * ring[step % 40]
        x[0] += np.e * w[0] * draw.poisson(rate)
        ring[step % 40] = 0
    return np.array(i, int), np.array(t)
