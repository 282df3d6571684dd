"""Checks of the parts of the amygdala: a principal cell integrated by SciPy, closed forms, counts of Poisson spikes."""

import math

import numpy as np

from ..neurons.excitable_lif import ExcitableLIF
from .tables import row


def _run(device, data):
    if "amygdala parts" not in data:
        from ..device.execute import execute
        from .amygdala_parts import AmygdalaParts

        data["amygdala parts"] = execute(AmygdalaParts(), target=device, quiet=True).data
    return {k: np.squeeze(np.asarray(v)) for k, v in data["amygdala parts"].items()}


def _cell(excitatory, inhibitory, pulse, at):
    """(states (v, g_ahp, release, Ca) x times `at`, spike times) of the principal cell in SI units, by SciPy from event to event.

    v and Ca are integrated, all other states are exponentials since the last event. All numbers are written again here.
    """
    from scipy.integrate import solve_ivp

    tau = {"ahp": 0.12, "b1": 3e-3, "b2": 25e-3, "ampa": 3e-3, "gaba": 10e-3, "nmda": 80e-3, "spill": 0.2, "s": 0.1}
    state, y, now, free = dict.fromkeys(tau, 0.0), [-70e-3, 0.0], 0.0, 0.0
    first, length, current = pulse
    waiting = (
        [(t, "e") for t in excitatory]
        + [(t, "i") for t in inhibitory]
        + [(first, "on"), (first + length, "off"), (at[-1], "end")]
    )
    waiting, injected, seen, spikes = sorted(waiting), 0.0, [], []

    def later(name, since):
        return state[name] * np.exp(-since / tau[name])

    def released(spill):
        return 1 - 0.6 * spill**2 / (spill**2 + 9)

    def slope(since, y):
        v, Ca = y
        back = v + 0.1 * (0.75 * later("b1", since) + 0.25 * later("b2", since))
        block = 1 / (1 + 1 / 3.57 * np.exp(-62 * back))
        flow = 10e-9 * (-70e-3 - v) + later("ahp", since) * (-90e-3 - v) - later("ampa", since) * v
        flow += later("gaba", since) * (-80e-3 - v) - later("nmda", since) * block * v + injected
        return [0.0 if held else flow / 200e-12, 2.0 * later("s", since) * block * (0.13 - back) - Ca / 0.05]

    def reaches(_, y):
        return y[0] + 50e-3

    reaches.terminal, reaches.direction = True, 1
    while waiting:
        held = now < free
        until = min(waiting[0][0], free) if held else waiting[0][0]
        mine = at[(at > now) & (at <= until)]
        kind = ""
        if until > now:
            how = {
                "events": None if held else reaches,
                "t_eval": np.unique(np.r_[0, mine - now, until - now]),
                "rtol": 1e-8,
                "atol": 1e-12,
            }
            solved = solve_ivp(slope, (0, until - now), y, method="LSODA", max_step=1e-3, **how)
            v, Ca = solved.y[:, 1:]
            y = list(solved.y[:, -1])
            if solved.status == 1:
                until, y, kind = now + solved.t_events[0][0], list(solved.y_events[0][0]), "spike"
                mine = mine[mine <= until]
            since = mine - now
            seen += zip(
                v[: mine.size], later("ahp", since), released(later("spill", since)), Ca[: mine.size], strict=True
            )
            state = {name: later(name, until - now) for name in state}
            now = until
        if kind == "spike":
            spikes.append(now)
            y[0], free, state["ahp"] = -60e-3, now + 3e-3, state["ahp"] + 3e-9
            state["b1"], state["b2"] = min(state["b1"] + 1, 1), min(state["b2"] + 1, 1)
        elif now == waiting[0][0]:
            kind = waiting.pop(0)[1]
            share = released(state["spill"])
            if kind == "e":
                state["ampa"], state["nmda"] = state["ampa"] + share * 10e-9, state["nmda"] + share * 0.1e-9
                state["s"] += 0.2 * (1 - state["s"]) * share
            elif kind == "i":
                state["gaba"], state["spill"] = state["gaba"] + 3e-9, state["spill"] + 1
            injected = {"on": current, "off": 0.0}.get(kind, injected)
    return np.array(seen).T, np.array(spikes)


def check_cell(device, data):
    from .amygdala_parts import DT, PULSE, trains

    found = _run(device, data)
    at = np.arange(2, found["seen.v"].size, 10)  # steps of the program; inputs come at multiples of five
    (v, ahp, release, Ca), spikes = _cell(*trains(), PULSE, at * DT)
    got = found["spikes.t"]
    inside = ((spikes > PULSE[0]) & (spikes < PULSE[0] + PULSE[1])).sum()
    same = got.size == spikes.size and min(inside, spikes.size - inside) > 2
    near = (
        np.min(np.abs(at[:, None] * DT - np.r_[got, spikes][None]), 1) < 4e-3
    )  # a spike is a little early or late there
    late = np.abs(got - spikes).max() if same else np.inf
    seen_v, seen_ahp, seen_Ca = (found[name][at] for name in ("seen.v", "seen.g_ahp", "inside.Ca"))
    for name, what, error, tolerance in (
        ("adapting_pyramidal", f"times of its {spikes.size} spikes, {inside} in a current pulse, against SciPy (s)", late, 2e-4),
        ("nmda_conductance", "membrane potential away from spikes against SciPy (V)", np.abs(seen_v - v)[~near].max(), 3e-4),
        ("adapting_pyramidal", "afterhyperpolarisation (of its largest)", np.abs(seen_ahp - ahp)[~near].max() / ahp.max(), 1e-3),
        ("gaba_b_terminals", "release of the terminals", np.abs(found["seen.release"][at] - release).max(), 1e-9),
        ("spine_calcium", "calcium of the spine (of its largest)", np.abs(seen_Ca - Ca)[~near].max() / Ca.max(), 5e-3),
    ):  # fmt: skip
        yield row(name, what, error, tolerance)


