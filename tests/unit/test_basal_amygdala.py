"""Basal amygdala: what the rule does spike by spike, the spectrum against SciPy, what a run is made of, and what is refused."""

import numpy as np
import pytest

from snnplastic.analysis import spectrum
from snnplastic.errors import ProtocolError
from snnplastic.networks import basal_amygdala as network
from snnplastic.protocol import find
from snnplastic.rules.context_gated_hebb import ContextGatedHebb

RULE = ContextGatedHebb()
NAME = "basal_amygdala_switch"


def test_one_cue_after_one_context_potentiates_by_the_product_of_their_traces():
    h = RULE.h_u * np.exp(-0.005 / RULE.tau_h)
    assert RULE.oracle([0.025], [0.02], 1.0) == pytest.approx(1 + RULE.alpha_1 * h * RULE.c_u * (RULE.w_max - 1))


def test_a_cue_alone_depresses_and_a_context_alone_does_nothing():
    assert RULE.oracle([0.025], [], 1.0) == pytest.approx(1 - RULE.alpha_2 * RULE.c_u * (1 - RULE.w_min))
    assert RULE.oracle([], [0.02, 0.03], 1.0) == 1.0


def test_cue_and_context_meet_up_to_the_window():
    inside, outside = (RULE.oracle([0.02 + age], [0.02], 1.0) for age in (0.1, 0.1001))
    assert inside > 1 > outside


def test_without_neuromodulator_nothing_is_learned():
    gated = ContextGatedHebb.during_the_cue()
    trains = [0.02, 0.06, 0.09], [0.021, 0.061, 0.091]
    assert gated.oracle(*trains, 1.0) == 1.0
    assert gated.oracle(*trains, 1.0, t_modulator=[0.015]) > 1
    late = gated.oracle(*trains, 1.0, t_modulator=[0.0401])  # the first pair comes before it
    assert 1 < late < gated.oracle(*trains, 1.0, t_modulator=[0.015, 0.0401])


def test_the_spectrum_is_that_of_scipy():
    from scipy.signal import welch

    activity = np.random.default_rng(0).poisson(3, 750)
    expected = welch(activity, fs=1000)
    for found, wanted in zip(spectrum.welch(activity), expected, strict=True):
        assert found == pytest.approx(wanted)
    long = np.random.default_rng(1).poisson(3, 200_000)
    assert spectrum.welch(long)[1][5:-5].mean() == pytest.approx(spectrum.floor(long), rel=0.02)
    assert spectrum.synchrony(long) == pytest.approx(1, rel=0.02)


def test_every_replicate_is_of_a_kind_and_its_switches_fit():
    made = find(NAME)(networks=2, frozen=1, dense=1, dense_II=1)
    replicates = made.replicates()
    assert len(replicates) == len(made._kinds()) == 9
    frozen = dict(zip(made._kinds(), replicates, strict=True))["frozen"]["stages_switch.spikes"]
    trained = replicates[0]["stages_switch.spikes"]
    released = [np.sum(i == network.MODULATOR) for i, _ in (trained, frozen)]
    assert released == [12, 11]  # 5 + 6 + 1 cues, none released at renewal where weights are frozen
    cue_on = trained[1][trained[0] == 0]
    assert cue_on == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.5])


def test_numbers_of_a_run_shape_no_binary():
    cls = find(NAME)
    assert cls(rate_cue=300, w_cue="1, 0.2 nS", n_extinction=9, networks=1).structure() == cls().structure()
    assert cls(n_excitatory=400).structure() != cls().structure()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rule": "pair_stdp"}, "does not pair a cue with a context"),
        ({"w_cue": 0.9}, "mean and standard deviation"),
        ({"cue_length": 300}, "must be below cue_period"),
        ({"n_extinction": 80}, "cues are too many"),
    ],
)
def test_what_cannot_run_is_refused(fields, message):
    with pytest.raises(ProtocolError, match=message):
        find(NAME)(**fields)
