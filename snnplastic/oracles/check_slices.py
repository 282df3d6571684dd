"""Checks of the slice protocols and their parts: closed forms, and an integration of one cell over the whole time."""

import numpy as np

from ..networks.feedforward import FULL, LAG, RECRUITED_BY
from ..neurons.field_electrode import FieldElectrode
from ..receptors.gaba_b import GABA_B
from . import pairing_cell
from .tables import row


def _release(times, b):
    """Release at each time, from all earlier ones."""
    tr, td = b.tau_rise, b.tau_decay
    peak = np.log(td / tr) * tr * td / (td - tr)
    scale = np.exp(-peak / td) - np.exp(-peak / tr)
    age = np.subtract.outer(times, times)
    shape = np.where(age > 1e-9, np.exp(-np.abs(age) / td) - np.exp(-np.abs(age) / tr), 0).sum(1) / scale
    return 1 - b.D_max * shape / (shape + b.b_half)


def check_parts(device, _):
    from ..device.execute import execute
    from .slice_parts import CURRENT, RATE, TRAINS, VOLLEYS, SliceParts

    seen = execute(SliceParts(), target=device, quiet=True).data
    t = np.arange(seen["parts_seen.g_gaba_a"].shape[0]) * 1e-4
    times = np.array(VOLLEYS)
    found, expected = seen["parts_seen.g_gaba_a"][:, 0], np.zeros(t.size)
    for arrival, share in zip(times + LAG, _release(times, GABA_B()), strict=True):
        after = t > arrival - 1e-9
        expected[after] += 0.5 * FULL * 1e-9 * share * np.exp(-(t[after] - arrival) / 10e-3)
    # what arrives in a step is there when the monitor reads the next one
    error = np.abs(found[1:] - expected[:-1]).max() / expected.max()
    yield row("gaba_b", "conductance of five volleys against a sum over the earlier ones (of its peak)", error, 1e-9)
    e = FieldElectrode()
    wave = e.R_e * CURRENT * -np.expm1(-t / e.tau_e)
    for spike in times:
        since = np.clip(t - spike - 1e-4, 0, None) / e.tau_u
        wave -= e.A_spike / 4 * since * np.exp(1 - since)
    yield row(
        "field_electrode",
        "step of current and spikes against the closed form (V)",
        np.abs(seen["parts_heard.field"][:, 0] - wave).max(),
        1e-9,
    )
    counts = seen["parts_counts.count"]
    yield row(
        "poisson_intervals", "mean rate, in standard errors", abs(counts.mean() - RATE) / np.sqrt(RATE / TRAINS), 4
    )
    fano = counts.var(ddof=1) / counts.mean()
    yield row(
        "poisson_intervals",
        "variance over mean of the counts, in standard errors from 1",
        abs(fano - 1) / np.sqrt(2 / TRAINS),
        4,
    )


def _integrated(made, induction, test_times, trains, pulses, after):
    """Mean weight of each pathway at the test pulses, the cell's spikes, and v at the times `after` (s) each test pulse of
    pathway 1; `made` has one cell per population.
    """
    latency = made._latency()[0]
    b = made.bundles
    stimuli, inhibition, fibres = [], [], []
    for train, tests, strength in zip(trains, test_times, induction.fibres, strict=True):
        times = np.sort(np.r_[train, tests])
        stimuli += [times + arrival for arrival in latency]
        fibres += [strength / b] * b
        share = min(strength / RECRUITED_BY, 1)
        inhibition += list(
            zip(times + latency.mean() + LAG, FULL * 1e-9 * share * _release(times, GABA_B()), strict=True)
        )
    beside = np.add.outer(test_times[0], after)
    samples = np.unique(np.concatenate([*test_times, beside.ravel()]))
    found = pairing_cell.integrate(
        stimuli, pulses, t_end=float(samples[-1] + 1), sample_times=samples, inhibition=inhibition, rtol=1e-7,
        parameters={
            "sodium": True, "free": induction.free, "g_ampa": [3e-9 * f for f in fibres], "g_nmda": [1.5e-9 * f for f in fibres],
        },
    )  # fmt: skip
    w = found["w"].reshape(-1, 2, b).mean(2)
    weights = [w[np.isin(samples, tests), p] for p, tests in enumerate(test_times)]
    return weights, np.array(found["spikes"]), found["v"][np.searchsorted(samples, beside)]


