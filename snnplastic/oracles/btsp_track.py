"""BTSP rules in a small place-cell network, in single laps with a rectangular field, and between single spikes and plateaus."""

from dataclasses import dataclass

import numpy as np

from ..networks import place_cell
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.place_inputs import PlaceInputs
from ..neurons.plateau_cell import PlateauCell
from ..parameter import param
from ..protocol import Protocol
from ..rules.cone_shouval_btsp import ConeShouvalBTSP
from ..rules.spike_btsp import SpikeBTSP
from ..rules.spine_gated_btsp import SpineGatedBTSP
from ..rules.weight_dependent_btsp import WeightDependentBTSP
from .tables import BTSP_DELAYS, BTSP_FIXED_POINTS

INPUTS, ROOM, SPEED, LAPS, MANY = 6, 8, 0.25, 3, 12
PLACES = (1.2, 0.45)  # m
FIELD, LAP = (2.55, 3.55), 6.1  # s; the rectangular field and the lap of the analytic figure
ETA, STARTS = 1e-5, (0.0, 1.0)  # small, so that a lap's change is linear in the integrals; weights at its start
SPIKE = 10.0  # s; the presynaptic spike of the single pairs
TRAIN = (np.arange(40) * 0.83 % 17 + 2, np.array([4.0, 9.5, 17.2]))  # s; spikes and plateaus of a longer history
SLOW = SpikeBTSP(k_pot=0.02, k_dep=0.03)  # slow enough that the history does not saturate the weight


