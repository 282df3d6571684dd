"""The oracles themselves: against closed forms, by hand, and against each other."""

from itertools import product
from math import exp

import numpy as np
import pytest

from snnplastic.analysis import pair_closed_form
from snnplastic.oracles import pairing_cell, tables
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.rules.triplet_stdp import TripletSTDP
from snnplastic.rules.weight_dependent_stdp import WeightDependentSTDP

PAIR = PairSTDP(A_plus=0.005, A_minus=0.00525, tau_plus=16.8, tau_minus=33.7)


@pytest.mark.parametrize("point", tables.PAIR)
def test_closed_form_walk_and_table_agree(point):
    rate, lag = point[0], point[1] * 1e-3
    times = np.arange(60) / rate
    walk = PAIR.oracle(times + max(-lag, 0), times + max(lag, 0), 0.5) - 0.5
    plus, minus = pair_closed_form.basis(lag, 1 / rate, 60, PAIR.tau_plus, PAIR.tau_minus)
    assert walk == pytest.approx(tables.PAIR[point], abs=1e-10)
    assert PAIR.A_plus * plus - PAIR.A_minus * minus == pytest.approx(walk, abs=1e-12)


def test_a_coincident_pair_potentiates():
    assert PAIR.oracle([0.1], [0.1], 0.5) == pytest.approx(0.505, abs=1e-15)


def test_triplets_by_hand():
    rule = TripletSTDP.visual_cortex_all_to_all()
    first = exp(-0.01 / rule.tau_plus) * rule.A2_plus
    depression = exp(-0.01 / rule.tau_minus) * (rule.A2_minus + rule.A3_minus * exp(-0.02 / rule.tau_x))
    assert rule.oracle([0, 0.02], [0.01], 1.0) == pytest.approx(1 + first - depression, abs=1e-15)
    assert rule.replace(A3_plus=0, A3_minus=0).oracle([0.01], [0, 0.02], 1.0) == pytest.approx(
        1 - rule.A2_minus * exp(-0.01 / rule.tau_minus) + rule.A2_plus * exp(-0.01 / rule.tau_plus), abs=1e-15
    )


def test_weight_dependence_spans_additive_and_multiplicative():
    pre, post = [0, 0.1, 0.2], [0.01, 0.11, 0.19]
    additive = PairSTDP(A_plus=0.01, A_minus=0.01)
    assert WeightDependentSTDP(mu=0).oracle(pre, post, 0.5) == pytest.approx(additive.oracle(pre, post, 0.5), abs=1e-15)
    assert WeightDependentSTDP(mu=1).oracle([0], [0.01], 1.0) == 1.0


def test_nearest_and_all_differ_only_with_more_than_one_partner():
    for rule in (PairSTDP, TripletSTDP, WeightDependentSTDP):
        one, both = ([0.0], [0.01]), ([0.0, 0.005], [0.01])
        assert rule(pairing="all").oracle(*one, 0.5) == rule(pairing="nearest").oracle(*one, 0.5)
        if rule is not TripletSTDP:
            assert rule(pairing="all").oracle(*both, 0.5) != rule(pairing="nearest").oracle(*both, 0.5)


def test_best_pair_rule_recovers_a_pair_rule():
    points = np.array(list(product((1.0, 10.0, 30.0), (0.01, -0.01))))
    plus, minus = pair_closed_form.basis(points[:, 1], 1 / points[:, 0], 60, 0.0168, 0.0337)
    a_plus, a_minus, error = pair_closed_form.best_amplitudes(plus, minus, 0.003 * plus - 0.002 * minus, np.ones(6))
    assert (a_plus, a_minus, error) == pytest.approx((0.003, 0.002, 0), abs=1e-12)


def test_printed_tables_of_the_formulas():
    for v, value in tables.BLOCK.items():
        assert pairing_cell.block(v) == pytest.approx(value, abs=5.001e-6)
    for text, formula in ((tables.OMEGA, pairing_cell.omega), (tables.TAU, pairing_cell.eta_time_constant)):
        for calcium, printed in text.items():
            assert formula(calcium) == pytest.approx(float(printed), abs=1.000001 * tables.half_unit(printed))
