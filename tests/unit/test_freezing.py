"""Freezing from spikes whose smoothed rate is known."""

import numpy as np
import pytest

from snnplastic.analysis.freezing import freezing, rate
from snnplastic.errors import ParameterError


def test_the_rate_is_a_sum_of_exponentials_also_across_long_pauses():
    rng = np.random.default_rng(1)
    time = np.concatenate([rng.uniform(0, 60, 400), rng.uniform(500, 530, 300)])
    at = np.sort(np.concatenate([rng.uniform(-1, 540, 300), time[:20]]))
    apart = at[:, None] - time
    direct = np.where(apart >= 0, np.exp(-np.maximum(apart, 0) / 0.1), 0).sum(1) / (0.1 * 40)
    assert rate(at, time, 40) == pytest.approx(direct, rel=1e-9, abs=1e-15)


def test_poisson_spikes_have_their_mean_rate_and_its_variance():
    rng = np.random.default_rng(2)
    time = rng.uniform(0, 400, rng.poisson(400 * 20 * 50))
    found = rate(np.arange(2, 400, 0.05), time, 50)
    assert found.mean() == pytest.approx(20, rel=0.01)
    assert found.var() == pytest.approx(20 / (2 * 0.1 * 50), rel=0.1)  # shot noise (Campbell): rate/(2 tau n)


def test_one_burst_is_above_until_it_has_decayed():
    burst = np.full(50, 3.0)  # 50 spikes of 10 cells: 50 Hz, down to 10 Hz after tau ln 5
    found = freezing(burst, [2.5, 3.0, 3.1, 5.0], 1.0, 10, threshold=10.0)
    down = 0.1 * np.log(5)
    assert found == pytest.approx([100 * down, 100 * down, 100 * (down - 0.1), 0])


def test_of_a_train_the_time_above_is_that_of_a_fine_grid():
    rng = np.random.default_rng(3)
    time = rng.uniform(0, 30, 900)
    onsets = np.array([-1.0, 2.0, 7.77, 28.5])
    grid = np.linspace(0, 2, 40001)[:-1] + 2.5e-5
    for threshold in (2.0, 3.0, 4.5):
        sampled = [100 * (rate(onset + grid, time, 10) > threshold).mean() for onset in onsets]
        assert freezing(time, onsets, 2.0, 10, threshold=threshold) == pytest.approx(sampled, abs=0.02)


def test_steady_firing_freezes_throughout_and_silence_never():
    steady = np.arange(0, 20, 1e-3)  # 100 Hz per cell of 10
    assert freezing(steady, [5.0, 8.0], 2.0, 10, threshold=90.0) == pytest.approx([100, 100])
    assert freezing(steady, [5.0, 30.0], 2.0, 10, threshold=110.0) == pytest.approx([0, 0])
    assert freezing([], [5.0, 8.0], 2.0, 10, threshold=1.0) == pytest.approx([0, 0])
    assert rate([0.0, 1.0], [], 10) == pytest.approx([0, 0])


@pytest.mark.parametrize("change", [{"threshold": 0.0}, {"duration": 0.0}, {"n_cells": 0}, {"tau": 0.0}])
def test_what_has_no_meaning_is_refused(change):
    given = {"time": [1.0], "onsets": [0.0], "duration": 1.0, "n_cells": 1, "threshold": 1.0} | change
    with pytest.raises(ParameterError, match="legal"):
        freezing(**given)
