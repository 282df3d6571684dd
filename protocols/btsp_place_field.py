"""BTSP place field: plateaus make a place field in a silent cell, and then move it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snnplastic.analysis.btsp_figure import draw
from snnplastic.analysis.place_field import target_ramp, two_inductions
from snnplastic.errors import ProtocolError
from snnplastic.networks import place_cell
from snnplastic.neurons.place_inputs import PlaceInputs
from snnplastic.neurons.plateau_cell import PlateauCell
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, by_structure, rule_from, rule_label, rules_param
from snnplastic.rules.spine_gated_btsp import SpineGatedBTSP

SETS = (
    "weight_dependent_btsp:synthetic", "weight_dependent_btsp:synthetic_one_width", "weight_dependent_btsp:not_normalised",
    "weight_dependent_btsp:mean_of_cells", "weight_dependent_btsp:median_of_cells",
    "spine_gated_btsp:rounded", "spine_gated_btsp:depolarised", "spine_gated_btsp:hyperpolarised", "cone_shouval_btsp:main_simulation",
)  # fmt: skip
BINS = 100
# Mean ramps by which the authors fitted the synthetic sets: height (mV), nominal width (cm), asymmetry; peak 12.5 cm before the plateau.
FIRST, GAIN, LOSS, SHIFT = (8.0, 160.0, 2.2), (7.65, 160.0, 2.5), (5.0, 140.0, 2.5), -12.5


@dataclass(frozen=True, kw_only=True)
class BTSPPlaceField(Protocol):
    r"""An animal runs laps on a circular track; plateaus at one place, then at another; ramp of the potential against position.

    Every set of `rules` gets both inductions. `rule` also runs at other speeds, with Poisson spikes instead of rates (one condition
    per replicate), and from other start weights; the first set of each class runs without plateaus, without running inputs, and
    for many laps. Ramps are the weights times the mean rates of the inputs, as the authors measure them; `v` is the potential in time.
    The weights of Cone & Shouval start at 0, and their gain is that of the authors' 50 inputs, spread over the inputs here.
    More repeats: --set repeats=20; finer: --set "dt=1 ms" (ten times the time).
    """

    title = "plateaus make a place field and move it; two BTSP rules with controls, speeds, spikes"
    source = Source(
        "Milstein, Li, Bittner, Grienberger, Soltesz, Magee & Romani",
        2021,
        "eLife 10:e73046",
        doi="10.7554/eLife.73046",
    )
    targets = ("milstein_2021_place_field", "btsp_place_field")

    rules: tuple = rules_param(SETS, "parameter sets, each with both inductions")
    rule: object = rules_param(SETS[0], "set of the speeds, spikes and start weights")
    place_1: float = param(120, "cm", "plateaus of the first induction", "synthetic data", low=0)
    place_2: float = param(45, "cm", "plateaus of the second induction", "synthetic data", low=0)
    laps: int = param(3, "1", "plateaus of an induction, one a lap", "synthetic data", low=1, high=20)
    many: int = param(
        9, "1", "plateaus of the conditions that approach the fixed point", "Cone & Shouval 2021", low=1, high=50
    )
    speed: float = param(25, "cm/s", "running speed", "synthetic data", low=1)
    speeds: tuple = param([15, 35, 50], "cm/s", "other speeds, first induction alone", "free", low=1)
    repeats: int = param(5, "1", "conditions with Poisson spikes", "free", low=1, high=100)
    strong: tuple = param([2.5, 4], "1", "other start weights, relative to a silent cell", "free", low=0)
    inputs: int = param(200, "1", "inputs of a cell", "Methods", low=10, high=2000)
    track: float = param(187, "cm", "length of the track", "Methods", low=10)
    field_width: float = param(90, "cm", "width of an input's field", "Methods", low=1)
    r_max: float = param(40, "Hz", "peak rate of an input", "Methods", low=0.1)
    plateau: float = param(300, "ms", "length of a plateau", "Methods", low=1)
    ramp_scale: float = param(
        0.0037733369, "mV/Hz", "ramp of an input of weight 1 above silent", "calibrated by the authors, for 200 inputs"
    )
    gain: float = param(
        7.5, "mV", "ramp of an input of weight 1 at its peak rate, Cone & Shouval", "main simulation, for 50 inputs"
    )
    dt: float = param(10, "ms", "time step", "as the authors'", low=0.1, high=20)

    @property
    def read(self):
        return place_cell.reads("track", [(rule_from(spec), n) for spec, n, _ in self._blocks()])

    def check_fields(self):
        for name in ("place_1", "place_2"):
            place, track = 1e2 * getattr(self, name), 1e2 * self.track
            if place >= track:
                raise ProtocolError(
                    f"btsp_place_field: {name} = {place:g} cm is not on the track; legal: 0 to below {track:g} cm"
                )
        for rule in (*self.rules, self.rule):
            if tuple(rule.reads_pre) != ("rate",) or rule.state != "w":
                raise ProtocolError(
                    f"btsp_place_field: rule {rule_label(rule)} does not read the rate of its inputs alone; legal: BTSP rules such as {SETS[0]}"
                )
        if isinstance(self.rule, SpineGatedBTSP):
            raise ProtocolError(
                "btsp_place_field: rule spine_gated_btsp gates the mean rate and cannot be driven by spikes; legal: other BTSP rules (and this one in `rules`)"
            )
        heavy = [s for s in self.strong if s > self.rule.weight(1.0)]
        if heavy:
            raise ProtocolError(
                f"btsp_place_field: strong = {heavy[0]:g} is above the largest weight {self.rule.weight(1.0):g} of {rule_label(self.rule)}"
            )

    # -- conditions

    @cached_property
    def _conditions(self):
        """A list of dicts in the order of the results."""
        made = [self._condition(rule, "set", rule_label(rule)) for rule in self.rules]
        first = {}
        for rule in self.rules:
            first.setdefault(type(rule), rule)
        for rule in first.values():
            label = rule_label(rule)
            made.append(self._condition(rule, "no plateau", label, fires=0))
            made.append(self._condition(rule, "no input", label, active=0))
            made.append(self._condition(rule, "many laps", label, count_a=self.many, count_b=0))
        label = rule_label(self.rule)
        made += [self._condition(self.rule, f"{1e2 * v:g} cm/s", label, velocity=v, count_b=0) for v in self.speeds]
        made += [self._condition(self.rule, f"spikes {k + 1}", label, spiking=1) for k in range(self.repeats)]
        made += [
            self._condition(self.rule, f"start {s:g}", label, w_0=s / self.rule.weight(1.0), count_b=0)
            for s in self.strong
        ]
        return made

    def _condition(self, rule, name, label, *, velocity=None, **changes):
        velocity = self.speed if velocity is None else velocity
        lap, start = self.track / velocity, rule.state_0
        each = self.gain * 50 / self.inputs / self.r_max if start == 0 else self.ramp_scale * 200 / self.inputs
        made = {
            "rule": rule, "name": name, "label": label, "velocity": velocity, "lap": lap, "active": 1, "spiking": 0, "fires": 1, "w_0": start,
            "gain": each * rule.weight(1.0), "silent": each * rule.weight(start), "unit": rule.weight(1.0),
            "first_a": lap + self.place_1 / velocity, "count_a": self.laps, "first_b": (self.laps + 2) * lap + self.place_2 / velocity, "count_b": self.laps,
        }  # fmt: skip
        return made | changes

    def _blocks(self):
        """[(spec, cells, positions)]: conditions whose rules share a file share a block."""
        found = by_structure(c["rule"] for c in self._conditions)
        return [(spec, place_cell.room(len(positions)), positions) for spec, _, positions in found]

    def _end(self, condition):
        last = max(
            (condition[f"first_{s}"] + condition[f"count_{s}"] * condition["lap"])
            for s in "ab"
            if condition[f"count_{s}"] or s == "a"
        )
        return last + 2 * self._seen()

    def _seen(self):
        """Time between two looks at the weights, s."""
        return round(0.5 / self.dt) * self.dt

    def structure(self):
        return {"blocks": [{"rule": spec, "n": n} for spec, n, _ in self._blocks()], "inputs": self.inputs}

    @staticmethod
    def figure(data):
        return draw(data)

    @staticmethod
    def build(structure):
        return place_cell.build(
            "track", [(rule_from(b["rule"]), b["n"]) for b in structure["blocks"]], inputs=structure["inputs"]
        )

    def duration(self):
        return float(np.ceil(max(map(self._end, self._conditions)) / self.dt) * self.dt)

    def values(self):
        conditions, cell = self._conditions, PlateauCell(duration=1e3 * self.plateau)
        blocks = [(n, [conditions[p] for p in positions]) for _, n, positions in self._blocks()]
        return place_cell.values(
            "track",
            blocks,
            self._place(),
            cell,
            inputs=self.inputs,
            dt=self.dt,
            seen_w=self._seen(),
            seen_v=5 * self.dt,
        )

    def _place(self):
        return PlaceInputs(track=1e2 * self.track, field_width=1e2 * self.field_width, r_peak=self.r_max)

    # -- results

    def _samples(self, condition, seen):
        """Indices of the looks at the weights before the first plateau and after each lap of plasticity."""
        ends = [
            condition[f"first_{s}"] + (k + 1) * condition["lap"] for s in "ab" for k in range(condition[f"count_{s}"])
        ]
        if condition["rule"].episode:  # the change is made at the lap's end
            return [0, *np.searchsorted(seen, np.array(ends) + 1.5 * self.dt)]
        return [0, *np.searchsorted(seen, np.array(ends) - 0.5 * self.dt) - 1]  # the next plateau begins there

    def measure(self, data):
        import xarray as xr

        conditions, place = self._conditions, self._place()
        x, centres = (np.arange(BINS) + 0.5) * self.track / BINS, place.centres(self.inputs)
        updates = 1 + max(2 * self.laps, self.many)
        w = np.full((len(conditions), updates, self.inputs), np.nan)
        v = np.empty((len(conditions), data["track_v_0.t"].size))
        for k, (_, _, positions) in enumerate(self._blocks()):
            states, seen = place_cell.states("track", k, "w", data, inputs=self.inputs)
            for cell, position in enumerate(positions):
                found = self._samples(conditions[position], seen)
                w[position, : len(found)] = states[cell][:, found].T
                v[position] = data[f"track_v_{k}.v"][:, cell]
        gain, silent = (np.array([c[key] for c in conditions])[:, None, None] for key in ("gain", "silent"))
        ramp = 1e3 * (gain * w - silent) @ place.map(centres, x)
        W = w * np.array([c["unit"] for c in conditions])[:, None, None]
        ds = xr.Dataset(
            {
                "ramp": (("condition", "update", "x"), ramp, {"units": "mV", "long_name": "ramp of the membrane potential"}),
                "W": (("condition", "update", "input"), W, {"long_name": "weight, relative to a silent cell (Cone & Shouval: of 1)"}),
                "v": (("condition", "time"), 1e3 * v, {"units": "mV"}),
            },
            coords={
                "name": ("condition", [c["name"] for c in conditions]), "rule": ("condition", [c["label"] for c in conditions]),
                "speed": ("condition", [1e2 * c["velocity"] for c in conditions], {"units": "cm/s"}),
                "x": ("x", 1e2 * x, {"units": "cm", "long_name": "position"}), "centre": ("input", 1e2 * centres, {"units": "cm"}),
                "time": ("time", data["track_v_0.t"], {"units": "s"}),
            },
            attrs={"track": 1e2 * self.track, "place_1": 1e2 * self.place_1, "place_2": 1e2 * self.place_2, "laps": self.laps, "rule": rule_label(self.rule)},
        )  # fmt: skip
        return self._measures(ds)

    def _measures(self, ds):
        """Numbers of each condition, measured as the authors measure a ramp, and of the target curves measured likewise."""
        n, x, track, one, two = self.laps, ds.x.values, 1e2 * self.track, 1e2 * self.place_1, 1e2 * self.place_2
        first = target_ramp(x, track, one, *FIRST, SHIFT)
        second = first + target_ramp(x, track, two, *GAIN, SHIFT) - target_ramp(x, track, one, *LOSS, SHIFT)
        ds["target"] = ("induction", "x"), [first, second], {"units": "mV"}
        kept = [len(x) if c["count_b"] else n + 1 for c in self._conditions]  # no second induction, no measures of it
        curves = [curve[:k] for curve, k in zip(ds.ramp.values, kept, strict=True)] + [
            np.array([0 * x, *[first] * n, *[second] * n])
        ]
        rows = [two_inductions(curve, n, x, track, one, two) for curve in curves]
        for key in rows[0]:
            found = np.array([row[key] for row in rows])
            unit = (
                {}
                if key in ("ratio", "asymmetry", "gain_asymmetry")
                else {"units": "mV" if key in ("first", "second", "height", "gain_height", "loss") else "cm"}
            )
            ds[key], ds[f"target_{key}"] = ("condition", found[:-1], unit), ((), found[-1], unit)
        change = ds.W - ds.W.isel(update=0)
        ds["largest_change"] = (
            np.abs(change).max(("update", "input")).assign_attrs(long_name="largest change of a weight")
        )
        ds["W_peak"] = (
            change.isel(update=n)
            .max("input")
            .assign_attrs(long_name="largest weight after the first induction, above its start")
        )
        return ds.assign(self._comparisons(ds))

    def _comparisons(self, ds):
        """Fields of spikes against the field of rates, and the field's width at the fastest against that at the slowest speed."""
        n, label, found = self.laps, rule_label(self.rule), {}
        mine = [
            (str(name), k)
            for k, (name, rule) in enumerate(zip(ds.name.values, ds.rule.values, strict=True))
            if rule == label
        ]
        ramps = ds.ramp.values[:, n]
        order = sorted((ds.speed.values[k], k) for name, k in mine if name.endswith("cm/s"))
        found["widening"] = (
            (),
            float(ds.area[order[-1][1]] / ds.area[order[0][1]]),
            {"long_name": "area width at the fastest over that at the slowest speed"},
        )
        main = next((k for name, k in mine if name == "set"), None)
        if main is not None:
            away = ramps[[k for name, k in mine if name.startswith("spikes")]] - ramps[main]
            height = ramps[main].max()
            found["spikes_mean_error"] = (
                (),
                float(np.abs(away.mean(0)).max() / height),
                {"long_name": "mean field of spikes against that of rates, largest difference, of its height"},
            )
            found["spikes_single_error"] = (
                (),
                float(np.sqrt((away**2).mean()) / height),
                {"long_name": "one field of spikes against that of rates, rms difference, of its height"},
            )
        return found


PROTOCOL = BTSPPlaceField