def both(device, name, wanted, after=(), **fields):
    """One condition of a slice protocol with a single cell, and SciPy over the whole time, gaps included.

    (data of that condition, weights of each pathway at the test pulses, spikes during induction, v `after` the first pathway's).
    """
    from ..device.execute import execute
    from ..protocol import find

    made = find(name)(cells=1, n_baseline=2, n_after=2, test_rate=0.1, **{"dt": 0.05, **fields})
    found = made.measure(execute(made, target=device, quiet=True).data).sel(condition=wanted)
    induction = next(i for i in made.inductions() if i.name == wanted)
    gap, times, half = 5.0 - made.window, made._times(), 5.0
    # real time of the window boundaries where the dense stretch begins and ends
    begin = 2 * made.n_baseline * half
    windows = times["stop"] - times["dense_from"]
    slow = (induction.every - made.window) if induction.every else 0.0
    stop = begin + windows * (made.window + slow)
    after_induction = begin + (times["dense_to"] - times["dense_from"]) * (made.window + slow) - slow + gap
    if induction.every:
        trains = [stop - (len(t) - np.arange(len(t))) * induction.every for t in induction.trains]
    else:
        trains = [stop - made._length(induction) + np.asarray(t, float) for t in induction.trains]
    # the first window of the dense stretch still begins with the gap of a test pulse, the last ends without its own
    tests = [np.r_[np.arange(2) * 2 * half, after_induction + np.arange(2) * 2 * half] + p * half for p in (0, 1)]
    weights, spikes, v = _integrated(
        made, induction, tests, trains, _pulses(stop - made._length(induction), **induction.pulses), np.asarray(after, float)
    )  # fmt: skip
    return found, weights, spikes[(spikes > begin) & (spikes < after_induction)], v


def _pulses(start, *, first=0.0, period=1.0, length=0.0, count=0, trains=1, train_period=1.0, I_pulse=0.0):
    """Current pulses of an induction that starts at `start` (s), one after the other."""
    on = (start + first + k * train_period + m * period for k in range(trains) for m in range(count))
    return [(t, t + length, "current", I_pulse) for t in on]


def _check(device, name, wanted, tolerance, **fields):
    found, weights, inside, _ = both(device, name, wanted, **fields)
    error = max(np.abs(found.w.sel(pathway=p + 1) - weights[p]).max() for p in (0, 1))
    yield row(name, f"weights of both pathways against SciPy over the whole time, {wanted}", error, tolerance)
    yield row(
        name,
        f"spikes during induction against SciPy ({inside.size})",
        abs(float(found.spikes_per_cell) - inside.size),
        0.01 * inside.size + 1,
    )


def check_tetanus(device, _):
    yield from _check(device, "ltp_tetanus", "bursts every 200 ms", 0.01, n_slow=0)


def check_associativity(device, _):
    yield from _check(device, "associativity", "gap 10 ms", 0.002, n_trains=3)


def check_frequency(device, _):
    # twelve pulses depress by 0.01: the tolerance is a fifth of that
    yield from _check(device, "ltd_frequency", "1 Hz", 0.002, n_pulses=12, fibres=16)


def check_bcm(device, _):
    from ..results import run

    found = run("bcm_threshold", device=device, replicas=60).data
    yield row("bcm_threshold", "distance of the drift from the closed form, mean square in sem", found.chi2.max(), 3.0)
    off = (np.abs(found.theta - found.theta_expected) / found.theta_sem).max()
    yield row("bcm_threshold", "distance of the threshold from the closed form, in its standard errors", off, 4)


CHECKS = {
    **dict.fromkeys(("gaba_b", "field_electrode", "poisson_intervals"), check_parts),
    "ltp_tetanus": check_tetanus, "associativity": check_associativity, "ltd_frequency": check_frequency, "bcm_threshold": check_bcm,
}  # fmt: skip
