"""Sessions of the amygdala as events: times, gaps, and what is refused."""

import numpy as np
import pytest

from snnplastic.errors import ProtocolError
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import LAST, PULSES, Trial, script


def events(found, kind):
    index, times = found[f"x_{kind}.spikes"]
    order = np.argsort(times, kind="stable")
    return index[order], times[order]


def test_events_of_two_trials():
    found, onsets, end = script("x", [Trial((2,), True, 0, 0.0), Trial((2, 5), False, 1, 86400.0 + 2 * 3600 + 3 * 60)])
    assert np.allclose(onsets, [0.25, 1.25]) and end == 2
    index, times = events(found, "tone")
    assert index.tolist() == [2, 2, 5] and np.allclose(times, [0.25, 1.25, 1.25])
    index, times = events(found, "shock")
    assert times.size == PULSES and np.isclose(times[0], 0.25 + 0.5 - LAST) and times[-1] < 0.75
    index, times = events(found, "where")
    assert index.tolist() == [0, 1] and times.tolist() == [0, 1]
    index, times = events(found, "gap")
    assert sorted(index.tolist()) == [0, 0, 0, 1, 1, 2], "three minutes, two hours, a day"
    assert np.unique(times).size == times.size, "one a step, so that none is lost"


@pytest.mark.parametrize(
    "trial, message",
    [
        (Trial((8,)), r"Trial.tones = \(8,\); legal: numbers from 0 to 7"),
        (Trial((2,), context=3), "Trial.context = 3; legal: 0 to 2"),
        (Trial((2,), gap=90.0), "Trial.gap = 90 s; legal: whole minutes"),
        (Trial((2,), gap=-60.0), "Trial.gap = -60 s; legal: whole minutes"),
        (Trial((2,), length=0.2), "Trial.length = 0.2 s; legal: above tone_at, 0.25 s"),
    ],
)
def test_what_is_refused(trial, message):
    with pytest.raises(ProtocolError, match=message):
        script("x", [trial])


def test_too_many_events():
    with pytest.raises(ProtocolError, match="1100 trials has 1100 events of kind 'tone'; legal: up to 1024"):
        script("x", [Trial((2,), gap=0.0)] * 1100)


def test_animals_differ_and_repeat():
    one, again, other = (amygdala.animal("x", k) for k in (1, 1, 2))
    assert all(np.array_equal(one[k], again[k]) for k in one)
    assert not np.array_equal(one["x_principal.v_th"], other["x_principal.v_th"])
    assert np.isclose(one["x_principal.shocked"].mean(), amygdala.SHOCKED)


def test_steps_run_in_rounds():
    from snnplastic.fear_protocol import FearProtocol
    from snnplastic.fear_steps import Step, probe

    steps = [probe("after", "training"), Step("training", (Trial((2,)),)), Step("more", (Trial((2,)),), "training"), probe("end", "more")]

    class Made(FearProtocol):
        def steps(self):
            return steps

    made = Made(animals=2)
    assert [[s.name for s in r] for r in made._rounds] == [["training"], ["after", "more"], ["end"]]
    assert [(s.name, k) for s, k in made._order()[0]] == [("training", 0), ("training", 1)]
    steps[:] = [Step("a", (Trial((2,)),), "b")]
    with pytest.raises(ProtocolError, match="no step leads to 'a', which follows 'b'"):
        Made(animals=1)._rounds
