"""Walks in plain NumPy: a cell with afterpotential and the voltage rule step by step, and the authors' scheme in steps of 1 ms."""

import numpy as np


def walk(neurons, rules, pre, post, w_0, *, dt, duration, pulse, I_pulse):
    """Final w, u_minus, u_plus, m and the number of spikes of conditions side by side; times in s, one step midpoint for the cell.

    Filters and the trace decay exactly for a potential that is constant within a step; a sample of the potential
    is taken at the start of a step, and the filters feel the sample taken `delay_u` earlier.
    """
    n, steps = len(rules), round(duration / dt)
    c = {name: np.array([getattr(x, name) for x in neurons]) for name in neurons[0].declared()}
    r = {name: np.array([getattr(x, name) for x in rules]) for name in rules[0].declared()}
    arrives, current = np.zeros((steps, n), bool), np.zeros((steps + 1, n))
    for k in range(n):
        arrives[np.rint(np.asarray(pre[k]) / dt).astype(int), k] = True
        for start in np.rint(np.asarray(post[k]) / dt).astype(int):
            current[start + 1 : start + 1 + round(pulse / dt), k] += I_pulse  # a pulse is felt from the next step on
    back = np.rint(r["delay_u"] / dt).astype(int)
    v, w_ad, z, V_T = c["E_leak"].copy(), np.zeros(n), np.zeros(n), c["V_T_rest"].copy()
    held, width = np.zeros(n, int), np.rint(c["t_spike"] / dt).astype(int)
    samples, x, w, spikes = np.zeros((steps, n)), np.zeros(n), np.array(w_0, float), np.zeros(n, int)
    u_minus = u_plus = v.copy()
    m, each = np.zeros(n), np.arange(n)
    keep = {tau: np.exp(-dt / r[tau]) for tau in ("tau_x", "tau_minus", "tau_plus", "tau_bar")}

    def slopes(v, w_ad, z, V_T, I):
        upstroke = c["g_leak"] * c["Delta_T"] * np.exp(np.clip((v - V_T) / c["Delta_T"], -100, 7))
        return (
            (c["g_leak"] * (c["E_leak"] - v) + upstroke - w_ad + z + I) / c["C_m"],
            (c["a"] * (v - c["E_leak"]) - w_ad) / c["tau_w"], -z / c["tau_z"], (c["V_T_rest"] - V_T) / c["tau_VT"],
        )  # fmt: skip

    for k in range(steps):
        u = samples[k] = np.where(held > 0, c["v_spike"], v)
        x *= keep["tau_x"]
        over = np.maximum(u - r["theta_plus"], 0) * np.maximum(u_plus - r["theta_minus"], 0)
        w = np.clip(w + dt * r["A_LTP"] * x / r["tau_x"] * over, r["w_min"], r["w_max"])
        late = samples[np.maximum(k - back, 0), each]
        u_minus = late + (u_minus - late) * keep["tau_minus"]
        u_plus = late + (u_plus - late) * keep["tau_plus"]
        target = (late - r["theta_minus"]) ** 2
        m = target + (m - target) * keep["tau_bar"]
        held = np.maximum(held - 1, 0)
        free, state = held == 0, (v, w_ad, z, V_T)  # the last step that shows the spike integrates already
        first = slopes(*state, current[k])
        half = slopes(*(s + 0.5 * dt * f for s, f in zip(state, first, strict=True)), current[k])
        v, w_ad, z, V_T = (np.where(free, s + dt * f, s) for s, f in zip(state, half, strict=True))
        fired = free & (v > c["v_peak"])
        spikes += fired
        v, w_ad = np.where(fired, c["v_reset"], v), w_ad + fired * c["b"]
        z, V_T = np.where(fired, c["I_sp"], z), np.where(fired, c["V_T_max"], V_T)
        held = np.where(fired, width, held)
        A = r["A_LTD"] * np.where(r["homeostatic"] > 0, m / r["u_ref_2"], 1)
        w = np.where(arrives[k], np.clip(w - A * np.maximum(u_minus - r["theta_minus"], 0), r["w_min"], r["w_max"]), w)
        x += arrives[k]
    return {"w": w, "u_minus": u_minus, "u_plus": u_plus, "m": m, "spikes": spikes}


def authors_curve(rates=(0.1, 10, 20, 40, 50), lags=(10, -10)):
    """{(rate Hz, lag ms): weight in % of its start} by the authors' scheme: Euler in steps of 1 ms, a spike of two set values.

    Between two bouts everything decays to rest, so the first bout and a later one are enough. As in their program, a
    bout at a negative lag ends with one more postsynaptic spike, and the very first postsynaptic spike is left out. At
    0.1 Hz their bouts of 5 pairs follow each other without a pause, so that one more spike comes 11 ms before the next pair.
    """
    found = {}
    for lag in lags:
        for rate in rates:
            period, shift = round(1000 / rate), abs(lag)
            if rate == 0.1:
                pair = _bout([shift], [shift + lag])
                total = 50 * pair if lag > 0 else 40 * pair + 9 * _bout([11 + shift], [0, 11])
                found[rate, lag] = 100 + 100 * total / 0.5
                continue
            pre = np.arange(5) * period + shift
            post = pre + lag if lag > 0 else np.arange(6) * period
            changes = [_bout(pre, spikes) for spikes in ((post[post > 2], post) if lag < 0 else (post, post))]
            found[rate, lag] = 100 + 100 * (changes[0] + 14 * changes[1]) / 0.5
    return found


def _bout(pre, post):
    E, rest = -70.6, -50.4
    u, w_ad, z, V_T, phase, r = E, 0.0, 0.0, rest, 0, 0.0
    minus, plus, change = [E] * 5, [E] * 5, 0.0  # filters after the last steps, the newest last
    pre, post = set(int(t) for t in pre), set(int(t) for t in post)
    for t in range(max(pre | post) + 30):
        if phase == 2:
            u, w_ad, z, V_T, phase = E + 21.0984, w_ad + 0.0805, 400.0, rest + 20, 0
        slope = (-30 * (u - E) + 60 * np.exp((u - V_T) / 2) - w_ad + z + 1e6 * (t in post)) / 281
        moved, u = w_ad + (4 * (u - E) - w_ad) / 144, u + slope
        z, V_T = z * (1 - 1 / 40), V_T + (rest - V_T) / 50
        if phase == 1:
            u, phase = 32.862, 2
        else:
            w_ad = moved
            if u > 20 and phase == 0:
                u, phase = 29.4, 1
        # three further steps lie between this potential and the newest that the filters have felt
        change -= 14e-5 * (t in pre) * max(minus[-4] - E, 0)
        change += 8e-5 * r * max(u + 45.3, 0) * max(plus[-4] - E, 0)
        minus, plus = [*minus[-4:], minus[-1] + (u - minus[-1]) / 10], [*plus[-4:], plus[-1] + (u - plus[-1]) / 7]
        r += ((t in pre) - r) / 15
    return change
