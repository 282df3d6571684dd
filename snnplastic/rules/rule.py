"""PlasticityRule: a rule is declared text; `connect` makes it a Brian2 Synapses.

Traces are declared, not written into the equations, because where a trace lives is an execution
choice: on the synapse (event-driven), or on the neurons of one side (a one-to-one helper Synapses,
decayed every step), which touches 4 times less memory where neurons have many synapses.

A StateMonitor on a trace shows it decaying where it lives on the neurons, and its value at the last spike where it lives on
the synapse; traces="neurons" or "synapse" says which.

Order within one time step: on_pre, presynaptic traces, on_post, postsynaptic traces. So a rule uses
every trace before its own spike increments it, and on_post sees a coincident presynaptic spike.

Delays::

    pre spike ---- delay (axonal) ----> synapse <---- dendritic_delay ---- post spike
                                        on_pre and the pre traces act when the spike arrives,
                                        on_post and the post traces when the back-propagating spike does
"""

import re
from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError, RuleError
from ..parameter import Parameterised
from ..receptors.receptor import equation_names, parameter_lines, placed_on

TOUCHED = "t_touched"  # when the traces of a synapse were last brought up to date
RESERVED = {TOUCHED, "i", "j", "t", "dt", "N", "delay", "lastupdate", "xi", "rand", "gap"}


@dataclass(frozen=True)
class Trace:
    """An exponential trace: `side` ("pre" or "post") says whose spikes increment it, `tau` names its time constant."""

    name: str
    side: str
    tau: str


