"""Receptor: equations with units that are placed on a neuron or on a synapse.

A receptor is written once with plain names. Placed, each of its names gets the receptor's name as
a suffix (`g` of AMPA becomes `g_ampa`), so that receptors never clash. `v` in the text is the
membrane potential of the cell and `v_syn` the potential at the synapse (they differ where a
neuron has a back-propagating spike); the total conductance of a cell is `G`.
"""

import re

from ..errors import RuleError
from ..parameter import Parameterised, brian_unit

# name of a group -> (reference to its variables, neuron, receptors on its synapses); how `connect` knows what a cell can take
PLACED = {}


def rename(text, names, ending):
    """Append `ending` to each of `names` where it stands as a whole word."""
    if not names:
        return text
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf"\b({words})\b", rf"\1{ending}", re.sub(rf"\bd({words})/dt", rf"d\1{ending}/dt", text))


def equation_names(text):
    """Names that the lines of Brian2 equations define."""
    return [m[1] or m[2] for m in re.finditer(r"^\s*(?:d(\w+)/dt\s*=|(\w+)\s*[=:])", text, re.M)]


def parameter_lines(thing, names, vary=()):
    """Declarations of parameters: shared by all, or one per element where an experiment varies them."""
    flags = {name: "constant" if name in vary else "shared, constant" for name in names}
    declared = thing.declared()
    return "\n".join(f"{name} : {brian_unit(declared[name].metadata['unit'])} ({flags[name]})" for name in names)


class Receptor(Parameterised):
    """Base of all receptors. Class attributes, all text:

    name         suffix of its variables
    model        states and what a rule may read; lives where the receptor is placed
    conductance  what it adds to the cell's `G`; without one the receptor passes no current
    cell         equations on the cell (a block that depends on the voltage)
    current      inward current from `G`, conditionally linear in v
    on_spike     what one presynaptic spike does; `efficacy` is the factor a plastic weight gives (1 if the receptor is not plastic)
    provides     names that a rule may read, kept without suffix
    rest         what a gap without spikes of length `gap` does to the states
    residue      what is left of the last event when a gap begins, as a fraction
    """

    name = ""
    model = conductance = cell = current = on_spike = rest = residue = ""
    provides = ()
    plastic = True
    source = None

    def own_names(self):
        names = [*self.declared(), *equation_names(self.model), *equation_names(self.cell), "G"]
        return [name for name in names if name not in self.provides]

    def _text(self, text, *, on_synapse, v_syn):
        """The text with names as they are in the group where it is placed."""
        suffixed = rename(text, self.own_names(), f"_{self.name}")
        suffixed = re.sub(r"\bv_syn\b", v_syn, suffixed)
        if on_synapse:
            there = [f"{n}_{self.name}" for n in [*equation_names(self.cell), "G"]] + [v_syn]
            suffixed = rename(suffixed, there, "_post")
        return suffixed

    def _used(self, *texts):
        return [n for n in self.declared() if any(re.search(rf"\b{n}\b", text) for text in texts)]

    def synapse_parameters(self):
        """Fields that live where the receptor's states live."""
        return self._used(self.model, self.conductance, self.on_spike, self.rest, self.residue)

    def cell_parameters(self):
        """Fields that live on the cell."""
        return self._used(self.cell, self.current)

    def _parameters(self, names, vary):
        vary = [n for n in names if f"{n}_{self.name}" in vary]
        return rename(parameter_lines(self, names, vary), names, f"_{self.name}")

    def cell_equations(self, v_syn, *, states, vary=()):
        """Equations on the cell; with `states` the receptor itself is there too, else synapses sum their conductance into `G`."""
        names = (
            self.cell_parameters()
            if not states
            else list(dict.fromkeys(self.cell_parameters() + self.synapse_parameters()))
        )
        total = (f"G = {self.conductance} : siemens" if states else "G : siemens") if self.conductance else ""
        body = "\n".join([self.model.replace("(clock-driven)", "") if states else "", self.cell, total])
        placed = self._text(body, on_synapse=False, v_syn=v_syn)
        current = self._text(self.current or "0*amp", on_synapse=False, v_syn=v_syn)
        return f"{self._parameters(names, vary)}\n{placed}\nI_{self.name} = {current} : amp"

    def synapse_equations(self, v_syn, vary=()):
        body = self._text(self.model, on_synapse=True, v_syn=v_syn)
        placed = f"{self._parameters(self.synapse_parameters(), vary)}\n{body}"
        if not self.conductance:
            return placed
        conductance = self._text(self.conductance, on_synapse=True, v_syn=v_syn)
        return f"{placed}\nG_{self.name}_post = {conductance} : siemens (summed)"

    def spike_text(self, efficacy="1"):
        """What a spike does on a synapse that carries the receptor."""
        text = self._text(self.on_spike, on_synapse=True, v_syn="v")
        return re.sub(r"\befficacy\b", f"({efficacy if self.plastic else '1'})", text)

    def effect(self, efficacy="1"):
        """What a spike does to a cell that carries the receptor, for `connect(effect=...)`: one unitary event times `efficacy`."""
        states = equation_names(self.model)
        text = re.sub(r"\befficacy\b", f"({efficacy})", rename(self.on_spike, self.own_names(), f"_{self.name}"))
        used = [n for n in states if n in self.provides] + [
            f"{n}_{self.name}" for n in {*states, *self.synapse_parameters()} if n not in self.provides
        ]
        return rename(text, used, "_post")

    def rest_text(self, v_syn, on_synapse=True):
        return self._text(self.rest, on_synapse=on_synapse, v_syn=v_syn)

    def residue_text(self):
        return self._text(self.residue, on_synapse=True, v_syn="v")

    def values(self, group, names=None):
        """{group.parameter: SI value} for the arrays of a run."""
        return {f"{group}.{n}_{self.name}": getattr(self, n) for n in names or self.synapse_parameters()}

    def assign(self, group, names):
        """Give a Brian2 group its parameters."""
        for name in names:
            setattr(group, f"{name}_{self.name}", self.quantity(name))


def placed_on(post):
    """(neuron, receptors its synapses may carry) of a group that `neuron.group` made."""
    parent = getattr(post, "source", post)
    made, neuron, synaptic = PLACED.get(parent.name, (lambda: None, None, ()))
    if made() is not parent.variables:
        raise RuleError(
            f"{post.name} cannot take receptors on its synapses; make it with neuron.group(n, synaptic_receptors=(...))"
        )
    return neuron, synaptic
