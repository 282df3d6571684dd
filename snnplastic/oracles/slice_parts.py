"""A network of the parts of a slice that have a closed form: feed-forward inhibition, a field electrode, Poisson trains."""

from dataclasses import dataclass

import numpy as np

from ..networks import feedforward
from ..neurons.ca1_pyramidal import CA1Pyramidal
from ..neurons.field_electrode import FieldElectrode
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.poisson_intervals import PoissonIntervals
from ..parameter import Source
from ..protocol import Protocol

VOLLEYS = (0.01, 0.02, 0.03, 0.23, 0.83)  # s
CURRENT = 1e-10  # A, constant, into the field electrode
RATE, TRAINS = 50.0, 2000  # Hz


@dataclass(frozen=True, kw_only=True)
class SliceParts(Protocol):
    """Volleys onto an inhibited cell; the same volleys as spikes of a population of four that an electrode hears."""

    title, source = "parts of a slice", Source("none", 2000, "none", doi="10.0/none")
    read = ("parts_seen.g_gaba_a", "parts_heard.field", "parts_counts.count")

    def structure(self):
        return {}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, StateMonitor

        axons = ListedSpikes().group(4, name="parts_axons")
        cell = CA1Pyramidal().group(1, receptors=feedforward.INHIBITORY, name="parts_cell")
        inhibition, _ = feedforward.build(
            axons, cell, i=np.array([0]), j=np.array([0]), latency=np.array([0.0]), name="parts_inhibition"
        )
        field = FieldElectrode().group(1, name="parts_field")
        heard = FieldElectrode.listen(axons, field, each=4, current=f"{CURRENT!r}*amp", name="parts_listen")
        trains = PoissonIntervals().group(TRAINS, name="parts_trains")
        return Network(
            axons, cell, inhibition, field, heard, trains, StateMonitor(cell, "g_gaba_a", record=True, name="parts_seen"),
            StateMonitor(field, "field", record=True, name="parts_heard"), SpikeMonitor(trains, record=False, name="parts_counts"),
        )  # fmt: skip

    def duration(self):
        return 1.0

    def values(self):
        silent = [()] * 3
        return {**ListedSpikes.values("parts_axons", [VOLLEYS, *silent]), "parts_inhibition.recruited": np.full(1, 0.5),
                "parts_trains.rate": np.full(TRAINS, RATE)}  # fmt: skip
