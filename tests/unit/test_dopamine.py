"""Dopamine: one number where all synapses advance together, one per synapse elsewhere; who cannot be modulated."""

import pytest

from snnplastic.errors import ProtocolError, RuleError
from snnplastic.protocol import find
from snnplastic.rules.dopamine_stdp import DopamineSTDP
from snnplastic.rules.pair_stdp import PairSTDP

pytestmark = pytest.mark.usefixtures("numpy_target")


def network(n=3, **arguments):
    from brian2 import Network, SpikeGeneratorGroup, ms

    times = ([0, 0], [2, 5] * ms)
    axons, cells, dopamine = (SpikeGeneratorGroup(n, *given, dt=1 * ms) for given in (times, times, ([0], [10] * ms)))
    rule = DopamineSTDP()
    synapses = rule.connect(axons, cells, w=1, where={"j": "i"}, clock=axons.clock, **arguments)
    return Network(axons, cells, dopamine, synapses, rule.modulate(dopamine, synapses)), synapses


@pytest.mark.parametrize(
    ("arguments", "size"), [({}, 3), ({"advance": 0.01}, 1), ({"advance": 0.01, "vary": ("tau_d",)}, 3)]
)
def test_a_release_reaches_every_synapse_once(arguments, size):
    from brian2 import ms

    made, synapses = network(**arguments)
    made.run(12 * ms, namespace={})
    d = synapses.variables["d"].get_value()
    assert d.size == size and d == pytest.approx(5e-4)  # 0.5 umolar, as mmolar
    assert float(synapses.c[0]) != 0 and float(synapses.c[1]) == 0


def test_parameters_of_the_shared_number_are_those_of_the_synapses():
    from brian2 import ms, umolar

    made, synapses = network(advance=0.01)
    synapses.release = 2 * umolar
    made.run(12 * ms, namespace={})
    assert synapses.variables["d"].get_value() == pytest.approx(2e-3)


def test_only_a_rule_with_a_modulator_can_be_modulated():
    from brian2 import SpikeGeneratorGroup, ms

    axons = SpikeGeneratorGroup(1, [0], [1] * ms)
    synapses = PairSTDP().connect(axons, axons, w=1)
    with pytest.raises(RuleError, match="PairSTDP has no on_modulator"):
        PairSTDP().modulate(axons, synapses)
    with pytest.raises(ProtocolError, match="rule pair_stdp has no modulator"):
        find("distal_reward")(rule="pair_stdp")
    with pytest.raises(ProtocolError, match="reward_delay"):
        find("distal_reward")(reward_delay="3, 1 s")


@pytest.mark.parametrize("name", ["stdp_window", "triplets"])
def test_a_rule_that_waits_for_dopamine_is_refused_where_none_comes(name):
    field = "rule" if name == "stdp_window" else "rules"
    with pytest.raises(ProtocolError, match=f"{name}: rule dopamine_stdp waits for a neuromodulator, which no train here releases"):
        find(name)(**{field: "dopamine_stdp"})
