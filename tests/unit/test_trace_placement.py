"""Where connect places the traces, and that delays stay as they were. Nothing is simulated."""

import numpy as np
import pytest
from samples import connect

from snnplastic.errors import RuleError
from snnplastic.neurons.lif import LIF
from snnplastic.neurons.regular_spikes import RegularSpikes
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.rules.triplet_stdp import TripletSTDP
from snnplastic.rules.weight_dependent_stdp import WeightDependentSTDP

pytestmark = pytest.mark.usefixtures("numpy_target")


def placed(synapses):
    """The sides whose traces live on the neurons; checks that each trace is in one place only."""
    helpers = {
        name.removeprefix(f"{synapses.name}_").removesuffix("_traces"): o
        for o in synapses.contained_objects
        if (name := o.name).endswith("_traces")
    }
    own = {"pre": {"x", "r1", "r2"}, "post": {"y", "o1", "o2"}}
    for side, names in own.items():
        for name in names & set(synapses.variables):
            assert (name in synapses.equations.names) == (side not in helpers), f"{name} is in two places or in none"
    for helper in helpers.values():
        assert len(helper) == helper.source.N and np.array_equal(helper.i, helper.j), (
            "one trace for each neuron of the group"
        )
    assert ("t_touched" in synapses.equations.names) == (set(helpers) != {"pre", "post"})
    return set(helpers)


def ms(*numbers):
    from brian2 import ms

    return numbers * ms if len(numbers) > 1 else numbers[0] * ms


BOTH = {"pre", "post"}
PLACEMENTS = [
    ("all to all", {}, BOTH),
    ("one to one", {"where": {"j": "i"}}, set()),
    ("half", {"where": {"p": 0.5}}, BOTH),
    ("few", {"where": {"p": 0.1}}, set()),
    ("condition", {"where": {"condition": "i != j"}}, BOTH),
    ("lists one to one", {"where": {"i": [0, 1, 2], "j": [2, 1, 0]}}, set()),
    ("lists, shared axon", {"where": {"i": [0, 0, 1], "j": [0, 1, 2]}}, {"pre"}),
    ("lists, shared cell", {"where": {"i": [0, 1, 2], "j": [3, 3, 3]}}, {"post"}),
    ("scalar delays", {"delay": 2, "dendritic_delay": 1}, BOTH),
    ("axonal delays", {"delay": "list"}, {"post"}),
    ("axonal delays as text", {"delay": "rand()*5*ms"}, {"post"}),
    ("dendritic delays", {"dendritic_delay": "list"}, {"pre"}),
    ("tau varies", {"vary": ("tau_plus",)}, {"post"}),
    ("both taus vary", {"vary": ("tau_plus", "tau_minus")}, set()),
    ("amplitude varies", {"vary": ("A_plus", "w_max")}, BOTH),
    ("asked: synapse", {"traces": "synapse"}, set()),
    ("asked: neurons", {"traces": "neurons", "where": {"j": "i"}}, BOTH),
    ("fan in", {"n_pre": 5, "n_post": 1}, {"post"}),
    ("fan out", {"n_pre": 1, "n_post": 5}, {"pre"}),
]


@pytest.mark.parametrize(
    ("name", "given", "expected"), PLACEMENTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_auto_places_traces_on_neurons_with_several_synapses(name, given, expected):
    given = {
        key: ms(*range(16))
        if value == "list"
        else ms(value)
        if key.endswith("delay") and not isinstance(value, str)
        else value
        for key, value in given.items()
    }
    synapses = connect(PairSTDP(pairing="nearest"), **given)
    assert placed(synapses) == expected
    assert np.allclose(synapses.w, 0.5) and np.allclose(synapses.tau_minus_, 0.02)


@pytest.mark.parametrize("cls", [PairSTDP, TripletSTDP, WeightDependentSTDP])
def test_placements_of_every_rule(cls):
    assert placed(connect(cls())) == BOTH and placed(connect(cls(), where={"j": "i"})) == set()


def test_traces_of_subgroups_belong_to_the_whole_group():
    pre, post = RegularSpikes().group(6), LIF().group(5)
    synapses = PairSTDP().connect(pre[2:5], post[1:4], w=0.5)
    assert placed(synapses) == BOTH
    assert {o.source.name for o in synapses.contained_objects if o.name.endswith("_traces")} == {pre.name, post.name}
    assert "x" not in pre.variables and "y" not in post.variables, "nothing is added to the groups of the user"


@pytest.mark.parametrize("given", [{"delay": "rand()*ms"}, {"dendritic_delay": "rand()*ms"}, {"vary": ("tau_plus",)}])
def test_traces_that_differ_between_synapses_cannot_live_on_neurons(given):
    with pytest.raises(
        RuleError,
        match=r"PairSTDP: (pre|post) traces cannot live on the neurons: their delay or time constant differs between synapses",
    ):
        connect(PairSTDP(), traces="neurons", **given)


@pytest.mark.parametrize("given", [{}, {"delay": "scalar"}, {"delay": "list", "dendritic_delay": "scalar"}])
@pytest.mark.parametrize("traces", ["auto", "synapse"])
def test_delays_are_read_only_after_connect(given, traces):
    given = {key: ms(2) if value == "scalar" else ms(*range(16)) for key, value in given.items()}
    synapses = connect(PairSTDP(), traces=traces, **given)
    for side, key in (("pre", "delay"), ("post", "dendritic_delay")):
        before = np.array(getattr(synapses, side).delay_)
        assert np.allclose(before, np.array(given.get(key, 0.0)))
        with pytest.raises(TypeError, match="read-only"):
            getattr(synapses, side).delay = ms(3)
        with pytest.raises(TypeError, match="read-only"):
            getattr(synapses, side).delay = "rand()*ms"
        assert np.array_equal(getattr(synapses, side).delay_, before)
    with pytest.raises(TypeError, match="read-only"):
        synapses.delay = ms(3)
    for helper in synapses.contained_objects:
        if helper.name.endswith("_pre_traces"):
            assert np.allclose(helper.pre.delay_, synapses.pre.delay_), (
                "the trace is incremented when the spike arrives"
            )
