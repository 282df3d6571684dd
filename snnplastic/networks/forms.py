"""One network with several rules side by side, one synapse per condition: rates, spike pairs, spike pairs with a neuromodulator, plateaus.

Objects of a form NAME: NAME (synapses), NAME_axon, NAME_cell, and where its rule has a modulator NAME_source and NAME_modulator.
"""

import numpy as np

from ..neurons.listed_spikes import ListedSpikes

CAPACITY = 4096


def of_rates(rule):
    return bool(rule.reads_pre)


def build(rules, n):
    """A Network; `rules` {name: rule of default values}, n conditions of each."""
    from brian2 import Clock, Network, NeuronGroup, ms

    network = Network()
    reading = Clock(dt=1 * ms, name="reading")
    for name, rule in rules.items():
        if of_rates(rule):
            sides = [
                NeuronGroup(n, "r : 1 (constant)", namespace={}, name=f"{name}_{side}") for side in ("axon", "cell")
            ]
        else:
            sides = [ListedSpikes(capacity=CAPACITY).group(n, name=f"{name}_{side}") for side in ("axon", "cell")]
        synapses = rule.connect(*sides, w=0, where={"j": "i"}, name=name)
        network.add(*sides, synapses)
        if rule.between:
            rule.catch_up(synapses, clock=reading)
        if rule.on_modulator:
            source = ListedSpikes(capacity=CAPACITY).group(n, name=f"{name}_source")
            network.add(source, rule.modulate(source, synapses, where={"j": "i"}))
    return network


def values(conditions, rules, n, *, duration, step):
    """Arrays of a run: conditions {name: [dict with pre, post, modulator (lists of times, or a rate as pre and post), w_0]}."""
    found = {"reading.dt": round(duration / step - 1) * step}
    for name, rule in rules.items():
        mine, padding = conditions[name], n - len(conditions[name])
        found[f"{name}.{rule.state}"] = np.r_[[c["w_0"] for c in mine], np.zeros(padding)]
        for side, key in (("axon", "pre"), ("cell", "post"), ("source", "modulator")):
            if side == "source" and not rule.on_modulator:
                continue
            if of_rates(rule):
                found[f"{name}_{side}.r"] = np.r_[[c[key] for c in mine], np.zeros(padding)]
            else:
                found |= ListedSpikes.values(f"{name}_{side}", [c[key] for c in mine] + [()] * padding)
        found |= rule.values(name)
    return found
