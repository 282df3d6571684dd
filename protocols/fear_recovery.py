"""Spontaneous recovery: fear of an extinguished tone comes back over days, and a second extinction is faster."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.extinction import tones_until_below
from snnplastic.analysis.extinction_figure import draw_recovery
from snnplastic.fear_protocol import ExtinctionProtocol
from snnplastic.fear_steps import CS, Step
from snnplastic.networks.amygdala import CELLS
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

DAY = 86400.0  # s
DELAYS = (0, 1, 2, 4, 6, 10, 14)  # days, as published
AGAIN = 10  # days from the first extinction to the second
B = 1


@dataclass(frozen=True, kw_only=True)
class FearRecovery(ExtinctionProtocol):
    """Training in A, extinction in B, tests in B after 0 to 14 days; and a second extinction in B after 10 days.

    Over days the excitability h of the infralimbic cells fades with tau_h, and the extinction cells lose their drive; their
    synapses from the extinction context stay. tau_h (20 days) was fitted, at day 10 alone: there recovery is complete in
    rats (the source). The other six delays and the savings were not fitted. That infralimbic excitability rises in extinction
    and is lost by the time that fear has recovered was measured by Cruz, Lopez & Porter 2014, PLoS ONE 9:e103596.

    h depends on time only by gap/tau_h, so a delay of d days at another tau_h is one of d * 20 days / tau_h here, and the
    curves of other tau_h are the same curve, stretched.
    Savings: tones until the mean freezing to three of them is below half of that after training. The control is the same second
    extinction after 10 days, but with the context synapses as they were before the first one.
    """

    title = "spontaneous recovery over days, and faster re-extinction"
    source = Source("Quirk", 2002, "Learn. Mem. 9:402", doi="10.1101/lm.49602")
    targets = ("fear_recovery",)

    n_tones: int = param(60, "1", "tones of a probe of the first response", "free", low=2, high=1000)
    n_extinction: int = param(20, "1", "tones alone of each extinction", "free", low=3, high=100)

    def steps(self):
        alone = Trial((CS,), False, B)
        late = (Trial((CS,), False, B, AGAIN * DAY), *(alone,) * (self.n_extinction - 1))
        trained = self.n_habituation + self.n_pairings
        found = [
            self.training(),
            Step("first", (alone,) * self.n_extinction, "training"),
            Step("second", late, "first"),
            Step("second, context forgotten", late, "first", take={"context": ("training", trained)}),
        ]
        for name, after, days in (("post", "training", 0), *((f"day {d}", "first", d) for d in DELAYS)):
            found += self.tested(name, after, B, days * DAY)
        return found

    def measure(self, data):
        found = self.recordings(data)
        ds = self.measured(found).assign_coords(day=("day", list(DELAYS), {"units": "d"}))
        each = ("animal", "day")
        early, freezing = self.tests(ds)
        for what, of, text in (("early", early, "early-bin rate"), ("fear", freezing, "freezing")):
            curve = np.stack([100 * of(f"day {d}") / of("post") for d in DELAYS], 1)
            ds[f"recovered_{what}"] = (each, curve, {"units": "%", "long_name": f"{text}, of that after training"})
            for day in (0, AGAIN):
                self.summarise(
                    ds,
                    f"{what}_day_{day}",
                    curve[:, DELAYS.index(day)],
                    "%",
                    f"{text} at day {day}, of that after training",
                )
            fall = np.maximum.accumulate(curve, 1) - curve
            self.summarise(
                ds,
                f"{what}_fall",
                fall.max(1),
                "%",
                f"largest fall of {text} from one delay to a later one, of that after training",
            )
        rest = np.stack([ds.extinction_rest.sel(condition=f"day {d}").values for d in DELAYS], 1)
        ds["extinction_rate"] = (each, rest, {"units": "Hz", "long_name": "rate of extinction cells before the tone"})
        numbers, level = list(self._numbers()), freezing("post") / 2
        for name, session in (("first", "first"), ("second", "second"), ("forgotten", "second, context forgotten")):
            tones = [
                tones_until_below(found[session, k].freezing(), half) for k, half in zip(numbers, level, strict=True)
            ]
            self.summarise(ds, f"tones_{name}", tones, "1", f"tones until freezing is halved, {session}")
        self.summarise(
            ds,
            "savings",
            ds.tones_second / ds.tones_first,
            "1",
            "tones to halve freezing, second extinction relative to the first",
        )
        self.summarise(
            ds,
            "savings_forgotten",
            ds.tones_forgotten / ds.tones_first,
            "1",
            "the same, context synapses as before extinction",
        )
        self.summarise(
            ds, "context_saves", ds.tones_forgotten - ds.tones_second, "1", "tones that the kept context synapses save"
        )
        ds.attrs["tau_h"] = CELLS["infralimbic"].tau_h / DAY
        return ds

    @staticmethod
    def figure(data):
        return draw_recovery(data)


PROTOCOL = FearRecovery
