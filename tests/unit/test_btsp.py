"""BTSP: how ramps are measured, what a protocol refuses, and the episode of a rule."""

import numpy as np
import pytest

from snnplastic.analysis.place_field import features, target_ramp, two_inductions
from snnplastic.errors import ParameterError, ProtocolError, RuleError
from snnplastic.protocol import find
from snnplastic.rules._arguments import check_episode
from snnplastic.rules.cone_shouval_btsp import ConeShouvalBTSP
from snnplastic.rules.spike_btsp import SpikeBTSP
from snnplastic.rules.weight_dependent_btsp import WeightDependentBTSP, segment

TRACK, X = 187.0, (np.arange(100) + 0.5) * 1.87


@pytest.mark.parametrize("place", [20.0, 93.0, 180.0])
def test_a_target_curve_measures_as_itself(place):
    found = features(target_ramp(X, TRACK, place, 8.0, 100.0, 2.0, -10.0), X, TRACK, place)
    assert found["height"] == pytest.approx(8, rel=1e-2)
    assert found["width"] == pytest.approx(100, rel=0.02)
    assert found["asymmetry"] == pytest.approx(2, rel=0.1)
    assert found["shift"] == pytest.approx(-10, abs=1)


def test_the_authors_measures_of_their_mean_ramp():
    found = features(target_ramp(X, TRACK, 120.0, 8.0, 160.0, 2.2, -12.5), X, TRACK, 120.0)
    assert found["area_width"] == pytest.approx(66.3, abs=0.5)
    assert found["ratio"] == pytest.approx(2.7, abs=0.1)


def test_a_flat_ramp_has_no_width():
    found = features(np.zeros(100), X, TRACK, 120.0)
    assert found["height"] == 0 and np.isnan(found["width"])


def test_without_a_second_induction_there_is_no_gain():
    ramp = target_ramp(X, TRACK, 120.0, 8.0, 160.0, 2.2, -12.5)
    found = two_inductions(np.array([0 * X, ramp, ramp, ramp]), 3, X, TRACK, 120.0, 45.0)
    assert found["height"] == pytest.approx(8, rel=1e-2) and np.isnan(found["gain_height"]) and np.isnan(found["loss"])


@pytest.mark.parametrize(("alpha", "beta"), [(0.4, 4.4), (0.001, 170.0), (0.9, 40.0)])
def test_a_segment_runs_from_exactly_0_to_1(alpha, beta):
    def f(x):
        return eval(segment("x", "alpha", "beta"), {"exp": np.exp, "x": x, "alpha": alpha, "beta": beta})

    def sigmoid(x):
        return 1 / (1 + np.exp(-beta * (x - alpha)))

    assert f(0.0) == 0 and f(1.0) == pytest.approx(1, abs=1e-12)
    assert f(0.3) == pytest.approx((sigmoid(0.3) - sigmoid(0)) / (sigmoid(1) - sigmoid(0)), rel=1e-9)


def test_a_segment_of_small_slope_is_a_line():
    assert eval(segment("x", "alpha", "beta"), {"exp": np.exp, "x": 0.3, "alpha": 0.5, "beta": 2e-4}) == pytest.approx(
        0.3, abs=1e-8
    )


def test_a_silent_cell_starts_at_weight_1():
    rule = WeightDependentBTSP()
    assert rule.weight(rule.state_0) == pytest.approx(1)


def test_one_spike_and_one_plateau_by_hand():
    rule = SpikeBTSP(k_pot=1, k_dep=0)
    K = 0.75 / 1.75
    for delay, expected in ((1.0, K * np.exp(-1)), (-1.0, K * np.exp(-1 / 0.75))):
        assert -np.log(1 - rule.oracle([5.0], [5.0 + delay], 0.0, t_end=60.0)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("fields", "error", "told"),
    [
        ({"place_1": 190}, ProtocolError, "place_1 = 190 cm is not on the track; legal: 0 to below 187 cm"),
        ({"rule": "pair_stdp"}, ProtocolError, "rule pair_stdp does not read the rate"),
        ({"rules": "triplet_stdp, cone_shouval_btsp"}, ProtocolError, "rule triplet_stdp"),
        ({"rule": "spine_gated_btsp"}, ProtocolError, "cannot be driven by spikes"),
        ({"strong": [9]}, ProtocolError, "strong = 9 is above the largest weight 4.68"),
        ({"laps": 0}, ParameterError, "laps"),
    ],
)
def test_what_the_protocol_refuses(fields, error, told):
    with pytest.raises(error, match=told):
        find("btsp_place_field")(**fields)


def test_an_episode_needs_its_text_and_its_event():
    class Group:
        name, events = "cells", {"spike": "v > 0"}

    with pytest.raises(RuleError, match="has no text `episode`"):
        check_episode(ConeShouvalBTSP(), "lap_end", Group)
    with pytest.raises(RuleError, match="episode = 'lap_end' is no event of cells; legal: spike"):
        check_episode(WeightDependentBTSP(), "lap_end", Group)


def test_numbers_of_a_run_change_no_structure():
    protocol = find("btsp_place_field")
    changed = protocol(speed=30, laps=2, place_2=60, plateau=200, dt=5, many=4, track=200)
    assert changed.structure() == protocol().structure()
