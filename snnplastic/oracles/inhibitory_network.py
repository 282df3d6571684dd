"""Two small balanced networks, one that learns and one that does not, with all their spikes and weights."""

from dataclasses import dataclass

import numpy as np

from ..networks import balanced
from ..parameter import param
from ..protocol import Protocol
from ..rules.inhibitory_stdp import InhibitorySTDP

SIZES = {"n_excitatory": 200, "n_inhibitory": 50, "p": 0.4, "p_plastic": 0.2}


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
        return balanced.build("plastic", InhibitorySTDP(), 2, **structure)

    def duration(self):
        return self.length

    def values(self):
        sizes = {name: SIZES[name] for name in ("n_excitatory", "n_inhibitory", "p_plastic")}
        conductances = {"g_excitatory": 0.3e-9, "g_inhibitory": 1e-9, "g_external": 3.3e-9}
        return balanced.values("plastic", self.rules(), w_0=self.w_0, **sizes, **conductances)

    read = ("plastic_spikes.i", "plastic_spikes.t", "plastic.w", "plastic._synaptic_pre", "plastic._synaptic_post")

    def measure(self, data):
        import xarray as xr

        i, t, w, pre, post = (np.array(data[name]) for name in self.read)
        return xr.Dataset(
            {"i": ("spike", i), "t": ("spike", t), "w": ("synapse", w), "pre": ("synapse", pre), "post": ("synapse", post),
             "cells": 2 * (SIZES["n_excitatory"] + SIZES["n_inhibitory"])}
        )  # fmt: skip


PROTOCOL = InhibitoryNetwork
