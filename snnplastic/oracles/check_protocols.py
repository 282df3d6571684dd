"""Checks of protocols: closed forms, tables, and an integration of the whole time."""

import numpy as np

from . import pairing_cell, tables
from .tables import row


def check_stdp_window(device, _):
    from ..results import run

    fields = {
        "rule": "pair_stdp(A_plus=0.005, A_minus=0.00525, tau_plus=16.8 ms, tau_minus=33.7 ms)",
        "lags": "-10, 10 ms",
        "rates": "1, 20, 40, 50 Hz",
        "n_pairs": 60,
    }
    found = run("stdp_window", device=device, **fields).data
    error = 0.0
    for (rate, lag), expected in tables.PAIR.items():
        at = np.isclose(found.rate, rate) & np.isclose(found.lag, lag)
        error = max(error, abs(float(found.change.values[at][0]) - expected))
    yield row("stdp_window", "closed form at four points", error, 1e-9)


def check_pairing_frequency(device, _):
    from ..catalogue import make
    from ..results import run

    found = run("pairing_frequency", device=device).data
    table, walk = 0.0, 0.0
    for column, name in enumerate(tables.CORTEX_ROWS):
        rule = make("rules", f"triplet_stdp:{name}")
        for rate, values in tables.CORTEX.items():
            for lag, expected in ((10, values[2 * column]), (-10, values[2 * column + 1])):
                at = (
                    (found.rule == f"triplet_stdp:{name}")
                    & (found.schedule == "continuous")
                    & np.isclose(found.rate, rate)
                    & np.isclose(found.lag, lag)
                )
                dw = float(found.dw.values[at.values][0])
                times = np.arange(60) / rate
                table, walk = (
                    max(table, abs(dw - expected)),
                    max(
                        walk, abs(dw - (rule.oracle(times + max(-lag, 0) * 1e-3, times + max(lag, 0) * 1e-3, 1.0) - 1))
                    ),
                )
    yield row("pairing_frequency", "visual cortex against the computed table", table, 1e-4)
    yield row("pairing_frequency", "visual cortex against a walk over the spikes", walk, 1e-9)


def check_nmda_coincidence(device, _):
    from ..results import run

    yield row(
        "nmda_coincidence",
        "measured block against the equation (relative)",
        run("nmda_coincidence", device=device).data.block_error,
        1e-4,
    )


def check_ltp_pairing(device, _):
    """A short pairing experiment, its gaps skipped in closed form, against an integration of the whole time."""
    from ..results import run

    n_before, n_after, n_pairs, interval = 2, 6, 3, 10.0
    found = run(
        "ltp_pairing",
        device=device,
        n_baseline=n_before,
        n_after=n_after,
        n_pairs=n_pairs,
        conditions="targets",
        dt="0.05 ms",
    ).data
    longest = 1.0 * n_pairs
    settle, gap = 2.0, interval / 2 - 1.0
    start = n_before * interval  # real time of the first boundary of the induction
    stop = start + settle + np.ceil(longest)
    after = stop + 3.0 + gap
    stimuli = stop - np.arange(n_pairs, 0, -1.0)
    tests = [
        np.r_[np.arange(n_before) * interval, after + np.arange(n_after) * interval] + shift
        for shift in (0.0, interval / 2)
    ]
    pulses = [(t, t + 0.1, "clamp", 0.0) for t in stimuli]
    peaks = np.concatenate([t[:, None] + np.linspace(0.006, 0.0095, 36) for t in tests])
    oracle = pairing_cell.integrate(
        [np.sort(np.r_[tests[0], stimuli]), tests[1]],
        pulses,
        t_end=float(after + n_after * interval),
        sample_times=np.sort(np.r_[np.concatenate(tests), peaks.ravel()]),
    )
    times = np.sort(np.r_[np.concatenate(tests), peaks.ravel()])
    error = 0.0
    for pathway, train in enumerate(tests):
        for k, t in enumerate(train):
            near = (times >= t) & (times < t + 0.01)
            amplitude = oracle["v"][near].max() - oracle["v"][near][0]
            error = max(error, abs(float(found.epsp.sel(condition="pairing")[pathway, k]) - amplitude))
    yield row("ltp_pairing", "EPSP of both pathways against SciPy over the whole time (V)", error, 5e-6)
    w = np.interp(tests[0], times, oracle["w"][:, 0])
    yield row(
        "ltp_pairing",
        "weight at the test pulses against SciPy",
        np.abs(found.state.sel(condition="pairing")[0] - w).max(),
        2e-4,
    )


CHECKS = {
    "stdp_window": check_stdp_window, "pairing_frequency": check_pairing_frequency,
    "nmda_coincidence": check_nmda_coincidence, "ltp_pairing": check_ltp_pairing,
}  # fmt: skip
