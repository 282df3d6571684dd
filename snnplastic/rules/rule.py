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

from dataclasses import dataclass

import numpy as np

from ..errors import RuleError
from ..parameter import Parameterised
from ..receptors.receptor import equation_names, parameter_lines, placed_on, rename
from . import _placement
from ._arguments import check_arguments, check_episode, check_neurons
from ._declaration import TOUCHED, check, check_bounds, names_in


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
    method          how Brian2 integrates `model`, `pre_model` and `post_model`

    A rule that acts on all synapses of a neuron together derives from Homeostasis (_homeostasis.py) instead.
    A trace-based rule has a field `pairing`: "all" (a spike adds to its trace) or "nearest" (sets it).
    A rule of spike times defines `oracle`, an implementation that shares no code with these texts; for others the
    check in oracles/ may bring its own.
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
        clock, name      of the Synapses, as in Brian2
        """
        from brian2 import Synapses, ms

        self.check_declaration()
        check_arguments(self, where, receptors, vary, dendritic_delay, traces, advance)
        check_episode(self, episode, post)
        check_neurons(self, pre, post, receptors)
        v_syn = placed_on(post)[0].v_syn if receptors else "v"
        delays = {"pre": delay, "post": dendritic_delay}
        on_neurons = {
            side: _placement.on_neurons(self, side, traces, where, delays[side], len(other), vary)
            for side, other in (("pre", post), ("post", pre))
        }
        here = [trace for trace in self.traces if not on_neurons[trace.side]]
        always = names_in("\n".join([self.model, self.pre_model, self.post_model, self.modulator_model, self.each_step]))
        dense = [trace for trace in here if trace.name in always]  # read all the time: not lazy
        lazy = [trace for trace in here if trace not in dense]
        flows = bool(advance == "events" and self.between)
        update = self._update_text(lazy, flows)
        one_modulator = advance != "events" and _placement.one_modulator(self, vary)
        equations = [
            "" if self.state in self._defined() else f"{self.state} : 1",
            parameter_lines(self, self.declared(), vary),
            self.model,
            "" if one_modulator else self.modulator_model,
            model,
            *(_placement.filter_equations(self, side) for side in ("pre", "post") if not on_neurons[side]),
            *(f"{trace.name} : 1" for trace in here),
            f"{TOUCHED} : second" if update else "",
            *(receptor.synapse_equations(v_syn, vary) for receptor in receptors),
        ]
        code = self._events(here, update, effect, [r.spike_text(efficacy) for r in receptors], after)
        if code == {"pre": ""} and "spike" not in getattr(pre, "events", ("spike",)):
            code = {}  # neurons without spikes, such as rate neurons
        if episode:
            code["episode"] = _placement.lines(update, self.episode, f"{TOUCHED} = t" if update else "")
        scalar = {side: _placement.scalar(given, 0 * ms) for side, given in delays.items()} | {"episode": 0 * ms}
        scalar["rule"] = None if scalar["pre"] is None or self.added_delay in vary else scalar["pre"] + self._added()
        synapses = Synapses(
            pre, post, "\n".join(equations), on_pre={side: code[side] for side in ("pre", "rule") if side in code} or None,
            on_post={side: code[side] for side in ("post", "episode") if side in code} or None,
            on_event={"episode": episode} if episode else "spike", namespace={}, clock=clock,
            delay={side: scalar[side] for side in code if scalar[side] is not None},
            method=self.method, order=2 if self.reads_pre or self.reads_post else 0, **({"name": name} if name else {}),
        )  # fmt: skip
        kept = {d.name: _placement.keep(self, d, synapses, pre if d.side == "pre" else post) for d in self.delayed}
        for side, group, order in (("pre", pre, 0), ("post", post, 2)):
            if on_neurons[side]:
                lag = scalar["rule" if side == "pre" and self.added_delay else side]
                _placement.place_on_neurons(self, synapses, side, group, order, lag, kept)
            else:
                _placement.run_filters(self, synapses, side, kept)
        if dense:
            synapses.run_regularly("\n".join(f"{trace.name} *= exp(-dt/{trace.tau})" for trace in dense), when="start")
        if self.each_step:
            synapses.run_regularly(self.each_step, when="start", order=5)
        synapses._update = update  # for catch_up and modulate
        synapses._modulator = _placement.place_modulator(self, synapses, clock) if one_modulator else None
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
                    pathway.delay = _placement.later(self, delay)  # an array of the run may replace it
                    continue
                if given is not None and _placement.scalar(given, None) is None:
                    pathway.delay = given
                # a later write would miss the helper that carries the trace
                pathway.variables["delay"].read_only = True
        return synapses

    def catch_up(self, synapses, *, clock=None, dt=None):
        """Bring event-driven states up to the present at every tick of a clock, for a monitor or the end of a run."""
        if synapses._update:
            synapses.run_regularly(f"{synapses._update}\n{TOUCHED} = t", clock=clock, dt=dt, when="end")

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
        if target is synapses and synapses._update:
            lines = [synapses._update, *lines, f"{TOUCHED} = t"]
        states = equation_names(self.modulator_model)
        names = [*self.declared(), *self._defined(), *states, self.state, *(trace.name for trace in self.traces), TOUCHED]
        made = Synapses(
            source, target, on_pre=rename(_placement.lines(*lines), dict.fromkeys(names), "_post"), namespace={},
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

    def _update_text(self, lazy, flows):
        """What brings a synapse up to the time of an event."""
        if not lazy and not flows:
            return ""
        decays = [f"{trace.name} *= exp(-gap/{trace.tau})" for trace in lazy]
        return _placement.lines(f"gap = t - {TOUCHED}", *([self.between, self.modulator_between] if flows else []), *decays)

    def _events(self, here, update, effect, receptors, after):
        """{pathway: text}: transmission and rule in one pathway, unless the rule lags the transmission."""
        jumps = {side: [_placement.jump(self, trace) for trace in here if trace.side == side] for side in ("pre", "post")}
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
                found[side] = _placement.lines(update, *lines, f"{TOUCHED} = t") if update else _placement.lines(*lines)
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
        synapses.run_regularly(_placement.lines(gap, *flow), dt=step, when="start")
        if apart and self.modulator_between:
            apart.run_regularly(_placement.lines(gap, self.modulator_between), dt=step, when="start", order=1)
