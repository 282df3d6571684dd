"""Reinstatement: shocks without a tone bring back fear of an extinguished one."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.extinction_figure import draw_reinstatement
from snnplastic.fear_protocol import ExtinctionProtocol
from snnplastic.fear_steps import CS, NAME, Step
from snnplastic.networks.amygdala import CELLS
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

B, C = 1, 2
SHOCKS = (0, 1, 2, 3)
WEAKER = (0.25, 0.5)  # of u_h, the share of h that a pulse of a shock takes


@dataclass(frozen=True, kw_only=True)
class FearReinstatement(ExtinctionProtocol):
    """Training in A, extinction in B, 0 to 3 shocks alone in B or in C, and a test of the tone in B.

    A shock lowers the excitability h of infralimbic cells, so that the extinction cells lose one of their two inputs. The test
    comes right after the shocks, so that no spontaneous recovery is mixed with it; in rats it comes a day later. Controls: no
    shock, and three shocks after the same tones in the same contexts, none of which was ever paired.

    Two limits. In rats shocks reinstate fear only where they come in the context of the test (the source, and Bouton & King 1983,
    J. Exp. Psychol. Anim. Behav. Process. 9:248), since the context becomes frightening itself. Here shocks in C do as much as
    shocks in B, since h knows no context and the model animal has no fear of contexts. And fear comes back within a narrow
    range of h, so the number of shocks matters more than it does in rats; the panel on u_h shows what weaker shocks do.
    """

    title = "reinstatement by shocks alone"
    source = Source(
        "Bouton & Bolles", 1979, "J. Exp. Psychol. Anim. Behav. Process. 5:368", doi="10.1037/0097-7403.5.4.368"
    )
    targets = ("fear_reinstatement",)

    n_tones: int = param(40, "1", "tones of a probe of the first response", "free", low=2, high=1000)

    def _sessions(self):
        """{test: (session before, shocks, context, factor on u_h)}."""
        found = {str(n): ("extinction", n, B, 1.0) for n in SHOCKS[1:]} | {"1 in C": ("extinction", 1, C, 1.0)}
        found |= {f"3 of u_h {k:g}": ("extinction", 3, B, k) for k in WEAKER}
        return found | {"naive": ("no pairing", 3, B, 1.0)}

    def steps(self):
        alone, extinction = Trial((CS,)), (Trial((CS,), False, B),) * self.n_extinction
        found = [
            self.training(),
            Step("extinction", extinction, "training"),
            Step("no pairing", (alone,) * (self.n_habituation + self.n_pairings) + extinction),
        ]
        u_h, sources = (
            CELLS["infralimbic"].u_h,
            {"post": "training", "0": "extinction", "naive, no shock": "no pairing"},
        )
        for test, (session, n, context, factor) in self._sessions().items():
            values = {f"{NAME}_infralimbic.u_h": factor * u_h}
            found.append(Step(f"shocks {test}", (Trial((), True, context),) * n, session, values=values))
            sources[test] = f"shocks {test}"
        for test, session in sources.items():
            response, freezing = self.tested(test, session, B)
            found += [response, freezing] if test in ("post", *map(str, SHOCKS)) else [freezing]
        return found

    def measure(self, data):
        found = self.recordings(data)
        ds = self.measured(found).assign_coords(shocks=list(SHOCKS))
        numbers = list(self._numbers())
        early, fear = self.tests(ds)
        for what, of, text in (("fear", fear, "freezing"), ("early", early, "early-bin rate")):
            values = np.stack([100 * of(str(n)) / of("post") for n in SHOCKS], 1)
            ds[f"reinstated_{what}"] = (
                ("animal", "shocks"),
                values,
                {"units": "%", "long_name": f"{text} in B, of that after training"},
            )
            for n in SHOCKS:
                self.summarise(
                    ds, f"{what}_{n}", values[:, n], "%", f"{text} after {n} shocks in B, of that after training"
                )
        rise = fear("1") - fear("0")
        self.summarise(ds, "rise", rise, "%", "rise of freezing by one shock")
        self.summarise(
            ds,
            "reinstated_in_C",
            100 * fear("1 in C") / fear("post"),
            "%",
            "freezing in B after a shock in C, of that after training",
        )
        self.summarise(
            ds,
            "elsewhere",
            100 * (fear("1 in C") - fear("0")) / rise,
            "%",
            "rise of freezing by a shock in C, of that by one in B",
        )
        self.summarise(ds, "naive", fear("naive"), "%", "freezing after 3 shocks to a tone that was never paired")
        self.summarise(
            ds,
            "naive_rise",
            fear("naive") - fear("naive, no shock"),
            "%",
            "rise of freezing by 3 shocks, tone never paired",
        )
        doses = [*map(str, SHOCKS), *(f"3 of u_h {k:g}" for k in WEAKER)]
        left = [
            [found["extinction" if d == "0" else f"shocks {d}", k].excitability[-1] for d in doses] for k in numbers
        ]
        ds["h_left"] = (("animal", "dose"), left, {"long_name": "h of infralimbic cells at the test"})
        at_h = np.stack([100 * fear(d) / fear("post") for d in doses], 1)
        ds["fear_at_h"] = (("animal", "dose"), at_h, {"units": "%", "long_name": "freezing, of that after training"})
        return ds.assign_coords(dose=doses)

    @staticmethod
    def figure(data):
        return draw_reinstatement(data)


PROTOCOL = FearReinstatement
