"""Renewal, recovery, reinstatement: the steps are the published designs, and what is read from them."""

import numpy as np
import pytest

from snnplastic.analysis.extinction import tones_until_below, undone
from snnplastic.errors import ParameterError
from snnplastic.protocol import find

NAMES = ("fear_renewal", "fear_recovery", "fear_reinstatement")


def steps(name, **fields):
    return {step.name: step for step in find(name)(animals=1, **fields).steps()}


@pytest.mark.parametrize("name", NAMES)
def test_only_probes_are_frozen_and_steps_have_names_of_their_own(name):
    made = find(name)(animals=1).steps()
    assert len({step.name for step in made}) == len(made)
    for step in made:
        assert step.frozen == (len({t.context for t in step.trials}) == 1 and step.trials[0].tone_at == 0.3)
        assert not (step.frozen and any(t.shock for t in step.trials))


@pytest.mark.parametrize("name", NAMES)
def test_training_pairs_tone_and_shock_in_context_a(name):
    trials = steps(name, n_habituation=3, n_pairings=4)["training"].trials
    assert [t.shock for t in trials] == [False] * 3 + [True] * 4
    assert {t.context for t in trials} == {0}
    with pytest.raises(ParameterError, match=r"n_pairings"):
        find(name)(n_pairings=0)


def test_renewal_tests_in_and_outside_of_the_extinction_context():
    made = steps("fear_renewal")
    assert {t.context for t in made["extinction B"].trials} == {1} and {
        t.context for t in made["extinction A"].trials
    } == {0}
    for name, after, context in (("ABA", "B", 0), ("ABB", "B", 1), ("ABC", "B", 2), ("AAA", "A", 0), ("AAB", "A", 1)):
        for test in (made[name], made[f"{name} freezing"]):
            assert test.after == f"extinction {after}" and {t.context for t in test.trials} == {context}


def test_recovery_waits_before_the_first_tone_only():
    made = steps("fear_recovery")
    assert [made[f"day {d}"].trials[0].gap / 86400 for d in (0, 1, 2, 4, 6, 10, 14)] == [0, 1, 2, 4, 6, 10, 14]
    assert {t.gap for t in made["day 14"].trials[1:]} == {0.0}
    assert made["second"].trials[0].gap == 10 * 86400 and {t.gap for t in made["second"].trials[1:]} == {60.0}
    assert len(made["second"].trials) == len(made["first"].trials)


def test_shocks_come_without_a_tone_and_naive_animals_hear_as_many_tones():
    made = steps("fear_reinstatement")
    for name, n, context in (("1", 1, 1), ("2", 2, 1), ("3", 3, 1), ("1 in C", 1, 2), ("naive", 3, 1)):
        trials = made[f"shocks {name}"].trials
        assert [(t.tones, t.shock, t.context) for t in trials] == [((), True, context)] * n
    heard = made["training"].trials + made["extinction"].trials
    assert [(t.tones, t.context) for t in made["no pairing"].trials] == [(t.tones, t.context) for t in heard]
    assert not any(t.shock for t in made["no pairing"].trials)


def test_tones_until_freezing_is_below_a_level():
    assert tones_until_below([90, 90, 90, 0, 0, 0], 45) == 5
    assert tones_until_below([0, 0, 0, 90], 45) == 3
    assert tones_until_below([90, 0, 90, 90], 45) == 5
    with pytest.raises(ParameterError, match="window"):
        tones_until_below([90, 90], 45)


def test_undone_counts_synapses_that_gained():
    lost_w, lost_gain = undone([0.4, 0.4, 0.4], [0.4, 0.8, 0.6], [0.1, 0.7, 0.6])
    assert lost_w == pytest.approx(0.1 / 1.4) and lost_gain == pytest.approx(0.1 / 0.6)
    assert np.isnan(undone([0.4], [0.4], [0.4])).all()
