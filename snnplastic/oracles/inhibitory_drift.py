"""Inhibitory STDP between independent Poisson neurons: how far do weights drift?"""

from dataclasses import dataclass

import numpy as np

from ..neurons.poisson_spikes import PoissonSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.inhibitory_stdp import InhibitorySTDP

N_PRE, N_POST = 100, 40  # presynaptic neurons; postsynaptic ones of each group
ETA, W_0 = 1e-3, 50.0
TARGETS = (3.0, 5.0, 10.0)  # Hz, rho_0
SHARES = (0.5, 0.75, 1.0, 1.25, 1.5)  # postsynaptic rate over rho_0
GROUPS = [(rho_0, share * rho_0, ETA) for rho_0 in TARGETS for share in SHARES] + [(5.0, 5.0, 0.0)]


@dataclass(frozen=True, kw_only=True)
class InhibitoryDrift(Protocol):
    """All-to-all synapses; a group of postsynaptic neurons per target and rate, and one whose synapses do not learn."""

    length: float = param(20, "s", "simulated time", "", low=1)
    rate: float = param(10, "Hz", "presynaptic rate", "", low=0.1)

    def time_step(self):
        return 2e-4

    def duration(self):
        return self.length

    def structure(self):
        return {}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor

        pre = PoissonSpikes().group(N_PRE, name="pre")
        post = PoissonSpikes().group(N_POST * len(GROUPS), name="post")
        made = InhibitorySTDP().connect(pre, post, w=0, vary=("eta", "rho_0"), traces="neurons", name="drifting")
        return Network(pre, post, made, *(SpikeMonitor(g, record=False, name=f"{g.name}_spikes") for g in (pre, post)))

    def values(self):
        rho_0, rate, eta = (np.repeat(column, N_POST) for column in zip(*GROUPS, strict=True))
        found = {"pre.rate": np.full(N_PRE, self.rate), "post.rate": rate}
        return found | {
            "drifting.w": np.full(N_PRE * rate.size, W_0),
            "drifting.eta": np.tile(eta, N_PRE),
            "drifting.rho_0": np.tile(rho_0, N_PRE),
        }

    read = ("drifting.w", "pre_spikes.count", "post_spikes.count")

    def measure(self, data):
        import xarray as xr

        w = np.array(data["drifting.w"]).reshape(N_PRE, len(GROUPS), N_POST)
        rates = {side: np.array(data[f"{side}_spikes.count"]) / self.length for side in ("pre", "post")}
        return xr.Dataset({
            "drift": (("pre", "group", "post"), (w - W_0) / self.length), "pre_rate": ("pre", rates["pre"]),
            "post_rate": (("group", "post"), rates["post"].reshape(len(GROUPS), N_POST)),
        })  # fmt: skip


PROTOCOL = InhibitoryDrift