@dataclass(frozen=True, kw_only=True)
class BTSPTrack(Protocol):
    """Blocks of the place-cell network, single laps of the analytic figure, and pairs of a spike and a plateau onset."""

    dt: float = param(0.5, "ms", "time step of the track", "", low=0.1)
    dt_lap: float = param(0.1, "ms", "time step of the single laps", "", low=0.01)

    def conditions(self):
        """Per block of rules a list of conditions, as `networks.place_cell.values` takes them."""
        main, gated, traces = WeightDependentBTSP(), SpineGatedBTSP(), ConeShouvalBTSP()
        same = main.replace(alpha_dep=main.alpha_pot, beta_dep=main.beta_pot, k_pot=1.5, k_dep=0.8)
        return [
            [
                self._condition(main), self._condition(WeightDependentBTSP.not_normalised()), self._condition(WeightDependentBTSP.median_of_cells()),
                self._condition(same), self._condition(main, count_a=MANY, count_b=0, w_0=0.9), self._condition(main, fires=0, w_0=0.4),
                self._condition(main, active=0, w_0=0.4), self._condition(main, spiking=1),
            ],
            [
                self._condition(gated), self._condition(SpineGatedBTSP.depolarised()),
                self._condition(gated, fires=0, w_0=0.4), self._condition(gated, active=0, w_0=0.4),
            ],
            [self._condition(traces), self._condition(traces, fires=0, w_0=0.4), self._condition(traces, active=0, w_0=0.4)],
        ]  # fmt: skip

    def _condition(self, rule, **changes):
        lap = self.place().track / SPEED
        firsts = lap + PLACES[0] / SPEED, (LAPS + 2) * lap + PLACES[1] / SPEED
        made = {
            "rule": rule, "velocity": SPEED, "active": 1, "spiking": 0, "fires": 1, "first_a": firsts[0], "count_a": LAPS, "first_b": firsts[1],
            "count_b": LAPS, "w_0": rule.state_0, "gain": 1e-4, "silent": 2e-5, "lap": lap,
        }  # fmt: skip
        return made | changes

    def place(self):
        return PlaceInputs()

    def structure(self):
        return {"inputs": INPUTS, "room": ROOM, "laps": len(BTSP_FIXED_POINTS), "pairs": len(BTSP_DELAYS) + 1}

    @staticmethod
    def build(structure):
        from brian2 import Clock, Network, NeuronGroup, SpikeMonitor, StateMonitor, ms

        blocks = [(rule, structure["room"]) for rule in (WeightDependentBTSP(), SpineGatedBTSP(), ConeShouvalBTSP())]
        track = place_cell.build("track", blocks, inputs=structure["inputs"])
        by_name = {thing.name: thing for thing in track.objects}
        clock, axons, cells = (by_name[f"track_{name}"] for name in ("inputs_0", "inputs_0", "cells_0"))
        clock = axons.clock
        track.add(StateMonitor(axons, ["rate", "field"], record=np.arange(len(axons)), clock=clock, name="drive"))
        track.add(
            SpikeMonitor(cells, name="onsets"), StateMonitor(cells, "plateau", record=True, clock=clock, name="gate")
        )
        shared = {"i": np.repeat(np.arange(structure["inputs"]), 2), "j": np.tile([0, 1], structure["inputs"])}
        for place in ("neurons", "synapse"):
            track.add(
                WeightDependentBTSP().connect(
                    axons, cells, w=0.3, where=shared, traces=place, episode="lap_end", clock=clock, name=f"on_{place}"
                )
            )
        n = structure["pairs"]
        before, after = (ListedSpikes().group(n, name=name, clock=clock) for name in ("spikes", "plateaus"))
        rule, read = SpikeBTSP(), Clock(dt=1 * ms, name="reading")
        pairs = rule.connect(
            before, after, w=0, where={"j": "i"}, vary=tuple(rule.declared()), clock=clock, name="pairs"
        )
        rule.catch_up(pairs, clock=read)
        track.add(before, after, pairs)

        n, fine = (
            3 * structure["laps"],
            Clock(dt=0.1 * ms, name="fine"),
        )  # from two start weights and from the fixed point
        inside = NeuronGroup(
            1, f"rate = 40*Hz*int(t + 0.5*dt > {FIELD[0]}*second)*int(t + 0.5*dt < {FIELD[1]}*second) : Hz (constant over dt)",
            threshold="False", namespace={}, clock=fine, name="rectangle",
        )  # fmt: skip
        late = PlateauCell().group(n, name="late", clock=fine)
        rule = ConeShouvalBTSP.analytic_figure()
        single = rule.connect(
            inside, late, w=0, where={"i": np.zeros(n, int), "j": np.arange(n)}, clock=fine, name="single"
        )
        return [track, Network(inside, late, single)]

    def duration(self):
        first = self._condition(WeightDependentBTSP())
        return np.ceil(first["first_a"] + (MANY + 0.5) * first["lap"]), LAP

    def values(self):
        blocks = [(ROOM, conditions) for conditions in self.conditions()]
        found = place_cell.values(
            "track", blocks, self.place(), PlateauCell(), inputs=INPUTS, dt=self.dt, seen_w=0.5, seen_v=0.5
        )
        found |= {"fine.dt": self.dt_lap, "reading.dt": (round(self.duration()[0] / self.dt) - 1) * self.dt}
        found |= ListedSpikes.values("spikes", [*[[SPIKE]] * len(BTSP_DELAYS), np.sort(TRAIN[0])])
        found |= ListedSpikes.values("plateaus", [*([SPIKE + delay] for delay in BTSP_DELAYS), TRAIN[1]])
        rules = [*[SpikeBTSP(k_pot=1, k_dep=0)] * len(BTSP_DELAYS), SLOW]
        found |= {f"pairs.{name}": np.array([getattr(rule, name) for rule in rules]) for name in SLOW.declared()}
        found["pairs.w"] = np.r_[np.zeros(len(BTSP_DELAYS)), 0.9]
        onsets, fixed = np.array(list(BTSP_FIXED_POINTS)), list(BTSP_FIXED_POINTS.values())
        late = PlateauCell().values("late", 3 * onsets.size, lap=100.0, first_a=np.repeat(onsets, 3), count_a=1)
        found |= late | ConeShouvalBTSP.analytic_figure().replace(eta_W=ETA).values("single")
        return found | {"single.w": np.array([[*STARTS, w] for w in fixed]).ravel()}

    @property
    def read(self):
        blocks = [(conditions[0]["rule"], ROOM) for conditions in self.conditions()]
        return (
            *place_cell.reads("track", blocks), "drive.rate", "drive.field", "drive.t", "onsets.t", "onsets.i", "gate.plateau",
            "on_neurons.w", "on_synapse.w", "pairs.w", "single.w",
        )  # fmt: skip

    def measure(self, data):
        """The arrays as they are: the comparison is made where they are read."""
        import xarray as xr

        found = {}
        for name, values in data.items():
            short = name.replace(".", "_")
            found[short] = ([f"{short}_{k}" for k in range(values.ndim)], np.array(values))
        return xr.Dataset(found)


PROTOCOL = BTSPTrack
