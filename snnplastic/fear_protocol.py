"""FearProtocol: animals that are trained and tested in steps; a subclass lists the steps.

A step is a session of trials that starts from the state in which an earlier one left the animal, or from a naive animal. Plasticity is on in
all of them but in frozen probes, copies of the animal that hear many tones at one state of its weights.
All animals and steps are runs of one program: those that wait for no other first, then those that follow them, and so on.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .analysis import psth
from .errors import ProtocolError
from .fear_steps import CS, EARLY, HEARD, LONG, NAME, PLASTIC, SPIKES, START, STOP, Recording, Step, probe, short
from .networks import amygdala
from .networks.amygdala_session import LAST, Trial, script
from .parameter import param
from .protocol import Protocol

FOREVER, NEVER = 1e6, 1e30  # s, the step of a clock that stands still, and the time constant of weights that do


@dataclass(frozen=True, kw_only=True)
class FearProtocol(Protocol):
    """Base of the protocols on the lateral amygdala. A subclass gives `steps()` and measures its own quantities."""

    animals: int = param(5, "1", "animals, each with fibres, cells and weights of its own", "free", low=1, high=100)
    first: int = param(0, "1", "number of the first animal", "free", low=0)
    spread: float = param(1, "1", "factor on the spread of the excitability of principal cells", "free", low=0, high=4)
    n_tones: int = param(200, "1", "tones of a frozen probe", "free", low=2, high=1000)

    read = tuple(
        [f"{NAME}_{p}_spikes.{k}" for p in SPIKES for k in "it"]
        + [f"{NAME}_{c}_w.w" for c in PLASTIC]
        + [f"{NAME}_h.h"]
    )

    def steps(self):
        """The list of Steps."""
        raise ProtocolError(f"{type(self).__name__} has no steps()")

    def structure(self):
        return {}

    @staticmethod
    def build(structure):
        return amygdala.build(NAME)

    def time_step(self):
        return amygdala.DT

    def duration(self):
        return amygdala.TRIAL

    def values(self):
        return amygdala.constants(NAME)

    def without_compiler(self):
        few = {"animals": 1, "n_tones": min(self.n_tones, 20)}
        return replace(self, **few), f"one animal instead of {self.animals}, {few['n_tones']} tones a probe"

    # -- runs

    @cached_property
    def _rounds(self):
        """[[step]]: steps that wait for no other, then those that follow them."""
        left, rounds, known = list(self.steps()), [], set()
        for step in left:
            if [s.name for s in left].count(step.name) > 1 or not step.trials:
                raise ProtocolError(
                    f"{type(self).__name__}: step {step.name!r} has a name twice or no trials; legal: one name a step, trials"
                )
            if not step.frozen and any(t.length != amygdala.TRIAL for t in step.trials):
                raise ProtocolError(
                    f"{type(self).__name__}: a trial of {step.name!r}, which learns, does not last {amygdala.TRIAL:g} s"
                )
        while left:
            ready = [s for s in left if {s.after, *(step for step, _ in s.take.values())} - {""} <= known]
            if not ready:
                raise ProtocolError(
                    f"{type(self).__name__}: no step leads to {left[0].name!r}, which follows {left[0].after!r}"
                )
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
        found = dict(amygdala.animal(NAME, number, spread=self.spread * step.spread))
        if step.after:
            found |= done[step.after, number].state(step.at)
        for kind, (other, at) in step.take.items():
            belongs = {"tone": "_principal.w", "context": "_extinction.w", "h": ".h"}[kind]
            found |= {k: v for k, v in done[other, number].state(at).items() if k.endswith(belongs)}
        events, _, end = script(NAME, step.trials, tone=step.tone)
        found |= events | {f"{NAME}_{p}.duration": step.tone for p in ("thalamic", "cortical")} | step.values
        if step.frozen:
            found |= {f"{NAME}_{clock}.dt": FOREVER for clock in ("plasticity", "trials")}
            found |= {
                f"{NAME}_{c}.P_4": NEVER for c in PLASTIC
            }  # the clock still makes its step at t = 0, and that is long
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
            (step.name, k): Recording(
                step, script(NAME, step.trials, tone=step.tone)[1], {n: data[n][at] for n in self.read}
            )
            for at, (step, k) in enumerate(runs)
        }

    # -- results

    def measured(self, found):
        """The Dataset that all protocols share, of the recordings `found`; a subclass adds its own quantities.

        Over (condition, animal), a condition being the name of a step: `psth` of short probes, by part and bin; `early`, its rate of dorsal cells
        10 to 15 ms after tone onset; `spontaneous` and `pv_rest`, `extinction_rest`, rates before the tone; `freezing` by trial and its mean over trials;
        `pv_shock` during the first three shocks; `w` by connection and `h`, means over synapses and cells at the start of each trial and at the end.
        """
        import xarray as xr

        steps, numbers = list(dict.fromkeys(name for name, _ in found)), list(self._numbers())
        length = max(len(step.trials) for steps_ in self._rounds for step in steps_ if not short(step))
        shape = (len(steps), len(numbers))
        edges = psth.psth([], [], [0.0], 1, start=START, stop=STOP)[0]
        empty = lambda *more: np.full((*shape, *more), np.nan)  # noqa: E731
        rate, freezing_, w, h = (
            empty(len(HEARD), edges.size),
            empty(length),
            empty(len(PLASTIC), length + 1),
            empty(length + 1),
        )
        rest = {p: empty() for p in ("principal", "pv", "extinction")}
        pv_shock = empty()
        for (name, number), recording in found.items():
            at = steps.index(name), numbers.index(number)
            for p, values in rest.items():
                values[at] = recording.rate(p, -0.2, 0).mean()
            if short(recording.step):
                rate[at] = [recording.psth(part)[1].mean(0) for part in HEARD]
                continue
            n = len(recording.step.trials)
            freezing_[at][:n] = recording.freezing()
            if not recording.step.frozen:
                w[at][:, : n + 1] = [recording.weights(c).mean(1) for c in PLASTIC]
                h[at][: n + 1] = recording.excitability
            shocked = np.flatnonzero([t.shock for t in recording.step.trials])[:3]
            if shocked.size:
                pv_shock[at] = recording.rate("pv", LONG - LAST, LONG)[shocked].mean()
        early = psth.window_rate(edges, rate[..., HEARD.index("dorsal"), :], *EARLY)
        each = ("condition", "animal")
        ds = xr.Dataset(
            {
                "psth": ((*each, "part", "bin"), rate, {"units": "Hz", "long_name": "rate of a cell around tone onset"}),
                "early": (each, early, {"units": "Hz", "long_name": "rate of dorsal cells 10 to 15 ms after tone onset"}),
                "freezing": ((*each, "trial"), freezing_, {"units": "%", "long_name": "freezing during the tone, before the shock"}),
                "w": ((*each, "connection", "done"), w, {"long_name": "mean weight"}),
                "h": ((*each, "done"), h, {"long_name": "excitability of infralimbic cells"}),
                "spontaneous": (each, rest["principal"], {"units": "Hz"}), "pv_rest": (each, rest["pv"], {"units": "Hz"}),
                "extinction_rest": (each, rest["extinction"], {"units": "Hz"}), "pv_shock": (each, pv_shock, {"units": "Hz"}),
            },
            coords={
                "condition": steps, "animal": numbers, "part": list(HEARD), "connection": list(PLASTIC),
                "bin": ("bin", edges * 1e3, {"units": "ms", "long_name": "start of the bin, from tone onset"}),
                "trial": np.arange(length) + 1, "done": ("done", np.arange(length + 1), {"long_name": "trials done"}),
            },
        )  # fmt: skip
        ds["freezing_mean"] = (each, ds.freezing.mean("trial").values, {"units": "%"})
        return ds

    @staticmethod
    def summarise(ds, name, values, units="1", text=""):
        """Add a quantity over animals (animal,), and the lowest, the highest and the mean as `name_low`, `name_high`, `name_mean`."""
        values = np.asarray(values, float)
        ds[name] = ("animal", values, {"units": units, "long_name": text or name})
        for ending, how in (("low", np.min), ("high", np.max), ("mean", np.mean)):
            ds[f"{name}_{ending}"] = (
                (),
                how(values),
                {"units": units, "long_name": f"{text or name}, {ending} over animals"},
            )

    def at_rest(self, ds, condition="before"):
        """Add the rates of principal and of PV cells at rest, in a probe of naive animals."""
        self.summarise(ds, "spontaneous_rate", ds.spontaneous.sel(condition=condition), "Hz", "rate of principal cells at rest")
        self.summarise(ds, "pv_rate", ds.pv_rest.sel(condition=condition), "Hz", "rate of PV cells at rest")


@dataclass(frozen=True, kw_only=True)
class ExtinctionProtocol(FearProtocol):
    """Base of those that train in one context, extinguish, and then test the first response and freezing."""

    n_freezing: int = param(15, "1", "tones of a probe of freezing", "free", low=2, high=100)
    n_habituation: int = param(5, "1", "tones alone before training", "free", low=1, high=50)
    n_pairings: int = param(10, "1", "tones that end with a shock", "free", low=1, high=50)
    n_extinction: int = param(20, "1", "tones alone after training", "free", low=1, high=100)

    def training(self):
        """The Step of habituation and pairings, in context 0."""
        trials = (Trial((CS,)),) * self.n_habituation + (Trial((CS,), True),) * self.n_pairings
        return Step("training", trials)

    def tested(self, name, after, context, gap=0.0):
        """Two probes: `name` of the first response, and `name freezing`."""
        where = {"context": context, "gap": gap}
        return [
            probe(name, after, count=self.n_tones, **where),
            probe(f"{name} freezing", after, count=self.n_freezing, tone=LONG, **where),
        ]

    @staticmethod
    def tests(ds):
        """(early-bin rate, freezing), functions that take the name of a test and give the values of all animals."""
        return (
            lambda name: ds.early.sel(condition=name).values,
            lambda name: ds.freezing_mean.sel(condition=f"{name} freezing").values,
        )
