"""Sessions of the amygdala: what an animal hears, feels and where it is, trial by trial, as events of a run.

Time between trials is not simulated: the network is at rest and its weights keep; only the excitability of infralimbic cells moves on,
in closed form, by the minutes, hours and days that pass.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import ProtocolError
from ..neurons.listed_spikes import ListedSpikes
from .amygdala import CAPACITY, CONTEXTS, DT, EVENTS, GAPS, TONES, TRIAL

PULSES, LAST = 20, 0.2  # a shock is so many pulses in the last part (s) of a tone


@dataclass(frozen=True)
class Trial:
    """One trial: numbers of the tones that sound (or would have), a shock at the end of the tone's time or not, the context.

    gap      s since the trial before, in whole minutes
    tone_at  s from the start of the trial
    length   s that are simulated
    """

    tones: tuple = ()
    shock: bool = False
    context: int = 0
    gap: float = 60.0
    tone_at: float = 0.25
    length: float = TRIAL

    def check(self):
        minutes = self.gap / GAPS[0]
        for field, value, right, legal in (
            ("tones", self.tones, set(self.tones) <= set(range(TONES)), f"numbers from 0 to {TONES - 1}"),
            ("context", self.context, self.context in range(CONTEXTS), f"0 to {CONTEXTS - 1}"),
            ("gap", f"{self.gap:g} s", minutes >= 0 and abs(minutes - round(minutes)) < 1e-9, "whole minutes"),
            ("length", f"{self.length:g} s", 0 <= self.tone_at < self.length, f"above tone_at, {self.tone_at:g} s"),
        ):
            if not right:
                raise ProtocolError(f"Trial.{field} = {value}; legal: {legal}")


def script(name, trials, *, tone=0.5):
    """(values of the network for a session, onsets of the tones (s), how long it lasts (s)), in simulated time; `tone` is their length, s."""
    events = {kind: [[] for _ in range(n)] for kind, n in EVENTS.items()}
    start, where = 0.0, None
    onsets = []
    for trial in trials:
        trial.check()
        if trial.context != where:
            where = trial.context
            events["where"][where].append(start)
        left, step = trial.gap, 0
        for k, length in reversed(list(enumerate(GAPS))):
            for _ in range(int(left / length + 1e-9)):
                events["gap"][k].append(start + step * DT)
                step += 1
            left -= int(left / length + 1e-9) * length
        onset = start + trial.tone_at
        onsets.append(onset)
        for k in trial.tones:
            events["tone"][k].append(onset)
        if trial.shock:
            events["shock"][0] += [onset + tone - LAST + LAST * k / PULSES for k in range(PULSES)]
        start += trial.length
    found = {}
    for kind, lists in events.items():
        if (count := sum(map(len, lists))) > CAPACITY:
            raise ProtocolError(
                f"a session of {len(trials)} trials has {count} events of kind {kind!r}; legal: up to {CAPACITY}"
            )
        found |= ListedSpikes.values(f"{name}_{kind}", [np.array(times) for times in lists])
    return found, np.array(onsets), start