def check_girk(device, data):
    from .amygdala_parts import DT, G_GIRK, trains

    found = _run(device, data)["girk.g_girk"]
    t = np.arange(found.size) * DT
    age = np.clip(t[:, None] - trains()[1][None], 0, None)
    exact = (G_GIRK * age / 0.15 * np.exp(-age / 0.15)).sum(1)
    yield row(
        "girk",
        "conductance against the sum of alpha functions (of its largest)",
        np.abs(found - exact).max() / exact.max(),
        2e-3,
    )


def check_excitability(device, data):
    from .amygdala_parts import DT, GAP, GAPS, RAISES, SHOCKS

    found = _run(device, data)
    events = sorted([(t, "raise") for t in RAISES] + [(t, "shock") for t in SHOCKS] + [(t, "gap") for t in GAPS])
    h, shocked, worst, now, v, wrong = 0.0, -1e6, 0.0, 0.0, -70e-3, 0.0
    for (t, kind), later in zip(events, [*[e[0] for e in events[1:]], 1.5], strict=True):
        steady = -70e-3 + 200e-12 * h / 10e-9
        v, now = steady + (v - steady) * math.exp(-(t - now) / 20e-3), t
        wrong = max(wrong, abs(found["h.v"][round(t / DT)] - v))
        if kind == "raise" and t - shocked > 0.3:
            h += 1e-3 * (1 - h)
        elif kind == "shock":
            h, shocked = h * (1 - 0.006), t
        elif kind == "gap":
            h *= math.exp(-GAP / 1728000)
        if later > t + 3e-4:
            worst = max(worst, abs(found["h.h"][round(t / DT) + 2] - h))
    yield row(
        "excitable_lif", "excitability after raising spikes, shocks and gaps, against a walk over them", worst, 1e-12
    )
    yield row(
        "excitable_lif", "membrane potential at these events, against closed forms between them (V)", wrong, 1e-12
    )
    rest = {
        "h": 0.8,
        "v": -65e-3,
        "E_leak": -70e-3,
        "g_leak": 10e-9,
        "C_m": 200e-12,
        "tau_h": 1728000.0,
        "gap": GAP,
        "exp": math.exp,
    }
    exec(ExcitableLIF.rest, {}, rest)
    yield row(
        "excitable_lif",
        "what five days of rest leave of the excitability, against exp(-1/4)",
        abs(rest["h"] - 0.8 * math.exp(-0.25)),
        1e-15,
    )


def check_fibres(device, data):
    from .amygdala_parts import DT, LATENCIES, PLACES, TONES, TUNING, N

    found = _run(device, data)
    i, t = found["heard_spikes.i"], found["heard_spikes.t"]
    both, one = sum(TUNING), TUNING[0]
    kinds = ("silent", "burst", "sustained")
    for label, latency, match in (
        *((f"latency {1e3 * k:.0f} ms", k, 1.0) for k in LATENCIES),
        ("gain 0", LATENCIES[0], 0.0),
    ):
        mine = (i % 2 == LATENCIES.index(latency)) & ((i >= N // 4) == bool(match))
        n = 3 * N // 8 if match else N // 8
        first, again = TONES[0][1] + latency, TONES[2][1] + latency
        edges = (0.0, first, first + 4e-3, first + 0.5, again, again + 4e-3, again + 0.5)
        above = (0.0, both * 320, both * 30, 0.0, one * 320, one * 30)  # Hz, what a fibre of gain 1 adds to its 2 Hz
        z = dict.fromkeys(kinds, 0.0)
        for kind, begin, end, more in zip(2 * kinds, edges[:-1], edges[1:], above, strict=True):
            count = (mine & (t >= begin - DT / 2) & (t < end - DT / 2)).sum()
            p, steps = (2 + match * more) * DT, round((end - begin) / DT)
            z[kind] = max(z[kind], abs(count - n * p * steps) / math.sqrt(n * p * (1 - p) * steps))
        for kind in kinds:
            yield row(
                "tone_fibres",
                f"spikes of fibres of {label}, {kind} (standard errors, the worse of two tones)",
                z[kind],
                4,
            )
    i, t = found["place_spikes.i"], found["place_spikes.t"]
    ends = [*[s for _, s in PLACES[1:]], 1.5]
    wrong, z = 0, []
    for (where, start), end in zip(PLACES, ends, strict=True):
        inside = (t >= start - DT / 2) & (t < end - DT / 2)
        here = i // (N // 2) == where
        mean = N // 2 * 15 * (end - start)
        z.append(abs((inside & here).sum() - mean) / math.sqrt(mean))
        # the step in which the animal comes is still the old context's
        wrong += (inside & ~here & (t > start + 2.5 * DT)).sum()
    yield row("context_fibres", "spikes in the fibre's own context (standard errors, the worst stay)", max(z), 4)
    yield row("context_fibres", "spikes in another context", float(wrong), 0.5)


CHECKS = {
    **{name: check_cell for name in ("adapting_pyramidal", "nmda_conductance", "spine_calcium", "gaba_b_terminals")},
    "girk": check_girk, "excitable_lif": check_excitability, "tone_fibres": check_fibres, "context_fibres": check_fibres,
}  # fmt: skip
