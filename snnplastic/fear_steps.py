"""Steps of the protocols on the lateral amygdala, sessions and probes, and what is read from one that an animal has gone through."""

from dataclasses import dataclass, field

import numpy as np

from .analysis import psth
from .analysis.freezing import freezing
from .networks import amygdala
from .networks.amygdala_session import LAST, Trial

NAME = "la"
PLASTIC = ("thalamic_principal", "cortical_principal", "context_extinction")
SPIKES = ("principal", "pv", "extinction", "central", "relay")
HEARD = ("principal", "dorsal", "ventral")
CELLS = {**amygdala.SIZES, "dorsal": amygdala.DORSAL, "ventral": amygdala.SIZES["principal"] - amygdala.DORSAL}
START, STOP, EARLY = -0.1, 0.1, (0.010, 0.015)  # s, of histograms, and of the bin that carries the early plasticity
THRESHOLD = 7.0  # Hz of the central cells, above which the animal freezes
CS = 2  # the tone that is trained, of those of the network
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
    spread   factor on the spread of excitability; an animal keeps it if all its steps have it
    """

    name: str
    trials: tuple
    after: str = ""
    at: int = None
    values: dict = field(default_factory=dict)
    take: dict = field(default_factory=dict)
    frozen: bool = False
    tone: float = LONG
    spread: float = 1.0


def short(step):
    """Whether a step is a probe of the first response, with tones too short to freeze to."""
    return step.frozen and step.tone == SHORT


def probe(name, after="", *, tones=(CS,), context=0, count=200, tone=SHORT, gap=0.0, **kwargs):
    """A frozen Step: `count` tones (several at once, if several are given), PAUSE apart; `gap` s pass before the first."""
    length = PAUSE + tone + (0.0 if tone == SHORT else PAUSE)
    made = (Trial(tones, False, context, 0.0 if k else gap, PAUSE, length) for k in range(count))
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

    def rate(self, population, start, stop):
        """Mean rate (Hz) of a cell in start <= time < stop (s) of each trial, from the tone's onset."""
        cell, time = self.spikes(population)
        found = psth.trial_counts(np.zeros_like(cell), time, self.onsets, 1, start=start, stop=stop)[0]
        return found / ((stop - start) * CELLS[population])

    def _listed(self, population):
        """(cell, time, onsets, numbers of the population's cells), as the functions of analysis.psth take them."""
        first = amygdala.DORSAL if population == "ventral" else 0
        return *self.spikes(population), self.onsets, first + np.arange(CELLS[population])

    def counts(self, population, start=0.0, stop=50e-3):
        """Spikes (cell, trial) of a population in a window after each onset."""
        return psth.trial_counts(*self._listed(population), start=start, stop=stop)

    def psth(self, population):
        """(left edges (s), rate (cell, bin) (Hz)) in 5-ms bins."""
        return psth.psth(*self._listed(population), start=START, stop=STOP)

    def freezing(self):
        """Percent of each tone, before its shock would come, that the animal freezes."""
        return freezing(self.spikes("central")[1], self.onsets, LONG - LAST, CELLS["central"], threshold=THRESHOLD)

    @property
    def excitability(self):
        """Mean h of the infralimbic cells at the start of each trial."""
        return self.arrays[f"{NAME}_h.h"].mean(1)

    def state(self, at):
        """Values of the network for a run that starts here."""
        at = len(self.step.trials) if at is None else at
        found = {f"{NAME}_{c}.w": self.weights(c)[at] for c in PLASTIC}
        return found | {f"{NAME}_infralimbic.h": self.arrays[f"{NAME}_h.h"][at]}
