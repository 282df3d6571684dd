"""Mean drift of the triplet rule between independent Poisson trains, and the postsynaptic rate where it changes sign."""

import numpy as np


def drift(rule, x, y, *, duration=None, step=0.0):
    """d<w>/dt (1/s) at presynaptic rate x and postsynaptic rate y (Hz), all-to-all pairing, without bounds.

    A2+ t+ x y - A2- t- x y + A3+ t+ ty x y^2 - A3- t- tx x^2 y (Pfister & Gerstner 2006). For trains that begin with empty
    traces and last `duration` (s), its mean over that time; for spikes on a grid of `step` (s), with the traces' values there.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)

    def seen(tau, inclusive):
        """Mean trace per rate at a spike; a postsynaptic spike sees the presynaptic one of its own step, and none else."""
        if not step:
            return tau
        q = np.exp(-step / tau)
        return step * (1 if inclusive else q) / (1 - q)

    def filled(*taus):
        """Mean over the duration of the product of traces that fill up from 0, relative to their final value."""
        if duration is None:
            return 1.0
        part = lambda tau: tau * -np.expm1(-duration / tau)  # noqa: E731
        total = duration - sum(part(tau) for tau in taus)
        if len(taus) == 2:
            total += part(1 / sum(1 / tau for tau in taus))
        return total / duration

    plus, minus, tx, ty = rule.tau_plus, rule.tau_minus, rule.tau_x, rule.tau_y
    return (
        rule.A2_plus * seen(plus, True) * filled(plus) * x * y
        - rule.A2_minus * seen(minus, False) * filled(minus) * x * y
        + rule.A3_plus * seen(plus, True) * seen(ty, False) * filled(plus, ty) * x * y**2
        - rule.A3_minus * seen(minus, False) * seen(tx, False) * filled(minus, tx) * x**2 * y
    )


def threshold(rule, x):
    """Postsynaptic rate (Hz) at which the drift changes sign."""
    return (
        rule.A2_minus * rule.tau_minus + rule.A3_minus * rule.tau_minus * rule.tau_x * x - rule.A2_plus * rule.tau_plus
    ) / (rule.A3_plus * rule.tau_plus * rule.tau_y)


def fitted_threshold(y, drifts, sem):
    """(root, its standard error) of y (a y - b), fitted to drifts with standard errors; y in Hz."""
    y, weight = np.asarray(y, float), 1 / np.asarray(sem)
    design = np.stack([y**2, -y], axis=1) * weight[:, None]
    (a, b), *_ = np.linalg.lstsq(design, drifts * weight, rcond=None)
    root, cov = b / a, np.linalg.inv(design.T @ design)
    gradient = np.array([-root / a, 1 / a])
    return root, float(np.sqrt(gradient @ cov @ gradient))
