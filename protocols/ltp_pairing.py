"""LTP by pairing: stimulate CA3 axons while the CA1 cell is depolarised, with every control in the same network."""

from dataclasses import dataclass, replace

import numpy as np

from snnplastic.analysis import epsp
from snnplastic.networks import quiet_gaps, schaffer
from snnplastic.neurons.electrode import Electrode
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.receptors.nmda import NMDA
from snnplastic.rules.calcium_control import CalciumControl
from snnplastic.rules.graupner_brunel_nmda import GraupnerBrunelNMDA

SETTLE = 2  # s, at least, from the end of the last test pulse's window to the longest induction, and 1 more after it
STATE = {"calcium_control": CalciumControl.state, "graupner_brunel": GraupnerBrunelNMDA.state}
UP_SHARE = 0.3  # Graupner-Brunel: share of synapses in the UP state before induction


@dataclass(frozen=True)
class Condition:
    """What one cell gets during induction. Times in s, voltages in V, current in A."""

    name: str
    set: str = "B"
    experiment: str = "protocol"
    stimuli: bool = True
    n_pairs: int = 100
    period: float = 1.0
    pulses: str = ""  # "", "clamp", "current", or "hold" (from 1 s before the first stimulus to the end)
    V_cmd: float = 0.0
    lag: float = 0.0  # of the pulse after the stimulus
    free: float = 1.0  # share of NMDA receptors without antagonist, from the baseline on

    def electrode(self, stop, pulse, current):
        """Electrode values for an induction that ends at `stop`, with pulses of length `pulse` (s) or `current` (A)."""
        length, held = self.period * self.n_pairs, self.pulses == "hold"
        first = stop - length + (-1.0 if held else self.lag)
        return {
            "first": first,
            "period": length + 2 if held else self.period,
            "length": length + 1 if held else pulse,
            "count": {"": 0, "hold": 1}.get(self.pulses, self.n_pairs),
            "clamping": self.pulses in ("clamp", "hold"),
            "V_cmd": self.V_cmd,
            "I_pulse": current if self.pulses == "current" else 0.0,
        }


# Calcium gain (umolar/(ms mV)), learning rate (P_2, P_3), plastic share of the AMPA conductance.
SETS = {
    "B": (1 / 1200, 1e-6, 4, 0.5), "B, gain 0.8": (0.8 / 1200, 1e-6, 4, 0.5), "B, gain 1.2": (1.2 / 1200, 1e-6, 4, 0.5),
    "published learning rate": (1 / 1200, 1e-5, 3, 2 / 3), "all published": (1 / 500, 1e-5, 3, 1.0),
    "Graupner-Brunel": (1 / 1200, None, None, None),
}  # fmt: skip


def base_conditions(n_pairs, apv, i_pulse=False):
    """The experiment and its controls; nothing differs but what the experimenter switches."""
    pairing = Condition("pairing", pulses="clamp", n_pairs=n_pairs)
    return [
        pairing,
        replace(pairing, name="stimuli alone", pulses=""),
        replace(pairing, name="depolarisation alone", stimuli=False),
        replace(pairing, name="pairing, APV", free=apv),
        replace(pairing, name="stimuli, held at -80 mV", pulses="hold", V_cmd=-0.08),
        replace(pairing, name="out of step, 500 ms", lag=0.5),
    ]


