"""Differential fear conditioning: one tone is paired and another is not. What is learned of the two, how far it reaches to other tones,
and how cells of the dorsal and of the ventral lateral amygdala part in extinction.

That ventral cells get a part of the inhibition by extinction cells only (`GATED` of the network) is an assumption: that their responses
outlast extinction follows from it, and their latency from where they get their inputs, the cortical route for the most part.
"""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis import psth, tuning
from snnplastic.fear_protocol import FearProtocol
from snnplastic.fear_steps import CS, LONG, Step, probe
from snnplastic.networks.amygdala import OCTAVES, TONES
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

MINUS = 5  # the tone that is never paired, 1.5 octaves above the CS+ and as far from the edge
GROUPS = ("before", "differential", "single")  # naive; trained with both tones; trained with the CS+ alone
WINDOWS = {"dorsal": (10e-3, 20e-3), "ventral": (20e-3, 35e-3)}  # s, where each part responds first
LATEST = 60e-3  # s, latency of the last cell that counts as one with a response to the onset


@dataclass(frozen=True, kw_only=True)
class FearDiscrimination(FearProtocol):
    """CS+ and CS- in alternation, then extinction of the CS+; in another group the CS+ alone."""

    title = "differential fear conditioning, generalisation, and dorsal and ventral cells of the lateral amygdala"
    source = Source("Collins & Paré", 2000, "Learn. Mem. 7:97", doi="10.1101/lm.7.2.97")
    targets = ("fear_discrimination",)

    n_tones: int = param(80, "1", "tones of a frozen probe, CS+", "free", low=2, high=1000)
    n_minus: int = param(300, "1", "the same, CS-, whose response is to stay as it was", "free", low=2, high=1000)
    n_other: int = param(30, "1", "the same, of other tones", "free", low=2, high=1000)
    n_pairings: int = param(10, "1", "CS+ that end with a shock, and CS- between them", "free", low=1, high=50)
    n_extinction: int = param(20, "1", "CS+ alone after training", "free", low=1, high=100)
    n_freezing: int = param(15, "1", "long tones of a test of freezing to CS+ or CS-", "free", low=1, high=100)
    n_freezing_other: int = param(6, "1", "the same, of other tones", "free", low=1, high=100)

    def steps(self):
        plus, other = Trial((CS,), True), Trial((MINUS,))
        found = [Step("differential", (plus, other) * self.n_pairings), Step("single", (plus,) * self.n_pairings)]
        found.append(Step("extinction", (Trial((CS,)),) * self.n_extinction, "differential"))
        found.append(probe("extinguished", "extinction", count=self.n_tones))
        for k in range(TONES):
            long = self.n_freezing if k in (CS, MINUS) else self.n_freezing_other
            for group in GROUPS:
                after = "" if group == "before" else group
                minus = self.n_other if group == "single" else self.n_minus
                count = {CS: self.n_tones, MINUS: minus}.get(k, self.n_other)
                found.append(probe(f"{group} {k}", after, tones=(k,), count=count))
                if after:
                    found.append(probe(f"{group} {k} long", after, tones=(k,), count=long, tone=LONG))
        return found

    # -- results

    def measure(self, data):
        found = self.recordings(data)
        ds = self.measured(found)
        octave = OCTAVES * (np.arange(TONES) - CS) / TONES
        ds.coords.update({"group": list(GROUPS), "octave": ("octave", octave, {"units": "octave", "long_name": "tone, from the CS+"})})
        early = np.array([[ds.early.sel(condition=f"{group} {k}") for k in range(TONES)] for group in GROUPS]).transpose(2, 0, 1)
        ds["tuning"] = (("animal", "group", "octave"), early, {"units": "Hz", "long_name": "rate 10 to 15 ms after tone onset"})
        self._discrimination(ds, early)
        self._generalisation(ds, early, octave)
        self._parts(ds, found)
        return ds

    def _discrimination(self, ds, early):
        plus, minus = early[..., CS], early[..., MINUS]  # (animal, group)
        self.summarise(ds, "plus_over_minus", plus[:, 1] / minus[:, 1], "1", "early bin after training, CS+ / CS-")
        self.summarise(ds, "plus_ratio", plus[:, 1] / plus[:, 0], "1", "early bin of the CS+, after / before")
        self.summarise(ds, "minus_ratio", minus[:, 1] / minus[:, 0], "1", "early bin of the CS-, after / before")
        self.summarise(ds, "index", tuning.discrimination(plus[:, 1], minus[:, 1]), "1", "discrimination index, early bin")
        frozen = [ds.freezing_mean.sel(condition=f"differential {k} long").values for k in (CS, MINUS)]
        for name, values in zip(("freezing_plus", "freezing_minus"), frozen, strict=True):
            self.summarise(ds, name, values, "%", f"{name.replace('_', ' to CS ')} after differential training")
        self.summarise(ds, "freezing_index", tuning.discrimination(*frozen), "1", "discrimination index, freezing")

    def _generalisation(self, ds, early, octave):
        behaviour = np.array([[ds.freezing_mean.sel(condition=f"{group} {k} long") for k in range(TONES)] for group in GROUPS[1:]])
        measures = {"early": early[:, 1:] - early[:, :1], "freezing": behaviour.transpose(2, 0, 1)}
        for name, change in measures.items():
            distance, curve = tuning.tuning_curve(change, np.abs(octave))
            ds.coords["distance"] = ("distance", distance, {"units": "octave", "long_name": "distance from the CS+"})
            units = {"units": "Hz" if name == "early" else "%"}
            ds[f"gradient_{name}"] = (("animal", "trained", "distance"), curve, units)
            for k, group in enumerate(GROUPS[1:]):
                reach = tuning.half_width(distance, curve[:, k])
                self.summarise(ds, f"reach_{name}_{group}", reach, "octave", f"distance to half of the change, {name}, {group}")
        ds.coords["trained"] = list(GROUPS[1:])

    def _parts(self, ds, found):
        numbers, resolution = list(self._numbers()), psth.one_spike(5e-3, self.n_tones)
        latency, kept = {}, {}
        for part, window in WINDOWS.items():
            before, after, end = (
                np.array([found[name, k].rate(part, *window).mean() for k in numbers]) for name in (f"before {CS}", f"differential {CS}", "extinguished")
            )
            kept[part] = end / after
            first = [psth.latency(*found[f"differential {CS}", k].psth(part), resolution=resolution) for k in numbers]
            latency[part] = [1e3 * np.median(one[one < LATEST]) if (one < LATEST).any() else np.nan for one in first]
            self.summarise(ds, f"{part}_grown", after / before, "1", f"{part} response, after training / before")
            self.summarise(ds, f"{part}_kept", kept[part], "1", f"{part} response, extinguished / after training")
            self.summarise(ds, f"{part}_latency", latency[part], "ms", f"median latency of {part} cells after training")
        self.summarise(ds, "latency_lag", np.subtract(latency["ventral"], latency["dorsal"]), "ms", "ventral latency - dorsal latency")
        self.summarise(ds, "kept_difference", kept["ventral"] - kept["dorsal"], "1", "response kept, ventral - dorsal")

    @staticmethod
    def figure(data):
        from snnplastic.analysis.fear_discrimination_figure import draw

        return draw(data, CS, MINUS, WINDOWS)


PROTOCOL = FearDiscrimination
