"""Checks of scaling and normalisation: sums, ratios, rates, a walk through spikes and ticks, and what they must leave alone."""

import numpy as np

from ..rules.pair_stdp import PairSTDP
from ..rules.subtractive_normalisation import SubtractiveNormalisation
from ..rules.weight_normalisation import WeightNormalisation
from .homeostasis import ATTACHED, BEFORE, CELLS, GOALS, INPUTS, N_POST, PAIRS, HomeostasisNetwork
from .tables import row

NAMES = {
    "multiplicative": "weight_normalisation",
    "part": "weight_normalisation",
    "subtractive": "subtractive_normalisation",
    "scaling": "synaptic_scaling",
}
WORDS = {
    "multiplicative": "sparse connections",
    "part": "two pathways onto a part of the neurons",
    "subtractive": "all to all",
    "scaling": "sparse connections",
}


def walk(made, rule, blocks):
    """Weights after pair STDP over the listed trains and a rule at every tick: events in order of time, traces as sums over the past.

    blocks   [(i, j, w_0)], all of which the rule sees together
    """
    stdp, (pre, post) = PairSTDP(), made.spikes()
    events = sorted(
        [(t, 0, n) for n, train in enumerate(pre) for t in train]
        + [(t, 1, n) for n, train in enumerate(post) for t in train]
    )
    ticks = [(k * made.every, 2, k) for k in range(round(made.length / made.every) + 1)]
    events = sorted(events + ticks)
    weights, grown = [np.array(w, float) for _, _, w in blocks], np.zeros(N_POST)
    seen = [{}, {}]

    def trace(side, neuron, now, tau):
        return np.exp(-(now - np.array(seen[side].get(neuron, []))) / tau).sum()

    done = 0
    while done < len(events):
        now, kind, _ = events[done]
        upto = done
        while upto < len(events) and events[upto][1] == kind and abs(events[upto][0] - now) < 1e-9:
            upto += 1
        group, done = [n for _, _, n in events[done:upto]], upto
        if kind == 2:
            for neuron in range(N_POST):
                mine = [j == neuron for _, j, _ in blocks]
                if not sum(m.sum() for m in mine):
                    continue
                if isinstance(rule, (WeightNormalisation, SubtractiveNormalisation)):
                    new = np.array(
                        rule.oracle(np.concatenate([w[m] for w, m in zip(weights, mine, strict=True)]).tolist())
                    )
                else:
                    total = rule.oracle(post[neuron], made.every, now)
                    new = np.concatenate([w[m] for w, m in zip(weights, mine, strict=True)]) * np.exp(
                        total - grown[neuron]
                    )
                    grown[neuron] = total
                for w, m in zip(weights, mine, strict=True):
                    w[m], new = new[: m.sum()], new[m.sum() :]
            continue
        for (i, j, _), w in zip(blocks, weights, strict=True):
            for neuron in group:
                if kind == 0:
                    for s in np.flatnonzero(i == neuron):
                        w[s] = np.clip(w[s] - stdp.A_minus * trace(1, j[s], now, stdp.tau_minus), 0, 1)
                else:
                    for s in np.flatnonzero(j == neuron):
                        w[s] = np.clip(w[s] + stdp.A_plus * trace(0, i[s], now, stdp.tau_plus), 0, 1)
        for neuron in group:
            seen[kind].setdefault(neuron, []).append(now)
    return weights


def check_homeostasis(device, _):
    from ..results import run

    made = HomeostasisNetwork()
    found, starts = run(made, device=device).data, made.starts()
    for name, label in NAMES.items():
        rule = ATTACHED[name][0]
        parts = [name, "part_2"] if name == "part" else [name]
        where = [(*PAIRS[part if part == "part_2" else ATTACHED[name][1]].T, starts[part]) for part in parts]
        w = [found[f"{part}_w"].values for part in parts]
        expected = walk(made, rule, where)
        error = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(w, expected, strict=True))
        yield row(
            label,
            f"with pair STDP against a walk over spikes and ticks, {WORDS[name]} (of the largest weight)",
            error,
            1e-9,
        )
        if label != "synaptic_scaling":
            sums = np.bincount(np.concatenate([b for _, b, _ in where]), np.concatenate(w), N_POST)
            reached = np.unique(np.concatenate([b for _, b, _ in where]))
            yield row(label, f"sums against the total, {WORDS[name]}", np.abs(sums[reached] - rule.total).max(), 1e-12)
        if name != "part":
            moved = max(
                np.abs(found[f"{name}_{side}_traces_{x}"].values - found[f"none_{side}_traces_{x}"].values).max()
                for side, x in (("pre", "x"), ("post", "y"))
            )
            moved += not found[f"{name}_pre_traces_x"].values.any()  # the trains last to the end, so there are traces to compare
            yield row(label, f"traces of the other rule are as without, {WORDS[name]}", moved, 0)
    yield row(
        "synaptic_scaling",
        "beta = gamma = 0 changes nothing",
        np.abs(found.idle_w.values - found.none_w.values).max(),
        0,
    )
    late = found.fired_t.values >= made.length / 2
    count = np.bincount(found.fired_i.values[late], minlength=BEFORE + len(GOALS) * CELLS)[BEFORE:].reshape(
        len(GOALS), CELLS
    )
    rates = count.mean(1) / (made.length / 2)
    for goal, rate in zip(GOALS, rates, strict=True):
        yield row(
            "synaptic_scaling",
            f"rate of Poisson-driven cells against the goal of {goal:g} Hz (relative)",
            abs(rate / goal - 1),
            0.05,
        )
    ratio = (found.scaled_w.values / starts["scaled"]).reshape(-1, INPUTS[1])  # in the order of the cells
    yield row(
        "synaptic_scaling",
        "ratios of the weights of a cell (relative)",
        np.abs(ratio / ratio.mean(1, keepdims=True) - 1).max(),
        1e-12,
    )
    yield row(
        "synaptic_scaling",
        "every cell scaled its weights by 1 % or more (how many did not)",
        (np.abs(ratio.mean(1) - 1) < 0.01).sum(),
        CELLS * 0.1,
    )


CHECKS = {name: check_homeostasis for name in ("synaptic_scaling", "weight_normalisation", "subtractive_normalisation")}
