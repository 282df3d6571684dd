"""Neuron: equations with units, made into a Brian2 NeuronGroup that carries receptors and an electrode."""

import weakref

from ..parameter import Parameterised
from ..receptors.receptor import PLACED, parameter_lines


class Neuron(Parameterised):
    """Base of all neuron models. Class attributes, all text:

    model      Brian2 equations; `I_rec` is the receptors' current, `I_electrode` the electrode's, both inward
    threshold, reset, refractory, method
    v_syn      the name of the potential that receptors on synapses see
    step       what one time step does, for a model that comes with a scheme of its own instead of differential equations
    rest       what a gap without spikes of length `gap` does to the states
    initial    {variable: expression} at the start
    """

    model = threshold = reset = step = rest = ""
    refractory = False
    method = "exponential_euler"
    v_syn = "v"
    initial = {"v": "E_leak"}
    source = None

    def group(self, n, *, receptors=(), synaptic_receptors=(), electrode=None, vary=(), extra="", name=None, **kwargs):
        """A Brian2 NeuronGroup of `n` cells.

        receptors            one conductance for all inputs of the cell (`effect=` of connect drives it)
        synaptic_receptors   states live on each synapse (`receptors=` of connect), the cell gets their sum
        electrode            an Electrode: voltage clamp or current pulses, per cell
        vary                 names of parameters that become one value per cell
        extra                more equations; kwargs go to NeuronGroup (events, clock, ...)
        """
        from brian2 import NeuronGroup

        placed = (*receptors, *synaptic_receptors)
        lines = [parameter_lines(self, self.declared(), vary), self.model, extra]
        lines += [r.cell_equations(self.v_syn, states=True, vary=vary) for r in receptors]
        lines += [r.cell_equations(self.v_syn, states=False, vary=vary) for r in synaptic_receptors]
        lines.append(f"I_rec = {' + '.join(f'I_{r.name}' for r in placed) or '0*amp'} : amp")
        lines.append(electrode.equations(vary) if electrode else "I_electrode = 0*amp : amp")
        made = NeuronGroup(
            n, "\n".join(lines), threshold=self.threshold or None, reset=self.reset or None, refractory=self.refractory,
            method=self.method, namespace={}, **({"name": name} if name else {}), **kwargs,
        )  # fmt: skip
        if self.step:
            made.run_regularly(self.step, when="groups")
        for parameter in self.declared():
            setattr(made, parameter, self.quantity(parameter))
        for receptor in receptors:
            receptor.assign(made, dict.fromkeys([*receptor.cell_parameters(), *receptor.synapse_parameters()]))
        for receptor in synaptic_receptors:
            receptor.assign(made, receptor.cell_parameters())
        if electrode:
            electrode.assign(made)
        for variable, expression in self.initial.items():
            setattr(made, variable, expression)
        PLACED[made.name] = (weakref.ref(made.variables), self, tuple(synaptic_receptors))
        return made

    def values(self, group):
        """{group.parameter: SI value} for the arrays of a run."""
        return {f"{group}.{name}": getattr(self, name) for name in self.declared()}
