"""Rules that attach to the synapses of others: whom they reach, what they leave alone, what they refuse."""

import numpy as np
import pytest
from samples import axons

from snnplastic.errors import ParameterError, RuleError
from snnplastic.neurons.lif import LIF
from snnplastic.neurons.linear_rate import LinearRate
from snnplastic.neurons.pattern_rates import PatternRates
from snnplastic.rules.hebb import Hebb
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.rules.subtractive_normalisation import SubtractiveNormalisation
from snnplastic.rules.synaptic_scaling import SynapticScaling
from snnplastic.rules.tsodyks_markram import TsodyksMarkram
from snnplastic.rules.weight_normalisation import WeightNormalisation

pytestmark = pytest.mark.usefixtures("numpy_target")


def step(*objects):
    """A few steps of a network; the end of the first is the first tick."""
    from brian2 import Network, ms

    Network(*objects).run(1 * ms)


def sums(synapses):
    """Summed weight onto every neuron that has synapses."""
    j, w = np.asarray(synapses.j), np.asarray(synapses.w)
    return np.bincount(j, w)[np.unique(j)]


@pytest.mark.parametrize("rule", [WeightNormalisation(total=3), SubtractiveNormalisation(total=3)])
@pytest.mark.parametrize("where", [None, {"p": 0.7}, {"i": [0, 1, 2, 3], "j": [1, 1, 2, 2]}])
@pytest.mark.parametrize("part", [slice(None), slice(2, 6)])
def test_sums_are_held(rule, where, part):
    pre, post = axons(), LIF().group(6)
    synapses = PairSTDP().connect(pre, post[part], w="0.9 + 0.1*rand()", where=where)
    rule.attach(synapses)
    step(pre, post, synapses)
    assert np.abs(sums(synapses) - 3).max() < 1e-12


def test_pathways_are_summed_together_and_others_are_left_alone():
    pre, post = axons(), LIF().group(3)
    one, two, other = (PairSTDP().connect(pre, post, w=0.5) for _ in range(3))
    WeightNormalisation(total=2).attach(one, two)
    step(pre, post, one, two, other)
    assert np.abs(sums(one) + sums(two) - 2).max() < 1e-12
    assert np.all(other.w == 0.5)


def test_two_rules_act_on_the_same_synapses():
    pre, post = axons(), LIF().group(3)
    synapses = PairSTDP().connect(pre, post, w="rand()")
    WeightNormalisation(total=2).attach(synapses)
    SynapticScaling().attach(synapses)
    step(pre, post, synapses)
    assert np.abs(sums(synapses) - 2).max() < 1e-12


def test_a_silent_neuron_is_scaled_up_and_parameters_differ_between_neurons():
    from brian2 import Hz, Network, second

    pre, post = axons(), LIF().group(3)
    rule = SynapticScaling(tau=1e-3, beta=0.1, gamma=0)
    synapses = rule.connect(pre, post, w=0.5, every="0.5 s", vary=("a_goal",))
    helper = next(o for o in synapses.contained_objects if "scaling" in o.name and hasattr(o, "a_goal"))
    helper.a_goal = [0, 1, 2] * Hz
    Network(pre, post, synapses).run(1.001 * second)
    assert np.allclose(np.asarray(synapses.w).reshape(4, 3), 0.5 * np.exp([0, 0.1, 0.2]), rtol=1e-9)


def test_subtraction_stops_at_the_lower_bound():
    pre, post = axons(), LIF().group(1)
    synapses = PairSTDP().connect(pre, post, w="i/3")
    SubtractiveNormalisation(total=0.5).attach(synapses)
    step(pre, post, synapses)
    assert np.allclose(synapses.w, [0, 0, 2 / 3 - 0.375, 1 - 0.375])


@pytest.mark.parametrize(
    ("attach", "words"),
    [
        (lambda s: WeightNormalisation().attach(), "what a rule's connect returned"),
        (lambda s: WeightNormalisation().attach(s, every=0), "every = 0 is not legal; legal: a time above 0"),
        (lambda s: WeightNormalisation().attach(s, weight="A_plus"), "no variable 'A_plus' that a rule can change"),
        (lambda s: WeightNormalisation().attach(s, weight="q"), "no variable 'q'"),
        (lambda s: WeightNormalisation().attach(s, weight="G"), "legal: a pure number"),
        (lambda s: SynapticScaling().attach(s, vary=("beat",)), "no parameter; legal: a_goal, tau, beta, gamma"),
    ],
)
def test_what_cannot_work_is_refused(attach, words):
    synapses = PairSTDP().connect(axons(), LIF().group(3), w=0.5, model="G : siemens")
    with pytest.raises(RuleError, match=words):
        attach(synapses)


def test_synapses_onto_two_groups_are_refused():
    one, two = (PairSTDP().connect(axons(), LIF().group(3), w=0.5) for _ in range(2))
    with pytest.raises(RuleError, match="synapses onto one group"):
        WeightNormalisation().attach(one, two)


def test_rate_neurons_need_no_spikes():
    from brian2 import Network, ms

    inputs, cells = PatternRates().group(3), LinearRate().group(2)
    synapses = Hebb(eta=1000).connect(inputs, cells, w=0.5, model=LinearRate.input)
    inputs.pattern_0 = [1, 0, 2]
    Network(inputs, cells, synapses).run(0.1 * ms)
    assert np.allclose(np.asarray(synapses.w).reshape(3, 2), 0.5 + 0.1 * 1.5 * np.array([[1], [0], [2]]))


def test_equal_time_constants_of_resources_are_refused():
    with pytest.raises(ParameterError, match="tau_inact = 0.003 s must differ from tau_rec"):
        TsodyksMarkram(tau_rec=3)
