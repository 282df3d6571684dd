"""Blocking and overshadowing: a tone teaches less where the shock is foreseen already, beside what Rescorla and Wagner predict.

The error of the prediction is in the circuit: central cells, which drive freezing, inhibit the relay of the shock through a slow
potassium conductance, so that a foreseen shock arrives weakened. Two loud tones at once frighten a naive animal, thus all tones are softer here.
"""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis import rescorla_wagner as rw
from snnplastic.fear_protocol import FearProtocol
from snnplastic.fear_steps import LONG, NAME, Step, probe
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import LAST, Trial
from snnplastic.neurons.tone_fibres import ToneFibres
from snnplastic.parameter import Source, param

A, X = 2, 5  # the tone that is learned first, and the one that is added
WINDOW = (10e-3, 35e-3)  # s from tone onset, of all principal cells: less noisy than the early bin
GROUPS = {  # group: (what it hears first, tones and shock of the second phase)
    "blocked": ("A+", (A, X), True), "control": ("", (A, X), True), "exposed": ("A", (A, X), True),
    "unblocked": ("A+", (A, X), True), "no shock": ("A+", (A, X), False), "single": ("", (X,), True),
}  # fmt: skip
RATE = 0.3  # alpha beta of each cue in the Rescorla-Wagner curves


