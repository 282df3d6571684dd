"""A cell that fires plateaus on schedule; its membrane potential is the sum of its inputs."""

from dataclasses import dataclass

import numpy as np

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class PlateauCell(Parameterised):
    r"""v (above rest) is summed from the synapses; `plateau` is 1 for `duration` from each onset on, else 0. An onset is the cell's spike.

    Two series of onsets, a and b: first, first + lap, ... (count of them). A lap of plasticity ends at every onset but the first of its
    series and one lap after the last (event `lap_end`): the authors, too, apply the change of one plateau before the next.
    In a control, `fires` = 0: laps end as usual, and there is no plateau.
    """

    source = Source(
        "Milstein, Li, Bittner, Grienberger, Soltesz, Magee & Romani",
        2021,
        "eLife 10:e73046",
        doi="10.7554/eLife.73046",
    )

    duration: float = param(300, "ms", "length of a plateau", "Methods", low=1e-3)

    model = """
    v : volt
    duration : second (shared, constant)
    lap : second (constant)
    fires : 1 (constant)
    first_a : second (constant)
    count_a : 1 (constant)
    first_b : second (constant)
    count_b : 1 (constant)
    index_a = floor((t - first_a + 0.5*dt)/lap) : 1 (constant over dt)
    index_b = floor((t - first_b + 0.5*dt)/lap) : 1 (constant over dt)
    since_a = t - first_a + 0.5*dt - index_a*lap : second (constant over dt)
    since_b = t - first_b + 0.5*dt - index_b*lap : second (constant over dt)
    on_a = int(index_a >= 0)*int(index_a < count_a) : 1
    on_b = int(index_b >= 0)*int(index_b < count_b) : 1
    plateau = fires*clip(on_a*int(since_a < duration) + on_b*int(since_b < duration), 0, 1) : 1 (constant over dt)
    onset = fires*clip(on_a*int(since_a < dt) + on_b*int(since_b < dt), 0, 1) : 1 (constant over dt)
    end_a = int(index_a >= 1)*int(index_a <= count_a)*int(since_a < dt) : 1
    end_b = int(index_b >= 1)*int(index_b <= count_b)*int(since_b < dt) : 1
    """

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n cells without plateaus until the arrays of the run say otherwise."""
        from brian2 import NeuronGroup, second

        named = {"name": name} if name else {}
        made = NeuronGroup(
            n,
            self.model,
            threshold="onset > 0",
            events={"lap_end": "end_a + end_b > 0"},
            namespace={},
            clock=clock,
            **named,
        )
        made.duration, made.lap = self.quantity("duration"), 1 * second
        return made

    def values(self, group, n, *, lap=1.0, fires=1, first_a=0.0, count_a=0, first_b=0.0, count_b=0):
        """Arrays of a run (SI), each argument one number or one per cell."""
        given = {
            "lap": lap,
            "fires": fires,
            "first_a": first_a,
            "count_a": count_a,
            "first_b": first_b,
            "count_b": count_b,
        }
        arrays = {f"{group}.{key}": np.broadcast_to(np.asarray(value, float), n).copy() for key, value in given.items()}
        return arrays | {f"{group}.duration": self.duration}