@dataclass(frozen=True, kw_only=True)
class LTPPairing(Protocol):
    r"""Baseline test pulses, 100 single stimuli at 1 Hz paired with 100 ms depolarisations to 0 mV, test pulses for 30 min.

    Each condition is one CA1 cell with two pathways; only pathway 1 is stimulated during induction. Rule: calcium
    control (parameter set B and its calcium gain changed by 20 %, the published set, and the published learning rate
    with set B's gain), and Graupner-Brunel thresholds on the same NMDA calcium. EPSP in % of the mean baseline.
    Set B differs from published constants in the calcium gain (1/1200 instead of 1/500 uM/(ms mV)), the learning
    rate at low calcium (P_3 4 and P_2 1e-6 instead of 3 and 1e-5) and the plastic share of the AMPA conductance (0.5
    instead of 1): with the published ones, test pulses erase the potentiation. Its size is therefore a fit; what the
    set predicts is which conditions potentiate, and the sweeps.
    Quiet time between test pulses is skipped in closed form; cells that a clamp holds have QX-314 in the pipette and do not spike.
    """

    title = "LTP by pairing stimulation with depolarisation, with its controls"
    source = Source("Shouval, Bear & Cooper", 2002, "PNAS 99:10831 (rule)", doi="10.1073/pnas.152343099")
    targets = ("ltp_pairing", "mishra_2016_table1")

    n_pairs: int = param(100, "1", "pairings", "standard pairing protocol", low=1, high=1000)
    pulse: float = param(
        100, "ms", "length of a depolarising pulse", "Gustafsson et al. 1987 (100 to 200 ms)", low=1, high=499
    )
    i_pulse: float = param(0.6, "nA", "current of the spiking pulses", "free: about 14 spikes a pulse")
    test_rate: float = param(0.1, "Hz", "test pulses per pathway", "0.03 to 0.1 Hz in slices", low=0.01, high=0.2)
    window: float = param(
        1,
        "s",
        "simulated after each test pulse, before the gap is skipped",
        "error at 1 s below 1e-6 mV",
        low=0.25,
        high=2.5,
    )
    n_baseline: int = param(60, "1", "test pulses per pathway before induction (10 min)", "usual", low=2)
    n_after: int = param(180, "1", "test pulses per pathway after induction (30 min)", "usual", low=6)
    apv: float = param(0.02, "1", "share of NMDA receptors left free by APV", "free: about 50 uM", low=0, high=1)
    lags: tuple = param(
        [-400, -300, -200, -150, -100, -75, -50, -25, 0, 25, 50, 75, 100, 125, 150, 200, 300, 400],
        "ms",
        "sweep: pulse after the stimulus",
        "free",
        low=-500,
        high=500,
    )
    voltages: tuple = param(
        list(range(-80, 21, 5)),
        "mV",
        "sweep: holding potential during induction",
        "Shouval et al. 2002",
        low=-100,
        high=40,
    )
    counts: tuple = param([1, 2, 5, 10, 20, 50, 100, 200], "1", "sweep: number of pairings", "free", low=1, high=1000)
    conditions: str = param("all", None, "which conditions run", "", legal=("all", "targets"))
    dt: float = param(
        0.2,
        "ms",
        "time step; against 0.1 ms end_percent differs by less than 0.05, the EPSP by 0.2 %",
        "free",
        low=0.01,
        high=0.5,
    )

    def _conditions(self):
        base = base_conditions(self.n_pairs, self.apv)
        if self.conditions == "targets":
            return [replace(c, set=s) for s in ("B", "B, gain 0.8", "B, gain 1.2") for c in base] + [
                replace(base[0], set="all published")
            ]
        beside = [
            Condition("pairing, held at 0 mV, 2 Hz", pulses="hold", period=0.5, n_pairs=self.n_pairs),
            Condition("pairing, spiking current pulses", pulses="current", n_pairs=self.n_pairs),
        ]
        found = [replace(c, set=s) for s in ("B", "B, gain 0.8", "B, gain 1.2") for c in base + beside]
        found += [
            replace(c, set=s) for s in ("published learning rate", "all published", "Graupner-Brunel") for c in base
        ]
        found += [replace(base[0], name=f"lag {lag * 1e3:g} ms", experiment="lag", lag=lag) for lag in self.lags]
        found += [
            Condition(f"held at {v * 1e3:g} mV", experiment="voltage", pulses="hold", V_cmd=v, n_pairs=self.n_pairs)
            for v in self.voltages
        ]
        return found + [
            replace(base[0], name=f"{int(n)} pairings", experiment="count", n_pairs=int(n)) for n in self.counts
        ]

    def _groups(self):
        """{synapses' name: its conditions}; the two rules live on cells of their own."""
        found = self._conditions()
        groups = {
            "calcium_control": [c for c in found if c.set != "Graupner-Brunel"],
            "graupner_brunel": [c for c in found if c.set == "Graupner-Brunel"],
        }
        return {name: conditions for name, conditions in groups.items() if conditions}

    # -- time, compressed: baseline windows, induction in full, test windows

    def _times(self):
        start = 2 * self.n_baseline * self.window
        longest = max(c.n_pairs * c.period for c in self._conditions())
        windows = int(np.ceil((SETTLE + longest) / self.window - 1e-9))
        stop = start + windows * self.window
        after = stop + int(np.ceil((SETTLE + 1) / self.window)) * self.window
        return {
            "induction_stop": stop,
            "dense_from": start,
            "dense_to": after,
            "end": after + 2 * self.n_after * self.window,
        }

    def time_step(self):
        return self.dt

    def duration(self):
        return self._times()["end"] + self.dt

    def _stimuli(self, condition, pathway):
        times = self._times()
        tests = (
            np.r_[
                np.arange(self.n_baseline) * 2 * self.window,
                times["dense_to"] + np.arange(self.n_after) * 2 * self.window,
            ]
            + pathway * self.window
        )
        if pathway or not condition.stimuli:
            return tests
        return np.sort(np.r_[tests, times["induction_stop"] - condition.period * np.arange(condition.n_pairs, 0, -1)])

    def structure(self):
        groups = self._groups()
        spikes = {
            name: sum(self._stimuli(c, p).size for c in conditions for p in (0, 1))
            for name, conditions in groups.items()
        }
        return {
            "window": self.window,
            "groups": {
                name: {"n": len(conditions), "capacity": ListedSpikes.capacity_for(spikes[name])}
                for name, conditions in groups.items()
            },
        }

    @staticmethod
    def build(structure):
        from brian2 import Network

        made, groups = [], structure["groups"]
        if "calcium_control" in groups:
            made += schaffer.build(
                "calcium_control", CalciumControl(), **groups["calcium_control"], window=structure["window"], efficacy="1 + kappa*(w/W_0 - 1)",
                model="kappa : 1 (constant)", vary=("P_2", "P_3", "G_Ca_nmda", "free_nmda"),
            )  # fmt: skip
        if "graupner_brunel" in groups:
            made += schaffer.build(
                "graupner_brunel", GraupnerBrunelNMDA(), **groups["graupner_brunel"], populations=2, window=structure["window"], efficacy="w/w_baseline",
                model="w_baseline : 1 (shared, constant)", vary=("g_max_ampa", "g_max_nmda", "G_Ca_nmda", "free_nmda"),
            )  # fmt: skip
        return Network(*made)

    def values(self):
        found, times = {}, self._times()
        for name, conditions in self._groups().items():
            n = len(conditions)
            found |= ListedSpikes.values(f"{name}_axons", [self._stimuli(c, p) for c in conditions for p in (0, 1)])
            found |= self._electrode(name, conditions)
            found[f"{name}_cells.sodium"] = np.array(
                [0.0 if c.pulses in ("clamp", "hold") else 1.0 for c in conditions]
            )
            found[f"{name}_cells.sample_1"] = (2 * self.n_baseline - 2) * self.window
            found[f"{name}_cells.sample_2"] = times["end"] - 2 * self.window
            found |= quiet_gaps.values(
                f"{name}_cells",
                gap=0.5 / self.test_rate - self.window,
                dense_from=times["dense_from"],
                dense_to=times["dense_to"],
            )
            gain = np.array([NMDA(G_Ca=SETS[c.set][0]).G_Ca for c in conditions])
            free = np.array([c.free for c in conditions])
            if name == "calcium_control":
                for parameter, column in (("P_2", 1), ("P_3", 2), ("kappa", 3)):
                    found[f"{name}.{parameter}"] = np.repeat([float(SETS[c.set][column]) for c in conditions], 2)
                found |= {
                    f"{name}.G_Ca_nmda": np.repeat(gain, 2),
                    f"{name}.free_nmda": np.repeat(free, 2),
                    f"{name}.w": np.full(2 * n, CalciumControl().W_0),
                }
            else:
                rule, (ampa, nmda) = GraupnerBrunelNMDA(), schaffer.RECEPTORS
                share = np.tile([1 - UP_SHARE, UP_SHARE], 2 * n)
                found |= {
                    f"{name}.g_max_ampa": share * ampa.g_max, f"{name}.g_max_nmda": share * nmda.g_max, f"{name}.G_Ca_nmda": np.repeat(gain, 4),
                    f"{name}.free_nmda": np.repeat(free, 4), f"{name}.rho": np.tile([0.0, 1.0], 2 * n), f"{name}.w_baseline": 1 + UP_SHARE * (rule.b - 1),
                }  # fmt: skip
        return found

    def _electrode(self, name, conditions):
        stop = self._times()["induction_stop"]
        rows = [c.electrode(stop, self.pulse, self.i_pulse) for c in conditions]
        columns = {key: np.array([row[key] for row in rows], float) for key in rows[0]}
        return Electrode.values(f"{name}_cells", len(conditions), **columns)

    @property
    def read(self):
        names = ("{}_epsp.v_start", "{}_epsp.v_peak", "{}_wave.i", "{}_wave.t", "{}_wave.v", "{}.Ca_peak", "{}.residue")
        return tuple(n.format(g) for g in self._groups() for n in names) + tuple(
            f"{g}_w.{STATE[g]}" for g in self._groups()
        )

    def measure(self, data):
        import xarray as xr

        times, parts = self._times(), []
        for name, conditions in self._groups().items():
            state = data[f"{name}_w.{STATE[name]}"]
            parts.append(self._measure_group(data, name, conditions, state, times))
        flat = [c for conditions in self._groups().values() for c in conditions]
        coords = {key: ("condition", [getattr(c, key) for c in flat]) for key in ("name", "set", "experiment")}
        coords["condition"] = [c.name if c.set == "B" else f"{c.name} [{c.set}]" for c in flat]
        coords |= {
            "lag": ("condition", [c.lag * 1e3 for c in flat], {"units": "ms"}),
            "V_cmd": ("condition", [c.V_cmd * 1e3 for c in flat], {"units": "mV"}),
            "n_pairs": ("condition", [c.n_pairs for c in flat]),
        }
        dims = {
            "epsp": ("condition", "pathway", "time"),
            "waveform": ("condition", "pathway", "phase", "sample"),
            "state": ("condition", "pathway", "time"),
            "Ca_peak": ("condition", "pathway"),
            "residue": ("condition", "pathway"),
        }
        ds = xr.Dataset(
            {key: (d, np.concatenate([part[key] for part in parts])) for key, d in dims.items()}, coords=coords
        )
        interval, settled = 1 / self.test_rate, times["dense_to"] - times["induction_stop"]
        first = settled + 0.5 * interval - self.window  # of the first test pulse after induction, in real time
        before = (np.arange(self.n_baseline) - self.n_baseline) * interval
        minutes = np.r_[before, first + np.arange(self.n_after) * interval] / 60
        ds = ds.assign_coords(
            pathway=[1, 2],
            phase=["before", "after"],
            time=(
                "time",
                minutes,
                {
                    "units": "min",
                    "long_name": "pathway 1: before induction, time to the end of the baseline; after it, time from its end",
                },
            ),
            sample=("sample", parts[0]["sample"], {"units": "ms", "long_name": "time from the stimulus"}),
        )
        ds.epsp.attrs["units"] = ds.waveform.attrs["units"] = "V"
        ds.Ca_peak.attrs["units"] = "umolar"
        percent = epsp.percent_of_baseline(ds.epsp.values, self.n_baseline)
        ds["epsp_percent"] = (("condition", "pathway", "time"), percent, {"units": "%"})
        for key, span in (
            ("end_percent", (25, 30)),
            ("early_percent", (0, 2)),
            ("plateau_percent", (10, 20)),
            ("last_percent", (20, 30)),
        ):
            ds[key] = (
                ("condition", "pathway"),
                epsp.mean_between(percent, minutes, *span),
                {"units": "%", "long_name": f"mean of minutes {span[0]} to {span[1]} after induction"},
            )
        ds["drift_percent"] = 100 * (ds.last_percent / ds.plateau_percent - 1)
        ds["baseline_slope_percent"] = (
            ("condition", "pathway"),
            epsp.drift(percent[..., : self.n_baseline]),
            {"units": "%"},
        )
        return ds

    def _measure_group(self, data, name, conditions, state, times):
        n = len(conditions)
        v_start, v_peak = (
            data[f"{name}_epsp.{key}"].T for key in ("v_start", "v_peak")
        )  # (cell, window); record k closes window k - 1
        amplitude = (v_peak - v_start)[:, 1:]
        before = np.arange(2 * self.n_baseline)
        after = int(round(times["dense_to"] / self.window)) + np.arange(2 * self.n_after)
        after = after[after < amplitude.shape[1] + 1]
        windows = np.r_[before, after]
        found = amplitude[:, np.minimum(windows, amplitude.shape[1] - 1)].reshape(n, -1, 2).transpose(0, 2, 1)
        populations = state.shape[1] // (2 * n)
        weights = state.T.reshape(n, 2, populations, -1)
        share = np.array([1.0]) if populations == 1 else np.array([1 - UP_SHARE, UP_SHARE])
        mean_state = np.einsum("cpks,k->cps", weights, share)
        k = windows.reshape(-1, 2)
        samples, waves = epsp.waveforms(
            data[f"{name}_wave.i"],
            data[f"{name}_wave.t"],
            data[f"{name}_wave.v"],
            n,
            self.dt,
            self.window,
            [(2 * self.n_baseline - 2) * self.window, times["end"] - 2 * self.window],
        )
        return {
            "epsp": found, "state": np.stack([mean_state[:, p, k[:, p]] for p in (0, 1)], axis=1), "waveform": waves, "sample": samples,
            "Ca_peak": data[f"{name}.Ca_peak"].reshape(n, 2, -1).max(2) * 1e3, "residue": data[f"{name}.residue"].reshape(n, 2, -1).max(2),
        }  # fmt: skip

    def without_compiler(self):
        changed = self.replace(conditions="targets", dt=0.5, window=0.25)
        return changed, "with a step of 0.5 ms, windows of 0.25 s and only the conditions that have targets"

    @staticmethod
    def figure(data):
        from snnplastic.analysis.ltp_figure import draw

        return draw(data, LTPPairing.target_rows())


PROTOCOL = LTPPairing
