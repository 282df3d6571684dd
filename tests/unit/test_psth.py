"""PSTHs of spikes whose rates, latencies and places relative to the edges of bins are known."""

import numpy as np
import pytest

from snnplastic.analysis import psth
from snnplastic.errors import ParameterError

ONSETS = 10.0 * np.arange(1, 41)


def poisson(seed, rate, n_cells, stop):
    """Spikes (cell, time) of one rate (Hz) up to `stop` (s)."""
    rng = np.random.default_rng(seed)
    number = rng.poisson(rate * n_cells * stop)
    return rng.integers(n_cells, size=number), rng.uniform(0, stop, number)


def test_spikes_of_known_times_fall_into_their_bins():
    cell, time = [7, 3, 7, 5], [1.012, 0.951, 2.0149, 2.0]
    edges, found = psth.counts(cell, time, [1.0, 2.0], [7, 3])
    assert edges.size == 50 and edges[0] == -0.05 and edges[10] == 0 and edges[12] == 0.01
    assert [tuple(k) for k in np.argwhere(found)] == [(0, 0, 12), (0, 1, 0), (1, 0, 12)]
    rate = psth.psth(cell, time, [1.0, 2.0], [7, 3])[1]
    assert rate.shape == (2, 50) and rate[0, 12] == pytest.approx(2 / 2 / 5e-3)
    assert psth.population_psth(cell, time, [1.0, 2.0], [7, 3])[1][12] == pytest.approx(2 / 2 / 5e-3 / 2)


