"""TrainProtocol: an experiment that is a list of pairs of spike trains, each with a rule of its own, all in one network.

Rules that share a structure (the same file and kinds of pairing) share a block of synapses; parameters, trains and
starting weights are arrays, so one build serves any number of experiments.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .errors import ProtocolError
from .networks import pairing
from .neurons.listed_spikes import ListedSpikes
from .protocol import Protocol, by_structure, rule_from, rule_label


@dataclass(frozen=True)
class Trains:
    """One condition: a rule between a presynaptic and a postsynaptic spike train (s); `labels` become coordinates."""

    rule: object
    pre: object
    post: object
    w_0: float = 1.0
    labels: dict = field(default_factory=dict)

    def name(self):
        return ", ".join([rule_label(self.rule), *map(str, self.labels.values())])


def check_rules(rules, protocol):
    """All rules run between two spike trains alone, and no two have the same name."""
    labels = [rule_label(rule) for rule in rules]
    for rule, label in zip(rules, labels, strict=True):
        pairing.check_rule(rule, label, protocol)
        if labels.count(label) > 1:
            raise ProtocolError(f"{protocol}: two rules are called {label!r}; rename a file or change a field")


class TrainProtocol(Protocol):
    """Base of protocols whose conditions are trains. A subclass gives `conditions()`, and `measure` calls `change(data)`.

    step   time step, s: all spike times are multiples of it
    tail   time simulated after the last spike, s: states that outlast it are brought up to date at its end
    """

    step = 1e-4
    tail = 0.2

    def conditions(self):
        """The list of Trains."""
        raise ProtocolError(f"{type(self).__name__} has no conditions()")

    @cached_property
    def _conditions(self):
        """`conditions()`, made once for an object."""
        return tuple(self.conditions())

    def _blocks(self):
        return by_structure(c.rule for c in self._conditions)

    def structure(self):
        found = self._conditions
        spikes = max(sum(len(getattr(c, side)) for c in found) for side in ("pre", "post"))
        return {
            "blocks": [
                {"rule": spec, "n": pairing.room(len(positions)), "copies": copies}
                for spec, copies, positions in self._blocks()
            ],
            "capacity": ListedSpikes.capacity_for(spikes),
        }

    @staticmethod
    def build(structure):
        rules = [(rule_from(b["rule"]), b["n"], b["copies"]) for b in structure["blocks"]]
        return pairing.build("trains", rules, capacity=structure["capacity"])

    def duration(self):
        last = max(max([0.0, *c.pre, *c.post]) for c in self._conditions)
        return np.ceil((last + self.tail) / self.step) * self.step

    def values(self):
        found, blocks = self._conditions, []
        for _, copies, positions in self._blocks():
            mine = [found[p] for p in positions]
            trains = {side: [self._on_grid(getattr(c, side)) for c in mine] for side in ("pre", "post")}
            start = np.concatenate([c.rule.starts(c.w_0) for c in mine])
            blocks.append((pairing.room(len(mine)), copies, [c.rule for c in mine], {**trains, "start": start}))
        return pairing.values("trains", blocks, step=self.step, duration=float(self.duration()))

    def _on_grid(self, times):
        return np.rint(np.asarray(times, float) / self.step) * self.step

    @property
    def read(self):
        return pairing.reads("trains", [rule_from(spec) for spec, *_ in self._blocks()])

    def states(self, data):
        """The final states of every condition's synapses, in the order of `conditions()`; a bound that was reached is an error."""
        found = self._conditions
        states = [None] * len(found)
        for k, (_, copies, positions) in enumerate(self._blocks()):
            mine = [found[p] for p in positions]
            rule = mine[0].rule
            for p, state in zip(positions, data[f"trains_{k}.{rule.state}"].reshape(-1, copies), strict=False):
                states[p] = state
            if pairing.bounded(rule):
                labels = [f"{type(self).__name__}: {c.name()}" for c in mine]
                pairing.check_bounds(data[f"trains_{k}.at_bound"].reshape(-1, copies), [c.rule for c in mine], labels)
        return states

    def change(self, data):
        """w/w_0 - 1 of every condition; noisy rules: of the mean weight of their population."""
        pairs = zip(self._conditions, self.states(data), strict=True)
        return np.array([c.rule.change(c.rule.starts(c.w_0), state) for c, state in pairs])
