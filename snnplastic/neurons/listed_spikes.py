"""Spike trains from lists of times."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class ListedSpikes(Parameterised):
    r"""Neuron i spikes at the listed times; up to `capacity` spikes in all, so that other lists need no new build."""

    source = Source(
        "Stimberg, Brette & Goodman", 2019, "eLife 8:e47314 (SpikeGeneratorGroup)", doi="10.7554/eLife.47314"
    )

    capacity: int = param(1024, "1", "largest number of spikes of all trains together", "free", low=1)

    def group(self, n, *, name=None, clock=None):
        """A Brian2 SpikeGeneratorGroup whose list is given at run time as (index, time)."""
        from brian2 import SpikeGeneratorGroup, second

        later = 1e4 * (1 + np.arange(self.capacity) / self.capacity)  # s; placeholders that no run reaches
        made = SpikeGeneratorGroup(
            n, np.zeros(self.capacity, int), later * second, clock=clock, **({"name": name} if name else {})
        )
        for variable in ("neuron_index", "_timebins"):  # lets a compiled binary take another list
            made.variables[variable].read_only = False
        return made

    @staticmethod
    def capacity_for(count):
        """The next power of two, at least 1024: lists of similar length share a binary."""
        return 1 << max(10, int(np.ceil(np.log2(max(count, 1)))))

    @staticmethod
    def values(group, trains):
        """The list of a run from one array of times (s) per neuron."""
        index = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
        times = np.concatenate([np.asarray(train, float) for train in trains]) if trains else np.zeros(0)
        if times.size and times.min() < 0:
            raise ParameterError(f"{group}.spikes holds the time {times.min():g} s; a spike time is not negative")
        return {f"{group}.spikes": (index, times)}
