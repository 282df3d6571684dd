"""Where the traces, filters and modulators of a rule live: on the synapse, or once per neuron in a helper that the synapses refer to."""

import re

import numpy as np

from ..errors import RuleError
from ..parameter import unit
from ..receptors.receptor import equation_names
from . import _delayed
from ._declaration import BEGUN, names_in


def jump(rule, trace):
    """What a spike does to a trace."""
    return f"{trace.name} {'+=' if (trace.pairing or rule.pairing) == 'all' else '='} {trace.jump}"


def on_neurons(rule, side, traces, where, delay, n_other, vary):
    """Do traces and filters of this side live on the neurons? "auto": scalar delay, shared parameters, more than one synapse per neuron."""
    own, filters = [trace for trace in rule.traces if trace.side == side], filter_texts(rule, side)
    used = {*(trace.tau for trace in own), *names_in(" ".join([filters, *(trace.jump for trace in own)]))}
    if side == "pre" and own and rule.added_delay:
        used.add(rule.added_delay)
    possible = scalar(delay, 0) is not None and not used & set(vary)
    if not (own or filters) or traces == "synapse":
        return False
    if traces == "neurons":
        if not possible:
            raise RuleError(
                f"{type(rule).__name__}: {side} traces cannot live on the neurons: their delay or time constant differs between synapses"
            )
        return True
    return possible and several_per_neuron(where or {}, n_other, side)


def one_modulator(rule, vary):
    """Can one number stand for all synapses? Where their parameters are shared, and a release changes nothing else."""
    states, used = equation_names(rule.modulator_model), names_in(f"{rule.on_modulator} {rule.modulator_model} {rule.modulator_between}")
    others = {*equation_names(rule.model), rule.state, *(trace.name for trace in rule.traces)}
    return bool(states) and not used & {*vary, *others}


def place_modulator(rule, synapses, clock):
    """A group of one element owns the states of the modulator; `synapses` refers to them."""
    from brian2 import NeuronGroup

    made = NeuronGroup(1, rule.modulator_model, namespace={}, clock=clock, name=f"{synapses.name}_modulator_state")
    used = names_in(f"{rule.on_modulator} {rule.modulator_model} {rule.modulator_between}")
    for name in filter(used.__contains__, rule.declared()):
        made.variables.add_reference(name, synapses, name, index="0")
    for name in equation_names(rule.modulator_model):
        synapses.variables.add_reference(name, made, name, index="0")
    synapses.contained_objects.append(made)
    return made


def filter_equations(rule, side):
    """Equations with one copy per neuron of a side, where they are placed."""
    late = [d.equations() for d in rule.delayed if d.side == side]
    begun = f"{side}_{BEGUN} : integer (shared)" if first_values(rule, side) else ""
    return lines(*late, getattr(rule, f"{side}_model"), begun)


def filter_texts(rule, side):
    """All texts of a side's filters, for the names in them."""
    return "\n".join(
        [getattr(rule, f"{side}_model"), *first_values(rule, side).values(), *(d.by for d in rule.delayed if d.side == side)]
    )


def first_values(rule, side):
    mine = equation_names(getattr(rule, f"{side}_model"))
    return {name: text for name, text in rule.initial.items() if name in mine}


def keep(rule, delayed, synapses, group):
    """The samples of one variable of the neurons, kept for the longest delay that its parameter allows."""
    meta = rule.declared()[delayed.by].metadata
    longest = meta["high"] * unit(meta["unit"])[0]
    parent = getattr(group, "source", group)  # of a Subgroup: synaptic indices are absolute
    kept, length = _delayed.store(delayed, parent, longest, f"{synapses.name}_{delayed.name}_line")
    synapses.contained_objects.append(kept)
    return kept, length


