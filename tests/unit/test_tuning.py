"""Tuning curves and gradients of known shape."""

import numpy as np
import pytest

from snnplastic.analysis import tuning
from snnplastic.errors import ParameterError

F = np.linspace(-2, 2, 17)


def bell(best, sd=0.6):
    return np.exp(-0.5 * ((F - np.asarray(best)[..., None]) / sd) ** 2)


def test_tuning_curves_are_means_per_frequency():
    frequency = np.array([1.0, 0.0, 1.0, 0.1 + 0.2, 0.3])
    known, mean = tuning.tuning_curve([[1, 2, 3, 4, 6], [0, 0, 1, 0, 0]], frequency)
    assert known == pytest.approx([0, 0.3, 1]) and mean == pytest.approx(np.array([[2, 5, 2], [0, 0, 0.5]]))
    with pytest.raises(ParameterError, match="one frequency per tone"):
        tuning.tuning_curve([1, 2], [0.0])


def test_a_gradient_puts_both_sides_of_the_cs_together():
    distance, change = tuning.gradient([-1, 0, 1, 2], np.ones(4), [3, 5, 4, 2], 0.0)
    assert distance == pytest.approx([0, 1, 2]) and change == pytest.approx([4, 2.5, 1])


def test_width_of_a_triangle_is_exact_and_of_a_bell_close():
    assert tuning.width(F, np.maximum(1 - np.abs(F - 0.25) / 1.5, 0)) == pytest.approx(1.5)
    assert tuning.width(F, bell(0.5)) == pytest.approx(2 * np.sqrt(2 * np.log(2)) * 0.6, rel=0.02)
    assert tuning.half_width([0, 1, 2], [4, 3, 1]) == pytest.approx(1.5)
    assert (
        np.isnan(tuning.width(F, F + 3))
        and np.isnan(tuning.width(F, -bell(0)))
        and np.isnan(tuning.half_width([0, 1], [2, 2]))
    )
    both = tuning.width(F, np.stack([bell(0), bell(0, 0.4)]))
    assert both.shape == (2,) and both[0] > both[1]


def test_discrimination_index():
    assert tuning.discrimination([3, 2, 0, 0], [1, 2, 5, 0]) == pytest.approx([0.5, 0, -1, np.nan], nan_ok=True)
    assert tuning.discrimination(6.0, 2.0) == pytest.approx(0.5)
    with pytest.raises(ParameterError, match="below 0"):
        tuning.discrimination(-1, 1)


def test_best_frequency_is_the_vertex_of_a_parabola():
    best = np.array([-0.37, 0.0, 1.12])
    assert tuning.best_frequency(F, 9 - (F - best[:, None]) ** 2) == pytest.approx(best)
    assert tuning.best_frequency(F, bell(best)) == pytest.approx(best, abs=0.01)
    uneven = np.array([-2, -1, -0.5, 0.4, 2.0])
    assert tuning.best_frequency(uneven, 9 - (uneven + 0.3) ** 2) == pytest.approx(-0.3)
    assert tuning.best_frequency(F, np.stack([F + 3, np.zeros(17), np.ones(17)])) == pytest.approx(
        [2, np.nan, -2], nan_ok=True
    )
    with pytest.raises(ParameterError, match="at least 3"):
        tuning.best_frequency([0, 1], [1, 2])


def test_a_shift_towards_the_cs_is_positive_on_both_sides():
    found = tuning.shift_towards([-1, 1, 1, 0], [-0.8, 0.8, 1.2, 0.1], 0.0)
    assert found == pytest.approx([0.2, 0.2, -0.2, np.nan], nan_ok=True)