class PlasticityRule(Parameterised):
    """Base of all local rules. Class attributes:

    source    where it was published
    traces    Trace(...) for each exponential trace of the spike times
    reads     names that a receptor on the same synapse provides (continuous rules)
    model     further equations (continuous rules); the plastic variable is `state`
    on_pre, on_post   updates at spikes
    rest      what a gap without spikes of length `gap` does
    state     the variable that `connect(w=...)` sets

    A trace-based rule has a field `pairing`: "all" (a spike adds 1 to its trace) or "nearest" (sets it to 1).
    Each rule defines `oracle`, an implementation that shares no code with these texts.
    """

    source = None
    traces = ()
    reads = ()
    model = on_pre = on_post = rest = ""
    state = "w"

    def check_fields(self):
        low, high = getattr(self, "w_min", None), getattr(self, "w_max", None)
        if low is not None and high is not None and not low < high:
            raise ParameterError(f"{type(self).__name__}: w_min = {low:g} must be below w_max = {high:g}")

    def oracle(self, *args, **kwargs):
        """Independent implementation: `oracle(t_pre, t_post, w_0)` for trace-based rules (final state),
        `oracle(t, Ca, w_0)` for rules that read calcium. Not every rule has one."""
        raise RuleError(f"{type(self).__name__} has no oracle")

    def connect(self, pre, post, *, w, where=None, effect="", receptors=(), efficacy="1", delay=None,
                dendritic_delay=None, traces="auto", vary=(), model="", after="", clock=None, name=None):  # fmt: skip
        """A Brian2 Synapses with this rule.

        w                initial value of the rule's state: a number, an array, or Brian2 text such as "rand()"
        where            how to connect: {"j": "i"}, {"p": 0.1}, {"i": array, "j": array}; default all-to-all
        effect           what a presynaptic spike does to the target: "g_ampa_post += w*nS"; runs before on_pre
        receptors        receptors on each synapse, summed into the cell; `efficacy` multiplies what a spike adds to the plastic ones
        delay            axonal delay, scalar or one per synapse; dendritic_delay: of the postsynaptic spike; read-only afterwards
        traces           "auto", "synapse" or "neurons"
        after            what both sides' spikes do once the rule has acted
        vary             names of parameters (of the rule, or of a receptor with its suffix) that become one value per synapse
        model            more equations of the synapse
        """
        from brian2 import Synapses, ms

        self._check(receptors, traces)
        self._check_arguments(where, receptors, vary, dendritic_delay)
        v_syn = placed_on(post)[0].v_syn if receptors else "v"
        self._check_receptors(post, receptors)
        delays = {"pre": delay, "post": dendritic_delay}
        on_neurons = {
            side: self._on_neurons(side, traces, where, delays[side], len(other), vary)
            for side, other in (("pre", post), ("post", pre))
        }
        equations = [
            "" if self.state in self._defined() else f"{self.state} : 1",
            parameter_lines(self, self.declared(), vary),
            self.model,
            model,
        ]
        equations += [receptor.synapse_equations(v_syn, vary) for receptor in receptors]
        code = {"pre": [effect, *(r.spike_text(efficacy) for r in receptors), self.on_pre], "post": [self.on_post]}
        for side, acts in (("pre", self.on_pre), ("post", self.on_post)):
            code[side] += [after] if acts else []
        lazy = [trace for trace in self.traces if not on_neurons[trace.side]]
        if lazy:  # decayed when a spike reads them; what Brian2's (event-driven) does, without its symbolic solution of each system
            equations += [f"{TOUCHED} : second", *(f"{trace.name} : 1" for trace in lazy)]
            for side, lines in code.items():
                if not any(lines) and not any(trace.side == side for trace in lazy):
                    continue  # nothing happens at this side's spikes
                lines[:0] = [f"{trace.name} *= exp(-(t - {TOUCHED})/{trace.tau})" for trace in lazy]
                lines += [self._increment(trace) for trace in lazy if trace.side == side] + [f"{TOUCHED} = t"]
        text = {side: "\n".join(line for line in lines if line) for side, lines in code.items()}
        scalar = {"pre": _scalar(delay, 0 * ms), "post": _scalar(dendritic_delay, 0 * ms)}
        used = {side: body for side, body in text.items() if body} or {"pre": ""}
        synapses = Synapses(
            pre, post, "\n".join(equations), on_pre=used.get("pre"), on_post=used.get("post"), namespace={}, clock=clock,
            delay={side: scalar[side] for side in used if scalar[side] is not None},
            method="exponential_euler", **({"name": name} if name else {}),
        )  # fmt: skip
        for side, group, given, order in (("pre", pre, delay, 0), ("post", post, dendritic_delay, 2)):
            if on_neurons[side]:
                self._place_on_neurons(synapses, side, group, order, _scalar(given, 0 * ms))
        synapses.connect(**(where or {}))
        for parameter in self.declared():
            setattr(synapses, parameter, self.quantity(parameter))
        for receptor in receptors:
            receptor.assign(synapses, receptor.synapse_parameters())
        setattr(synapses, self.state, w)
        for side, given in (("pre", delay), ("post", dendritic_delay)):
            if side in used:
                pathway = getattr(synapses, side)
                if given is not None and _scalar(given, None) is None:
                    pathway.delay = given
                # a later write would miss the helper that carries the trace
                pathway.variables["delay"].read_only = True
        return synapses

    def values(self, group):
        """{group.parameter: SI value} for the arrays of a run."""
        return {f"{group}.{name}": getattr(self, name) for name in self.declared()}

    # -- declaration

    def _defined(self):
        return equation_names(self.model)

    def _increment(self, trace):
        return f"{trace.name} += 1" if self.pairing == "all" else f"{trace.name} = 1"

    def _check(self, receptors, traces):
        owner = type(self).__name__
        if self.source is None:
            raise RuleError(f"{owner} has no source; write source = Source(authors, year, place, doi)")
        if traces not in ("auto", "synapse", "neurons"):
            raise RuleError(f"{owner}.connect: traces = {traces!r} is not legal; legal: 'auto', 'synapse', 'neurons'")
        if self.traces and getattr(self, "pairing", None) not in ("all", "nearest"):
            raise RuleError(f"{owner} has traces, so it needs a field pairing; legal: 'all', 'nearest'")
        for trace in self.traces:
            if trace.tau not in self.declared():
                raise RuleError(
                    f"{owner}: trace {trace.name!r} has the time constant {trace.tau!r}, which is not a parameter; legal: {', '.join(self.declared())}"
                )
            if trace.side not in ("pre", "post"):
                raise RuleError(f"{owner}: trace {trace.name!r} has side {trace.side!r}; legal: 'pre', 'post'")
        for name in [*self.declared(), *self._defined(), *(trace.name for trace in self.traces)]:
            if name in RESERVED:
                raise RuleError(f"{owner}: the name {name!r} is reserved; reserved: {', '.join(sorted(RESERVED))}")
            if name.endswith(("_pre", "_post")):
                raise RuleError(
                    f"{owner}: the name {name!r} ends in _pre or _post, which Brian2 keeps for the two neurons; rename it"
                )
        provided = [name for receptor in receptors for name in receptor.provides]
        for name in self.reads:
            if name not in provided:
                raise RuleError(
                    f"{owner} reads {name!r}, which no receptor on this synapse provides; give connect(receptors=(AMPA(), NMDA()))"
                )

    def _check_arguments(self, where, receptors, vary, dendritic_delay):
        owner = f"{type(self).__name__}.connect"
        if where is not None and not isinstance(where, dict):
            raise RuleError(
                f'{owner}: where = {where!r} is not legal; legal: {{"j": "i"}}, {{"p": 0.1}}, {{"condition": "i != j"}}, {{"i": array, "j": array}}'
            )
        if not isinstance(receptors, (tuple, list)):
            raise RuleError(f"{owner}: receptors = {receptors!r} is not a tuple; write receptors=(AMPA(), NMDA())")
        legal = [*self.declared(), *(f"{name}_{r.name}" for r in receptors for name in r.synapse_parameters())]
        for name in vary:
            if name not in legal:
                raise RuleError(
                    f"{owner}: vary names {name!r}, which is no parameter of the synapse; legal: {', '.join(legal)}"
                )
        if dendritic_delay is not None and not self.on_post and not any(trace.side == "post" for trace in self.traces):
            raise RuleError(
                f"{owner}: dendritic_delay has no effect, since {type(self).__name__} does nothing at postsynaptic spikes; leave it out"
            )

    def _check_receptors(self, post, receptors):
        if not receptors:
            return
        _, synaptic = placed_on(post)
        for receptor in receptors:
            twin = next((r for r in synaptic if r.name == receptor.name), None)
            if twin is None:
                raise RuleError(
                    f"{post.name} takes no {type(receptor).__name__} on its synapses; add it to neuron.group(synaptic_receptors=(...))"
                )
            for name in receptor.cell_parameters():
                if getattr(receptor, name) != getattr(twin, name):
                    raise RuleError(
                        f"{type(receptor).__name__}.{name} is {getattr(receptor, name):g} on the synapse and "
                        f"{getattr(twin, name):g} on the cell {post.name} (SI); they must be equal"
                    )

    # -- trace placement

    def _on_neurons(self, side, traces, where, delay, n_other, vary):
        """Do the traces of this side live on the neurons? "auto": scalar delay, shared tau, more than one synapse per neuron."""
        own = [trace for trace in self.traces if trace.side == side]
        possible = _scalar(delay, 0) is not None and not any(trace.tau in vary for trace in own)
        if not own or traces == "synapse":
            return False
        if traces == "neurons":
            if not possible:
                raise RuleError(
                    f"{type(self).__name__}: {side} traces cannot live on the neurons: their delay or time constant differs between synapses"
                )
            return True
        return possible and _several_per_neuron(where or {}, n_other, side)

    def _place_on_neurons(self, synapses, side, group, order, delay):
        """A one-to-one helper Synapses owns the traces of one side; `synapses` refers to them."""
        from brian2 import Synapses, get_device

        own = [trace for trace in self.traces if trace.side == side]
        parent = getattr(group, "source", group)  # of a Subgroup: synaptic indices are absolute
        helper = Synapses(
            parent, parent, "\n".join(f"{trace.name} : 1" for trace in own), namespace={}, delay=delay, clock=parent.clock,
            on_pre="\n".join(self._increment(trace) for trace in own), name=f"{synapses.name}_{side}_traces",
        )  # fmt: skip
        for tau in dict.fromkeys(trace.tau for trace in own):
            helper.variables.add_reference(tau, synapses, tau)  # one copy of tau
        helper.pre.order = order
        helper.connect(j="i")
        helper.run_regularly("\n".join(f"{trace.name} *= exp(-dt/{trace.tau})" for trace in own), when="start")
        for trace in own:
            synapses.variables.add_reference(trace.name, helper, trace.name, index=f"_{side}synaptic_idx")
        synapses.contained_objects.append(helper)
        declared = getattr(get_device(), "synapses", None)  # Brian2 2.9 standalone declares top-level Synapses only
        if declared is not None:
            declared.add(helper)


def _scalar(delay, default):
    """A scalar delay as it is, `default` for none, None for one delay per synapse."""
    if delay is None:
        return default
    return delay if not isinstance(delay, str) and np.ndim(delay) == 0 else None


def _several_per_neuron(where, n_other, side):
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
