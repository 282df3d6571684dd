"""Regular spike trains, in one or several bouts, all timings arrays."""

from dataclasses import dataclass

import numpy as np

from ..parameter import Parameterised, Source


@dataclass(frozen=True, kw_only=True)
class RegularSpikes(Parameterised):
    r"""Neuron i spikes at first_i + k period_i, k = 0 .. n_i - 1, and again for each further bout, bout_period_i later.

    Arrays can change without a new build. A spike is due in step timestep(t_next, dt), so timings that
    are multiples of the clock's step are met exactly.
    """

    source = Source(
        "Sjöström, Turrigiano & Nelson", 2001, "Neuron 32:1149 (bouts)", doi="10.1016/S0896-6273(01)00542-6"
    )

    model = """
    t_next : second
    period : second (constant)
    n_left : integer
    n_bout : integer (constant)
    t_bout : second
    bout_period : second (constant)
    bouts_left : integer
    """
    threshold = "n_left > 0 and timestep(t, dt) >= timestep(t_next, dt)"
    reset = """
    t_next += period
    n_left -= 1
    over = int(n_left == 0)*int(bouts_left > 0)
    t_bout += over*bout_period
    t_next = t_next + over*(t_bout - t_next)
    n_left += over*n_bout
    bouts_left -= over
    """

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n silent trains; `values` gives them their timings."""
        from brian2 import NeuronGroup

        named = {"name": name} if name else {}
        return NeuronGroup(
            n, self.model, threshold=self.threshold, reset=self.reset, namespace={}, clock=clock, **named
        )

    @staticmethod
    def values(group, n, *, first, period, count, bouts=1, bout_period=1.0):
        """Arrays of a run: first spike (s), period (s), spikes per bout, bouts, bout period (s); shorter arrays are padded with silence."""
        first, period, count, bouts, bout_period = np.broadcast_arrays(first, period, count, bouts, bout_period)

        def pad(values, dtype=float):
            return np.concatenate([np.asarray(values, dtype), np.zeros(n - np.size(values), dtype)])

        return {
            f"{group}.t_next": pad(first), f"{group}.period": pad(period), f"{group}.n_left": pad(count, np.int32),
            f"{group}.n_bout": pad(count, np.int32), f"{group}.t_bout": pad(first), f"{group}.bout_period": pad(bout_period),
            f"{group}.bouts_left": pad(np.asarray(bouts) - 1, np.int32),
        }  # fmt: skip
