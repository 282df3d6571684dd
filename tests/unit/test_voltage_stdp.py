"""The voltage rule and what it asks of the base class: variables read late, filters that start right, statements of every step."""

from dataclasses import dataclass

import numpy as np
import pytest

from snnplastic import Delayed, Protocol, run
from snnplastic.errors import ProtocolError, RuleError
from snnplastic.neurons.adaptive_threshold_adex import AdaptiveThresholdAdEx
from snnplastic.neurons.regular_spikes import RegularSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import find
from snnplastic.rules.rule import PlasticityRule
from snnplastic.rules.voltage_stdp import VoltageSTDP

pytestmark = pytest.mark.usefixtures("numpy_target")
STEP = 1e-4


@dataclass(frozen=True, kw_only=True)
class Late(PlasticityRule):
    """Keeps what v was `d` ago in w, in mV."""

    source = Source("Nobody", 2000, "Nowhere 1:1", doi="10.0/0")
    reads_post = ("v",)
    d: float = param(1, "ms", "delay", "free", low=0, high=3)
    delayed = (Delayed("late", side="post", of="v", by="d"),)
    each_step = "w = late/(1*mV)"


def ramps(n=5):
    """Cells whose v is known: (i + 1) mV times the number of the step."""
    from brian2 import NeuronGroup

    return NeuronGroup(n, "v = (i + 1)*t_in_timesteps*mV : volt", namespace={})


def after(steps, *objects, made):
    from brian2 import Network, defaultclock, second

    defaultclock.dt = STEP * second
    Network(*objects, made).run(steps * STEP * second, namespace={})
    return made


@pytest.mark.parametrize("traces", ["synapse", "neurons"])
@pytest.mark.parametrize("delay", [0, 0.1, 1.3, 3])
def test_a_variable_is_read_late_to_the_step(delay, traces):
    from brian2 import defaultclock, second

    defaultclock.dt = STEP * second
    axons, cells = RegularSpikes().group(4), ramps()
    synapses = after(71, axons, cells, made=Late(d=delay).connect(axons[1:3], cells[2:5], w=0, traces=traces))
    assert len(synapses) == 6, "parts of both groups"
    expected = (np.asarray(synapses.j) + 3) * (70 - round(delay * 10))
    assert np.allclose(synapses.w, expected, rtol=1e-12)


def test_delays_may_differ_between_synapses_and_the_start_counts_as_the_past():
    from brian2 import defaultclock, second

    defaultclock.dt = STEP * second
    axons, cells = RegularSpikes().group(5), ramps()
    synapses = Late().connect(axons, cells, w=0, where={"j": "i"}, vary=("d",))
    synapses.variables["d"].set_value(np.array([0, 1, 5, 20, 30]) * STEP)
    after(11, axons, cells, made=synapses)
    assert np.allclose(synapses.w, np.arange(1, 6) * np.maximum(10 - np.array([0, 1, 5, 20, 30]), 0))


def test_a_step_shorter_than_that_of_the_build_gives_no_wrong_value():
    from brian2 import Network, defaultclock, second

    defaultclock.dt = STEP * second
    axons, cells = RegularSpikes().group(5), ramps()
    synapses = Late(d=3).connect(axons, cells, w=0, where={"j": "i"})
    defaultclock.dt = STEP / 10 * second
    with np.errstate(divide="ignore", invalid="ignore"):
        Network(axons, cells, synapses).run(0.01 * second, namespace={})
    assert not np.isfinite(np.asarray(synapses.w)).any()


WRONG = [
    ({"delayed": (Delayed("late", side="both", of="v", by="d"),)}, "'late' has side 'both'; legal: 'pre', 'post'"),
    ({"delayed": (Delayed("late", side="post", of="u", by="d"),)}, "'late' is 'u' of the neuron, which reads_post does not name"),
    ({"delayed": (Delayed("late", side="post", of="v", by="tau"),)}, "the delay of 'late' is 'tau'; legal: a parameter with a unit of time and an upper"),
    ({"initial": {"u": "1*volt"}}, "initial names 'u', which no line of pre_model or post_model defines"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), WRONG, ids=[words[:30] for _, words in WRONG])
def test_a_wrong_declaration_is_refused(given, words):
    with pytest.raises(RuleError, match=words):
        type("Wrong", (Late,), given)().check_declaration()


def test_filters_start_where_the_cell_is():
    from brian2 import defaultclock, mV, second

    defaultclock.dt = STEP * second
    axons, cells = RegularSpikes().group(3), AdaptiveThresholdAdEx().group(3)
    synapses = VoltageSTDP().connect(axons, cells, w=0.5)
    cells.sodium, cells.E_leak = 0, -60 * mV
    cells.v_m = -60 * mV  # after connect
    after(1, axons, cells, made=synapses)
    assert np.allclose(synapses.u_minus_, -0.06, atol=1e-12) and np.allclose(synapses.u_plus_, -0.06, atol=1e-12)


def test_the_rule_needs_a_potential():
    groups = RegularSpikes().group(2), RegularSpikes().group(2)
    with pytest.raises(RuleError, match="VoltageSTDP reads v_post, and .* has no 'v'"):
        VoltageSTDP().connect(*groups, w=0.5)


def test_a_pulse_without_a_spike_is_an_error():
    with pytest.raises(
        ProtocolError, match="voltage_pairing, frequency .*: 0 spikes for 5 pulses; legal: one for each"
    ):
        run("voltage_pairing", experiments="frequency", rates="20 Hz", I_pulse="1 nA", device="numpy", quiet=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"experiments": "lag"}, "no experiment is called 'lag'; legal: all, frequency"), ({"rule": "pair_stdp"}, "rules with the state w that read v")],
)  # fmt: skip
def test_wrong_fields_of_the_protocol(fields, words):
    with pytest.raises(ProtocolError, match=words):
        find("voltage_pairing")(**fields)
    assert issubclass(find("voltage_pairing"), Protocol)
