"""Homeostasis: what acts on all synapses of a neuron together, beside whatever other rule they have.

A one-to-one helper Synapses owns the states of the neurons; nothing is added to the user's group. At the ticks of a slow
clock, at the end of a step: `reset`, then every synapse runs `gather`, every neuron `on_neuron`, every synapse `on_synapse`.
"""

import re
from dataclasses import dataclass

from ..errors import RuleError
from ..parameter import quantity
from ..receptors.receptor import equation_names, parameter_lines
from ._placement import contain
from .rule import PlasticityRule


class Homeostasis(PlasticityRule):
    """Base of rules that `attach` to synapses. Class attributes, all text, where w is the weight of a synapse:

    neuron       states with one copy per postsynaptic neuron
    on_spike     what a postsynaptic spike does to them
    reset        what the beginning of a tick does to them
    gather       what every synapse adds to the states of its neuron
    on_neuron    what every neuron makes of it
    on_synapse   how every synapse then changes
    """

    neuron = on_spike = reset = gather = on_neuron = on_synapse = ""
    dimensionless = False  # must the weight be a pure number?

    def check_declaration(self):
        """The texts are fixed; there is nothing that a field could break."""

    def connect(self, pre, post, *, w, every=1, vary=(), **kwargs):
        """A Brian2 Synapses that this rule alone changes: fixed weights (see PlasticityRule.connect), and `attach`."""
        synapses = _Fixed().connect(pre, post, w=w, **kwargs)
        self.attach(synapses, every=every, vary=vary)
        return synapses

    def attach(self, *synapses, every=1, weight="w", vary=(), name=None):
        """Let this rule act on Synapses that exist, those of another rule for example; returns the helper that holds its states.

        synapses   one or more, onto the same group of neurons: the rule sees all their weights together
        every      the interval between two ticks (s, text or a Brian2 quantity); the first is at the start
        weight     the name of their weight
        vary       names of parameters that become one value per neuron

        Between the ticks nothing is spent on synapses. A rule that brings its weights up to date at events only (`between`)
        is scaled as of its last event.
        """
        from brian2 import Clock, Synapses, second

        post = self._check_attached(synapses, weight, vary)
        interval = quantity(every, "s", f"{type(self).__name__}.attach: every")
        if not interval > 0:
            raise RuleError(f"{type(self).__name__}.attach: every = {every!r} is not legal; legal: a time above 0")
        name = name or f"{synapses[0].name}_{_snake(type(self).__name__)}"
        clock = Clock(dt=interval * second, name=f"{name}_clock")
        helper = Synapses(
            post, post, f"{parameter_lines(self, self.declared(), vary)}\n{self.neuron}", namespace={}, clock=post.clock, name=name,
            **({"on_pre": self.on_spike, "delay": 0 * second} if self.on_spike else {}),
        )  # fmt: skip
        helper.connect(j="i")
        for parameter in self.declared():
            setattr(helper, parameter, self.quantity(parameter))
        states = equation_names(self.neuron)
        for one in synapses:
            for state in states:
                one.variables.add_reference(f"{name}_{state}", helper, state, index="_postsynaptic_idx")
            for order, text in ((1, self.gather), (3, self.on_synapse)):
                if text:
                    there = re.sub(r"\bw\b", weight, text)
                    there = re.sub(rf"\b({'|'.join(states)})\b", rf"{name}_\1", there)
                    one.run_regularly(there, clock=clock, when="end", order=order)
        for order, text in ((0, self.reset), (2, self.on_neuron)):
            if text:
                helper.run_regularly(text, clock=clock, when="end", order=order)
        contain(synapses[0], helper)
        return helper

    def _check_attached(self, synapses, weight, vary):
        """The group that all these synapses reach; RuleError where the rule cannot act on them."""
        from brian2 import Synapses

        owner = f"{type(self).__name__}.attach"
        if not synapses or not all(isinstance(one, Synapses) for one in synapses):
            raise RuleError(
                f"{owner}: {synapses!r} is not legal; legal: what a rule's connect returned, one or several"
            )
        for one in vary:
            if one not in self.declared():
                raise RuleError(
                    f"{owner}: vary names {one!r}, which is no parameter; legal: {', '.join(self.declared())}"
                )
        groups = {found.name: found for found in (getattr(one.target, "source", one.target) for one in synapses)}
        if len(groups) > 1:
            raise RuleError(f"{owner}: the synapses reach {', '.join(groups)}; legal: synapses onto one group of neurons")
        for one in synapses:
            found = one.variables.get(weight)
            if found is None or found.read_only or found.scalar or getattr(found, "expr", None) is not None:
                legal = ", ".join(n for n in one.equations.parameter_names | one.equations.diff_eq_names)
                raise RuleError(
                    f"{owner}: {one.name} has no variable {weight!r} that a rule can change; it has {legal}"
                )
            if self.dimensionless and not found.dim.is_dimensionless:
                raise RuleError(f"{owner}: {weight!r} of {one.name} has the unit {found.dim}; legal: a pure number")
        return next(iter(groups.values()))


@dataclass(frozen=True, kw_only=True)
class _Fixed(PlasticityRule):
    """Weights that no spike changes."""

    def check_declaration(self):
        """No rule of anyone's, so it has no source."""


def _snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
