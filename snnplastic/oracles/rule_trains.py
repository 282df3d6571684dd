"""Every rule of spike times on listed spike trains, in both placements of its traces, in one network."""

from dataclasses import dataclass

import numpy as np

from ..catalogue import find_class, instances, names
from ..networks.pairing import inside
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param, unit
from ..protocol import Protocol, rule_from, rule_label, rule_spec
from .tables import HIPPOCAMPAL, HIPPOCAMPAL_ROWS

# Hz, pre and post; one side alone must change nothing (in rules that say so)
RATES = ((3.0, 5.0), (20.0, 10.0), (30.0, 50.0), (20.0, 0.0), (0.0, 20.0))
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


def of_spike_times(rule):
    """Does the rule run between two spike trains alone?"""
    return bool((rule.on_pre or rule.on_post) and not (rule.reads or rule.reads_pre or rule.reads_post))


def variants(cls):
    """Default, both pairings and all published instances of a class."""
    pairings = [cls(pairing=p) for p in ("all", "nearest")] if "pairing" in cls.__dataclass_fields__ else [cls()]
    return [*pairings, *(getattr(cls, i)() for i in instances(cls))]


def shipped_rules():
    """All variants of every rule of the package that runs between two spike trains alone."""
    return [rule for name in names("rules") for rule in variants(find_class("rules", name)) if of_spike_times(rule)]


@dataclass(frozen=True, kw_only=True)
class RuleTrains(Protocol):
    """Final states of each rule: random trains at five pairs of rates (traces on the synapse and on the neurons), and the hippocampal motifs.

    Noise is switched off, and a delay of the rule is rounded to the time step, as in the network.
    """

    length: float = param(10, "s", "length of the random trains", "", low=0.1)
    trains_seed: int = param(1, "1", "seed of the random trains", "")
    only: str = param("", None, "path of a user's rule, checked alone", "")

    def rules(self):
        found = variants(find_class("rules", self.only)) if self.only else shipped_rules()
        return [self._as_checked(rule) for rule in found]

    def _as_checked(self, rule):
        changes = {rule.noise: 0} if rule.noise else {}
        if rule.added_delay:
            scale, _ = unit(rule.declared()[rule.added_delay].metadata["unit"])
            steps = np.rint(getattr(rule, rule.added_delay) / self.time_step())
            changes[rule.added_delay] = steps * self.time_step() / scale
        return rule.replace(**changes) if changes else rule

    def blocks(self):
        """Per structure of a rule: (spec, [(rule, pre times, post times, w_0, what)]) with traces on the synapse."""
        found = {}
        for rule in self.rules():
            found.setdefault(tuple(rule_spec(rule).items()), []).extend(
                (rule, *random_trains(rates, self.length, self.time_step(), self.trains_seed + k), inside(rule), "alone" if 0 in rates else "together")
                for k, rates in enumerate(RATES)
            )  # fmt: skip
        for row, name in enumerate(HIPPOCAMPAL_ROWS if not self.only else ()):
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
        from brian2 import Clock, Network, ms

        network, shared = Network(), np.arange(len(RATES))  # the rule's default comes first
        between = any(rule_from(spec).between for spec in structure["rules"])
        read = Clock(dt=1 * ms, name="reading") if between else None
        for k, spec in enumerate(structure["rules"]):
            rule = rule_from(spec)
            axons, cells = (
                ListedSpikes(capacity=structure["capacity"]).group(ROOM, name=f"{name}_{k}")
                for name in ("axons", "cells")
            )
            made = [rule.connect(axons, cells, w=1, where={"j": "i"}, vary=tuple(rule.declared()), traces="synapse", name=f"synapse_{k}")]  # fmt: skip
            if rule.traces:
                where = {"i": shared, "j": shared}
                made.append(rule.connect(axons, cells, w=1, where=where, traces="neurons", name=f"neurons_{k}"))
            for synapses in made if rule.between else ():
                rule.catch_up(synapses, clock=read)
            network.add(axons, cells, *made)
        return network

    def duration(self):
        return max(self.length, REPEATS + 1 if not self.only else 0) + 0.5

    def end(self):
        """The last step, at which states are brought up to date."""
        return (round(self.duration() / self.time_step()) - 1) * self.time_step()

    def values(self):
        found, catching = {}, False
        for k, (_, conditions) in enumerate(self.blocks()):
            padding, first = ROOM - len(conditions), conditions[0][0]
            catching |= bool(first.between)
            for name in first.declared():
                found[f"synapse_{k}.{name}"] = np.r_[
                    [getattr(c[0], name) for c in conditions], np.full(padding, getattr(first, name))
                ]
            if first.added_delay:
                found[f"synapse_{k}.delay"] = found[f"synapse_{k}.{first.added_delay}"]
            found[f"synapse_{k}.{first.state}"] = np.r_[[c[3] for c in conditions], np.ones(padding)]
            if first.traces:
                found[f"neurons_{k}.{first.state}"] = np.array([c[3] for c in conditions[: len(RATES)]])
            for side, name in ((1, "axons"), (2, "cells")):
                found |= ListedSpikes.values(f"{name}_{k}", [c[side] for c in conditions] + [()] * padding)
        return found | ({"reading.dt": self.end()} if catching else {})

    @property
    def read(self):
        found = []
        for k, (_, conditions) in enumerate(self.blocks()):
            places = ("synapse", "neurons") if conditions[0][0].traces else ("synapse",)
            found += [f"{place}_{k}.{conditions[0][0].state}" for place in places]
        return tuple(found)

    def measure(self, data):
        import xarray as xr

        rows = []
        for k, (_, conditions) in enumerate(self.blocks()):
            for c, (rule, pre, post, w_0, what) in enumerate(conditions):
                both = rule.traces and c < len(RATES)
                t_end = {"t_end": self.end()} if rule.between else {}
                rows.append((
                    rule_label(rule), what if isinstance(what, str) else "table", data[f"synapse_{k}.{rule.state}"][c],
                    data[f"neurons_{k}.{rule.state}"][c] if both else np.nan, rule.oracle(pre, post, w_0, **t_end), getattr(rule, "w_max", 1.0),
                    w_0, np.nan if isinstance(what, str) else what, rule.silent_alone, rule.oracle_tolerance,
                ))  # fmt: skip
        names = ("rule", "trains", "w", "w_on_neurons", "w_oracle", "w_max", "w_0", "dw_table", "silent_alone", "tolerance")
        return xr.Dataset(
            {name: ("condition", np.array(column)) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
        )


PROTOCOL = RuleTrains
