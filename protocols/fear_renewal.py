"""Renewal: a tone that is extinguished in one context is feared in any other."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.extinction import undone
from snnplastic.analysis.extinction_figure import draw_renewal
from snnplastic.fear_protocol import ExtinctionProtocol
from snnplastic.fear_steps import CS, NAME, Step, probe
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

CONTEXTS = "ABC"
# test: (session that it follows, contexts in which it is tested); the letters are training, extinction, test
TESTS = {
    "post": ("training", "ABC"), "AB": ("extinction B", "ABC"), "AA": ("extinction A", "AB"),
}  # fmt: skip
EXCITABILITY = (0.2, 0.4, 0.6, 0.8)  # points of the map: h of infralimbic cells
LEARNED = (0.1, 0.35, 0.6, 0.85)  # weight of context synapses, from that before learning
N_MAP = 10  # tones of each point


@dataclass(frozen=True, kw_only=True)
class FearRenewal(ExtinctionProtocol):
    """Training in A; extinction in B or in A; tests of each animal in the extinction context and outside of it.

    Early-bin rates and freezing in a test are percent of those after training in the same context, from frozen probes. What
    extinction teaches are the synapses of its context onto the extinction cells, and it raises the excitability h of
    infralimbic cells. Before a tone extinction cells need both to fire, so that neither another context nor a naive infralimbic
    cortex lets them inhibit the first response. The map shows this: their rate before the tone when both are set by hand, with
    all else as it is after training. During a tone the principal cells excite them too, and h alone suffices once these fire:
    thus extinction can begin in a new context.

    What is known is that short-latency firing to an extinguished tone is larger outside the extinction context, and that
    fear follows (the source). Which inputs the extinction cells compare is an assumption. A limit: after extinction where they
    were trained, rats showed no renewal in another context (AAB; Bouton & King 1983, J. Exp. Psychol. Anim. Behav. Process.
    9:248), and here it is as strong as ABA, since the context of training is like any other.
    """

    title = "renewal: an extinguished tone is feared outside its extinction context"
    source = Source("Hobin, Goosens & Maren", 2003, "J. Neurosci. 23:8410", doi="10.1523/JNEUROSCI.23-23-08410.2003")
    targets = ("fear_renewal",)

    n_tones: int = param(60, "1", "tones of a probe of the first response", "free", low=2, high=1000)

    def steps(self):
        found = [self.training()]
        found += [
            Step(f"extinction {c}", (Trial((CS,), False, CONTEXTS.index(c)),) * self.n_extinction, "training")
            for c in "BA"
        ]
        for c in "AB":
            found.append(
                probe(f"before {c}", "training", at=self.n_habituation, context=CONTEXTS.index(c), count=self.n_tones)
            )
        for test, (after, contexts) in TESTS.items():
            for c in contexts:
                found += self.tested(f"{test}{c}", after, CONTEXTS.index(c))
        for h in EXCITABILITY:
            for w in LEARNED:
                values = {f"{NAME}_infralimbic.h": h, f"{NAME}_context_extinction.w": w}
                found.append(probe(f"map {h:g} {w:g}", "training", context=1, count=N_MAP, values=values))
        return found

    def measure(self, data):
        found = self.recordings(data)
        ds = self.measured({at: recording for at, recording in found.items() if not at[0].startswith("map")})
        early, freezing = self.tests(ds)
        names = [f"{test}{c}" for test, (_, contexts) in TESTS.items() for c in contexts if test != "post"]
        for what, of, text in (("early", early, "early-bin rate"), ("fear", freezing, "freezing")):
            for name in names:
                self.summarise(
                    ds,
                    f"{what}_{name}",
                    100 * of(name) / of(f"post{name[-1]}"),
                    "%",
                    f"{text} in {name}, of that after training",
                )
            outside = np.minimum(of("ABA"), of("ABC"))
            self.summarise(
                ds, f"{what}_gating", outside - of("ABB"), text=f"{text} outside less that in the extinction context B"
            )
            self.summarise(
                ds,
                f"{what}_gating_A",
                of("AAB") - of("AAA"),
                text=f"{text} outside less that in the extinction context A",
            )
        before = (early("before A") + early("before B")) / 2  # neither context means anything yet
        for name in ("ABB", "AAA"):
            self.summarise(
                ds, f"back_{name}", early(name) / before, text=f"early-bin rate in {name} relative to before training"
            )
        numbers = list(self._numbers())
        lost = np.array([self._lost(found, k) for k in numbers])
        self.summarise(ds, "lost_w", 100 * lost[:, 0], "%", "weight that grown tone synapses lose in extinction")
        self.summarise(ds, "lost_gain", 100 * lost[:, 1], "%", "gain that grown tone synapses lose in extinction")
        ds["course"] = (("animal", "what", "tone_done"), [self._course(found, k) for k in numbers])
        ds = ds.assign_coords(
            test=names, what=["tone weights", "context weights", "h"], tone_done=np.arange(ds.sizes["tone_done"])
        )
        gate = [
            [[found[f"map {h:g} {w:g}", k].rate("extinction", -0.2, 0).mean() for w in LEARNED] for h in EXCITABILITY]
            for k in numbers
        ]
        ds["gate"] = (
            ("animal", "excitability", "learned"),
            gate,
            {"units": "Hz", "long_name": "rate of extinction cells before the tone"},
        )
        ds = ds.assign_coords(excitability=list(EXCITABILITY), learned=list(LEARNED))
        one = np.maximum(ds.gate[:, -1, 0], ds.gate[:, 0, -1]) / ds.gate[:, -1, -1]
        self.summarise(ds, "gate_one", 100 * one, "%", "rate of extinction cells by one input alone, of that by both")
        return ds

    def _context(self, number, context):
        """Which context synapses come from fibres of a context."""
        i, _ = amygdala.wiring()["context", "extinction"]
        return amygdala.animal(NAME, number)[f"{NAME}_context.context"][i] == context

    @staticmethod
    def _tone(recording):
        return np.concatenate([recording.weights(f"{pathway}_principal") for pathway in ("thalamic", "cortical")], 1)

    def _lost(self, found, number):
        trained = self._tone(found["training", number])
        return undone(trained[0], trained[-1], self._tone(found["extinction B", number])[-1])

    def _course(self, found, number):
        """(what, tones done) in training and extinction in B: mean gain of tone weights in % of that of training, weight of B's synapses, h."""
        sessions = [found[step, number] for step in ("training", "extinction B")]
        joined = lambda parts: np.concatenate([parts[0], parts[1][1:]])  # noqa: E731  the first is the last of the session before
        tone = joined([self._tone(s).mean(1) for s in sessions])
        mine = self._context(number, 1)
        context = joined([s.weights("context_extinction")[:, mine].mean(1) for s in sessions])
        gain = tone[len(found["training", number].step.trials)] - tone[0]
        return [100 * (tone - tone[0]) / gain, context, joined([s.excitability for s in sessions])]

    @staticmethod
    def figure(data):
        return draw_renewal(data)


PROTOCOL = FearRenewal
