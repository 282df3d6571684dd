"""Engrams: the definition cell by cell, its false positives under a true null, and overlaps."""

import numpy as np
import pytest
from scipy.stats import t

from snnplastic.analysis.engram import blocks, engram, overlap, share
from snnplastic.errors import ParameterError


def test_blocks_are_sums_of_consecutive_tones():
    assert (blocks([[1, 2, 3, 4, 5, 6]], 2) == [[3, 7, 11]]).all()
    with pytest.raises(ParameterError, match="block = 4"):
        blocks([[1, 2, 3, 4, 5, 6]], 4)


def test_a_cell_belongs_above_two_sd_and_a_silent_one_above_two_spikes():
    before = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [2, 8, 2, 8], [2, 8, 2, 8], [5, 5, 5, 5]])
    spread = np.std([2, 8, 2, 8], ddof=1)
    after = np.array([2, 2.5, 5 + 2 * spread - 0.01, 5 + 2 * spread + 0.01, 0])
    assert engram(before, np.stack([after, after], 1)).tolist() == [False, True, False, True, False]


@pytest.mark.parametrize(("b", "a"), [(4, 1), (4, 4), (8, 1), (8, 8)])
def test_the_share_without_a_change_is_that_of_students_t(b, a):
    rng = np.random.default_rng(10 * b + a)
    rates = rng.uniform(20, 60, 20000)  # high enough for normal counts, which need no floor
    before, after = (rng.poisson(rates[:, None] / 5, (rates.size, 5 * n)) for n in (b, a))
    found = share(engram(before, after, 5))
    assert found == pytest.approx(100 * t(b - 1).sf(2 / np.sqrt(1 / a + 1 / b)), rel=0.15, abs=0.1)


def test_nearly_silent_cells_belong_by_chance_less_often():
    rng = np.random.default_rng(3)
    before, after = rng.poisson(0.02, (20000, 20)), rng.poisson(0.02, (20000, 5))
    assert share(engram(before, after, 5)) < 0.1


def test_cells_that_really_respond_are_found():
    rng = np.random.default_rng(4)
    responds = np.arange(200) < 60
    before, after = rng.poisson(0.5, (200, 40)), rng.poisson(np.where(responds, 4.0, 0.5)[:, None], (200, 40))
    assert share(engram(before, after, 5)) == pytest.approx(30, abs=2)


def test_overlap_of_independent_equal_and_separate_engrams():
    rng = np.random.default_rng(5)
    one, other = rng.random((2, 20000)) < [[0.3], [0.2]]
    assert overlap(one, other).chance == pytest.approx(6, abs=0.3)
    assert overlap(one, other).ratio == pytest.approx(1, abs=0.06)
    four = np.array([True, False, False, False])
    assert overlap(four, four) == pytest.approx((25, 6.25, 4)) and overlap(four, ~four) == pytest.approx((0, 18.75, 0))
    assert np.isnan(overlap(four, np.zeros(4)).ratio)
    with pytest.raises(ParameterError, match="same cells"):
        overlap(four, four[:2])


def test_one_block_before_training_has_no_sd():
    with pytest.raises(ParameterError, match="at least 2 blocks before"):
        engram(np.ones((3, 5)), np.ones((3, 5)), 5)
