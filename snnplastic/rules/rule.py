"""PlasticityRule: a rule is declared text; `connect` makes it a Brian2 Synapses.

Traces are declared, not written into the equations, because where a trace lives is an execution
choice: on the synapse (event-driven), or on the neurons of one side (a one-to-one helper Synapses,
decayed every step), which touches 4 times less memory where neurons have many synapses. Equations
that have one copy per neuron (`pre_model`, `post_model`) are placed in the same way.

A StateMonitor on a trace shows it decaying where it lives on the neurons, and its value at the last spike where it lives on
the synapse; traces="neurons" or "synapse" says which.

Order within one time step: on_pre, presynaptic traces, on_post, postsynaptic traces. So a rule uses
every trace before its own spike increments it, and on_post sees a coincident presynaptic spike.
What runs all the time comes before: at the start of a step traces decay, delayed variables are looked up and `each_step`
acts; then filters advance, from the neurons as they were at the start of the step; then the neurons.

Delays::

    pre spike ---- delay (axonal) ----> synapse <---- dendritic_delay ---- post spike
                                        on_pre and the pre traces act when the spike arrives,
                                        on_post and the post traces when the back-propagating spike does
"""

import re
from dataclasses import dataclass

import numpy as np

from ..errors import RuleError
from ..parameter import Parameterised, unit
from ..receptors.receptor import equation_names, parameter_lines, placed_on, rename
from . import _delayed
from ._declaration import BEGUN, TOUCHED, check, check_bounds, names_in


@dataclass(frozen=True)
class Trace:
    """An exponential trace of one side's spikes.

    side      "pre" or "post": whose spikes increment it
    tau       the name of the parameter that is its time constant
    jump      what a spike adds (pairing "all") or sets it to ("nearest"); an expression, evaluated before the spike's jumps
    pairing   "all" or "nearest" where this trace does not follow the rule's field `pairing`
    """

    name: str
    side: str
    tau: str
    jump: str = "1"
    pairing: str = None


