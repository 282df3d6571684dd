"""Checks of the parts of the amygdala: a principal cell integrated in plain Python, closed forms, counts of Poisson spikes."""

import math

import numpy as np

from .tables import row


def _run(device, data):
    if "amygdala parts" not in data:
        from ..device.execute import execute
        from .amygdala_parts import AmygdalaParts

        data["amygdala parts"] = execute(AmygdalaParts(), target=device, quiet=True).data
    return {k: np.squeeze(np.asarray(v)) for k, v in data["amygdala parts"].items()}


def _cell(excitatory, inhibitory, end, step=5e-6):
    """(t, v, g_ahp, release, Ca, spike times) of the principal cell in SI units with the declared constants, by Euler steps.

    Within a step: spikes arrive, then the states move on. All numbers are written again here.
    """
    arrive = {round(t / step): [1, 0] for t in excitatory}
    for t in inhibitory:
        arrive.setdefault(round(t / step), [0, 0])[1] = 1
    v, ahp, b1, b2, ampa, rise, gaba, nmda, spill, s, Ca = -70e-3, *[0.0] * 10
    free, release, seen, spikes = -1.0, 1.0, [], []
    decay = {tau: math.exp(-step / tau) for tau in (3e-3, 0.5e-3, 10e-3, 80e-3, 0.2, 0.1, 0.05, 0.12, 25e-3)}
    for k in range(round(end / step)):
        t = k * step
        back = v + 0.1 * (0.75 * b1 + 0.25 * b2)
        block = 1 / (1 + 1 / 3.57 * math.exp(-62 * back))
        Ca = Ca * decay[0.05] + 0.05 * (1 - decay[0.05]) * 2.0 * s * block * (0.13 - back)
        if t > free:
            current = (
                10e-9 * (-70e-3 - v) + ahp * (-90e-3 - v) - (ampa - rise) * v + gaba * (-80e-3 - v) - nmda * block * v
            )
            v += step * current / 200e-12
        ahp, b1, b2 = ahp * decay[0.12], b1 * decay[3e-3], b2 * decay[25e-3]
        ampa, rise, gaba, nmda = ampa * decay[3e-3], rise * decay[0.5e-3], gaba * decay[10e-3], nmda * decay[80e-3]
        spill, s = spill * decay[0.2], s * decay[0.1]
        if v > -50e-3 and t > free:
            spikes.append(t)
            v, ahp, b1, b2, free = -60e-3, ahp + 3e-9, min(b1 + 1, 1), min(b2 + 1, 1), t + 3e-3
        e, i = arrive.get(k, (0, 0))
        release = 1 - 0.6 * spill**2 / (spill**2 + 9)
        if e:
            ampa, nmda, s = ampa + release * 10e-9, nmda + release * 0.1e-9, s + 0.2 * (1 - s) * release
        if i:
            gaba, spill = gaba + 3e-9, spill + 1
        release = 1 - 0.6 * spill**2 / (spill**2 + 9)
        seen.append((v, ahp, release, Ca))
    return np.array(seen).T, np.array(spikes)


def check_cell(device, data):
    from .amygdala_parts import trains

    found = _run(device, data)
    (v, ahp, release, Ca), spikes = _cell(*trains(), 1.5)
    got = found["spikes.t"]
    same = got.size == spikes.size > 5
    at = np.arange(400, v.size, 40)  # of the finer steps; ten of the program's
    near = (
        np.min(np.abs(at[:, None] * 5e-6 - np.r_[got, spikes][None]), 1) < 4e-3
    )  # where a spike is a little early or late
    for name, what, error, tolerance in (
        ("adapting_pyramidal", f"times of its {spikes.size} spikes against plain Python (s)", np.abs(got - spikes).max() if same else np.inf, 2e-3),
        ("nmda_conductance", "membrane potential away from spikes (V)", np.abs(found["seen.v"][at // 4] - v[at])[~near].max(), 1e-3),
        ("adapting_pyramidal", "afterhyperpolarisation (of its largest)", np.abs(found["seen.g_ahp"][at // 4] - ahp[at])[~near].max() / ahp.max(), 0.02),
        ("gaba_b_terminals", "release of the terminals", np.abs(found["seen.release"][at // 4] - release[at]).max(), 2e-2),
        ("spine_calcium", "calcium of the spine (of its largest)", np.abs(found["inside.Ca"][at // 4] - Ca[at])[~near].max() / Ca.max(), 0.03),
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

    found = _run(device, data)["h.h"]
    events = sorted([(t, "raise") for t in RAISES] + [(t, "shock") for t in SHOCKS] + [(t, "gap") for t in GAPS])
    h, shocked, worst = 0.0, -1e6, 0.0
    for (t, kind), later in zip(events, [*[e[0] for e in events[1:]], 1.5], strict=True):
        if kind == "raise" and t - shocked > 0.3:
            h += 1e-3 * (1 - h)
        elif kind == "shock":
            h, shocked = h * (1 - 0.006), t
        elif kind == "gap":
            h *= math.exp(-GAP / 1728000)
        if later > t + 3e-4:
            worst = max(worst, abs(found[round(t / DT) + 2] - h))
    yield row(
        "excitable_lif", "excitability after raising spikes, shocks and gaps, against a walk over them", worst, 1e-12
    )


def check_fibres(device, data):
    from .amygdala_parts import DT, PLACES, TONES, TUNING, N

    found = _run(device, data)
    i, t = found["heard_spikes.i"], found["heard_spikes.t"]
    both, one = sum(TUNING), TUNING[0]
    spans = [(0.0, 0.108, 2.0, 2.0)]  # (from, to, rate of fibres that hear, of those that do not)
    for start, match in ((TONES[0][1], both), (TONES[2][1], one)):
        burst, over = start + 8e-3, start + 8e-3 + 4e-3
        spans += [(burst, over, 2 + match * 320, 2.0), (over, start + 0.508, 2 + match * 30, 2.0)]
    spans.append((TONES[0][1] + 0.508, TONES[2][1] + 0.008, 2.0, 2.0))
    for first, last, heard, deaf in spans:
        inside = (t >= first - DT / 2) & (t < last - DT / 2)
        for kind, rate, mine in (("hearing", heard, i >= N // 4), ("silenced", deaf, i < N // 4)):
            n = N * 3 // 4 if kind == "hearing" else N // 4
            p, steps = rate * DT, round((last - first) / DT)
            mean, sd = n * p * steps, math.sqrt(n * p * (1 - p) * steps)
            z = abs((inside & mine).sum() - mean) / sd
            yield row(
                "tone_fibres",
                f"spikes of {kind} fibres, {1e3 * first:.0f} to {1e3 * last:.0f} ms (standard errors)",
                z,
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
