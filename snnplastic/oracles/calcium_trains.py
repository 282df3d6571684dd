"""Graupner-Brunel under regular trains: noiseless synapses, and thousands of noisy ones from each state."""

from dataclasses import dataclass

import numpy as np

from ..networks import pairing
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.graupner_brunel import GraupnerBrunel
from .tables import CALCIUM_EXACT, CALCIUM_THEORY

STEP = 1e-4


@dataclass(frozen=True, kw_only=True)
class CalciumTrains(Protocol):
    """Conditions: the rows of the table of exact values (noise and cubic term off, from 1/2), then those of the theory from DOWN and UP.

    scale k of the scaling (tau, gamma_d, gamma_p, sigma) -> (k tau, k gamma_d, k gamma_p, sqrt(k) sigma) with the cubic term off; 0 switches it on.
    """

    copies: int = param(4000, "1", "synapses of a condition", "", low=1)
    scale: float = param(1, "1", "k of the scaling, or 0", "", low=0)  # fmt: skip

    def conditions(self):
        """[(rule, pre, post, start)]."""
        found = []
        for name, lag, rate, count, _ in CALCIUM_EXACT:
            found.append(
                (self._scaled(getattr(GraupnerBrunel, name)().replace(sigma=0)), *self._pairs(lag, rate, count), 0.5)
            )
        for name, lag, *_ in CALCIUM_THEORY:
            found += [
                (self._scaled(getattr(GraupnerBrunel, name)()), *self._pairs(lag, 1, 60), start) for start in (0.0, 1.0)
            ]
        return found

    def _scaled(self, rule):
        k = self.scale
        if k == 0:
            return rule
        return rule.replace(
            tau=rule.tau * k,
            gamma_d=rule.gamma_d * k,
            gamma_p=rule.gamma_p * k,
            sigma=rule.sigma * np.sqrt(k),
            bistable=0,
        )

    @staticmethod
    def _pairs(lag, rate, count):
        times = 0.1 + np.arange(count) / rate
        return times, times + lag * 1e-3

    def structure(self):
        found = self.conditions()
        spikes = max(sum(c[k].size for c in found) for k in (1, 2))
        return {"n": len(found), "copies": self.copies, "capacity": ListedSpikes.capacity_for(spikes)}

    @staticmethod
    def build(structure):
        rules = [(GraupnerBrunel(), structure["n"], structure["copies"])]
        return pairing.build("calcium", rules, capacity=structure["capacity"])

    def duration(self):
        return 61.0

    def values(self):
        found = self.conditions()
        start = np.repeat([c[3] for c in found], self.copies)
        block = (len(found), self.copies, [c[0] for c in found], {"pre": [c[1] for c in found], "post": [c[2] for c in found], "start": start})
        return pairing.values("calcium", [block], step=STEP, duration=self.duration())

    read = ("calcium_0.rho",)

    def measure(self, data):
        import xarray as xr

        return xr.Dataset({"rho": (("condition", "synapse"), data["calcium_0.rho"].reshape(-1, self.copies))})


def moments(rule, t_pre, t_post, start, t_end):
    """Mean and variance of rho at t_end without the cubic term: linear between jumps and crossings of c, walked event by event."""
    jumps = sorted([(t + rule.D, rule.C_1) for t in t_pre] + [(t, rule.C_2) for t in t_post]) + [(t_end, 0.0)]
    mean, variance, now, c = start, 0.0, 0.0, 0.0
    for when, jump in jumps:
        while now < when:
            above = [c > rule.theta_d * (1 + 1e-12), c > rule.theta_p * (1 + 1e-12)]
            next_level = rule.theta_p if above[1] else rule.theta_d if above[0] else None
            stop = when if next_level is None else min(when, now + rule.tau_Ca * np.log(c / next_level))
            pull = (rule.gamma_d * above[0] + rule.gamma_p * above[1]) / rule.tau
            if pull:
                to, kept = rule.gamma_p * above[1] / rule.tau / pull, np.exp(-pull * (stop - now))
                mean = to + (mean - to) * kept
                variance = variance * kept**2 + rule.sigma**2 * sum(above) / rule.tau * (1 - kept**2) / (2 * pull)
            c = next_level if stop < when else c * np.exp(-(when - now) / rule.tau_Ca)
            now = stop
        c += jump
    return mean, variance


PROTOCOL = CalciumTrains
