"""SliceProtocol: field recordings from a slice; a subclass lists what each population's two pathways get during induction.

Every condition is one population of cells with two pathways; both are tested before and after, alternately, at the same
strength as during induction. All conditions are one network, and the time between pulses is skipped where it is quiet.
"""

from dataclasses import dataclass, field

import numpy as np

from .analysis import epsp
from .analysis import field as fields
from .errors import ProtocolError
from .networks import feedforward, quiet_gaps, schaffer
from .neurons.ca1_pyramidal import CA1Pyramidal
from .neurons.electrode import Electrode
from .neurons.listed_spikes import ListedSpikes
from .parameter import param
from .protocol import Protocol
from .receptors.nmda import NMDA
from .rules.calcium_control import CalciumControl

SETTLE = 1.2  # s, at least, from the last test window to the longest induction, and from its end to the next
# Set B of ltp_pairing: calcium gain (umolar/(ms mV)), learning rate, plastic share of the AMPA conductance.
GAIN, P_2, P_3, KAPPA = 1 / 1200, 1e-6, 4, 0.5
NEVER = ((), ())


@dataclass(frozen=True)
class Induction:
    """What one population gets. `trains` are the times (s, from the start) of each pathway's pulses, `fibres` their strength.

    every    s, for slow trains: pulse k of pathway 1 is at k every, and the quiet time between two pulses is skipped
    hold     V, potential of all cells from 1 s before to 1 s after, or None
    pulses   current into all cells: `first` (s, from the start) and further arguments of Electrode.values
    free     share of NMDA receptors that no antagonist holds, from the baseline on
    gain     factor on the calcium influx
    """

    name: str
    trains: tuple = NEVER
    fibres: tuple = (8, 8)
    every: float = None
    hold: float = None
    pulses: dict = field(default_factory=dict)
    free: float = 1.0
    gain: float = 1.0
    experiment: str = "protocol"
    labels: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SliceProtocol(Protocol):
    """Base of the protocols on slices. A subclass gives `inductions()` and, of its own Dataset, a figure."""

    cells: int = param(10, "1", "cells of a population", "free", low=1, high=200)
    spread: float = param(0.05, "1", "half range of the strength of input over the cells", "free", low=0, high=0.9)
    spread_th: float = param(0.5, "mV", "half range of the threshold over the cells", "free", low=0)
    latency: float = param(0.4, "ms", "half range of the latency over the cells", "free", low=0, high=5)
    bundles: int = param(
        4, "1", "bundles of fibres of a pathway, with synapses of their own on each cell", "free", low=1, high=50
    )
    dispersion: float = param(3, "ms", "from the arrival of the first bundle to the last", "free", low=0, high=20)
    test_rate: float = param(1 / 30, "Hz", "test pulses per pathway", "usual in slices", low=0.01, high=0.5)
    n_baseline: int = param(20, "1", "test pulses per pathway before induction (10 min)", "usual", low=2)
    n_after: int = param(60, "1", "test pulses per pathway after induction (30 min)", "usual", low=2)
    window: float = param(
        0.25, "s", "simulated after each test pulse, before the gap is skipped", "free", low=0.1, high=2.5
    )
    apv: float = param(0.02, "1", "share of NMDA receptors left free by APV", "free: about 50 uM", low=0, high=1)
    dt: float = param(0.2, "ms", "time step", "free", low=0.01, high=0.5)

    read = tuple(
        f"slice{n}"
        for n in ("_wave.i", "_wave.t", "_wave.field", "_w.w", ".Ca_peak", "_spikes.i", "_spikes.t", ".residue")
    )

    def inductions(self):
        """The list of Inductions."""
        raise ProtocolError(f"{type(self).__name__} has no inductions()")

    # -- time, compressed: test windows, all inductions to one common end, test windows

    def _length(self, induction):
        """Compressed length of an induction, s."""
        if induction.every:
            return len(induction.trains[0]) * self.window
        return max([0.0, self._pulses_end(**induction.pulses), *(t for train in induction.trains for t in train)])

    @staticmethod
    def _pulses_end(*, first=0.0, period=1.0, length=0.0, count=0, trains=1, train_period=1.0, I_pulse=0.0):
        """When the last of an induction's current pulses ends, s from its start."""
        return first + (trains - 1) * train_period + (count - 1) * period + length if count else 0.0

    def _times(self):
        start = 2 * self.n_baseline
        longest = max(self._length(i) for i in self.inductions())
        stop = start + int(np.ceil((SETTLE + longest) / self.window - 1e-9))
        after = stop + int(np.ceil(SETTLE / self.window))
        return {"dense_from": start, "stop": stop, "dense_to": after, "end": after + 2 * self.n_after}  # windows

    def _seconds(self):
        return {key: count * self.window for key, count in self._times().items()}

    def time_step(self):
        return self.dt

    def duration(self):
        return self._seconds()["end"] + self.dt

    def _pulses(self, induction, pathway):
        times = self._times()
        tests = np.r_[np.arange(self.n_baseline), times["dense_to"] / 2 + np.arange(self.n_after)] * 2 + pathway
        train = np.asarray(induction.trains[pathway], float)
        if induction.every:
            if induction.every < self.window - 1e-9:
                raise ProtocolError(
                    f"{type(self).__name__}: {induction.name}: every = {induction.every:g} s is shorter than the window of {self.window:g} s"
                )
            train = (times["stop"] - train.size + np.arange(train.size)) * self.window
        else:
            train = times["stop"] * self.window - self._length(induction) + train
        return np.sort(np.r_[tests * self.window, train])

    # -- network

    def structure(self):
        found = self.inductions()
        count = sum(self._pulses(i, p).size for i in found for p in (0, 1))
        return {
            "n": len(found), "each": self.cells, "window": self.window, "latency": self._latency().tolist(),
            "capacity": ListedSpikes.capacity_for(count),
        }  # fmt: skip

    @staticmethod
    def build(structure):
        from brian2 import Network

        return Network(
            *schaffer.build_slice(
                "slice",
                CalciumControl(),
                **structure,
                efficacy="1 + kappa*(w/W_0 - 1)",
                model="kappa : 1 (shared, constant)",
                vary=("G_Ca_nmda", "free_nmda"),
            )  # fmt: skip
        )

    def _quantiles(self, stride):
        """Evenly spaced from -1 to 1, one per cell, in an order that depends on `stride`, so that spreads do not go together."""
        n = self.cells
        return (np.linspace(-1, 1, n) if n > 1 else np.zeros(1))[
            (np.arange(n) * stride) % n if np.gcd(stride, n) == 1 else np.arange(n)
        ]

    def _latency(self):
        """Arrival (s) of each bundle at each cell."""
        bundle = self.dispersion * np.arange(self.bundles) / max(self.bundles - 1, 1)
        return np.round((self.latency * (1 + self._quantiles(7)))[:, None] + bundle, 4)

    def values(self):
        found, seconds = self.inductions(), self._seconds()
        n, each = len(found), self.cells
        ampa, nmda = schaffer.RECEPTORS
        cell = CA1Pyramidal()
        strength = 1 + self.spread * self._quantiles(1)
        # (condition, cell, pathway, bundle), the order of the synapses
        fibres = np.array([i.fibres for i in found], float)[:, None, :] * strength[None, :, None]
        recruited = np.array([[feedforward.recruited(f) for f in i.fibres] for i in found])
        fibres = np.repeat(fibres[..., None] / self.bundles, self.bundles, axis=3)
        per_synapse = lambda values: np.repeat(values, 2 * each * self.bundles)  # noqa: E731
        made = ListedSpikes.values("slice_axons", [self._pulses(i, p) for i in found for p in (0, 1)])
        made |= {
            "slice.g_max_ampa": (ampa.g_max * fibres).ravel(),
            "slice.g_max_nmda": (nmda.g_max * fibres).ravel(),
            "slice.G_Ca_nmda": per_synapse([NMDA(G_Ca=GAIN * i.gain).G_Ca for i in found]),
            "slice.free_nmda": per_synapse([i.free for i in found]),
            "slice.kappa": KAPPA, "slice.P_2": P_2, "slice.P_3": float(P_3),
            "slice.w": np.full(fibres.size, CalciumControl().W_0),
            "slice_inhibition.recruited": np.repeat(recruited[:, None, :], each, axis=1).ravel(),
            "slice_cells.v_th": np.tile(cell.v_th + self.spread_th * self._quantiles(3), n),
            "slice_cells.g_leak": np.full(n * each, cell.g_leak),
        }  # fmt: skip
        gap_dense = np.repeat([i.every - self.window if i.every else 0.0 for i in found], each)
        for owner, own in (("slice_cells", gap_dense), ("slice_field", None)):
            made |= quiet_gaps.values(
                owner, gap=0.5 / self.test_rate - self.window, dense_from=seconds["dense_from"], dense_to=seconds["dense_to"], gap_dense=own
            )
        rows = [self._electrode(i, seconds) for i in found]
        columns = {key: np.repeat([row[key] for row in rows], each) for key in rows[0]}
        return made | Electrode.values("slice_cells", n * each, **columns)

    def _electrode(self, induction, seconds):
        """The schedule of the electrodes of one population, as arguments of Electrode.values."""
        start, held = seconds["stop"] - self._length(induction), induction.hold is not None
        if held and induction.pulses:
            raise ProtocolError(f"{type(self).__name__}: {induction.name}: one electrode; legal: hold or pulses")
        off = {"first": 0.0, "period": seconds["end"], "length": 0.0, "count": 0, "trains": 1, "train_period": seconds["end"], "clamping": 0,
               "V_cmd": 0.0, "I_pulse": 0.0}  # fmt: skip
        if held:
            return off | {"first": start - 1, "length": self._length(induction) + 2, "count": 1, "clamping": 1, "V_cmd": induction.hold}
        return off | induction.pulses | {"first": start + induction.pulses.get("first", 0.0)}

    # -- results

    def _windows(self):
        """Numbers of the test windows; the pathways take turns."""
        return np.r_[np.arange(2 * self.n_baseline), self._times()["dense_to"] + np.arange(2 * self.n_after)]

    def measure(self, data):
        import xarray as xr

        found, times = self.inductions(), self._times()
        n, each = len(found), self.cells
        windows = self._windows()
        ms, trace = fields.traces(
            data["slice_wave.i"], data["slice_wave.t"], data["slice_wave.field"], n, self.window, self.dt, windows
        )
        trace = trace.reshape(n, -1, 2, ms.size).transpose(0, 2, 1, 3)  # condition, pathway, time, sample
        w = data["slice_w.w"].T.reshape(n, each, 2, self.bundles, -1).mean(3)
        Ca = data["slice.Ca_peak"].reshape(n, each, 2, self.bundles).mean(3) * 1e3
        interval = 1 / self.test_rate
        first = (times["dense_to"] - times["stop"]) * self.window + 0.5 * interval - self.window
        minutes = (
            np.r_[(np.arange(self.n_baseline) - self.n_baseline) * interval, first + np.arange(self.n_after) * interval]
            / 60
        )
        dims = ("condition", "pathway", "time")
        weights = np.stack([w[:, :, p][..., windows[p::2]].mean(1) for p in (0, 1)], axis=1)
        ds = xr.Dataset(
            {
                "slope": (dims, fields.slope(ms, trace), {"units": "V/s"}),
                "spike": (dims, fields.population_spike(trace), {"units": "V"}),
                "w": (dims, weights),
                "trace": (("condition", "pathway", "phase", "sample"), trace[:, :, [self.n_baseline - 1, -1]], {"units": "V"}),
                "Ca_peak": (("condition", "pathway"), Ca.mean(1), {"units": "umolar", "long_name": "largest calcium, mean over cells"}),
                "spikes_per_cell": ("condition", self._spikes(data, n, each), {"long_name": "spikes of a cell during induction"}),
                "residue": ((), data["slice.residue"].max()),
            },
            coords={
                "condition": [i.name for i in found], "experiment": ("condition", [i.experiment for i in found]), "pathway": [1, 2],
                "phase": ["before", "after"], "sample": ("sample", ms, {"units": "ms", "long_name": "time from the stimulus"}),
                "time": ("time", minutes, {"units": "min", "long_name": "before induction, time to the end of the baseline; after it, time from its end"}),
            },
        )  # fmt: skip
        for label, unit in self.labels.items():
            ds = ds.assign_coords({label: ("condition", [i.labels.get(label, np.nan) for i in found], {"units": unit})})
        percent = epsp.percent_of_baseline(ds.slope.values, self.n_baseline)
        ds["percent"] = (dims, percent, {"units": "%", "long_name": "field EPSP slope in % of baseline"})
        last = minutes[-1]
        for key, span in (("early_percent", (0, 2)), ("end_percent", (last - 5, last))):
            name = f"slope in % of baseline, mean of minutes {span[0]:.0f} to {span[1]:.0f} after induction"
            ds[key] = (
                ("condition", "pathway"),
                epsp.mean_between(percent, minutes, *span),
                {"units": "%", "long_name": name},
            )
        ds["baseline_drift"] = (("condition", "pathway"), epsp.drift(percent[..., : self.n_baseline]), {"units": "%"})
        for key, inside in (("spike_before", minutes < 0), ("spike_after", minutes > last - 5)):
            ds[key] = (("condition", "pathway"), ds.spike.values[..., inside].mean(-1), {"units": "V"})
        return ds

    labels = {}  # {name of a label of the inductions: its unit}

    def _spikes(self, data, n, each):
        seconds, t = self._seconds(), data["slice_spikes.t"]
        inside = (t >= seconds["dense_from"]) & (t < seconds["dense_to"])
        return np.bincount(data["slice_spikes.i"][inside] // each, minlength=n) / each
