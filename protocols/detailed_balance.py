"""Detailed balance: does plastic inhibition find the tuning of the excitation that a cell receives?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.networks import tuned_cell
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.rules.inhibitory_stdp import InhibitorySTDP

NAMES = ("tuned", "untuned", "eta 0")


@dataclass(frozen=True, kw_only=True)
class DetailedBalance(Protocol):
    r"""One cell with channels of excitatory and inhibitory inputs; the inputs of a channel share a slow signal.

    Excitatory weights are tuned to one channel (control: equal in all), inhibitory ones start equal and weak and are plastic
    (control: eta = 0). At the end: the inhibitory weight of each channel beside its excitatory weight, their correlation
    over channels, and the rate of the cell. Sizes follow the figure of the source; its input statistics were not read.
    """

    title = "plastic inhibition finds the tuning of a cell's excitation, channel by channel"
    source = Source(
        "Vogels, Sprekeler, Zenke, Clopath & Gerstner", 2011, "Science 334:1569", doi="10.1126/science.1211095"
    )
    targets = ("detailed_balance",)

    rho_0: float = param(5, "Hz", "target rate", "5 Hz in the paper, recalled", low=0.1)
    eta: float = param(0.05, "1", "learning rate (nS)", "free", low=0)
    channels: int = param(
        8, "1", "channels of 100 excitatory and 25 inhibitory inputs", "8 in the paper, recalled", low=2
    )
    preferred: int = param(4, "1", "channel with the largest excitatory weight, counted from 0", "free", low=0)
    g_low: float = param(0.1, "nS", "excitatory weight far from it", "free", low=0)
    g_high: float = param(0.5, "nS", "excitatory weight of it", "free", low=0)
    width: float = param(1.5, "1", "width of the tuning (channels)", "free", low=1e-3)
    w_0: float = param(0.2, "1", "inhibitory weight at the start (nS)", "free", low=0)
    length: float = param(200, "s", "simulated time", "free", low=1)
    window: float = param(100, "s", "time at the end in which the rate is measured", "free", low=0.5)

    def weights(self):
        """Excitatory weight (S), cell by channel."""
        distance = np.arange(self.channels) - self.preferred
        tuned = self.g_low + (self.g_high - self.g_low) * np.exp(-(distance**2) / (2 * self.width**2))
        return np.array([tuned, np.full(self.channels, tuned.mean()), tuned])

    def rules(self):
        return [InhibitorySTDP(rho_0=self.rho_0, eta=eta) for eta in (self.eta, self.eta, 0)]

    def structure(self):
        return {"cells": len(NAMES), "channels": self.channels}

    @staticmethod
    def build(structure):
        return tuned_cell.build("tuned", InhibitorySTDP(), **structure)

    def duration(self):
        return self.length

    def values(self):
        return tuned_cell.values("tuned", self.rules(), self.weights(), self.w_0)

    def without_compiler(self):
        return self.replace(length="20 s", window="10 s"), "20 s instead of 200 s"

    read = ("tuned.w", "tuned_spikes.i", "tuned_spikes.t")

    def measure(self, data):
        import xarray as xr

        w = np.array(data["tuned.w"]).reshape(self.channels, -1, len(NAMES)).mean(1).T
        i, t = np.array(data["tuned_spikes.i"]), np.array(data["tuned_spikes.t"])
        late, g = t >= self.length - self.window, self.weights() * 1e9
        bins = np.linspace(0, self.length, max(2, int(self.length / 4)) + 1)
        rate = [np.histogram(t[i == k], bins)[0] / np.diff(bins) for k in range(len(NAMES))]
        settled = np.array([np.sum((i == k) & late) for k in range(len(NAMES))]) / min(self.window, self.length)
        alike = [
            np.corrcoef(w[k], g[k])[0, 1] if w[k].std() > 1e-12 and g[k].std() > 1e-12 else np.nan
            for k in range(len(NAMES))
        ]
        return xr.Dataset(
            {
                "inhibition": (("condition", "channel"), w, {"units": "nS"}),
                "excitation": (("condition", "channel"), g, {"units": "nS"}),
                "correlation": ("condition", alike),
                "spread": ("condition", w.std(1) / w.mean(1)),
                "rate": (("condition", "time"), np.array(rate), {"units": "Hz"}),
                "rate_error": ("condition", settled / self.rho_0 - 1),
            },
            coords={"condition": list(NAMES), "channel": np.arange(self.channels), "time": (bins[1:] + bins[:-1]) / 2},
            attrs={"rho_0": self.rho_0},
        )

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9.5, 3.2), layout="constrained")
        left, middle, right = figure.subplots(1, 3)
        for k, name in enumerate(data.condition.values.astype(str)):
            color = "0.5" if name == "eta 0" else f"C{k}"
            left.semilogy(data.time, np.maximum(data.rate[k], 0.5), color=color, label=name)
            right.plot(data.excitation[k], data.inhibition[k], "o", color=color, label=name)
        left.axhline(data.attrs["rho_0"], color="0.3", lw=0.8, ls=":")
        left.set(xlabel="time (s)", ylabel="rate (Hz)", title="The rate settles (one seed)", ylim=(1, 200))
        left.legend(loc="center right", bbox_to_anchor=(1, 0.6))
        for kind, color in (("excitation", "C1"), ("inhibition", "C0")):
            values = data[kind].sel(condition="tuned")
            middle.plot(data.channel, values / values.max(), "o-", color=color, label=kind)
        middle.set(
            xlabel="channel", ylabel="weight, of the largest", ylim=(0, 1.1), title="Inhibition finds the tuning"
        )
        middle.legend(loc="lower center")
        right.set(xlabel="excitatory weight (nS)", ylabel="inhibitory weight (nS)", title="Channel by channel")
        right.legend(loc="upper left")
        return figure


PROTOCOL = DetailedBalance