@dataclass(frozen=True, kw_only=True)
class FearBlocking(FearProtocol):
    """Groups with different pasts hear the compound AX with a shock; what X evokes in the end.

    blocked: A+ first. control: nothing first. exposed: A without shock first. unblocked: A+ first, then no feedback in the compound.
    no shock: A+ first, then AX without shock. single: X+ instead of the compound.
    """

    title = "blocking and overshadowing by feedback from fear onto the relay of the shock"
    source = Source("McNally, Pigg & Weidemann", 2004, "Behav. Neurosci. 118:111", doi="10.1037/0735-7044.118.1.111")
    targets = ("fear_blocking",)

    n_tones: int = param(120, "1", "tones of a frozen probe", "free", low=2, high=1000)
    n_first: int = param(16, "1", "tones A before the compound", "free", low=1, high=50)
    n_second: int = param(10, "1", "compounds", "free", low=1, high=50)
    loudness: float = param(0.8, "1", "factor on the rates of the tone fibres", "free", low=0.1, high=2)
    strengths: tuple = param([0, 0.5, 1, 2], "1", "of the feedback, in multiples of the default", "free", low=0, high=20)

    def _values(self, strength):
        """Values of a run: softer tones, and the strength of the feedback."""
        fibres, rates = ToneFibres(), ("r_onset", "r_sustained")
        found = {f"{NAME}_{p}.{r}": self.loudness * getattr(fibres, r) for p in ("thalamic", "cortical") for r in rates}
        return found | {f"{NAME}_central_relay.g": strength * amygdala.LINKS["central", "relay"].g}

    def steps(self):
        found = [probe("X naive", tones=(X,), count=self.n_tones, values=self._values(1))]
        for strength in dict.fromkeys((1.0, *self.strengths)):
            values = self._values(strength)
            groups = GROUPS if strength == 1 else ("blocked", "control")
            for first in ("A+", "A") if strength == 1 else ("A+",):
                trials = (Trial((A,), first == "A+"),) * self.n_first
                found.append(Step(_at(first, strength), trials, values=values))
            for group in groups:
                first, tones, shock = GROUPS[group]
                during = self._values(0) if group == "unblocked" else values
                trials = (Trial(tones, shock),) * self.n_second
                found.append(Step(_at(group, strength), trials, first and _at(first, strength), values=during))
                found.append(probe(f"X {_at(group, strength)}", _at(group, strength), tones=(X,), count=self.n_tones, values=values))
        return found

    # -- results

    def measure(self, data):
        found = self.recordings(data)
        ds, numbers = self.measured(found), list(self._numbers())

        def mean(step):
            return np.array([found[step, k].rate("principal", *WINDOW).mean() for k in numbers])

        naive, early = mean("X naive"), ds.early.to_pandas()
        gain = {step.removeprefix("X "): mean(step) - naive for step, k in found if step.startswith("X ") and k == numbers[0]}
        ds.coords["group"] = list(GROUPS)
        ds["gain"] = (("group", "animal"), [gain[g] for g in GROUPS], {"units": "Hz", "long_name": "growth of the response to X, 10 to 35 ms"})
        for name, group, to in (("blocking", "blocked", "control"), ("overshadowing", "control", "single")):
            self.summarise(ds, name, 100 * gain[group] / gain[to], "%", f"gain of X, {group} / {to}")
            grown = [early.loc[f"X {g}"] - early.loc["X naive"] for g in (group, to)]
            self.summarise(ds, f"{name}_early", 100 * grown[0] / grown[1], "%", f"gain of X in the early bin, {group} / {to}")
        for group in ("exposed", "unblocked", "no shock"):
            self.summarise(ds, group.replace(" ", "_"), 100 * gain[group] / gain["control"], "%", f"gain of X, {group} / control")
        self.summarise(ds, "unblocking", gain["unblocked"] - gain["blocked"], "Hz", "gain of X, unblocked - blocked")
        ds.coords["strength"] = ("strength", list(self.strengths), {"long_name": "strength of the feedback"})
        ratio = [100 * gain[_at("blocked", s)] / gain[_at("control", s)] for s in self.strengths]
        ds["by_strength"] = (("strength", "animal"), ratio, {"units": "%", "long_name": "gain of X, blocked / control"})
        if 0 in self.strengths:
            free = _at("control", 0)
            self.summarise(ds, "without_feedback", 100 * gain[_at("blocked", 0)] / gain[free], "%", "gain of X, blocked / control, no feedback")
            self.summarise(ds, "facilitation", gain[free] - gain["control"], "Hz", "gain of X in the control, without - with feedback")
        self._course(ds, found, numbers)
        return ds

    def _course(self, ds, found, numbers):
        """By trial: weights of X's synapses, spikes of the relay during the shock, and V of Rescorla and Wagner."""
        mine = {k: amygdala.hears(NAME, k, "thalamic", X) for k in numbers}
        w = [[found[g, k].weights("thalamic_principal")[:, mine[k]].mean(1) for k in numbers] for g in GROUPS]
        ds["w_x"] = (("group", "animal", "compounds"), w, {"long_name": "mean weight of the thalamic synapses of X"})
        shock = (LONG - LAST, LONG)
        rate = [[found[g, k].rate("relay", *shock) for k in numbers] for g in GROUPS]
        ds["relay"] = (("group", "animal", "compound"), rate, {"units": "Hz", "long_name": "rate of the relay during the shock"})
        first = [found["A+", k].rate("relay", *shock) for k in numbers]
        ds["relay_first"] = (("animal", "tone_a"), first, {"units": "Hz", "long_name": "rate of the relay during the shock, A+"})
        ds["V"] = (("group", "compounds"), [self.predicted(g) for g in GROUPS], {"long_name": "V of X, Rescorla and Wagner"})
        V = ds.V.isel(compounds=-1)
        ds["predicted"] = ("group", 100 * (V / V.sel(group="control")).values, {"units": "%", "long_name": "V of X, % of control"})

    def predicted(self, group):
        """V of X after each compound, from Rescorla and Wagner; nan for `unblocked`, since their model has no feedback to cut."""
        first, tones, shock = GROUPS[group]
        n = self.n_first if first else 0
        present = np.zeros((n + self.n_second, 2))
        present[:n, 0], present[n:, 1] = 1, 1
        present[n:, 0] = A in tones
        asymptote = np.concatenate([np.full(n, float(first == "A+")), np.full(self.n_second, float(shock))])
        return rw.rescorla_wagner(present, asymptote, beta=RATE)[n:, 1] + (np.nan if group == "unblocked" else 0)

    @staticmethod
    def figure(data):
        from snnplastic.analysis.fear_blocking_figure import draw

        return draw(data)


def _at(name, strength):
    return name if strength == 1 else f"{name}, feedback x {strength:g}"


PROTOCOL = FearBlocking