class PlasticityRule(Parameterised):
    """Base of all local rules. Class attributes, all text unless said otherwise:

    source          where it was published (a Source)
    traces          Trace(...) for each exponential trace of the spike times
    state           the variable that `connect(w=...)` sets; state_0 (a number) where it is no free weight: where protocols start it
    on_pre, on_post updates at spikes, after the transmission
    before_effect   update at presynaptic spikes before the transmission (a release that `effect` reads)
    between         what time does between two events of a synapse, in closed form, given its length `gap`;
                    evaluated at every event, or every `advance` (see connect), and exact at both
    rest            what a quiet gap of length `gap` does (default: `between`)
    model           further equations (rules in continuous time)
    each_step       statements that every synapse runs at the start of every time step (rules in continuous time with bounds)
    pre_model, post_model   equations with one copy per presynaptic or postsynaptic neuron, such as a filter of v_post
    delayed         Delayed(...) for each variable of a neuron that the rule reads late, as if it stood in pre_model or post_model
    initial         {variable of pre_model or post_model: expression}, its value at the first step of a run
    reads           names that a receptor on the same synapse provides (a tuple)
    reads_pre, reads_post   names of variables of the two neurons that the texts use as NAME_pre, NAME_post (tuples)
    on_modulator    what a spike of a neuromodulatory neuron does to every synapse (see `modulate`)
    modulator_model, modulator_between   equations, and what time does, of states that are equal on all synapses since only
                    on_modulator jumps them: one number where all synapses advance together, else one per synapse
    episode         what the end of an episode does (a lap, a trial): a protocol runs it
    uses            other names that the texts may use (a tuple)
    added_delay     the name of a parameter by which the rule, not the transmission, lags a presynaptic spike
    noise           the name of the parameter that scales the rule's noise
    oracle_tolerance   of the state, where the rule is not exact
    silent_alone    False for a rule that spikes of one side alone change

    A trace-based rule has a field `pairing`: "all" (a spike adds to its trace) or "nearest" (sets it).
    Each rule defines `oracle`, an implementation that shares no code with these texts.
    """

    source = None
    traces = ()
    reads = reads_pre = reads_post = uses = ()
    delayed, initial = (), {}
    model = each_step = pre_model = post_model = before_effect = on_pre = on_post = on_modulator = between = rest = episode = ""
    modulator_model = modulator_between = ""
    state, method, added_delay, noise, silent_alone = "w", "exponential_euler", "", "", True
    state_0, oracle_tolerance = None, 1e-9

    @property
    def population(self):
        """How many synapses stand for one synapse of an experiment: more than one where the rule is noisy."""
        return 1

    def starts(self, w_0):
        """The states in which that many synapses start."""
        return np.full(self.population, w_0 if self.state_0 is None else self.state_0)

    def weight(self, state):
        """The weight of a state; the state itself unless the rule says otherwise."""
        return state

    def change(self, start, end):
        """Mean weight of synapses in the states `end` over that in the states `start`, minus 1 (last axis: synapses)."""
        return self.weight(end).mean(-1) / self.weight(start).mean(-1) - 1

    def check_fields(self):
        check_bounds(self)

    def check_declaration(self):
        """Refuse texts that cannot work, before anything is built."""
        check(self)

    def oracle(self, *args, **kwargs):
        """Independent implementation: `oracle(t_pre, t_post, w_0)` for rules of spike times (final state),
        `oracle(t, Ca, w_0)` for rules that read calcium. Not every rule has one."""
        raise RuleError(f"{type(self).__name__} has no oracle")

    def connect(self, pre, post, *, w, where=None, effect="", receptors=(), efficacy="1", delay=None, dendritic_delay=None,
                traces="auto", vary=(), model="", after="", advance="events", episode="", clock=None, name=None):  # fmt: skip
        """A Brian2 Synapses with this rule.

        w                initial value of the rule's state: a number, an array, or Brian2 text such as "rand()"
        where            how to connect: {"j": "i"}, {"p": 0.1}, {"i": array, "j": array}; default all-to-all
        effect           what a presynaptic spike does to the target: "g_ampa_post += w*nS"; runs before on_pre
        receptors        receptors on each synapse, summed into the cell; `efficacy` multiplies what a spike adds to the plastic ones
        delay            axonal delay, scalar or one per synapse; dendritic_delay: of the postsynaptic spike; read-only afterwards
        traces           "auto", "synapse" or "neurons"
        after            what both sides' spikes do once the rule has acted
        advance          rules with `between`: "events", or a time: all synapses advance together that often
        vary             names of parameters (of the rule, or of a receptor with its suffix) that become one value per synapse
        model            more equations of the synapse
        episode          the name of an event of `post` at which the text `episode` runs on the synapses of the cell that has it
        """
        from brian2 import Synapses, ms

        self.check_declaration()
        self._check_arguments(where, receptors, vary, dendritic_delay, traces, advance)
        self._check_episode(episode, post)
        self._check_neurons(pre, post, receptors)
        v_syn = placed_on(post)[0].v_syn if receptors else "v"
        delays = {"pre": delay, "post": dendritic_delay}
        on_neurons = {
            side: self._on_neurons(side, traces, where, delays[side], len(other), vary)
            for side, other in (("pre", post), ("post", pre))
        }
        here = [trace for trace in self.traces if not on_neurons[trace.side]]
        dense = [trace for trace in here if trace.name in names_in(f"{self.model}\n{self.each_step}")]  # read all the time: not lazy
        lazy = [trace for trace in here if trace not in dense]
        flows = bool(advance == "events" and self.between)
        one_modulator = advance != "events" and self._one_modulator(vary)
        equations = [
            "" if self.state in self._defined() else f"{self.state} : 1",
            parameter_lines(self, self.declared(), vary),
            self.model,
            "" if one_modulator else self.modulator_model,
            model,
            *(self._filter_equations(side) for side in ("pre", "post") if not on_neurons[side]),
            *(f"{trace.name} : 1" for trace in here),
            f"{TOUCHED} : second" if lazy or flows else "",
            *(receptor.synapse_equations(v_syn, vary) for receptor in receptors),
        ]
        update = self._update_text(lazy, flows)
        code = self._events(here, update, effect, [r.spike_text(efficacy) for r in receptors], after)
        if code == {"pre": ""} and "spike" not in getattr(pre, "events", ("spike",)):
            code = {}  # neurons without spikes, such as rate neurons
        if episode:
            code["episode"] = self.episode
        scalar = {side: _scalar(given, 0 * ms) for side, given in delays.items()} | {"episode": 0 * ms}
        scalar["rule"] = None if scalar["pre"] is None or self.added_delay in vary else scalar["pre"] + self._added()
        synapses = Synapses(
            pre, post, "\n".join(equations), on_pre={side: code[side] for side in ("pre", "rule") if side in code} or None,
            on_post={side: code[side] for side in ("post", "episode") if side in code} or None,
            on_event={"episode": episode} if episode else "spike", namespace={}, clock=clock,
            delay={side: scalar[side] for side in code if scalar[side] is not None},
            method=self.method, order=-2 if self.reads_pre or self.reads_post else 0, **({"name": name} if name else {}),
        )  # fmt: skip
        kept = {d.name: self._keep(d, synapses, pre if d.side == "pre" else post) for d in self.delayed}
        for side, group, order in (("pre", pre, 0), ("post", post, 2)):
            if on_neurons[side]:
                lag = scalar["rule" if side == "pre" and self.added_delay else side]
                self._place_on_neurons(synapses, side, group, order, lag, kept)
            else:
                self._run_filters(synapses, side, kept)
        if dense:
            synapses.run_regularly("\n".join(f"{trace.name} *= exp(-dt/{trace.tau})" for trace in dense), when="start")
        if self.each_step:
            synapses.run_regularly(self.each_step, when="start", order=5)
        synapses._flows = flows
        synapses._modulator = self._place_modulator(synapses, clock) if one_modulator else None
        synapses.connect(**(where or {}))
        for parameter in self.declared():
            setattr(synapses, parameter, self.quantity(parameter))
        for receptor in receptors:
            receptor.assign(synapses, receptor.synapse_parameters())
        setattr(synapses, self.state, w)
        if self.between and advance != "events":
            self._advance(synapses, advance)
        for side, given in (("pre", delay), ("rule", delay), ("post", dendritic_delay)):
            if side in code:
                pathway = getattr(synapses, side)
                if side == "rule" and scalar["rule"] is None:
                    pathway.delay = self.added_delay  # one delay per synapse; an array of the run may replace it
                    continue
                if given is not None and _scalar(given, None) is None:
                    pathway.delay = given
                # a later write would miss the helper that carries the trace
                pathway.variables["delay"].read_only = True
        return synapses

    def catch_up(self, synapses, *, clock=None, dt=None):
        """Bring event-driven states up to the present at every tick of a clock, for a monitor or the end of a run."""
        if TOUCHED in synapses.equations.names:
            lazy = [trace for trace in self.traces if trace.name in synapses.equations.names]
            text = self._update_text(lazy, synapses._flows)
            synapses.run_regularly(f"{text}\n{TOUCHED} = t", clock=clock, dt=dt, when="end")

    def modulate(self, source, synapses, *, where=None, delay=None, name=None):
        """A Brian2 Synapses by which every spike of `source` runs `on_modulator` on all of `synapses` (a global signal).

        source      a group of neuromodulatory neurons, dopamine cells for example
        synapses    what `connect` returned for this rule
        where       which neuron acts on which synapse (i, j as for Brian2's connect; j counts synapses); default all on all
        """
        from brian2 import Synapses, ms

        if not self.on_modulator:
            raise RuleError(f"{type(self).__name__} has no on_modulator; no neuromodulator acts on it")
        target, lines = synapses._modulator or synapses, [self.on_modulator]
        if target is synapses and TOUCHED in synapses.equations.names:
            lazy = [trace for trace in self.traces if trace.name in synapses.equations.names]
            lines = [self._update_text(lazy, synapses._flows), *lines, f"{TOUCHED} = t"]
        states = equation_names(self.modulator_model)
        names = [*self.declared(), *self._defined(), *states, self.state, *(trace.name for trace in self.traces), TOUCHED]
        made = Synapses(
            source, target, on_pre=rename(_lines(*lines), dict.fromkeys(names), "_post"), namespace={},
            delay=0 * ms if delay is None else delay, name=name or f"{synapses.name}_modulator",
        )  # fmt: skip
        made.connect(**(where or {}))
        return made

    def values(self, group):
        """{group.parameter: SI value} for the arrays of a run."""
        return {f"{group}.{name}": getattr(self, name) for name in self.declared()}

    # -- text

    def _defined(self):
        return equation_names(self.model)

    def _jump(self, trace):
        return f"{trace.name} {'+=' if (trace.pairing or self.pairing) == 'all' else '='} {trace.jump}"

    def _update_text(self, lazy, flows):
        """What brings a synapse up to the time of an event."""
        if not lazy and not flows:
            return ""
        decays = [f"{trace.name} *= exp(-gap/{trace.tau})" for trace in lazy]
        return _lines(f"gap = t - {TOUCHED}", *([self.between, self.modulator_between] if flows else []), *decays)

    def _events(self, here, update, effect, receptors, after):
        """{pathway: text}: transmission and rule in one pathway, unless the rule lags the transmission."""
        jumps = {side: [self._jump(trace) for trace in here if trace.side == side] for side in ("pre", "post")}
        transmission = [self.before_effect, effect, *receptors]
        acts = {
            "pre": [self.on_pre, after if self.on_pre else "", *jumps["pre"]],
            "post": [self.on_post, after if self.on_post else "", *jumps["post"]],
        }
        code = {"post": acts["post"]}
        if self.added_delay:
            code |= {"pre": transmission, "rule": acts["pre"]}
        else:
            code["pre"] = transmission + acts["pre"]
        found = {}
        for side, lines in code.items():
            if any(lines):
                found[side] = _lines(update, *lines, f"{TOUCHED} = t") if update else _lines(*lines)
        return found or {"pre": ""}

    def _added(self):
        return self.quantity(self.added_delay) if self.added_delay else 0

    def _advance(self, synapses, advance):
        """All synapses advance together: `between` with a constant gap, whose exponentials are computed once."""
        from brian2 import Quantity, second

        step = advance if isinstance(advance, Quantity) else advance * second
        gap = f"gap = {float(step)!r}*second*int(t > 0*second)"  # nothing has passed at the first tick
        apart = synapses._modulator
        flow = [self.between, "" if apart else self.modulator_between]
        synapses.run_regularly(_lines(gap, *flow), dt=step, when="start")
        if apart and self.modulator_between:
            apart.run_regularly(_lines(gap, self.modulator_between), dt=step, when="start", order=1)

    # -- checks

    def _check_arguments(self, where, receptors, vary, dendritic_delay, traces, advance):
        owner = f"{type(self).__name__}.connect"
        if traces not in ("auto", "synapse", "neurons"):
            raise RuleError(f"{owner}: traces = {traces!r} is not legal; legal: 'auto', 'synapse', 'neurons'")
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
        if isinstance(advance, str) and advance != "events" or advance is None:
            raise RuleError(f"{owner}: advance = {advance!r} is not legal; legal: 'events', or a time such as 10*ms")
        if not isinstance(advance, str) and not self.between:
            raise RuleError(f"{owner}: advance needs a rule with `between`, and {type(self).__name__} has none")

    def _check_episode(self, event, post):
        owner = type(self).__name__
        if event and not self.episode:
            raise RuleError(f"{owner}.connect: episode = {event!r}, and {owner} has no text `episode`; leave it out")
        if event and event not in getattr(post, "events", {}):
            legal = ", ".join(getattr(post, "events", {})) or "none"
            raise RuleError(f"{owner}.connect: episode = {event!r} is no event of {post.name}; legal: {legal}")

    def _check_neurons(self, pre, post, receptors):
        """The neurons have what the rule reads, and the cell takes the receptors of the synapse."""
        owner = type(self).__name__
        provided = [name for receptor in receptors for name in receptor.provides]
        for name in self.reads:
            if name not in provided:
                raise RuleError(
                    f"{owner} reads {name!r}, which no receptor on this synapse provides; give connect(receptors=(AMPA(), NMDA()))"
                )
        for group, names, side in ((pre, self.reads_pre, "pre"), (post, self.reads_post, "post")):
            for name in names:
                if name not in group.variables:
                    legal = ", ".join(v for v in group.variables if not v.startswith("_"))
                    raise RuleError(f"{owner} reads {name}_{side}, and {group.name} has no {name!r}; it has {legal}")
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

    # -- placement

    def _on_neurons(self, side, traces, where, delay, n_other, vary):
        """Do traces and filters of this side live on the neurons? "auto": scalar delay, shared parameters, more than one synapse per neuron."""
        own, filters = [trace for trace in self.traces if trace.side == side], self._filter_texts(side)
        used = {*(trace.tau for trace in own), *names_in(" ".join([filters, *(trace.jump for trace in own)]))}
        if side == "pre" and own and self.added_delay:
            used.add(self.added_delay)
        possible = _scalar(delay, 0) is not None and not used & set(vary)
        if not (own or filters) or traces == "synapse":
            return False
        if traces == "neurons":
            if not possible:
                raise RuleError(
                    f"{type(self).__name__}: {side} traces cannot live on the neurons: their delay or time constant differs between synapses"
                )
            return True
        return possible and _several_per_neuron(where or {}, n_other, side)

    def _one_modulator(self, vary):
        """Can one number stand for all synapses? Where their parameters are shared, and a release changes nothing else."""
        states, used = equation_names(self.modulator_model), names_in(f"{self.on_modulator} {self.modulator_model} {self.modulator_between}")
        others = {*self._defined(), self.state, *(trace.name for trace in self.traces)}
        return bool(states) and not used & {*vary, *others}

    def _place_modulator(self, synapses, clock):
        """A group of one element owns the states of the modulator; `synapses` refers to them."""
        from brian2 import NeuronGroup

        made = NeuronGroup(1, self.modulator_model, namespace={}, clock=clock, name=f"{synapses.name}_modulator_state")
        used = names_in(f"{self.on_modulator} {self.modulator_model} {self.modulator_between}")
        for name in filter(used.__contains__, self.declared()):
            made.variables.add_reference(name, synapses, name, index="0")
        for name in equation_names(self.modulator_model):
            synapses.variables.add_reference(name, made, name, index="0")
        synapses.contained_objects.append(made)
        return made

    def _filter_equations(self, side):
        """Equations with one copy per neuron of a side, where they are placed."""
        late = [d.equations() for d in self.delayed if d.side == side]
        begun = f"{side}_{BEGUN} : integer (shared)" if self._starts(side) else ""
        return _lines(*late, getattr(self, f"{side}_model"), begun)

    def _filter_texts(self, side):
        """All texts of a side's filters, for the names in them."""
        return "\n".join(
            [getattr(self, f"{side}_model"), *self._starts(side).values(), *(d.by for d in self.delayed if d.side == side)]
        )

    def _starts(self, side):
        mine = equation_names(getattr(self, f"{side}_model"))
        return {name: text for name, text in self.initial.items() if name in mine}

    def _keep(self, delayed, synapses, group):
        """The samples of one variable of the neurons, kept for the longest delay that its parameter allows."""
        meta = self.declared()[delayed.by].metadata
        longest = meta["high"] * unit(meta["unit"])[0]
        parent = getattr(group, "source", group)  # of a Subgroup: synaptic indices are absolute
        kept, length = _delayed.store(delayed, parent, longest, f"{synapses.name}_{delayed.name}_line")
        synapses.contained_objects.append(kept)
        return kept, length

    def _run_filters(self, owner, side, kept):
        """Look-ups of delayed variables, and the values at the first step."""
        for delayed in self.delayed:
            if delayed.side == side:
                _delayed.read(delayed, owner, *kept[delayed.name])
        starts, begun = self._starts(side), f"{side}_{BEGUN}"
        if starts:
            text = "\n".join(f"{name} += ({value} - {name})*int({begun} == 0)" for name, value in starts.items())
            owner.run_regularly(text, when="start", order=3)
            owner.run_regularly(f"{begun} = 1", when="start", order=4)

    def _place_on_neurons(self, synapses, side, group, order, delay, kept):
        """A one-to-one helper Synapses owns the traces and filters of one side; `synapses` refers to them."""
        from brian2 import Synapses, get_device

        own, filters = [trace for trace in self.traces if trace.side == side], self._filter_equations(side)
        parent = getattr(group, "source", group)  # of a Subgroup: synaptic indices are absolute
        helper = Synapses(
            parent, parent, "\n".join([filters, *(f"{trace.name} : 1" for trace in own)]), namespace={}, clock=parent.clock,
            **({"on_pre": "\n".join(self._jump(trace) for trace in own), "delay": delay} if own else {}),
            method=self.method, order=-1, name=f"{synapses.name}_{side}_traces",
        )  # fmt: skip
        used = names_in(" ".join([self._filter_texts(side), *(trace.jump for trace in own)])) | {trace.tau for trace in own}
        for parameter in self.declared():
            if parameter in used:
                helper.variables.add_reference(parameter, synapses, parameter)  # one copy of each
        self._run_filters(helper, side, kept)
        helper.connect(j="i")
        if helper.state_updater:
            helper.state_updater.order = 1  # the synapses see the filters as they are at the start of the step, wherever they live
        if own:
            helper.pre.order = order
            helper.run_regularly("\n".join(f"{trace.name} *= exp(-dt/{trace.tau})" for trace in own), when="start")
        late = [d.name for d in self.delayed if d.side == side]
        for name in [*(trace.name for trace in own), *late, *equation_names(getattr(self, f"{side}_model"))]:
            synapses.variables.add_reference(name, helper, name, index=f"_{side}synaptic_idx")
        synapses.contained_objects.append(helper)
        declared = getattr(get_device(), "synapses", None)  # Brian2 2.9 standalone declares top-level Synapses only
        if declared is not None:
            declared.add(helper)


def _lines(*texts):
    return "\n".join(text for text in texts if text)


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