@pytest.mark.parametrize("dt", [1e-4, 5e-5, 1e-4 / 3])
def test_multiples_of_a_time_step_on_an_edge_begin_their_bin(dt):
    per_bin = round(5e-3 / dt)
    onset = 1_000_000 * per_bin  # after more than an hour
    steps = onset + np.arange(-10 * per_bin, 40 * per_bin)
    for onsets in (onset * dt, np.cumsum(np.full(1000, onset // 1000 * dt))[-1]):
        found = psth.counts(np.zeros(steps.size, int), steps * dt, onsets, 1)[1]
        assert (found == per_bin).all()


@pytest.mark.parametrize("side", [-np.inf, np.inf])
def test_a_spike_on_the_border_of_two_windows_is_in_the_later_one(side):
    onsets = 100 + 0.05 * np.arange(200)
    times = np.nextafter(onsets[::2], side)  # what rounding does to a multiple of a time step
    found = psth.trial_counts(np.zeros(times.size, int), times, onsets, 1, stop=0.05)
    assert found[0].tolist() == [1, 0] * 100


def test_order_of_spikes_and_spikes_of_others_do_not_matter_and_windows_may_overlap():
    cell, time = poisson(1, 3.0, 20, 50.0)
    mixed = np.random.default_rng(2).permutation(time.size)
    onsets = 5 + 0.1 * np.arange(300)
    plain = psth.counts(cell, time, onsets, 20)[1]
    assert (plain == psth.counts(cell[mixed], time[mixed], onsets, 20)[1]).all()
    assert (plain[:, [4, 2]] == psth.counts(cell, time, onsets, [4, 2])[1]).all()
    for trial in range(0, 300, 37):
        for c in range(20):
            assert (
                plain[trial, c] == np.histogram(time[cell == c], onsets[trial] + np.linspace(-0.05, 0.2, 51))[0]
            ).all()


def test_poisson_spikes_have_their_rate():
    cell, time = poisson(3, 8.0, 50, 420.0)
    edges, rate = psth.psth(cell, time, ONSETS, 50, start=-1.0, stop=1.0)
    spikes = 8.0 * 50 * 40 * 2
    assert rate.mean() == pytest.approx(8.0, abs=4 * 8 / np.sqrt(spikes))
    assert psth.window_rate(edges, rate, 0.01, 0.02) == pytest.approx(rate[:, 202:204].mean(1))
    inside = psth.trial_counts(cell, time, ONSETS, 50, start=0.0, stop=0.5)
    assert inside.shape == (50, 40)
    assert inside.mean() == pytest.approx(4.0, abs=0.2) and inside.var() / inside.mean() == pytest.approx(1, abs=0.15)


def test_no_spikes_at_all():
    edges, rate = psth.psth([], [], ONSETS, 3)
    assert rate.shape == (3, 50) and not rate.any()
    assert np.isnan(psth.latency(edges, rate, resolution=1.0)).all() and np.isnan(psth.peak_bin(edges, rate)).all()


def test_latency_and_peak_of_a_known_response():
    cell, time = poisson(4, 1.0, 200, 420.0)
    rng = np.random.default_rng(5)
    late = [onset + rng.uniform(*w, n) for onset in ONSETS for w, n in (((0.01, 0.015), 20), ((0.015, 0.02), 8))]
    more = np.concatenate(late)
    cell, time = np.append(cell, rng.integers(200, size=more.size)), np.append(time, more)
    edges, rate = psth.population_psth(cell, time, ONSETS, 200, start=-0.5)
    assert psth.latency(edges, rate, resolution=psth.one_spike(5e-3, 40, 200)) == pytest.approx(0.01)
    assert psth.peak_bin(edges, rate) == pytest.approx(0.01)
    assert psth.window_rate(edges, rate, 0.01, 0.015) == pytest.approx(1 + 20 / 200 / 5e-3, abs=0.5)


def test_what_comes_before_the_onset_or_does_not_exceed_the_limit_is_no_response():
    edges = (-0.05 + 5e-3 * np.arange(20)).round(12)
    quiet = np.where(np.arange(20) % 2, 1.0, 3.0)  # mean 2, sd 1.054 over 10 bins
    limit = 2 + 3 * np.std(quiet[:10], ddof=1)
    rate = np.stack([quiet, quiet, quiet, quiet])
    rate[0, 13], rate[1, 13], rate[2, 9], rate[3, 10] = limit, limit + 0.01, 1000, 1000
    found = psth.latency(edges, rate, resolution=0.1)
    assert np.isnan(found[[0, 2]]).all() and found[[1, 3]] == pytest.approx([0.015, 0.0])
    assert psth.latency(edges, rate[3], np.arange(10), resolution=0.1) == pytest.approx(0.0)
    assert np.isnan(psth.latency(edges, rate[3], [8, 9, 10], resolution=0.1))
    assert np.isnan(psth.latency(edges, rate[1], resolution=2.0))


def test_over_a_silent_baseline_more_than_three_spikes_are_a_response():
    edges = (-0.05 + 5e-3 * np.arange(20)).round(12)
    single = psth.one_spike(5e-3, 10)
    rate = np.zeros((3, 20))
    rate[:, 12] = np.array([1, 3, 4]) * single
    assert psth.latency(edges, rate, resolution=single) == pytest.approx([np.nan, np.nan, 0.01], nan_ok=True)


def test_half_trial_of_closed_forms():
    n = np.arange(200)
    for keep in (0.7, 0.9):
        rising = 2 + 5 * (1 - keep**n)
        exact = np.log(0.5) / np.log(keep)
        at = int(exact)
        chord = at + (keep**at - 0.5) / (keep**at - keep ** (at + 1))
        assert psth.half_trial(rising, last=1) == pytest.approx(chord, rel=1e-3)
        assert psth.half_trial(rising[1:], before=2.0, asymptote=7.0) == pytest.approx(chord)
        assert psth.half_trial(-rising, asymptote=-7.0) == pytest.approx(chord)
    curves = np.stack([0.5 * n, np.full(200, 4.0), np.minimum(n, 10.0)])
    found = psth.half_trial(curves, asymptote=[20.0, 4.0, 10.0])
    assert found[0] == pytest.approx(20) and np.isnan(found[1]) and found[2] == pytest.approx(5)
    assert np.isnan(psth.half_trial([0.0, 1.0, 2.0], asymptote=10.0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stop": 0.2001}, "whole number of bins"),
        ({"bin": 0.0}, "whole number of bins"),
        ({"onsets": []}, "onsets"),
        ({"onsets": [np.nan]}, "onsets"),
        ({"cells": 0}, "cells = 0"),
        ({"cells": [1, 1]}, "different cells"),
        ({"time": [1.0, 2.0]}, "spikes"),
    ],
)
def test_what_is_no_psth_is_refused(change, words):
    given = {"cell": [0], "time": [1.0], "onsets": [1.0], "cells": 1} | change
    with pytest.raises(ParameterError, match=words):
        psth.psth(**given)


def test_windows_off_the_edges_and_baselines_without_sd_are_refused():
    edges, rate = psth.psth([0], [1.0], [1.0], 1)
    with pytest.raises(ParameterError, match="edges of the bins"):
        psth.window_rate(edges, rate, 0.012, 0.02)
    with pytest.raises(ParameterError, match="edges of the bins"):
        psth.window_rate(edges, rate, 0.1, 0.3)
    with pytest.raises(ParameterError, match="fewer than 2"):
        psth.latency(edges, rate, [0], resolution=1.0)
    with pytest.raises(ParameterError, match="resolution"):
        psth.latency(edges, rate, resolution=0)
    with pytest.raises(ParameterError, match="no curve"):
        psth.half_trial([1.0])
