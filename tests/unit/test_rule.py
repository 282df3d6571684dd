"""What connect refuses, and receptors on synapses. Nothing is simulated."""

import gc
from dataclasses import dataclass

import numpy as np
import pytest
from samples import axons, connect

from snnplastic.errors import RuleError, SnnplasticError
from snnplastic.neurons.ca1_pyramidal import CA1Pyramidal
from snnplastic.parameter import Source, param
from snnplastic.receptors.ampa import AMPA
from snnplastic.receptors.nmda import NMDA
from snnplastic.rules.calcium_control import CalciumControl
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.rules.rule import PlasticityRule, Trace

pytestmark = pytest.mark.usefixtures("numpy_target")


RECEPTORS = (AMPA(), NMDA())


def rule(traces=(Trace("x", side="pre", tau="tau"),), names=(), **attributes):
    """An object of a new rule with one parameter tau, parameters `names` and these class attributes."""
    made = {
        "source": Source("Nobody", 2000, "Nowhere 1:1"),
        "traces": traces,
        "on_post": "w += 0*x",
        "__annotations__": {"tau": float, "pairing": str},
    }
    made |= {
        "tau": param(20, "ms", "time constant", "free"),
        "pairing": param("all", None, "which pairs", "free", legal=("all", "nearest")),
    }
    for name in names:
        made["__annotations__"][name], made[name] = float, param(1, "1", "a number", "free")
    return dataclass(frozen=True, kw_only=True)(type("MyRule", (PlasticityRule,), made | attributes))()


WRONG_DECLARATIONS = [
    (rule(source=None), "MyRule has no source; write source = Source"),
    (
        rule(traces=(Trace("x", side="pre", tau="tau_x"),)),
        "MyRule: trace 'x' has the time constant 'tau_x', which is not a parameter; legal: tau",
    ),
    (rule(traces=(Trace("x", side="both", tau="tau"),)), "MyRule: trace 'x' has side 'both'; legal: 'pre', 'post'"),
    (rule(pairing="some"), "MyRule has traces, so it needs a field pairing; legal: 'all', 'nearest'"),
    (
        rule(traces=(Trace("lastupdate", side="pre", tau="tau"),)),
        "the name 'lastupdate' is reserved; reserved: .*delay",
    ),
    (rule(names=("dt",)), "the name 'dt' is reserved"),
    (rule(names=("gap",)), "the name 'gap' is reserved"),
    (rule(model="t_touched : second"), "the name 't_touched' is reserved"),
    (rule(model="dN/dt = -N/tau : 1"), "the name 'N' is reserved"),
    (
        rule(traces=(Trace("x_pre", side="pre", tau="tau"),)),
        "the name 'x_pre' ends in _pre or _post, which Brian2 keeps",
    ),
    (rule(names=("A_post",)), "the name 'A_post' ends in _pre or _post"),
    (rule(model="theta_post : 1"), "the name 'theta_post' ends in"),
    (rule(reads=("Ca",)), "MyRule reads 'Ca', which no receptor on this synapse provides; give connect.receptors="),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG_DECLARATIONS, ids=[words[:40] for _, words in WRONG_DECLARATIONS])
def test_a_wrong_declaration_is_refused(wrong, words):
    with pytest.raises(RuleError, match=words) as caught:
        connect(wrong)
    assert "\n" not in str(caught.value) and isinstance(caught.value, SnnplasticError)


def test_a_rule_that_reads_calcium_needs_its_receptor():
    for receptors in ((), (AMPA(),)):
        with pytest.raises(
            RuleError, match=r"CalciumControl reads 'Ca', which no receptor on this synapse provides; .*NMDA"
        ):
            CalciumControl().connect(
                axons(), CA1Pyramidal().group(4, synaptic_receptors=RECEPTORS), w=0.25, receptors=receptors
            )


def test_receptors_must_be_on_the_cell():
    from brian2 import NeuronGroup

    plain = NeuronGroup(4, "v : volt", namespace={}, name="plain")
    with pytest.raises(
        RuleError,
        match=f"{plain.name} cannot take receptors on its synapses; make it with neuron.group.n, synaptic_receptors=",
    ):
        CalciumControl().connect(axons(), plain, w=0.25, receptors=RECEPTORS)
    for post in (
        CA1Pyramidal().group(4),
        CA1Pyramidal().group(4, receptors=RECEPTORS),
        CA1Pyramidal().group(4, synaptic_receptors=(AMPA(),)),
    ):
        with pytest.raises(
            RuleError,
            match=f"{post.name} takes no (AMPA|NMDA) on its synapses; add it to neuron.group.synaptic_receptors=",
        ):
            CalciumControl().connect(axons(), post, w=0.25, receptors=RECEPTORS)


def test_a_group_is_not_taken_for_an_earlier_one_of_its_name():
    from brian2 import NeuronGroup

    earlier = CA1Pyramidal().group(4, synaptic_receptors=RECEPTORS, name="cells_of_old")
    del earlier
    gc.collect()
    later = NeuronGroup(4, "v : volt", namespace={}, name="cells_of_old")
    with pytest.raises(RuleError, match="cells_of_old cannot take receptors on its synapses"):
        CalciumControl().connect(axons(), later, w=0.25, receptors=RECEPTORS)


@pytest.mark.parametrize(("name", "synapse", "cell"), [("Mg", 2, 1), ("k", 0.05, 0.062), ("E", 5, 0)])
def test_cell_and_synapse_must_agree_about_a_receptor(name, synapse, cell):
    post = CA1Pyramidal().group(4, synaptic_receptors=(AMPA(), NMDA(**{name: cell})))
    with pytest.raises(
        RuleError, match=rf"NMDA\.{name} is .* on the synapse and .* on the cell {post.name} .*must be equal"
    ):
        CalciumControl().connect(axons(), post, w=0.25, receptors=(AMPA(), NMDA(**{name: synapse})))


def test_receptors_that_agree_are_accepted():
    post = CA1Pyramidal().group(4, synaptic_receptors=(AMPA(), NMDA(Mg=2)))
    synapses = CalciumControl().connect(
        axons(), post, w=0.25, receptors=(AMPA(), NMDA(Mg=2, tau_Ca=30)), where={"j": "i"}
    )
    assert {"Ca", "s_f_nmda", "g_ampa", "w"} <= set(synapses.equations.names)
    assert np.allclose(synapses.tau_Ca_nmda_, 0.03) and np.allclose(synapses.w, 0.25)


def test_synapses_with_receptors_onto_a_part_of_a_group():
    post = CA1Pyramidal().group(4, synaptic_receptors=RECEPTORS)
    synapses = CalciumControl().connect(
        axons(), post[1:3], w=0.25, receptors=RECEPTORS, where={"i": [0, 3], "j": [0, 1]}
    )
    assert len(synapses) == 2


@pytest.mark.parametrize("word", ["Synapse", "both", None, True])
def test_wrong_placement_word(word):
    with pytest.raises(
        RuleError, match=r"PairSTDP.connect: traces = .* is not legal; legal: 'auto', 'synapse', 'neurons'"
    ):
        connect(PairSTDP(), traces=word)
