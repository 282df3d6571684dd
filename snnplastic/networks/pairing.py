"""One plastic synapse per condition between a presynaptic and a postsynaptic spike train: a condition is an index.

Trains are regular, in one or several bouts, or any lists of times; timings and the rule's parameters are arrays.
The clock's step is a value of the run: the largest time that divides every lag, period and bout period,
so event-driven traces are exact and no period is rounded.
"""

from fractions import Fraction
from math import gcd

import numpy as np

from ..errors import ProtocolError
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.regular_spikes import RegularSpikes

MOST_STEPS = 50_000_000


def room(count):
    """Conditions that a binary has room for: the next power of two from 32, so that nearby numbers share a build."""
    return 1 << max(5, int(np.ceil(np.log2(max(count, 1)))))


def exact(value):
    """The simple fraction that a float stands for (1/30 s, 10 ms)."""
    return Fraction(float(value)).limit_denominator(10**7)


def common_step(times, duration, where):
    """The largest step (s) that divides all `times`; refused where the run would take too many."""
    step = Fraction(0)
    for time in {exact(t) for t in times if t}:
        step = (
            time
            if step == 0
            else Fraction(
                gcd(step.numerator * time.denominator, time.numerator * step.denominator),
                step.denominator * time.denominator,
            )
        )
    step = step or Fraction(1, 1000)
    if duration / step > MOST_STEPS:
        raise ProtocolError(
            f"{where}: the lags and periods have no common divisor above {float(step):.3g} s, "
            f"which means {duration / float(step):.2g} steps; legal: at most {MOST_STEPS:.0e}, so round them"
        )
    return float(step)


def check_rule(rule, label, protocol):
    """A rule that runs between two spike trains alone: it reads no voltage, rate or calcium of a cell, and has no modulator."""
    reads = [*rule.reads, *(f"{n}_pre" for n in rule.reads_pre), *(f"{n}_post" for n in rule.reads_post)]
    if reads:
        raise ProtocolError(f"{protocol}: rule {label} reads {', '.join(reads)}; legal: rules that read spike times alone")
    if not (rule.on_pre or rule.on_post):
        raise ProtocolError(f"{protocol}: rule {label} does nothing at spikes; legal: rules of spike times")
    if rule.on_modulator:
        raise ProtocolError(f"{protocol}: rule {label} waits for a neuromodulator, which no train here releases; legal: rules of two spike trains")


def build(name, rules, *, capacity=None):
    """A Network of its own with one block of pairs per entry of `rules`: [(rule of default values, number of conditions, copies)].

    `copies` synapses join the two trains of a condition: condition c of a block has its synapses c copies .. (c + 1) copies - 1.

    Objects: NAME_clock; NAME_axon, NAME_cell (trains of all blocks: lists of up to `capacity` spikes, or regular);
    NAME_k (synapses of block k); NAME_read, the clock at whose ticks event-driven states are brought up to date.
    """
    from brian2 import Clock, Network, ms

    clock = Clock(dt=1 * ms, name=f"{name}_clock")
    total = sum(n for _, n, _ in rules)
    source = RegularSpikes() if capacity is None else ListedSpikes(capacity=capacity)
    axon, cell = (source.group(total, name=f"{name}_{side}", clock=clock) for side in ("axon", "cell"))
    network, start = Network(axon, cell), 0
    read = Clock(dt=1 * ms, name=f"{name}_read") if any(rule.between for rule, *_ in rules) else None
    for k, (rule, n, copies) in enumerate(rules):
        each = np.repeat(np.arange(start, start + n), copies)
        synapses = rule.connect(
            axon, cell, w=0, where={"i": each, "j": each}, vary=tuple(rule.declared()), clock=clock, name=f"{name}_{k}",
            **({"model": "at_bound : 1", "after": "at_bound = int(at_bound > 0 or w <= w_min or w >= w_max)"} if bounded(rule) else {}),
        )  # fmt: skip
        if rule.between:
            rule.catch_up(synapses, clock=read)
        network.add(synapses)
        start += n
    return network


