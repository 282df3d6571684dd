"""Checks of the Graupner-Brunel rule: exact values, transition probabilities under noise, its scaling, and the theory's printed table."""

import numpy as np

from ..analysis import calcium_mean_field as theory
from ..rules.graupner_brunel import GraupnerBrunel
from .calcium_trains import CalciumTrains, moments
from .tables import CALCIUM_EXACT, CALCIUM_THEORY, half_unit, row

NAME = "graupner_brunel"


def check_graupner_brunel(device, data):
    from ..results import run

    reference, exact = CalciumTrains(), len(CALCIUM_EXACT)
    plain, scaled, full = (run(CalciumTrains(scale=k), device=device).data.rho.values for k in (1, 50, 0))
    n = reference.copies
    error = [abs(plain[k, 0] - value) for k, (*_, value) in enumerate(CALCIUM_EXACT)]
    yield row(NAME, "noiseless, seven exact values of independent integration", max(error), 1e-4)
    yield row(NAME, "scaling by 50 with the same random numbers changes nothing", np.abs(scaled - plain).max(), 1e-10)
    means, spreads, shares, with_cubic = [], [], [], []
    for k, (rule, pre, post, start) in list(enumerate(reference.conditions()))[exact:]:
        mean, variance = moments(rule, pre, post, start, reference.duration())
        above = 1 - _normal((0.5 - mean) / np.sqrt(variance))
        means.append(abs(plain[k].mean() - mean) / np.sqrt(variance / n))
        spreads.append(abs(plain[k].var(ddof=1) / variance - 1) / np.sqrt(2 / (n - 1)))
        error = np.sqrt(max(above * (1 - above), 1 / n) / n)
        shares.append(abs((plain[k] > 0.5).mean() - above) / error)
        with_cubic.append(abs((full[k] > 0.5).mean() - above))
    yield row(
        NAME,
        f"mean of {n} noisy synapses against the exact mean, in standard errors, {len(means)} patterns",
        max(means),
        4,
    )
    yield row(NAME, "their variance against the exact variance, in standard errors", max(spreads), 4)
    yield row(NAME, "transition probabilities U and D against the exact ones, in standard errors", max(shares), 3)
    yield row(
        NAME, "the same probabilities with the cubic term, which the theory neglects (absolute)", max(with_cubic), 0.05
    )
    worst = 0.0
    for name, lag, *printed in CALCIUM_THEORY:
        rule = getattr(GraupnerBrunel, name)()
        alpha = theory.shares(rule, [(0.0, "pre"), (lag * 1e-3, "post")], 1.0)
        e = theory.transitions(rule, *alpha, 60.0)
        steady = theory.transitions(rule, *alpha, 1e9)["rho"]
        values = (*alpha, steady, e["tau_eff"], e["U"], e["D"], e["change"])
        worst = max(worst, *(abs(v - float(text)) / half_unit(text) for v, text in zip(values, printed, strict=True)))
    yield row(
        "calcium_regimes", "mean-field theory against the printed table, in half units of the last digit", worst, 1.01
    )


def _normal(x):
    from scipy.special import ndtr

    return ndtr(x)


CHECKS = {NAME: check_graupner_brunel, "calcium_regimes": check_graupner_brunel}
