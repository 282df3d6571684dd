"""Small balanced networks and cells with tuned inputs, some that learn and some that do not, with all their spikes and weights."""

from dataclasses import dataclass

import numpy as np

from ..networks import balanced, tuned_cell
from ..parameter import param
from ..protocol import Protocol
from ..rules.inhibitory_stdp import InhibitorySTDP

SIZES = {"n_excitatory": 200, "n_inhibitory": 50, "p": 0.4, "p_plastic": 0.2}
CHANNELS = 2


@dataclass(frozen=True, kw_only=True)
class InhibitoryNetwork(Protocol):
    """Every synapse is read at the end; `walks` of them are to be followed through the spikes."""

    length: float = param(2, "s", "simulated time", "", low=0.1)
    walks: int = param(60, "1", "synapses to be followed", "", low=1)
    w_0: float = param(2, "1", "weight at the start (nS)", "", low=0)

    def rules(self):
        """The rule of each network."""
        return [InhibitorySTDP(rho_0=10, eta=0.2), InhibitorySTDP(eta=0)]

    def structure(self):
        return SIZES

    @staticmethod
    def build(structure):
        tuned = tuned_cell.build("tuned", InhibitorySTDP(), cells=2, channels=CHANNELS, recorded=True)
        return [balanced.build("plastic", InhibitorySTDP(), 2, **structure), tuned]

    def duration(self):
        return self.length, self.length

    def values(self):
        sizes = {name: SIZES[name] for name in ("n_excitatory", "n_inhibitory", "p_plastic")}
        conductances = {"g_excitatory": 0.3e-9, "g_inhibitory": 1e-9, "g_external": 3.3e-9}
        found = balanced.values("plastic", self.rules(), w_0=self.w_0, **sizes, **conductances)
        return found | tuned_cell.values("tuned", self.rules(), np.full((2, CHANNELS), 1e-9), self.w_0)

    read = (
        "plastic_spikes.i", "plastic_spikes.t", "plastic.w", "plastic._synaptic_pre", "plastic._synaptic_post",
        "tuned_spikes.i", "tuned_spikes.t", "tuned.w", "tuned_inhibition.i", "tuned_inhibition.t",
    )  # fmt: skip

    def measure(self, data):
        import xarray as xr

        return xr.Dataset({name.replace(".", "_"): (f"d_{name}", np.array(data[name])) for name in self.read})


PROTOCOL = InhibitoryNetwork
