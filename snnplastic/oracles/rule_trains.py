"""Every trace-based rule on listed spike trains, in both placements of its traces, in one network."""

from dataclasses import dataclass

import numpy as np

from ..catalogue import find_class, instances, names
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param
from ..protocol import Protocol, rule_from, rule_label, rule_spec
from .tables import HIPPOCAMPAL, HIPPOCAMPAL_ROWS

RATES = (
    (3.0, 5.0),
    (20.0, 10.0),
    (30.0, 50.0),
    (20.0, 0.0),
    (0.0, 20.0),
)  # Hz, pre and post; one side alone must change nothing
REPEATS = 60  # of each hippocampal motif, at 1 Hz
ROOM = 64  # conditions of a block


def random_trains(rates, length, dt, seed):
    """Poisson trains on the grid of dt, at most one spike a step; a third of the postsynaptic spikes are moved onto presynaptic ones."""
    draw = np.random.default_rng(seed)
    steps = int(length / dt)
    pre, post = (np.flatnonzero(draw.random(steps) < rate * dt) for rate in rates)
    moved = draw.random(post.size) < 1 / 3
    if pre.size and post.size:
        post = np.unique(np.where(moved, draw.choice(pre, post.size), post))
    return pre * dt, post * dt


def rules_with_traces():
    """Default, both pairings and all published instances of every trace-based rule of the package."""
    found = []
    for name in names("rules"):
        cls = find_class("rules", name)
        if cls.traces:
            found += [cls(pairing="all"), cls(pairing="nearest"), *(getattr(cls, i)() for i in instances(cls))]
    return found


@dataclass(frozen=True, kw_only=True)
class RuleTrains(Protocol):
    """Final weights of each rule: random trains at five pairs of rates (traces on the synapse and on the neurons), and the hippocampal motifs."""

    length: float = param(10, "s", "length of the random trains", "", low=0.1)
    trains_seed: int = param(1, "1", "seed of the random trains", "")

    def blocks(self):
        """Per structure of a rule: (spec, [(rule, pre times, post times, w_0, what)]) with traces on the synapse."""
        found = {}
        for rule in rules_with_traces():
            found.setdefault(tuple(rule_spec(rule).items()), []).extend(
                (
                    rule,
                    *random_trains(rates, self.length, self.time_step(), self.trains_seed + k),
                    (rule.w_min + rule.w_max) / 2 if rule.w_max < 5 else 1.0,
                    "alone" if 0 in rates else "together",
                )
                for k, rates in enumerate(RATES)
            )
        for row, name in enumerate(HIPPOCAMPAL_ROWS):
            rule = getattr(find_class("rules", "triplet_stdp"), name)()
            for (pre, post), values in HIPPOCAMPAL.items():
                start = 0.01 + np.arange(REPEATS)[:, None]
                trains = [np.sort((start + np.array(side) * 1e-3).ravel()) for side in (pre, post)]
                found[tuple(rule_spec(rule).items())].append((rule, *trains, 1.0, values[row]))
        return [(dict(spec), conditions) for spec, conditions in found.items()]

    def structure(self):
        spikes = max(sum(len(c[side]) for c in conditions) for _, conditions in self.blocks() for side in (1, 2))
        return {"rules": [spec for spec, _ in self.blocks()], "capacity": ListedSpikes.capacity_for(spikes)}

    @staticmethod
    def build(structure):
        from brian2 import Network

        network, shared = Network(), np.arange(len(RATES))  # the rule's default comes first
        for k, spec in enumerate(structure["rules"]):
            rule = rule_from(spec)
            axons, cells = (
                ListedSpikes(capacity=structure["capacity"]).group(ROOM, name=f"{name}_{k}")
                for name in ("axons", "cells")
            )
            on_synapse = rule.connect(
                axons, cells, w=1, where={"j": "i"}, vary=tuple(rule.declared()), traces="synapse", name=f"synapse_{k}"
            )
            on_neurons = rule.connect(
                axons, cells, w=1, where={"i": shared, "j": shared}, traces="neurons", name=f"neurons_{k}"
            )
            network.add(axons, cells, on_synapse, on_neurons)
        return network

    def duration(self):
        return max(self.length, REPEATS + 1) + 0.01

    def values(self):
        found = {}
        for k, (_, conditions) in enumerate(self.blocks()):
            padding = ROOM - len(conditions)
            for name in conditions[0][0].declared():
                found[f"synapse_{k}.{name}"] = np.r_[
                    [getattr(c[0], name) for c in conditions], np.full(padding, getattr(conditions[0][0], name))
                ]
            found[f"synapse_{k}.w"] = np.r_[[c[3] for c in conditions], np.ones(padding)]
            found[f"neurons_{k}.w"] = np.array([c[3] for c in conditions[: len(RATES)]])
            for side, name in ((1, "axons"), (2, "cells")):
                found |= ListedSpikes.values(f"{name}_{k}", [c[side] for c in conditions] + [()] * padding)
        return found

    @property
    def read(self):
        return tuple(f"{place}_{k}.w" for k in range(len(self.blocks())) for place in ("synapse", "neurons"))

    def measure(self, data):
        import xarray as xr

        rows = []
        for k, (_, conditions) in enumerate(self.blocks()):
            for c, (rule, pre, post, w_0, what) in enumerate(conditions):
                w = data[f"synapse_{k}.w"][c]
                other = data[f"neurons_{k}.w"][c] if c < len(RATES) else np.nan
                rows.append(
                    (
                        rule_label(rule),
                        what if isinstance(what, str) else "table",
                        w,
                        other,
                        rule.oracle(pre, post, w_0),
                        rule.w_max,
                        w_0,
                        np.nan if isinstance(what, str) else what,
                    )
                )
        names = ("rule", "trains", "w", "w_on_neurons", "w_oracle", "w_max", "w_0", "dw_table")
        return xr.Dataset(
            {name: ("condition", np.array(column)) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
        )


PROTOCOL = RuleTrains
