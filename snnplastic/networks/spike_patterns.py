"""Spike patterns of published experiments: for each point of an experiment, the times (s) of presynaptic and postsynaptic spikes.

A pattern is (labels, pre, post); the labels name the point in results and in target files. All times are positive.
"""

import numpy as np

LEAD = 0.01  # s before the first spike


def repeated(pre, post, count, period):
    """A motif (times in ms, from its start) `count` times, every `period` s."""
    first = LEAD - min(0.0, *pre, *post) * 1e-3
    starts = first + np.arange(count)[:, None] * period
    return [np.sort((starts + np.array(side, float) * 1e-3).ravel()) for side in (pre, post)]


def pairs(rate, lag, count):
    """`count` pairs at a rate (Hz) with a lag (ms)."""
    return repeated([0.0], [lag], count, 1 / rate)


def bouts(rate, lag, count, n_bouts, bout_period):
    """`n_bouts` bouts of `count` pairs, a bout every `bout_period` s."""
    one = pairs(rate, lag, count)
    starts = np.arange(n_bouts)[:, None] * bout_period
    return [(starts + side).ravel() for side in one]


# Wang, Gerkin, Nauen & Bi 2005: motifs repeated 60 times at 1 Hz; two intervals (ms) as in Pfister & Gerstner 2006.
PAIR_LAGS = (10, -10)
PRE_POST_PRE = ((5, -5), (10, -10), (15, -5), (5, -15))
POST_PRE_POST = ((-5, 5), (-10, 10), (-5, 15), (-15, 5))
QUADRUPLETS = (-110, -80, -50, -30, -20, -10, 10, 20, 30, 40, 50, 60, 70, 80, 110)


def wang(count=60, quadruplets=QUADRUPLETS):
    """Pairs, triplets and quadruplets of Wang et al. 2005.

    Triplet (t_1, t_2): pre-post-pre has its presynaptic spikes t_1 before and -t_2 after the postsynaptic one; post-pre-post
    its postsynaptic spikes -t_1 before and t_2 after the presynaptic one. Quadruplet T: two pairs 5 ms apart inside, T between
    their centres, pre-post first for T < 0 and post-pre first for T > 0.
    """
    found = [({"kind": "pair", "motif": f"{lag:+d}"}, *pairs(1, lag, count)) for lag in PAIR_LAGS]
    for a, b in PRE_POST_PRE:
        found.append(({"kind": "pre-post-pre", "motif": f"{a},{b}"}, *repeated([0, a - b], [a], count, 1)))
    for a, b in POST_PRE_POST:
        found.append(({"kind": "post-pre-post", "motif": f"{a},{b}"}, *repeated([-a], [0, b - a], count, 1)))
    for T in quadruplets:
        pre, post = ([0, T - 5], [-5, T]) if T > 0 else ([0, -T + 5], [5, -T])
        found.append(({"kind": "quadruplet", "motif": f"{T:+d}", "T": float(T)}, *repeated(pre, post, count, 1)))
    return found


def sjostrom(schedule, rates=(0.1, 10, 20, 40, 50), lags=(10, -10), count=60):
    """Pairs at several rates as in Sjöström et al. 2001: `count` in a row ("continuous"), or 15 bouts of 5 every 10 s ("bouts").

    At 0.1 Hz a bout does not fit, and 50 pairs come one by one.
    """
    found = []
    for rate in rates:
        for lag in lags:
            if schedule == "continuous":
                trains = pairs(rate, lag, count)
            else:
                trains = bouts(rate, lag, 5, 15, 10.0) if 4 / rate < 9 else pairs(rate, lag, 50)
            found.append(({"rate": float(rate), "lag": float(lag)}, *trains))
    return found


def low_frequency(rates=(0.5, 1, 3, 5, 10, 50), count=900, post_rate=0.0, seed=0):
    """`count` presynaptic pulses at several rates (Dudek & Bear 1992); each pulse fires the cell with a probability that grows with the rate.

    The postsynaptic spikes are the one free assumption of a rule of spike times here: 3 ms after a pulse with probability
    1 - exp(-rate/post_rate), none for post_rate = 0.
    """
    draw, found = np.random.default_rng(seed), []
    for rate in rates:
        pre = LEAD + np.arange(count) / rate
        fires = draw.random(count) < (1 - np.exp(-rate / post_rate) if post_rate > 0 else 0)
        found.append(({"rate": float(rate)}, pre, pre[fires] + 0.003))
    return found


def irregular(rates=(1, 20, 35, 50), length=15.0, n_trains=8, dead=0.002, seed=0):
    """Independent Poisson firing of both sides at equal rates for `length` s, with a dead time; several trains per rate."""
    draw, found = np.random.default_rng(seed), []
    for rate in rates:
        for train in range(n_trains):
            sides = []
            for _ in range(2):
                gaps = dead + draw.exponential(1 / rate - dead, int(3 * rate * length) + 20)
                times = LEAD + np.cumsum(gaps)
                sides.append(times[times < length])
            found.append(({"rate": float(rate), "train": train}, *sides))
    return found
