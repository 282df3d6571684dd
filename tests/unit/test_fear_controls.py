"""Steps of the controls of fear conditioning and of the two routes, and what is read from freezing and histograms; no network is built."""

import numpy as np
import pytest

from snnplastic.errors import ParameterError
from snnplastic.protocol import find


def steps(name, **fields):
    return {step.name: step for step in find(name)(**fields).steps()}


def module(name):
    import sys

    return sys.modules[find(name).__module__]


def test_controls_differ_from_pairing_in_one_thing():
    found = steps("fear_controls", n_trainings=4)
    paired = found["paired"]
    assert [t.shock for t in paired.trials] == [True] * 4 and not paired.values and not paired.after
    unpaired = found["unpaired"].trials
    assert [bool(t.tones) for t in unpaired] == [not t.shock for t in unpaired] == [True, False] * 4
    for drug in ("calcium blocked", "NMDA blocked", "shock drives PV"):
        assert found[drug].trials == paired.trials and found[drug].values
    assert not any(t.tones or t.shock for t in found["nothing"].trials)


def test_a_drug_is_gone_in_the_test_and_in_the_training_after_it():
    found = steps("fear_controls")
    for drug in ("calcium blocked", "NMDA blocked"):
        assert not found[f"{drug}: test"].values and found[f"{drug}: test"].after == drug
        washed = found[f"{drug}, then paired"]
        assert washed.after == drug and not washed.values and washed.trials == found["paired"].trials
        shown = found[f"paired: test, {drug}"]
        assert shown.frozen and shown.after == "paired" and shown.values == found[drug].values


def test_plasticity_is_on_but_in_probes():
    for name in ("fear_controls", "fear_pathways"):
        for step in steps(name).values():
            assert step.frozen == ("test" in step.name or "before" in step.name or "after" in step.name)


def test_a_route_is_cut_in_every_step_of_its_animals():
    found = steps("fear_pathways", n_pairings=5)
    for condition, silent in (("thalamic route only", "la_cortical.gain"), ("cortical route only", "la_thalamic.gain")):
        mine = [step for name, step in found.items() if name.startswith(condition)]
        assert len(mine) == 3 and all(list(s.values) == [silent] and not np.any(s.values[silent]) for s in mine)
    assert not any(step.values for name, step in found.items() if name.startswith("intact"))


def test_tones_to_criterion():
    to_criterion = module("fear_pathways").to_criterion
    freezing = np.array([[0, 0, 60, 30, 90, 90], [0, 90, 0, 0, 0, 0], [0, 0, 0, 20, 0, 0]])
    assert np.array_equal(to_criterion(freezing, 25), [4, 3, np.nan], equal_nan=True)
    assert to_criterion(np.full(5, 25.0), 25) == 3


def test_latency_of_a_cell_counts_within_50_ms_only():
    edges = -0.1 + 5e-3 * np.arange(40)
    rate = np.zeros((3, 40))
    rate[0, 22] = rate[1, 33] = 10 / 20 / 5e-3  # ten spikes at 10 ms, and at 65 ms
    found = module("fear_pathways").cell_latencies(edges, rate, 20)
    assert np.isclose(found[0], 0.010) and np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    "name, field", [("fear_controls", "n_trainings"), ("fear_pathways", "n_pairings"), ("fear_controls", "n_before")]
)
def test_too_few_trials_are_an_error(name, field):
    with pytest.raises(ParameterError, match=field):
        find(name)(**{field: 0})