def run_filters(rule, owner, side, kept):
    """Look-ups of delayed variables, and the values at the first step."""
    for delayed in rule.delayed:
        if delayed.side == side:
            _delayed.read(delayed, owner, *kept[delayed.name])
    starts, begun = first_values(rule, side), f"{side}_{BEGUN}"
    if starts:
        text = "\n".join(f"{name} += ({value} - {name})*int({begun} == 0)" for name, value in starts.items())
        owner.run_regularly(text, when="start", order=3)
        owner.run_regularly(f"{begun} = 1", when="start", order=4)


def place_on_neurons(rule, synapses, side, group, order, delay, kept):
    """A one-to-one helper Synapses owns the traces and filters of one side; `synapses` refers to them."""
    from brian2 import Synapses

    own, filters = [trace for trace in rule.traces if trace.side == side], filter_equations(rule, side)
    parent = getattr(group, "source", group)  # of a Subgroup: synaptic indices are absolute
    helper = Synapses(
        parent, parent, "\n".join([filters, *(f"{trace.name} : 1" for trace in own)]), namespace={}, clock=parent.clock,
        **({"on_pre": "\n".join(jump(rule, trace) for trace in own), "delay": delay} if own else {}),
        method=rule.method, order=-1, name=f"{synapses.name}_{side}_traces",
    )  # fmt: skip
    used = names_in(" ".join([filter_texts(rule, side), *(trace.jump for trace in own)])) | {trace.tau for trace in own}
    for parameter in rule.declared():
        if parameter in used:
            helper.variables.add_reference(parameter, synapses, parameter)  # one copy of each
    run_filters(rule, helper, side, kept)
    helper.connect(j="i")
    if helper.state_updater:
        helper.state_updater.order = 3  # the synapses see the filters as they are at the start of the step, wherever they live
    if own:
        helper.pre.order = order
        helper.run_regularly("\n".join(f"{trace.name} *= exp(-dt/{trace.tau})" for trace in own), when="start")
    late = [d.name for d in rule.delayed if d.side == side]
    for name in [*(trace.name for trace in own), *late, *equation_names(getattr(rule, f"{side}_model"))]:
        synapses.variables.add_reference(name, helper, name, index=f"_{side}synaptic_idx")
    contain(synapses, helper)


def contain(synapses, helper):
    """Let `helper` run wherever `synapses` do."""
    from brian2 import get_device

    synapses.contained_objects.append(helper)
    declared = getattr(get_device(), "synapses", None)  # Brian2 2.9 standalone declares top-level Synapses only
    if declared is not None:
        declared.add(helper)


def lines(*texts):
    return "\n".join(text for text in texts if text)


def scalar(delay, default):
    """A scalar delay as it is, `default` for none, None for one delay per synapse."""
    if delay is None:
        return default
    return delay if not isinstance(delay, str) and np.ndim(delay) == 0 else None


def later(rule, delay):
    """One delay per synapse, by which the rule lags a presynaptic spike: the axon's, and what the rule adds."""
    if delay is None:
        return rule.added_delay
    if not isinstance(delay, str):
        return delay + rule.quantity(rule.added_delay)
    if names_in(delay) & {"rand", "randn"}:
        raise RuleError(
            f"{type(rule).__name__}.connect: delay = {delay!r} would be drawn twice, for the transmission and for the rule, "
            "which lags it; legal: text without random numbers, or an array"
        )
    return f"{rule.added_delay} + ({delay})"


def several_per_neuron(where, n_other, side):
    """Does a neuron of this side have more than one synapse? Text that only Brian2 can evaluate counts as yes."""
    mine = "i" if side == "pre" else "j"
    if isinstance(where.get("j"), str) and re.fullmatch(r"\s*i\s*", where["j"]) and "p" not in where:
        return False
    if mine in where and not isinstance(where[mine], str):
        index = np.broadcast_arrays(
            *(where[k] for k in ("i", "j") if not isinstance(where.get(k, ""), str)), where[mine]
        )[-1]
        return bool(index.size and np.bincount(np.ravel(index)).max() > 1)
    p = where.get("p", 1)
    return isinstance(p, str) or p * n_other > 1
