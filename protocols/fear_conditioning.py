"""Fear conditioning and extinction: what cells of the lateral amygdala and the animal do with a tone, trial by trial."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from snnplastic.analysis import engram, psth
from snnplastic.analysis.shapley import shapley
from snnplastic.fear_protocol import FearProtocol
from snnplastic.fear_steps import CELLS, CS, NAME, Step, probe
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

# What keeps the response of an extinguished animal low in the early bin, and what takes each away in a probe.
MECHANISMS = {
    "tonic inhibition": {"la_extinction_principal.g": 0.0},
    "GABA_B on terminals": {"la_principal.D_max_terminals": 0.0},
    "depotentiation": "tone",
}
N_TEST = 2  # tones alone right after training, and after extinction
PHASES = ("habituation", "pairing", "test", "extinction", "test ")
WIDE = "excitability spread 2 x"
ENGRAMS = {  # quantity: (probe before, probe after)
    "engram_share": ("before", "after"),
    "engram_wide": (f"{WIDE}, before", f"{WIDE}, after"),
    "engram_null": ("before", "before again"),
}


@dataclass(frozen=True, kw_only=True)
class FearConditioning(FearProtocol):
    """Habituation, paired training, test, extinction, test, all in one chamber."""

    title = "fear conditioning and extinction in a spiking lateral amygdala"
    source = Source("Quirk, Repa & LeDoux", 1995, "Neuron 15:1029", doi="10.1016/0896-6273(95)90092-6")
    targets = ("fear_conditioning",)

    n_habituation: int = param(5, "1", "tones alone before training", "free", low=1, high=50)
    n_pairings: int = param(10, "1", "tones that end with a shock", "free", low=2, high=50)
    n_extinction: int = param(20, "1", "tones alone after training", "free", low=1, high=100)
    n_share: int = param(60, "1", "tones of a probe of one mechanism, or after one pairing", "free", low=2, high=1000)

    def _at(self):
        """{phase: trials done when its probe is taken}."""
        trained = self.n_habituation + self.n_pairings
        return {
            "before": self.n_habituation, "during": self.n_habituation + min(3, self.n_pairings - 1), "after": trained,
            "extinguished": trained + N_TEST + self.n_extinction,
        }  # fmt: skip

    def phases(self):
        """[(name, first trial, last trial)] of the session, counted from 1."""
        lengths = (self.n_habituation, self.n_pairings, N_TEST, self.n_extinction, N_TEST)
        last = np.cumsum(lengths)
        return [(name, int(b - n + 1), int(b)) for name, n, b in zip(PHASES, lengths, last, strict=True)]

    def steps(self):
        tone, paired = Trial((CS,)), Trial((CS,), True)
        trials = [tone] * self.n_habituation + [paired] * self.n_pairings + [tone] * (2 * N_TEST + self.n_extinction)
        at = self._at()
        found = [Step("training", tuple(trials))]
        found += [probe(phase, "training", at=n, count=self.n_tones) for phase, n in at.items()]
        found.append(probe("before again", "training", at=at["before"], count=self.n_tones))
        for k in range(1, self.n_pairings):
            found.append(probe(f"pairing {k}", "training", at=self.n_habituation + k, count=self.n_share))
        for kept in product((0, 1), repeat=3):
            lost = [how for how, keep in zip(MECHANISMS.values(), kept, strict=True) if not keep]
            values = {k: v for how in lost if how != "tone" for k, v in how.items()}
            take = {"tone": ("training", at["after"])} if "tone" in lost else {}
            found.append(
                probe(_kept(kept), "training", at=at["extinguished"], count=self.n_share, values=values, take=take)
            )
        found.append(Step(WIDE, tuple(trials[: at["after"]]), spread=2.0))
        found += [
            probe(f"{WIDE}, {phase}", WIDE, at=at[phase], count=self.n_tones, spread=2.0)
            for phase in ("before", "after")
        ]
        return found

    # -- results

    def measure(self, data):
        found = self.recordings(data)
        ds, at, numbers = self.measured(found), self._at(), list(self._numbers())
        early = ds.early.to_pandas()
        self.at_rest(ds)
        after = np.array([found["after", k].psth("dorsal")[1].mean(0) for k in numbers])
        edges, resolution = ds.bin.values / 1e3, psth.one_spike(5e-3, self.n_tones, CELLS["dorsal"])
        self.summarise(
            ds, "latency", 1e3 * psth.latency(edges, after, resolution=resolution), "ms", "first bin beyond rest + 3 sd"
        )
        self.summarise(
            ds, "peak_bin", 1e3 * psth.peak_bin(edges, after), "ms", "start of the highest bin after training"
        )
        self.summarise(
            ds, "early_ratio", early.loc["after"] / early.loc["before"], "1", "early bin, after / before training"
        )
        self.summarise(
            ds,
            "extinguished_after",
            early.loc["extinguished"] / early.loc["after"],
            "1",
            "early bin, extinguished / after",
        )
        self.summarise(
            ds,
            "extinguished_before",
            early.loc["extinguished"] / early.loc["before"],
            "1",
            "early bin, extinguished / before",
        )
        rows = ["before", *(f"pairing {k}" for k in range(1, self.n_pairings)), "after"]
        ds["acquisition"] = (
            ("animal", "pairings"),
            early.loc[rows].T.values,
            {"units": "Hz", "long_name": "early bin, by pairings done"},
        )
        self.summarise(
            ds,
            "half_trial",
            psth.half_trial(ds.acquisition.values, last=3),
            "1",
            "pairings to half of the early bin's asymptote",
        )
        for label, (before, then) in ENGRAMS.items():
            counts = [[found[name, k].counts("principal") for name in (before, then)] for k in numbers]
            member = [engram.engram(*both, _divisor(self.n_tones, 20)) for both in counts]
            self.summarise(ds, label, engram.share(member), "%", "cells whose response grew by more than 2 sd")
        change = 100 * np.abs(ds.engram_wide / ds.engram_share - 1)
        self.summarise(ds, "engram_change", change, "%", "change of the engram's share, spread of excitability doubled")
        self._behaviour(ds)
        self._shares(ds, early)
        w = ds.w.sel(condition="training", connection="thalamic_principal").values
        lost = (w[:, at["after"]] - w[:, at["extinguished"]]) / (w[:, at["after"]] - w[:, at["before"]])
        self.summarise(ds, "weight_lost", 100 * lost, "%", "share of the thalamic synapses' gain lost in extinction")
        return ds.assign(self._examples(found[("training", numbers[0])], numbers[0]))

    def _behaviour(self, ds):
        freezing = ds.freezing.sel(condition="training").values
        for name, (_, first, last) in zip(
            ("habituation", "training", "test", "extinction", "end"), self.phases(), strict=True
        ):
            tail = freezing[:, max(first - 1, last - 3) : last]
            self.summarise(ds, f"freezing_{name}", tail.mean(-1), "%", f"freezing, last tones of {name}")

    def _shares(self, ds, early):
        """Shapley shares of the mechanisms in the fall of the early bin."""
        names = list(MECHANISMS)
        shares = shapley(lambda kept: early.loc[_kept([int(n in kept) for n in names])].values, names)
        total = sum(shares.values())
        values = np.array([100 * shares[n] / total for n in names])
        ds["share"] = (
            ("mechanism", "animal"),
            values,
            {"units": "%", "long_name": "share in the fall of the early bin"},
        )
        ds.coords["mechanism"] = names

    def _examples(self, recording, number):
        """Of the first animal: spikes of one tone per phase, and weights of the thalamic synapses whose fibres the tone excites."""
        import xarray as xr

        cell, time = recording.spikes("principal")
        drawn = dict(
            zip(
                ("before", "after", "extinguished"),
                (self._at()[p] for p in ("before", "after", "extinguished")),
                strict=True,
            )
        )
        drawn["before"] -= 1
        phase, cells, times = [], [], []
        for name, trial in drawn.items():
            from_onset = time - recording.onsets[trial]
            inside = (from_onset > -0.1) & (from_onset < 0.6)
            phase += [name] * inside.sum()
            cells.append(cell[inside])
            times.append(from_onset[inside])
        mine = amygdala.hears(NAME, number, "thalamic", CS)
        weights = [recording.weights("thalamic_principal")[n][mine] for n in self._at().values()]
        return {
            "raster_phase": ("spike", phase), "raster_cell": ("spike", np.concatenate(cells)),
            "raster_time": ("spike", np.concatenate(times), {"units": "s"}),
            "weights": xr.DataArray(weights, dims=("phase", "synapse"), coords={"phase": list(self._at())}),
            "phase_first": ("session", [p[1] for p in self.phases()]), "phase_last": ("session", [p[2] for p in self.phases()]),
        }  # fmt: skip

    @staticmethod
    def figure(data):
        from snnplastic.analysis.fear_conditioning_figure import draw

        return draw(data, PHASES)


def _kept(flags):
    return "kept " + "".join(str(int(f)) for f in flags)


def _divisor(number, wanted):
    """The divisor of a number nearest to what is wanted, so that there are at least two blocks."""
    return min((d for d in range(1, number // 2 + 1) if number % d == 0), key=lambda d: abs(d - wanted))


PROTOCOL = FearConditioning