def bounded(rule):
    """Does the rule have hard bounds that a published sweep must not reach?"""
    return {"w_min", "w_max"} <= set(rule.declared()) and rule.state_0 is None


def inside(rule):
    """Where an experiment that says nothing else starts the rule's state: inside the bounds, 1 where they are wide."""
    if rule.state_0 is not None:
        return rule.state_0
    low, high = getattr(rule, "w_min", 0.0), getattr(rule, "w_max", 1.0)
    return (low + high) / 2 if high < 5 else 1.0


def reads(name, rules):
    """Names of the arrays that a protocol reads of a network built for these rules (one per block)."""
    return tuple(f"{name}_{k}.{variable}" for k, rule in enumerate(rules) for variable in recorded(rule))


def recorded(rule):
    return (rule.state, "at_bound") if bounded(rule) else (rule.state,)


def values(name, blocks, *, step, duration):
    """Values of a network: per block (n, copies, rules, timings), the timings of condition c, padded to n with silent pairs.

    rules     one per condition, or one per synapse

    timings   {"lag", "period", "count", "bouts", "bout_period", "start"}, one number per condition, s; lag = t_post - t_pre,
              and the earlier spike of the first pair is at 0; start is the rule's state, one per synapse.
              Or {"pre", "post", "start"} with one list of times per condition.
    step, duration   of the run, s
    """
    found, total, listed = {f"{name}_clock.dt": step}, 0, any("pre" in timings for *_, timings in blocks)
    trains = {key: [] for key in (("pre", "post") if listed else ("lag", "period", "count", "bouts", "bout_period"))}
    silence = {"lag": 0, "period": 1, "count": 0, "bouts": 1, "bout_period": 1}
    for k, (n, copies, rules, timings) in enumerate(blocks):
        total += n
        count = len(timings["pre" if listed else "lag"])
        padding, silent = n - count, (n - count) * copies
        for key in trains:
            if listed:
                trains[key] += [*timings[key], *[()] * padding]
            else:
                trains[key].append(np.r_[np.asarray(timings[key], float), np.full(padding, silence[key])])
        distinct, which = _distinct(rules, copies if len(rules) == count else 1)
        for parameter in rules[0].declared() if rules else ():
            given = np.array([getattr(rule, parameter) for rule in distinct])[which]
            found[f"{name}_{k}.{parameter}"] = np.r_[given, np.full(silent, getattr(rules[0], parameter))]
        if rules and rules[0].added_delay:
            found[f"{name}_{k}.delay"] = found[f"{name}_{k}.{rules[0].added_delay}"]
        state = rules[0].state if rules else "w"
        found[f"{name}_{k}.{state}"] = np.r_[
            np.asarray(timings["start"], float), np.zeros(silent)
        ]
        if rules and rules[0].between:
            found[f"{name}_read.dt"] = (int(duration / step + 1e-6) - 1) * step
    if listed:
        return found | {
            key: value
            for side, group in (("pre", "axon"), ("post", "cell"))
            for key, value in ListedSpikes.values(f"{name}_{group}", trains[side]).items()
        }
    lag, rest = np.concatenate(trains.pop("lag")), {key: np.concatenate(parts) for key, parts in trains.items()}
    found |= RegularSpikes.values(f"{name}_axon", total, first=np.maximum(-lag, 0), **rest)
    return found | RegularSpikes.values(f"{name}_cell", total, first=np.maximum(lag, 0), **rest)


def _distinct(rules, each):
    """The rules without repeats, and for every synapse the place of its rule among them."""
    found = {id(rule): rule for rule in rules}
    place = {key: k for k, key in enumerate(found)}
    return list(found.values()), np.repeat([place[id(rule)] for rule in rules], each)


def check_bounds(at_bound, rules, labels):
    """A change that a bound has cut at any time is not a result: an error that names the condition. `at_bound` is (condition, copy)."""
    for cut, rule, label in zip(at_bound, rules, labels):
        if cut.any():
            raise ProtocolError(
                f"{label}: the weight reached a bound (w_min {rule.w_min:g}, w_max {rule.w_max:g}); "
                "legal: w_0 inside the bounds, and bounds wide enough or pairs few enough not to reach them"
            )
