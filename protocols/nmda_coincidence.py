"""NMDA coincidence: the receptor passes calcium only when glutamate and depolarisation come together."""

from dataclasses import dataclass

import numpy as np

from snnplastic.neurons.ca1_pyramidal import CA1Pyramidal
from snnplastic.neurons.electrode import Electrode
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.receptors.nmda import NMDA

START = 0.05  # s; glutamate and depolarisation begin
G_CLAMP = 1000  # uS; holds the membrane within 1e-3 mV of its command


@dataclass(frozen=True, kw_only=True)
class NMDACoincidence(Protocol):
    r"""Glutamate alone, depolarisation alone, and both, in CA1 cells with NMDA receptors; and the block at held voltages.

    Conductance G B, current and calcium of each cell over time. In cells that are held at a voltage the block is measured from
    the calcium current, B = J / (G_Ca (s_f + s_s)(E_Ca - v)), and compared with Jahr & Stevens' equation.
    """

    title = "NMDA receptor: glutamate alone, depolarisation alone, both; the magnesium block"
    source = Source("Jahr & Stevens", 1990, "J. Neurosci. 10:3178", doi="10.1523/JNEUROSCI.10-09-03178.1990")
    targets = ("jahr_stevens_1990_block", "nmda_coincidence")

    Mg: float = param(1, "mM", "external magnesium", "usual value", low=0, high=100)
    V_depolarised: float = param(0, "mV", "depolarisation", "pairing protocols", low=-100, high=60)
    pulse: float = param(100, "ms", "length of the depolarisation", "pairing protocols", low=1, high=500)
    voltages: tuple = param(
        [-90, -80, -70, -65, -60, -50, -40, -30, -20, -10, 0, 20, 40],
        "mV",
        "held voltages of the block curve",
        "free",
        low=-120,
        high=100,
    )
    length: float = param(600, "ms", "recorded time", "free", low=200, high=5000)

    NAMES = ("glutamate alone", "depolarisation alone", "both")

    def structure(self):
        return {"n": len(self.NAMES) + len(self.voltages)}

    @staticmethod
    def build(structure):
        from brian2 import Network, StateMonitor, Synapses, ms

        n, nmda = structure["n"], NMDA()
        cells = CA1Pyramidal().group(n, receptors=(nmda,), electrode=Electrode(g_clamp=G_CLAMP), name="cells")
        axons = ListedSpikes(capacity=1024).group(n, name="axons")
        glutamate = Synapses(axons, cells, on_pre=nmda.effect(), namespace={}, delay=0 * ms, name="glutamate")
        glutamate.connect(j="i")
        seen = ["v", "G_nmda", "B_nmda", "I_nmda", "J_nmda", "Ca", "s_f_nmda", "s_s_nmda"]
        return Network(cells, axons, glutamate, StateMonitor(cells, seen, record=np.arange(n), dt=1 * ms, name="seen"))

    def duration(self):
        return self.length

    def values(self):
        n, held = len(self.NAMES) + len(self.voltages), len(self.voltages)
        found = ListedSpikes.values("axons", [[START], [], [START], *([[START]] * held)])
        found |= Electrode.values(
            "cells", n, first=np.r_[START, START, START, np.zeros(held)], period=10.0, length=np.r_[[self.pulse] * 3, np.full(held, self.length + 1)],
            count=np.r_[0, 1, 1, np.ones(held)], clamping=1, V_cmd=np.r_[[self.V_depolarised] * 3, self.voltages],
        )  # fmt: skip
        return found | {"cells.sodium": np.zeros(n), "cells.Mg_nmda": self.Mg}

    read = tuple(
        f"seen.{name}" for name in ("t", "v", "G_nmda", "B_nmda", "I_nmda", "J_nmda", "Ca", "s_f_nmda", "s_s_nmda")
    )

    def measure(self, data):
        import xarray as xr

        m, nmda = len(self.NAMES), NMDA()
        seen = {
            name: data[f"seen.{name}"].T
            for name in ("v", "G_nmda", "B_nmda", "I_nmda", "J_nmda", "Ca", "s_f_nmda", "s_s_nmda")
        }
        units = {"v": ("mV", 1e3), "conductance": ("nS", 1e9), "current": ("pA", 1e12), "calcium": ("umolar", 1e3)}
        traces = {
            "v": seen["v"],
            "conductance": seen["G_nmda"] * seen["B_nmda"],
            "current": seen["I_nmda"],
            "calcium": seen["Ca"],
        }
        ds = xr.Dataset(
            {
                name: (("condition", "time"), traces[name][:m] * scale, {"units": text})
                for name, (text, scale) in units.items()
            },
            coords={
                "condition": list(self.NAMES),
                "time": ("time", (data["seen.t"] - START) * 1e3, {"units": "ms", "long_name": "time from glutamate"}),
                "V": ("V", np.array(self.voltages) * 1e3, {"units": "mV"}),
            },
        )
        ds["peak_calcium"] = ds.calcium.max("time")
        ds["supralinearity"] = ds.peak_calcium.sel(condition="both") / (
            ds.peak_calcium.sel(condition="glutamate alone") + ds.peak_calcium.sel(condition="depolarisation alone")
        )
        k = int(np.searchsorted(data["seen.t"], START + 0.02))
        opened = (seen["s_f_nmda"] + seen["s_s_nmda"])[m:, k]
        ds["B"] = ("V", seen["J_nmda"][m:, k] / (nmda.G_Ca * opened * (nmda.E_Ca - seen["v"][m:, k])))
        ds["B_equation"] = ("V", 1 / (1 + self.Mg / nmda.Mg_half * np.exp(-nmda.k * np.array(self.voltages))))
        ds["block_error"] = np.abs(ds.B / ds.B_equation - 1).max()
        charge = dict(zip(np.round(np.array(self.voltages) * 1e3, 6), seen["J_nmda"][m:].sum(1), strict=True))
        ds["calcium_ratio"] = (
            (),
            charge[0.0] / charge[-70.0] if {0.0, -70.0} <= charge.keys() else np.nan,
            {"long_name": "calcium that enters at 0 mV over that at -70 mV"},
        )
        ds.attrs["Mg_mM"] = self.Mg
        return ds

    @classmethod
    def check(cls, data):
        if data.attrs["Mg_mM"] == 1:
            return super().check(data)
        return []  # the printed numbers are for 1 mM

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 5.6))
        panels = figure.subplots(2, 3)
        labels = {
            "v": "membrane potential (mV)",
            "conductance": "open NMDA conductance (nS)",
            "current": "inward NMDA current (pA)",
            "calcium": "NMDA calcium (uM)",
        }
        titles = {
            "v": "What each cell gets",
            "conductance": "Conductance needs both",
            "current": "No current at 0 mV, then a tail",
            "calcium": "Calcium needs both",
        }
        for axes, name in zip(panels.flat, labels, strict=False):
            for k, condition in enumerate(data.condition.values):
                axes.plot(
                    data.time,
                    data[name].sel(condition=condition),
                    label=condition,
                    color=f"C{k}",
                    ls=("-", "--", "-")[k],
                )
            axes.set(xlabel="time from glutamate (ms)", ylabel=labels[name], title=titles[name])
        panels[0, 0].legend()
        bars = panels[1, 1]
        peaks = data.peak_calcium.values
        bars.bar(range(3), peaks, color=["C0", "C1", "C2"])
        for k, peak in enumerate(peaks):
            bars.text(k, peak, f"{peak:.3g}", ha="center", va="bottom", fontsize=8)
        bars.set_xticks(range(3), ["glutamate\nalone", "depolarisation\nalone", "both"])
        bars.set(ylabel="peak calcium (uM)", title=f"{float(data.supralinearity):.1f} times the sum of each alone")
        block = panels[1, 2]
        v = np.linspace(float(data.V.min()), float(data.V.max()), 200)
        nmda = NMDA()
        block.plot(
            v,
            1 / (1 + data.attrs["Mg_mM"] / (nmda.Mg_half) * np.exp(-nmda.k * v * 1e-3)),
            color="0.4",
            label="Jahr & Stevens 1990",
        )
        block.plot(data.V, data.B, "o", color="C3", label="measured from the calcium current")
        block.set(
            xlabel="held voltage (mV)", ylabel="B(v)", title=f"Mg block, {data.attrs['Mg_mM']:g} mM", ylim=(-0.03, 1.25)
        )
        block.legend(loc="upper left")
        return figure


PROTOCOL = NMDACoincidence
