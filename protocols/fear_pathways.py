"""Fear conditioning with one of the two auditory routes to the lateral amygdala cut."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis import psth
from snnplastic.errors import ProtocolError
from snnplastic.fear_protocol import FearProtocol
from snnplastic.fear_steps import CS, HEARD, NAME, Step, probe
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import Trial
from snnplastic.parameter import Source, param

CUT = {
    "intact": None,
    "thalamic route only": "cortical",
    "cortical route only": "thalamic",
}  # condition: the pathway whose fibres are silent
NAMES = {"intact": "intact", "thalamic route only": "thalamic", "cortical route only": "cortical"}
FIRST = 50e-3  # s from tone onset in which a cell's response counts
WINDOW = 3  # tones over which freezing is averaged for the criterion


def lesion(route):
    """Values of the network with a route cut: its fibres never fire to a tone."""
    return {f"{NAME}_{route}.gain": np.zeros(amygdala.SIZES[route])} if route else {}


def to_criterion(freezing, criterion, window=WINDOW):
    """Number of the tone (from 1) with which the mean freezing of the last `window` tones first reaches the criterion; nan if never.

    freezing (..., trial) is before each shock, so tone k tells of k - 1 pairings. One tone is noisy, the mean of three is not.
    """
    mean = np.lib.stride_tricks.sliding_window_view(np.asarray(freezing, float), window, -1).mean(-1)
    reached = mean >= criterion
    return np.where(reached.any(-1), reached.argmax(-1) + window, np.nan)[()]


def cell_latencies(edges, rate, tones):
    """Latency (s) of each cell (..., bin) that responds within FIRST, else nan: the first bin beyond its own rest + 3 sd."""
    found = psth.latency(edges, rate, resolution=psth.one_spike(edges[1] - edges[0], tones))
    return np.where(found < FIRST - 1e-9, found, np.nan)


@dataclass(frozen=True, kw_only=True)
class FearPathways(FearProtocol):
    """Animals with both routes, or with one from before training on, in training and in probes before and after it.

    The latency is that of single cells, as recorded units have it; a population of 200 cells and 100 tones sees, at 3 sd, the one
    cell in a hundred that the earliest fibres fire.
    """

    title = "thalamic and cortical routes to the lateral amygdala"
    source = Source("Romanski & LeDoux", 1992, "J. Neurosci. 12:4501", doi="10.1523/JNEUROSCI.12-11-04501.1992")
    targets = ("fear_pathways",)

    n_tones: int = param(100, "1", "tones of a frozen probe", "free", low=2, high=1000)
    n_pairings: int = param(20, "1", "tones that end with a shock", "free", low=WINDOW, high=100)
    criterion: float = param(
        0.25, "1", "mean freezing to three tones in a row, the criterion of learning", "free", low=0.01, high=1
    )

    def steps(self):
        found = []
        for condition, route in CUT.items():
            values = lesion(route)
            found.append(probe(f"{condition}, before", count=self.n_tones, values=values))
            found.append(Step(condition, (Trial((CS,), True),) * self.n_pairings, values=values))
            found.append(probe(f"{condition}, after", condition, count=self.n_tones, values=values))
        return found

    def measure(self, data):
        found = self.recordings(data)
        ds, numbers = self.measured(found), list(self._numbers())
        edges = ds.bin.values / 1e3
        after = np.array([[found[f"{c}, after", k].psth("principal")[1] for k in numbers] for c in CUT])
        cells = 1e3 * cell_latencies(edges, after, self.n_tones)
        if not np.isfinite(cells).any(-1).all():
            raise ProtocolError(
                "fear_pathways: in some animal no cell responds within 50 ms of tone onset after training; use more n_tones or n_pairings"
            )
        ds["cell_latency"] = (
            ("route", "animal", "cell"),
            cells,
            {"units": "ms", "long_name": "latency of a principal cell after training"},
        )
        ds.coords["route"] = list(CUT)
        parts = {"principal": slice(None), "dorsal": slice(amygdala.DORSAL), "ventral": slice(amygdala.DORSAL, None)}
        middle = {
            p: np.array([[np.nanmedian(a[where]) if np.isfinite(a[where]).any() else np.nan for a in c] for c in cells])
            for p, where in parts.items()
        }
        ds["latency"] = (
            ("part", "route", "animal"),
            np.array([middle[p] for p in HEARD]),
            {"units": "ms", "long_name": "median latency of the cells that respond"},
        )
        tones = to_criterion(ds.freezing.sel(condition=list(CUT)).values[..., : self.n_pairings], 100 * self.criterion)
        first = psth.window_rate(edges, ds.psth.sel(part="principal").values, 0.0, FIRST)
        first = dict(zip(ds.condition.values, first, strict=True))
        for row, (condition, name) in enumerate(NAMES.items()):
            self.summarise(
                ds,
                f"latency_{name}",
                middle["principal"][row],
                "ms",
                f"median latency of responding cells, {condition}",
            )
            self.summarise(ds, f"tones_{name}", tones[row], "1", f"tones to criterion, {condition}")
            self.summarise(
                ds,
                f"response_{name}",
                first[f"{condition}, after"] / first[f"{condition}, before"],
                "1",
                f"rate in the first 50 ms, after / before, {condition}",
            )
            self.summarise(
                ds,
                f"freezing_{name}",
                ds.freezing.sel(condition=condition).values[:, : self.n_pairings][:, -5:].mean(-1),
                "%",
                f"freezing, last five tones, {condition}",
            )
        self.summarise(
            ds,
            "shift",
            ds.latency_cortical.values - ds.latency_intact.values,
            "ms",
            "shift of the latency by cutting the thalamic route",
        )
        mean = np.nanmean(cells, -1)
        self.summarise(
            ds, "mean_shift", mean[2] - mean[0], "ms", "shift of the mean latency by cutting the thalamic route"
        )
        self.summarise(ds, "slower", tones[2] / tones[0], "1", "tones to criterion, cortical route only / intact")
        ds["criterion"] = ((), 100 * self.criterion, {"units": "%"})
        return ds

    @staticmethod
    def figure(data):
        from snnplastic.analysis.fear_pathways_figure import draw

        return draw(data, NAMES)


PROTOCOL = FearPathways
