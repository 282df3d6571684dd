"""Checks of the basal amygdala: conductances, switched trains, its rule in a network, and rates at rest."""

import numpy as np

from .tables import row

WALKS = 10  # synapses of each input and group that are followed


def _parts(device, data):
    if "basal_amygdala" not in data:
        from ..results import run
        from .basal_amygdala_parts import BasalAmygdalaParts

        made = BasalAmygdalaParts()
        found = run(made, device=device).data
        data["basal_amygdala"] = made, {name: values.values for name, values in found.items()}
    return data["basal_amygdala"]


def check_conductance(device, data):
    from .basal_amygdala_parts import EVENTS, WEIGHTS
    from .basal_amygdala_walk import TAU, alpha, passive

    _, seen = _parts(device, data)
    t, error, charge = seen["seen_t"] * 1e3, 0.0, 0.0
    # a step moves the cell before events reach it, so an event of a step acts from the step's end on
    arrivals = {name: np.array(times) * 1e3 + 0.1 for name, times in EVENTS.items()}
    for name, times in arrivals.items():
        expected = alpha(t, times, WEIGHTS[name])
        error = max(error, np.abs(seen[f"seen_g_{name}"].ravel() * 1e9 - expected).max())
        whole = len(times) * np.e * WEIGHTS[name] * TAU
        charge = max(charge, abs(seen[f"seen_G_{name}"].sum() * 0.1 * 1e9 / whole - 1))
    yield row("alpha_conductance", "conductance against alpha functions (nS)", error, 1e-9)
    yield row("alpha_conductance", "integral of the conductance against e g_max tau (relative)", charge, 1e-9)
    v = seen["seen_v"].ravel() * 1e3
    yield row(
        "alpha_conductance", "potential against SciPy (mV)", np.abs(v - passive(t, arrivals, WEIGHTS)).max(), 1e-3
    )


def check_trains(device, data):
    from .basal_amygdala_parts import GROUP, SIGNALS, SMALL

    _, seen = _parts(device, data)
    outside, worst = 0, 0.0
    cells = {"cue": (0, sum(SMALL.values())), "A": (0, GROUP), "B": (GROUP, 2 * GROUP)}
    for signal, rate in (("cue", 500), ("A", 300), ("B", 300)):
        train, (first, end) = ("cue" if signal == "cue" else "context"), cells[signal]
        i, t = seen[f"small_{train}_spikes_i"], seen[f"small_{train}_spikes_t"]
        t = t[(i >= first) & (i < end)]
        inside = np.zeros(t.size, bool)
        for on, off in SIGNALS[signal]:
            inside |= (t > on + 1e-6) & (t < off + 1e-6)
        steps = (end - first) * sum(off - on for on, off in SIGNALS[signal]) / 1e-4
        mean, p = steps * rate * 1e-4, rate * 1e-4
        outside, worst = outside + (~inside).sum(), max(worst, abs(inside.sum() - mean) / np.sqrt(mean * (1 - p)))
    yield row("switched_poisson", "spikes of trains while they are off", outside, 0)
    yield row("switched_poisson", "counts of three kinds of trains, in standard deviations", worst, 4)


def check_learning(device, data):
    """Weights of both inputs against walks over the trains that the network made, with its neuromodulator."""
    from .basal_amygdala_parts import CUES, GROUP

    made, seen = _parts(device, data)
    trains = {
        name: [seen[f"small_{name}_spikes_t"][seen[f"small_{name}_spikes_i"] == k] for k in range(2 * GROUP)]
        for name in ("cue", "context")
    }
    error, changes = 0.0, []
    for name in ("cue", "context"):
        start, end = seen[f"small_{name}_seen_w"].reshape(-1, 2 * GROUP)[0], seen[f"small_{name}_w_w"]
        for k in [*range(WALKS), *range(GROUP, GROUP + WALKS)]:
            walked = made.rule().oracle(trains["cue"][k], trains["context"][k], start[k], t_modulator=CUES)
            error = max(error, abs(walked - end[k]))
            changes.append(end[k] - start[k])
    what = f"{len(changes)} weights in a network against walks over its trains (nS)"
    yield row("context_gated_hebb", what, error, 1e-9)
    yield row("context_gated_hebb", "weights that stayed (all must move)", np.sum(np.abs(changes) < 1e-3), 0)


def check_closed_form(device, data):
    """Depression by a cue alone is geometric in the distance to w_min, whatever the side; the rule's own walk is followed."""
    from ..rules.context_gated_hebb import ContextGatedHebb

    rule, times = ContextGatedHebb(tau_c=1e-4, alpha_2=0.1), np.arange(20) * 0.01
    error = 0.0
    for w_0 in (2.2, 0.3):
        distance = abs(w_0 - rule.w_min)
        sign = -1 if w_0 > rule.w_min else 1  # above, the distance shrinks; below, it grows
        expected = (
            rule.w_min + np.sign(w_0 - rule.w_min) * distance * (1 + sign * rule.alpha_2 * rule.c_u) ** times.size
        )
        error = max(error, abs(rule.oracle(times, [], w_0) - expected))
    yield row("context_gated_hebb", "20 cues alone: walk against the closed form (nS)", error, 1e-9)


def check_rest(device, data):
    from .basal_amygdala_parts import REST, P
    from .basal_amygdala_walk import at_rest

    made, seen = _parts(device, data)
    n = REST["n_excitatory"], REST["n_inhibitory"]
    p = [[P["EE"], P["EI"]], [P["IE"], P["II"]]]
    walked = at_rest(n, p, length=0.1 + made.length, seed=3)
    simulated = seen["rest_spikes_i"], seen["rest_spikes_t"]
    worst = []
    for first, end in ((0, n[0]), (n[0], sum(n))):
        a, b = (np.sum((i >= first) & (i < end) & (t > 0.1)) for i, t in (simulated, walked))
        worst.append(abs(a - b) / np.sqrt(max(1, a + b)))
    yield row(
        "basal_amygdala_switch", "spikes at rest against plain NumPy, excitatory (in standard deviations)", worst[0], 4
    )
    yield row(
        "basal_amygdala_switch", "spikes at rest against plain NumPy, inhibitory (in standard deviations)", worst[1], 4
    )


CHECKS = {
    "alpha_conductance": check_conductance, "switched_poisson": check_trains, "context_gated_hebb": (check_learning, check_closed_form),
    "basal_amygdala_switch": check_rest,
}  # fmt: skip
