"""Pairs of one presynaptic and one postsynaptic spike train with one plastic synapse: a condition is an index.

All trains are regular, in one or several bouts, and their timings and the rule's parameters are arrays.
The clock's step is a value of the run: the largest time that divides every lag, period and bout period,
so event-driven traces are exact and no period is rounded.
"""

from fractions import Fraction
from math import gcd

import numpy as np

from ..errors import ProtocolError
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


def build(name, rules):
    """A Network of its own with one block of pairs per entry of `rules`: [(rule of default values, number of conditions)].

    Objects: NAME_clock; NAME_axon, NAME_cell (trains of all blocks); NAME_k (synapses of block k).
    """
    from brian2 import Clock, Network, ms

    clock = Clock(dt=1 * ms, name=f"{name}_clock")
    total = sum(n for _, n in rules)
    axon, cell = (RegularSpikes().group(total, name=f"{name}_{side}", clock=clock) for side in ("axon", "cell"))
    network, start = Network(axon, cell), 0
    for k, (rule, n) in enumerate(rules):
        block = slice(start, start + n)
        network.add(
            rule.connect(
                axon[block],
                cell[block],
                w=0,
                where={"j": "i"},
                vary=tuple(rule.declared()),
                clock=clock,
                model="at_bound : 1",
                after="at_bound = int(at_bound > 0 or w <= w_min or w >= w_max)",
                name=f"{name}_{k}",
            )
        )
        start += n
    return network


def values(name, blocks):
    """Values of a network: per block (n, rules, timings), `rules[c]` and the timings of condition c, padded to n with silent pairs.

    timings   {"lag", "period", "count", "bouts", "bout_period"}, one number per condition, s; lag = t_post - t_pre,
              and the earlier spike of the first pair is at 0.
    """
    trains = {key: [] for key in ("lag", "period", "count", "bouts", "bout_period")}
    found, total = {}, 0
    for k, (n, rules, timings) in enumerate(blocks):
        total += n
        for key, silent in (("lag", 0), ("period", 1), ("count", 0), ("bouts", 1), ("bout_period", 1)):
            trains[key].append(np.r_[np.asarray(timings[key], float), np.full(n - len(rules), silent)])
        for parameter in rules[0].declared() if rules else ():
            found[f"{name}_{k}.{parameter}"] = np.r_[
                [getattr(rule, parameter) for rule in rules], np.full(n - len(rules), getattr(rules[0], parameter))
            ]
        found[f"{name}_{k}.w"] = np.r_[np.asarray(timings["w_0"], float), np.zeros(n - len(rules))]
    lag, rest = np.concatenate(trains.pop("lag")), {key: np.concatenate(parts) for key, parts in trains.items()}
    found |= RegularSpikes.values(f"{name}_axon", total, first=np.maximum(-lag, 0), **rest)
    return found | RegularSpikes.values(f"{name}_cell", total, first=np.maximum(lag, 0), **rest)


def check_bounds(at_bound, rules, labels):
    """A change that a bound has cut at any time is not a result: an error that names the condition."""
    for cut, rule, label in zip(at_bound, rules, labels):
        if cut:
            raise ProtocolError(
                f"{label}: the weight reached a bound (w_min {rule.w_min:g}, w_max {rule.w_max:g}); "
                "legal: w_0 inside the bounds, and bounds wide enough or pairs few enough not to reach them"
            )
