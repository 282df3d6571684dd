"""FearProtocol: animals that are trained and tested in steps; a subclass lists the steps.

A step is a session of trials that starts from the state in which an earlier one left the animal, or from a naive animal. Plasticity is on in
all of them but in frozen probes, copies of the animal that hear many tones at one state of its weights.
All animals and steps are runs of one program: those that wait for no other first, then those that follow them, and so on.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .errors import ProtocolError
from .networks import amygdala
from .networks.amygdala import Trial
from .parameter import param
from .protocol import Protocol

NAME = "la"
PLASTIC = ("thalamic_principal", "cortical_principal", "context_extinction")
SPIKES = ("principal", "pv", "extinction", "central", "relay")
HEARD = ("principal", "dorsal", "ventral")
FOREVER = 1e6  # s, the step of a clock that stands still
PAUSE = 0.3  # s before a tone of a probe, and at least as long after it
SHORT, LONG = 0.1, 0.5  # s, tones of a probe of the first response, and of all others


@dataclass(frozen=True)
class Step:
    """One session of every animal.

    trials   of the session, each a Trial; what a probe of `probe()` hears
    after    the step that it follows; "" for a naive animal
    at       after so many of that step's trials; all by default
    values   {variable of the network: value} for this session: a drug, a lesion
    take     {"tone" or "context" or "h": (step, trials)} states that are not those of `after`
    frozen   no plasticity
    tone     length of the tones, s
    """

    name: str
    trials: tuple
    after: str = ""
    at: int = None
    values: dict = field(default_factory=dict)
    take: dict = field(default_factory=dict)
    frozen: bool = False
    tone: float = LONG


def probe(name, after="", *, tones=(0,), context=0, count=200, tone=SHORT, shock=False, gap=0.0, **kwargs):
    """A frozen Step: `count` tones (several at once, if several are given), PAUSE apart; `gap` s pass before the first."""
    made = [Trial(tones, shock, context, 0.0, PAUSE, PAUSE + tone + (0.0 if tone == SHORT else PAUSE)) for _ in range(count)]
    made[0] = Trial(tones, shock, context, gap, PAUSE, made[0].length)
    return Step(name, tuple(made), after, frozen=True, tone=tone, **kwargs)


@dataclass(frozen=True)
class Recording:
    """What one step of one animal left: spikes, onsets of its tones (s), states at the start of each trial and at the end."""

    step: Step
    onsets: np.ndarray
    arrays: dict

    def spikes(self, population):
        """(cell, time in s) of a population; "dorsal" and "ventral" are parts of "principal"."""
        whole = population if population in SPIKES else "principal"
        cell, time = (self.arrays[f"{NAME}_{whole}_spikes.{k}"] for k in "it")
        if population == whole:
            return cell, time
        inside = (cell < amygdala.DORSAL) == (population == "dorsal")
        return cell[inside], time[inside]

    def weights(self, connection):
        """(trial, synapse) of a plastic connection."""
        return self.arrays[f"{NAME}_{connection}_w.w"]

    @property
    def excitability(self):
        """Mean h of the infralimbic cells at the start of each trial."""
        return self.arrays[f"{NAME}_h.h"].mean(1)

    def state(self, at):
        """Values of the network for a run that starts here."""
        at = len(self.step.trials) if at is None else at
        found = {f"{NAME}_{c}.w": self.weights(c)[at] for c in PLASTIC}
        return found | {f"{NAME}_infralimbic.h": self.arrays[f"{NAME}_h.h"][at]}


@dataclass(frozen=True, kw_only=True)
class FearProtocol(Protocol):
    """Base of the protocols on the lateral amygdala. A subclass gives `steps()` and measures its own quantities."""

    animals: int = param(5, "1", "animals, each with fibres, cells and weights of its own", "free", low=1, high=100)
    first: int = param(0, "1", "number of the first animal", "free", low=0)
    spread: float = param(1, "1", "factor on the spread of the excitability of principal cells", "free", low=0, high=4)
    n_tones: int = param(200, "1", "tones of a frozen probe", "free", low=2, high=1000)

    read = tuple(
        [f"{NAME}_{p}_spikes.{k}" for p in SPIKES for k in "it"] + [f"{NAME}_{c}_w.w" for c in PLASTIC] + [f"{NAME}_h.h"]
    )

    def steps(self):
        """The list of Steps."""
        raise ProtocolError(f"{type(self).__name__} has no steps()")

    def structure(self):
        return {"wiring": 0}

    @staticmethod
    def build(structure):
        return amygdala.build(NAME, wiring_seed=structure["wiring"])

    def time_step(self):
        return amygdala.DT

    def duration(self):
        return amygdala.TRIAL

    def values(self):
        return amygdala.constants(NAME)

    # -- runs

    @cached_property
    def _rounds(self):
        """[[step]]: steps that wait for no other, then those that follow them."""
        left, rounds, known = list(self.steps()), [], set()
        while left:
            ready = [s for s in left if {s.after, *(step for step, _ in s.take.values())} - {""} <= known]
            if not ready:
                raise ProtocolError(f"{type(self).__name__}: no step leads to {left[0].name!r}, which follows {left[0].after!r}")
            rounds.append(ready)
            known |= {s.name for s in ready}
            left = [s for s in left if s.name not in known]
        return rounds

    def _numbers(self):
        return range(self.first, self.first + self.animals)

    def _order(self):
        """(step, animal) of each run, in order, for each round."""
        return [[(step, k) for step in steps for k in self._numbers()] for steps in self._rounds]

    def _run(self, step, number, done):
        found = dict(amygdala.animal(NAME, number, spread=self.spread))
        if step.after:
            found |= done[step.after, number].state(step.at)
        for kind, (other, at) in step.take.items():
            belongs = {"tone": "_principal.w", "context": "_extinction.w", "h": ".h"}[kind]
            found |= {k: v for k, v in done[other, number].state(at).items() if k.endswith(belongs)}
        script, _, end = amygdala.script(NAME, step.trials, tone=step.tone)
        found |= script | {f"{NAME}_{p}.duration": step.tone for p in ("thalamic", "cortical")} | step.values
        if step.frozen:
            found |= {f"{NAME}_{clock}.dt": FOREVER for clock in ("plasticity", "trials")}
            found |= {f"{NAME}_infralimbic.{p}": 0.0 for p in ("eta_h", "u_h")}
        return found | {"duration": end + amygdala.DT}

    def replicates(self):
        return [self._run(step, k, {}) for step, k in self._order()[0]]

    def follow(self, data):
        count, order = len(data[self.read[0]]), self._order()
        for number, runs in enumerate(order):
            if count == 0:
                done = self.recordings(data)
                return [self._run(step, k, done) for step, k in order[number]]
            count -= len(runs)
        return []

    def recordings(self, data):
        """{(step's name, animal): Recording} of the runs so far."""
        runs = [run for runs in self._order() for run in runs][: len(data[self.read[0]])]
        return {
            (step.name, k): Recording(step, amygdala.script(NAME, step.trials, tone=step.tone)[1], {n: data[n][at] for n in self.read})
            for at, (step, k) in enumerate(runs)
        }
