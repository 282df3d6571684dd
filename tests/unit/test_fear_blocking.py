"""Steps of blocking, and what Rescorla and Wagner say of its groups; no network is built."""

import numpy as np
import pytest

from snnplastic.errors import ParameterError
from snnplastic.protocol import find

N, M = 10, 6


def made(**kwargs):
    return find("fear_blocking")(n_first=N, n_second=M, **kwargs)


def steps(**kwargs):
    return {s.name: s for s in made(**kwargs).steps()}


def test_groups_differ_in_the_first_phase_only():
    found = steps()
    assert found["blocked"].trials == found["control"].trials == found["exposed"].trials == found["unblocked"].trials
    assert (found["blocked"].after, found["control"].after, found["exposed"].after) == ("A+", "", "A")
    assert [t.shock for t in found["A+"].trials] == [True] * N and [t.shock for t in found["A"].trials] == [False] * N
    assert {t.tones for t in found["single"].trials} == {(5,)}


def test_feedback_is_cut_in_the_compound_of_one_group_only():
    found, g = steps(), "la_central_relay.g"
    assert found["unblocked"].values[g] == 0 < found["A+"].values[g] == found["blocked"].values[g]
    assert found["blocked, feedback x 0"].values[g] == found["A+, feedback x 0"].values[g] == 0
    assert found["control, feedback x 2"].values[g] == 2 * found["control"].values[g]


def test_tones_are_softer_in_every_step():
    for step in steps(loudness=0.5).values():
        assert step.values["la_thalamic.r_onset"] == pytest.approx(160) and step.values["la_cortical.r_sustained"] == pytest.approx(15)


def test_every_second_phase_is_probed_with_the_added_tone():
    found = steps()
    for name in ("blocked", "control", "exposed", "unblocked", "no shock", "single", "blocked, feedback x 0.5"):
        step = found[f"X {name}"]
        assert step.frozen and step.after == name and {t.tones for t in step.trials} == {(5,)}


def test_predictions_are_the_closed_forms():
    last = {g: made().predicted(g)[-1] for g in ("blocked", "control", "exposed", "no shock", "single", "unblocked")}
    together = 0.5 * (1 - 0.4**M)
    assert last["control"] == pytest.approx(together) == last["exposed"]
    assert last["blocked"] == pytest.approx(0.7**N * together)
    assert last["single"] == pytest.approx(1 - 0.7**M)
    assert last["no shock"] < 0 and np.isnan(last["unblocked"])


@pytest.mark.parametrize("field, value", [("n_first", 0), ("n_second", 0), ("loudness", 0), ("strengths", [-1])])
def test_values_that_make_no_experiment_are_refused(field, value):
    with pytest.raises(ParameterError, match=f"FearBlocking.{field}"):
        find("fear_blocking")(**{field: value})
