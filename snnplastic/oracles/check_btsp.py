"""Checks of behavioural time scale plasticity: closed forms, quadrature, SciPy, printed tables; controls through the same network."""

import numpy as np

from ..catalogue import instances
from ..rules.cone_shouval_btsp import ConeShouvalBTSP
from ..rules.spine_gated_btsp import SpineGatedBTSP
from ..rules.weight_dependent_btsp import WeightDependentBTSP
from . import btsp_theory, tables
from .tables import row

SETTING = {"velocity": 25.0, "track": 187.0, "field_width": 90.0}  # cm, s
PLATEAU = 0.3  # s


def _track(device, data):
    """(protocol, arrays), run once for all checks of a call."""
    if "btsp" not in data:
        from ..results import run
        from .btsp_track import BTSPTrack

        made = BTSPTrack()
        data["btsp"] = made, {name: values.values for name, values in run(made, device=device).data.items()}
    return data["btsp"]


def _series(condition):
    return [condition[f"first_{s}"] + k * condition["lap"] for s in "ab" for k in range(int(condition[f"count_{s}"]))]


def _laps(made, seen, block, number):
    """(condition, weights after each lap (lap, input)): looked at before the next lap's end."""
    from .btsp_track import INPUTS

    condition = made.conditions()[block][number]
    w = seen[f"track_w_{block}_w"].reshape(-1, seen[f"track_w_{block}_w"].shape[1] // INPUTS, INPUTS)[:, number]
    ends = np.array(_series(condition)) + condition["lap"]
    after = np.searchsorted(seen["track_w_0_t"], ends + 1.5 * made.dt)
    before = np.searchsorted(seen["track_w_0_t"], ends - 0.5 * made.dt) - 1
    return condition, w[after] if condition["rule"].episode else w[before]


def check_weight_dependent(device, data):
    from .btsp_track import INPUTS, MANY

    made, seen = _track(device, data)
    centres = 1e2 * made.place().centres(INPUTS)

    def theory(condition, w_0, centre, count):
        onsets = _series(condition)[:count]
        return btsp_theory.weights_after_laps(
            condition["rule"], w_0, centre, onsets, condition["lap"], PLATEAU, **SETTING
        )

    for number, name in ((0, "synthetic"), (1, "not_normalised"), (2, "median_of_cells"), (3, "q_pot = q_dep")):
        condition, w = _laps(made, seen, 0, number)
        expected = np.array([[lap[0] for lap in theory(condition, condition["w_0"], c, 6)] for c in centres]).T
        yield row(
            "weight_dependent_btsp",
            f"weights after each of 6 laps, two places, against quadrature of closed forms, {name}",
            np.abs(w - expected).max(),
            1e-6,
        )
    rule = condition["rule"]
    quotients = []
    for centre, history in zip(centres, w.T, strict=True):
        rest, laps = rule.k_pot / (rule.k_pot + rule.k_dep), theory(condition, condition["w_0"], centre, 6)
        away = np.r_[condition["w_0"], history] - rest
        left = np.cumprod([1 - (rule.k_pot + rule.k_dep) * pot for _, pot, _ in laps])
        quotients.append(np.abs(away[1:] - away[0] * left).max())
    yield row(
        "weight_dependent_btsp",
        "q_pot = q_dep: distance from k_pot/(k_pot + k_dep) shrinks by 1 - (k_pot + k_dep) Q a lap",
        max(quotients),
        1e-6,
    )
    condition, w = _laps(made, seen, 0, 4)
    error, near = 0.0, 0
    for centre, history in zip(centres, w.T, strict=True):
        _, pot, dep = theory(condition, 0.9, centre, 3)[-1]
        rule, both = condition["rule"], condition["rule"].k_pot * pot + condition["rule"].k_dep * dep
        if abs(1 - both) ** MANY < 1e-8:
            near, error = near + 1, max(error, abs(history[-1] - rule.k_pot * pot / both))
    yield row(
        "weight_dependent_btsp",
        f"fixed point k_pot Q_pot/(k_pot Q_pot + k_dep Q_dep) after {MANY} laps, {near} inputs that reach it",
        error if near else np.inf,
        1e-6,
    )
    for number, name in ((5, "no plateau"), (6, "no running input")):
        condition, w = _laps(made, seen, 0, number)
        yield row("weight_dependent_btsp", f"{name}: no change of any weight", np.abs(w - condition["w_0"]).max(), 0)
    yield row(
        "weight_dependent_btsp",
        "signals on the neurons against signals on the synapses",
        np.abs(seen["on_neurons_w"] - seen["on_synapse_w"]).max(),
        1e-12,
    )
    yield from _peaks()
    condition = made.conditions()[0][0]
    t, w = seen["track_w_0_t"], seen["track_w_0_w"][:, :INPUTS]
    field = made.place().map(
        made.place().centres(INPUTS), (condition["velocity"] * (t + 0.5 * made.dt)) % made.place().track
    )
    v = ((condition["gain"] * w - condition["silent"]) * field.T).sum(1)
    yield row(
        "plateau_cell",
        "potential against the sum of weights times rates (V)",
        np.abs(v - seen["track_v_0_v"][:, 0]).max(),
        1e-12,
    )


def _peaks():
    """The peaks by which the instances are normalised, from the closed forms of the signals at the authors' set-up."""
    error = 0.0
    for name in instances(WeightDependentBTSP):
        rule = getattr(WeightDependentBTSP, name)()
        if name in ("not_normalised", "single_spikes"):
            continue
        lap = SETTING["track"] / SETTING["velocity"]
        peak = btsp_theory.largest(
            lambda t, rule=rule: btsp_theory.eligibility(t, rule.tau_ET, 100.0, **SETTING), 5 * lap, 6 * lap
        )
        error = max(
            error,
            abs(rule.ET_peak - peak),
            abs(rule.IS_peak - (1 - np.exp(-PLATEAU / rule.tau_IS)) / (1 - np.exp(-lap / rule.tau_IS))),
        )
    yield row(
        "weight_dependent_btsp", "peaks of the signals at the authors' set-up, all normalised instances", error, 2e-6
    )


def check_spine_gated(device, data):
    from .btsp_track import INPUTS

    made, seen = _track(device, data)
    centres = 1e2 * made.place().centres(INPUTS)
    for number, name in ((0, "rounded"), (1, "depolarised")):
        condition, w = _laps(made, seen, 1, number)
        onsets = _series(condition)
        expected = [
            btsp_theory.gated_weights(
                condition["rule"], condition["w_0"], c, onsets, condition["lap"], PLATEAU, **SETTING
            )
            for c in centres[1:4]
        ]
        yield row(
            "spine_gated_btsp",
            f"weights after each of 6 laps against SciPy, {name}",
            np.abs(w[:, 1:4].T - expected).max(),
            1e-6,
        )
    for number, name in ((2, "no plateau"), (3, "no running input")):
        condition, w = _laps(made, seen, 1, number)
        yield row("spine_gated_btsp", f"{name}: no change of any weight", np.abs(w - condition["w_0"]).max(), 0)
    rule, x = SpineGatedBTSP(), np.linspace(0, 1, 11)
    yield row(
        "spine_gated_btsp",
        "thresholds order the gates: depolarised above rest above hyperpolarised",
        0 if _ordered(rule, x) else 1,
        0,
    )


def _ordered(rule, x):
    gates = [
        btsp_theory.rescaled(x[1:-1], made.alpha_spine, made.beta_spine)
        for made in (rule.depolarised(), rule, rule.hyperpolarised())
    ]
    return bool(np.all(gates[0] > gates[1]) and np.all(gates[1] > gates[2]))


def check_cone_shouval(device, data):
    from .btsp_track import ETA, FIELD, INPUTS, LAP

    made, seen = _track(device, data)
    w = seen["single_w"].reshape(-1, 3)
    rise, fall = w[:, 0] / ETA, (1 - w[:, 1]) / ETA  # I_p and I_d, since a lap's change is linear in them
    printed = np.array(list(tables.BTSP_FIXED_POINTS.values()))
    yield row(
        "cone_shouval_btsp",
        "ten fixed points I_p/(I_p + I_d) against the printed table",
        np.abs(rise / (rise + fall) - printed).max(),
        1e-4,
    )
    both = np.array(
        [
            btsp_theory.rectangle_integrals(ConeShouvalBTSP.analytic_figure(), onset, *FIELD, LAP)
            for onset in tables.BTSP_FIXED_POINTS
        ]
    )
    yield row(
        "cone_shouval_btsp",
        "I_p and I_d at the ten onsets against quadrature",
        max(np.abs(rise - both[:, 0]).max(), np.abs(fall - both[:, 1]).max()),
        5e-4,
    )
    stays = np.abs(w[:, 2] - printed) / (ETA * (rise + fall))
    yield row(
        "cone_shouval_btsp",
        "a weight at its fixed point stays there (distance that its drift reveals)",
        stays.max(),
        1e-4,
    )
    condition, w = _laps(made, seen, 2, 0)
    onsets, centres = _series(condition)[:3], 1e2 * made.place().centres(INPUTS)
    error = 0.0
    for index in (2, 3, 4):

        def rate(t, centre=centres[index]):
            away = (SETTING["velocity"] * t) % SETTING["track"] - centre
            return float(
                sum(
                    np.exp(-(((away + k * SETTING["track"]) / (SETTING["field_width"] / np.sqrt(18))) ** 2))
                    for k in (-1, 0, 1)
                )
            )

        # an onset acts in the middle of its step
        expected = btsp_theory.two_trace_weight(
            condition["rule"], 0.0, rate, [t + 0.5 * made.dt for t in onsets], onsets[-1] + condition["lap"]
        )
        error = max(error, abs(w[2, index] - expected))
    yield row("cone_shouval_btsp", "weights after 3 laps against SciPy", error, 1e-5)
    for number, name in ((1, "no plateau"), (2, "no running input")):
        condition, w = _laps(made, seen, 2, number)
        yield row("cone_shouval_btsp", f"{name}: no change of any weight", np.abs(w - condition["w_0"]).max(), 0)


def check_kernel(device, data):
    """The kernel of one spike and one plateau onset, measured with k_pot = 1/s and k_dep = 0 from w = 0."""
    from .btsp_track import SLOW, TRAIN

    _, seen = _track(device, data)
    overlap = dict(zip(tables.BTSP_DELAYS, -np.log(1 - seen["pairs_w"][:-1]), strict=True))
    worst = max(
        abs(overlap[delay] - float(text)) / tables.half_unit(text) for delay, text in tables.BTSP_DELAYS.items()
    )
    yield row(
        "spike_btsp",
        "overlap of a spike and a plateau against the printed table, in half units of the last digit",
        worst,
        1 + 1e-9,
    )
    slopes = 1 / np.log(overlap[1] / overlap[2]), 1 / np.log(overlap[-1] / overlap[-2])
    yield row(
        "spike_btsp", "asymmetry of the kernel against tau_ET/tau_IS", abs(slopes[0] / slopes[1] - 1 / 0.75), 1e-9
    )
    expected = SLOW.oracle(*TRAIN, 0.9, t_end=1e3)
    yield row(
        "spike_btsp",
        "40 spikes and 3 plateaus against the double sum of their overlaps",
        abs(seen["pairs_w"][-1] - expected),
        1e-9,
    )


def check_neurons(device, data):
    from .btsp_track import INPUTS

    made, seen = _track(device, data)
    centres, place = 1e2 * made.place().centres(INPUTS), SETTING["track"]
    t = seen["drive_t"][::997]
    away = ((SETTING["velocity"] * (t[:, None] + 0.5 * made.dt) - centres + place / 2) % place - place / 2) / (
        SETTING["field_width"] / np.sqrt(18)
    )
    # the nearest image alone: the others add less than exp(-19)
    yield row(
        "place_inputs",
        "rates against a Gaussian of the distance around the track (Hz)",
        np.abs(seen["drive_field"][::997, :INPUTS] - 40 * np.exp(-(away**2))).max(),
        1e-5,
    )
    spiking = slice(7 * INPUTS, 8 * INPUTS)
    mean, expected, n = (
        seen["drive_rate"][:, spiking].mean(),
        seen["drive_field"][:, spiking].mean(),
        seen["drive_t"].size * INPUTS,
    )
    yield row(
        "place_inputs",
        "mean of the Poisson spikes, in standard errors",
        abs(mean - expected) / np.sqrt(expected / made.dt / n),
        4,
    )
    condition = made.conditions()[0][0]
    onsets, expected = seen["onsets_t"][seen["onsets_i"] == 0], np.array(_series(condition))
    yield row(
        "plateau_cell",
        "onsets of two series of plateaus against a list (s)",
        np.abs(onsets - expected).max() if onsets.size == 6 else np.inf,
        1e-9,
    )
    length = seen["gate_plateau"][:, 0].sum() * made.dt / 6
    yield row("plateau_cell", "length of a plateau (s)", abs(length - PLATEAU), 1e-9)
    yield row("plateau_cell", "plateaus of a cell that does not fire", np.abs(seen["gate_plateau"][:, 5]).max(), 0)


def check_place_field(device, _):
    """The ramps of the main set against those of weights from quadrature of the closed forms; the target curve's own measures."""
    from ..analysis.place_field import features, target_ramp
    from ..results import run

    found = run("btsp_place_field", device=device).data
    k = next(
        k
        for k, name in enumerate(found.name.values)
        if name == "set" and found.rule.values[k] == "weight_dependent_btsp:synthetic"
    )
    rule, lap = WeightDependentBTSP(), SETTING["track"] / SETTING["velocity"]
    centres, x = found.centre.values, found.x.values
    onsets = [(1 + j) * lap + 120 / 25 for j in range(3)] + [(5 + j) * lap + 45 / 25 for j in range(3)]
    some = slice(0, None, 10)
    w = np.array(
        [
            [
                after[0]
                for after in btsp_theory.weights_after_laps(rule, rule.state_0, c, onsets, lap, PLATEAU, **SETTING)
            ]
            for c in centres[some]
        ]
    )
    yield row(
        "btsp_place_field",
        "weights W of every tenth input after 6 laps against quadrature, step 10 ms",
        np.abs(found.W.values[k, 1:7, some].T - w * rule.W_max).max(),
        5e-3,
    )
    maps = 40 * sum(
        np.exp(-(((x[None] - found.centre.values[:, None] + j * 187) / (90 / np.sqrt(18))) ** 2)) for j in (-1, 0, 1)
    )
    ramp = 0.0037733369 * (found.W.values[k, :7] - 1) @ maps
    yield row(
        "btsp_place_field",
        "ramps against weights times rates (mV)",
        np.abs(found.ramp.values[k, :7] - ramp).max(),
        1e-9,
    )
    known = features(target_ramp(x, 187.0, 120.0, 8.0, 100.0, 2.0, -10.0), x, 187.0, 120.0)
    error = max(
        abs(known["height"] - 8) / 8,
        abs(known["width"] - 100) / 100,
        abs(known["asymmetry"] - 2) / 2,
        abs(known["shift"] + 10) / 10,
    )
    yield row(
        "btsp_place_field",
        "a target curve of 8 mV, 100 cm, asymmetry 2, shift -10 cm measures so (relative)",
        error,
        0.12,
    )


CHECKS = {
    "weight_dependent_btsp": check_weight_dependent, "spine_gated_btsp": check_spine_gated, "cone_shouval_btsp": check_cone_shouval,
    "spike_btsp": check_kernel, "place_inputs": check_neurons, "plateau_cell": check_neurons, "btsp_place_field": check_place_field,
}  # fmt: skip
