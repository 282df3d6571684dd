"""Schedules of the amygdala protocol and of the electrode's trains of pulses; no network is built."""

import numpy as np
import pytest

from snnplastic.errors import ParameterError, ProtocolError
from snnplastic.oracles.check_slices import _pulses
from snnplastic.protocol import find
from snnplastic.slice_protocol import Induction


def named(made, name):
    return next(i for i in made.inductions() if i.name == name)


def test_every_current_pulse_follows_its_stimulus():
    made = find("la_ltp")()
    paired = named(made, "tone with spikes")
    start = made._seconds()["stop"] - made._length(paired)
    stimuli = made._pulses(paired, 0)
    stimuli = stimuli[(stimuli >= start) & (stimuli < made._seconds()["stop"])]
    on = [p[0] for p in _pulses(start, **paired.pulses)]
    assert len(on) == 150 and np.allclose(np.subtract(on, stimuli), made.spike_lag)


def test_conditions_differ_in_what_the_experimenter_switches():
    made = find("la_ltp")()
    paired, alone = named(made, "tone with spikes"), named(made, "spikes alone")
    assert paired.pulses == alone.pulses and alone.trains == ((), ())
    unpaired = named(made, "tone, strong unpaired")
    assert np.allclose(np.subtract(unpaired.trains[1], unpaired.trains[0]), made.train_interval / 2)
    between = named(made, "tone with spikes, more between")
    assert between.pulses["trains"] == 2 * paired.pulses["trains"]


def test_the_current_lengthens_an_induction_without_trains():
    made = find("la_ltp")()
    alone = named(made, "spikes alone")
    assert made._length(alone) == pytest.approx(_pulses(0.0, **alone.pulses)[-1][1])


def test_one_electrode_does_not_clamp_and_inject_at_once():
    made = find("la_ltp")()
    with pytest.raises(ProtocolError, match="both.*hold or pulses"):
        made._electrode(Induction("both", pulses={"count": 1}, hold=-0.09), made._seconds())


@pytest.mark.parametrize("field, value", [("pulse", 20), ("train_interval", 1)])
def test_trains_that_do_not_fit_are_refused(field, value):
    with pytest.raises(ParameterError, match=f"LALTP.{field}"):
        find("la_ltp")(**{field: value, "rate": 60 if field == "pulse" else 15})
