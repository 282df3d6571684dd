"""Field measures, the triplet rule's closed form and the schedules of slice protocols; no network is built."""

import numpy as np
import pytest

from snnplastic.analysis import field, triplet_drift
from snnplastic.errors import ParameterError, ProtocolError
from snnplastic.protocol import find
from snnplastic.receptors.gaba_b import GABA_B
from snnplastic.rules.triplet_stdp import TripletSTDP

MS = np.arange(0, 20, 0.2)


def test_slope_is_that_of_the_early_rise():
    assert field.slope(MS, 3e-3 * MS)[()] == pytest.approx(3.0)


def test_a_wave_without_notch_has_no_population_spike():
    assert field.population_spike(MS * np.exp(-MS / 5)) == 0


def test_population_spike_is_measured_from_the_peaks_beside_it():
    wave = np.interp(MS, [0, 4, 5, 6, 12, 20], [0, 4e-3, -2e-3, 6e-3, 2e-3, 0])
    assert field.population_spike(wave) == pytest.approx(7e-3)


def test_threshold_is_the_root_of_the_drift():
    rule = TripletSTDP.visual_cortex_all_to_all_minimal()
    theta = triplet_drift.threshold(rule, 10.0)
    assert theta == pytest.approx(19.22, abs=0.01)
    assert triplet_drift.drift(rule, 10.0, theta) == pytest.approx(0, abs=1e-12)
    assert triplet_drift.drift(rule, 10.0, 5.0, duration=1e7, step=1e-9) == pytest.approx(
        triplet_drift.drift(rule, 10.0, 5.0), rel=1e-5
    )


def test_fitted_threshold_recovers_a_parabola():
    y = np.arange(2.0, 30, 3)
    root, error = triplet_drift.fitted_threshold(y, 0.1 * y * (y - 12), np.full(y.size, 0.1))
    assert root == pytest.approx(12) and 0 < error < 1


def test_slow_trains_skip_and_fast_ones_do_not():
    made = find("ltd_frequency")(n_pulses=10)
    slow, fast = (next(i for i in made.inductions() if i.name == name) for name in ("1 Hz", "50 Hz"))
    assert slow.every == 1.0 and fast.every is None
    stop = made._seconds()["stop"]
    inside = made._pulses(slow, 0)
    assert np.allclose(np.diff(inside[(inside > made._seconds()["dense_from"]) & (inside < stop)]), made.window)


def test_a_train_slower_than_the_window_is_refused_by_name():
    from snnplastic.slice_protocol import Induction

    made = find("ltd_frequency")()
    with pytest.raises(ProtocolError, match="2 Hz.*shorter than the window"):
        made._pulses(Induction("2 Hz", ((0.0, 0.1), ()), every=0.1), 0)


def test_gaba_b_wants_a_rise_faster_than_its_decay():
    with pytest.raises(ParameterError, match="tau_rise"):
        GABA_B(tau_rise=500, tau_decay=50)
