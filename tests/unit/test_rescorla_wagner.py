"""The Rescorla-Wagner recursion beside its closed forms."""

import numpy as np
import pytest

from snnplastic.analysis import rescorla_wagner as rw
from snnplastic.errors import ParameterError


def test_one_cue_follows_the_closed_form():
    n = np.arange(13)
    assert rw.acquisition(12) == pytest.approx(rw.one_cue(n))
    assert rw.acquisition(5)[1:] == pytest.approx([0.30, 0.51, 0.657, 0.7599, 0.83193])
    assert rw.extinction(12, 0.8) == pytest.approx(rw.one_cue(n, 0.0, start=0.8))
    assert rw.acquisition(12, asymptote=90, alpha=0.5, beta=0.4) == pytest.approx(90 * (1 - 0.8**n))


def test_an_added_cue_is_blocked():
    V = rw.blocking(10, 10)
    assert V[10] == pytest.approx([1 - 0.7**10, 0])
    assert V[-1, 1] == pytest.approx(0.5 * 0.7**10 * (1 - 0.4**10)) and V[-1, 1] == pytest.approx(0.0141, abs=5e-5)


def test_cues_share_the_prediction_by_their_salience():
    assert rw.overshadowing(60)[-1] == pytest.approx([0.5, 0.5])
    assert rw.overshadowing(200, alpha=[0.3, 0.1])[-1] == pytest.approx([0.75, 0.25])


def test_absent_cues_keep_their_value_and_trials_have_their_own_asymptote_and_rate():
    V = rw.rescorla_wagner([[1, 0], [1, 1], [0, 1]], [1, 0, 1], beta=[0.5, 0.2, 0.5])
    assert V == pytest.approx(np.array([[0, 0], [0.5, 0], [0.4, -0.1], [0.4, 0.45]]))


@pytest.mark.parametrize("present", [[1, 0, 1], [[0.5, 1.0]]])
def test_what_is_no_matrix_of_trials_and_cues_is_refused(present):
    with pytest.raises(ParameterError, match="present"):
        rw.rescorla_wagner(present, 1.0)
