"""Controls of fear conditioning: what the tone's response needs to grow, and what must leave it as it was."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis import psth
from snnplastic.fear_protocol import FearProtocol
from snnplastic.fear_steps import CS, NAME, Step, probe
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

TONE, SHOCK, PAIRED, NOTHING = (Trial(t, s) for t, s in (((CS,), False), ((), True), ((CS,), True), ((), False)))
NO_CALCIUM = {
    f"{NAME}_{path}_principal.free_spine": 0.0 for path in ("thalamic", "cortical")
}  # no calcium, the current stays
NO_NMDA = NO_CALCIUM | {f"{NAME}_principal.g_max_nmda": 0.0}
REVERSED = {f"{NAME}_shock_vip.g": 0.0, f"{NAME}_relay_pv.g": 1.5e-9}  # the shock drives PV cells instead of VIP cells
# condition: (trials that make one repetition, values)
TRAINED = {
    "paired": ((PAIRED,), {}),
    "unpaired": ((TONE, SHOCK), {}),
    "tone alone": ((TONE,), {}),
    "shock alone": ((SHOCK,), {}),
    "nothing": ((NOTHING,), {}),
    "calcium blocked": ((PAIRED,), NO_CALCIUM),
    "NMDA blocked": ((PAIRED,), NO_NMDA),
    "shock drives PV": ((PAIRED,), REVERSED),
}
BLOCKED = ("calcium blocked", "NMDA blocked")
WASHED = {name: f"{name}, then paired" for name in BLOCKED}
GROWS = (
    "paired",
    "shock drives PV",
    *WASHED.values(),
)  # conditions whose response is far from rest, so fewer tones tell it
DRUGS = {"calcium blocked": NO_CALCIUM, "NMDA blocked": NO_NMDA}
WINDOW = (0.010, 0.020)  # s after tone onset, of the response: two bins, since the ratio of two small counts is noisy
NULLS = ("unpaired", "tone alone", "shock alone", "nothing")
NAMES = {
    "paired": "paired", "unpaired": "unpaired", "tone alone": "tone_alone", "shock alone": "shock_alone", "nothing": "nothing",
    "calcium blocked": "calcium_blocked", "NMDA blocked": "nmda_blocked", "shock drives PV": "reversed",
    WASHED["calcium blocked"]: "calcium_washed", WASHED["NMDA blocked"]: "nmda_washed",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FearControls(FearProtocol):
    """Naive animals, each trained in every way from the same start; all sessions run the same equations with plasticity on.

    Two blocks of NMDA receptors last for the training only: of the calcium of the tone synapses, so that these cannot change, and
    of the current as well. Then the drug is gone and the same animal is trained again. In probes of a trained animal, each drug
    shows what it does to the response that was learned without it.
    """

    title = "controls of fear conditioning: contingency, NMDA receptors, disinhibition"
    source = Source(
        "Rodrigues, Schafe & LeDoux", 2001, "J. Neurosci. 21:6889", doi="10.1523/JNEUROSCI.21-17-06889.2001"
    )
    targets = ("fear_controls",)

    n_trainings: int = param(10, "1", "tones, shocks or pairings of each training", "free", low=3, high=50)
    n_tones: int = param(100, "1", "tones of a probe of animals trained without pairing", "free", low=2, high=1000)
    n_blocked: int = param(
        200, "1", "tones of a probe of animals trained under a drug, whose band is narrower", "free", low=2, high=1000
    )
    n_before: int = param(
        300, "1", "tones of the probe of naive animals, which all ratios share", "free", low=2, high=1000
    )
    n_share: int = param(80, "1", "tones of a probe of a response that has grown", "free", low=2, high=1000)

    def steps(self):
        found = [probe("before", count=self.n_before)]
        for name, (trials, values) in TRAINED.items():
            found.append(Step(name, trials * self.n_trainings, values=values))
        found += [Step(then, TRAINED["paired"][0] * self.n_trainings, name) for name, then in WASHED.items()]
        for name in NAMES:
            count = self.n_share if name in GROWS else self.n_blocked if name in BLOCKED else self.n_tones
            found.append(probe(f"{name}: test", name, count=count))
        found += [
            probe(f"paired: test, {drug}", "paired", count=self.n_share, values=values)
            for drug, values in DRUGS.items()
        ]
        return found

    def measure(self, data):
        ds = self.measured(self.recordings(data))
        early = psth.window_rate(ds.bin.values / 1e3, ds.psth.sel(part="dorsal").values, *WINDOW)
        ds["response"] = (
            ("condition", "animal"),
            early,
            {"units": "Hz", "long_name": "rate of dorsal cells 10 to 20 ms after tone onset"},
        )
        before = ds.response.sel(condition="before")
        self.at_rest(ds)
        for condition, name in NAMES.items():
            ratio = ds.response.sel(condition=f"{condition}: test") / before
            self.summarise(ds, f"ratio_{name}", ratio, "1", f"response after / before: {condition}")
        for drug in DRUGS:
            ratio = ds.response.sel(condition=f"paired: test, {drug}") / ds.response.sel(condition="paired: test")
            self.summarise(
                ds,
                f"expressed_{NAMES[drug]}",
                ratio,
                "1",
                f"response of paired animals in a test with {drug} / without",
            )
        w = ds.w.sel(connection=["thalamic_principal", "cortical_principal"]).mean("connection")
        ends = {name: 2 * self.n_trainings if name == "unpaired" else self.n_trainings for name in NAMES}
        gain = {c: (w.sel(condition=c, done=n) - w.sel(condition=c, done=0)).values for c, n in ends.items()}
        for condition, name in NAMES.items():
            self.summarise(
                ds, f"gain_{name}", gain[condition], "1", f"change of the mean weight of tone synapses: {condition}"
            )
        self.summarise(
            ds,
            "gain_share_reversed",
            gain["shock drives PV"] / gain["paired"],
            "1",
            "weight gain, shock drives PV / paired",
        )
        nulls = np.max([np.abs(gain[c] / gain["paired"]) for c in NULLS], 0)
        self.summarise(ds, "gain_share_nulls", nulls, "1", "largest weight change of controls without pairing / paired")
        for condition in ("paired", "shock drives PV"):
            of = ds.sel(condition=condition)
            self.summarise(
                ds,
                f"pv_share_{NAMES[condition]}",
                of.pv_shock / of.pv_rest,
                "1",
                f"rate of PV cells, shock / rest: {condition}",
            )
        return ds

    @staticmethod
    def figure(data):
        from snnplastic.analysis.fear_controls_figure import draw

        return draw(data, NAMES)


PROTOCOL = FearControls
