"""Steps of differential conditioning; no network is built."""

import pytest

from snnplastic.errors import ParameterError
from snnplastic.networks.amygdala import TONES
from snnplastic.protocol import find


def steps(**kwargs):
    return {s.name: s for s in find("fear_discrimination")(**kwargs).steps()}


def test_the_two_tones_alternate_and_only_one_is_paired():
    trials = steps(n_pairings=3)["differential"].trials
    assert [(t.tones, t.shock) for t in trials] == [((2,), True), ((5,), False)] * 3


def test_the_group_without_cs_minus_has_the_same_pairings():
    found = steps(n_pairings=4)
    assert found["single"].trials == tuple(t for t in found["differential"].trials if t.shock)


def test_every_tone_is_probed_before_and_after_with_plasticity_off():
    found = steps()
    for group in ("before", "differential", "single"):
        for tone in range(TONES):
            step = found[f"{group} {tone}"]
            assert step.frozen and {t.tones for t in step.trials} == {(tone,)}
            assert step.after == ("" if group == "before" else group)
    assert not any(found[name].frozen for name in ("differential", "single", "extinction"))


def test_extinction_follows_differential_training():
    step = steps(n_extinction=7)["extinction"]
    assert step.after == "differential" and len(step.trials) == 7 and not any(t.shock for t in step.trials)


@pytest.mark.parametrize("field", ["n_pairings", "n_extinction", "n_tones", "n_minus"])
def test_numbers_below_the_legal_ones_are_refused(field):
    with pytest.raises(ParameterError, match=f"FearDiscrimination.{field}"):
        find("fear_discrimination")(**{field: 0})
