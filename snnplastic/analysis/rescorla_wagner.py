"""The Rescorla-Wagner model, the yardstick of blocking, overshadowing and extinction.

On a trial every cue i that is present changes by dV_i = alpha_i beta (lambda - sum of V over the cues present)
(Rescorla & Wagner 1972, in Black & Prokasy, Classical Conditioning II, 64-99). Extinction runs with lambda = 0 and erases V:
the model predicts no renewal, spontaneous recovery or reinstatement. Results (trial + 1, cue) begin with V before trial 1.
"""

import numpy as np

from ..errors import ParameterError


def rescorla_wagner(present, asymptote, *, alpha=1.0, beta=0.3, start=0.0):
    """V (trial + 1, cue); `present` (trial, cue) is 1 where a cue is shown.

    `asymptote` (lambda) and `beta` are numbers or one per trial, `alpha` and `start` numbers or one per cue.
    """
    present = np.asarray(present, float)
    if present.ndim != 2 or not np.isin(present, (0, 1)).all():
        raise ParameterError(f"present of shape {present.shape}; a matrix (trial, cue) of 0 and 1 is legal")
    trials, cues = present.shape
    asymptote, beta = (np.broadcast_to(x, trials) for x in (asymptote, beta))
    V = np.empty((trials + 1, cues))
    V[0] = start
    for n in range(trials):
        V[n + 1] = V[n] + np.multiply(alpha, present[n]) * beta[n] * (asymptote[n] - V[n] @ present[n])
    return V


def one_cue(n, asymptote=1.0, rate=0.3, start=0.0):
    """V after n trials of one cue, closed form: lambda + (V_0 - lambda)(1 - alpha beta)^n; extinction has lambda = 0."""
    return asymptote + (start - asymptote) * (1 - rate) ** np.asarray(n)


def acquisition(trials, *, asymptote=1.0, alpha=1.0, beta=0.3):
    """V (trial + 1) of one cue paired with the shock."""
    return rescorla_wagner(np.ones((trials, 1)), asymptote, alpha=alpha, beta=beta)[:, 0]


def extinction(trials, start=1.0, *, alpha=1.0, beta=0.3):
    """V (trial + 1) of one cue alone."""
    return rescorla_wagner(np.ones((trials, 1)), 0.0, alpha=alpha, beta=beta, start=start)[:, 0]


def overshadowing(trials, *, asymptote=1.0, alpha=1.0, beta=0.3):
    """V (trial + 1, 2) of two cues paired only together: alpha_i/(alpha_1 + alpha_2) of lambda in the end."""
    return rescorla_wagner(np.ones((trials, 2)), asymptote, alpha=alpha, beta=beta)


def blocking(alone, together, *, asymptote=1.0, alpha=1.0, beta=0.3):
    """V (trial + 1, 2): cue 1 is paired alone, then both together; cue 2 finds little left to predict."""
    present = np.ones((alone + together, 2))
    present[:alone, 1] = 0
    return rescorla_wagner(present, asymptote, alpha=alpha, beta=beta)
