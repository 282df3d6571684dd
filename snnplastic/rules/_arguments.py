"""What `connect` is given: checked before anything is made."""

from ..errors import RuleError
from ..receptors.receptor import placed_on


def check_arguments(rule, where, receptors, vary, dendritic_delay, traces, advance):
    owner = f"{type(rule).__name__}.connect"
    if traces not in ("auto", "synapse", "neurons"):
        raise RuleError(f"{owner}: traces = {traces!r} is not legal; legal: 'auto', 'synapse', 'neurons'")
    if where is not None and not isinstance(where, dict):
        raise RuleError(
            f'{owner}: where = {where!r} is not legal; legal: {{"j": "i"}}, {{"p": 0.1}}, {{"condition": "i != j"}}, {{"i": array, "j": array}}'
        )
    if not isinstance(receptors, (tuple, list)):
        raise RuleError(f"{owner}: receptors = {receptors!r} is not a tuple; write receptors=(AMPA(), NMDA())")
    legal = [*rule.declared(), *(f"{name}_{r.name}" for r in receptors for name in r.synapse_parameters())]
    for name in vary:
        if name not in legal:
            raise RuleError(
                f"{owner}: vary names {name!r}, which is no parameter of the synapse; legal: {', '.join(legal)}"
            )
    if dendritic_delay is not None and not rule.on_post and not any(trace.side == "post" for trace in rule.traces):
        raise RuleError(
            f"{owner}: dendritic_delay has no effect, since {type(rule).__name__} does nothing at postsynaptic spikes; leave it out"
        )
    if isinstance(advance, str) and advance != "events" or advance is None:
        raise RuleError(f"{owner}: advance = {advance!r} is not legal; legal: 'events', or a time such as 10*ms")
    if not isinstance(advance, str) and not rule.between:
        raise RuleError(f"{owner}: advance needs a rule with `between`, and {type(rule).__name__} has none")


def check_episode(rule, event, post):
    owner = type(rule).__name__
    if event and not rule.episode:
        raise RuleError(f"{owner}.connect: episode = {event!r}, and {owner} has no text `episode`; leave it out")
    if event and event not in getattr(post, "events", {}):
        legal = ", ".join(getattr(post, "events", {})) or "none"
        raise RuleError(f"{owner}.connect: episode = {event!r} is no event of {post.name}; legal: {legal}")


def check_neurons(rule, pre, post, receptors):
    """The neurons have what the rule reads, and the cell takes the receptors of the synapse."""
    owner = type(rule).__name__
    provided = [name for receptor in receptors for name in receptor.provides]
    for name in rule.reads:
        if name not in provided:
            raise RuleError(
                f"{owner} reads {name!r}, which no receptor on this synapse provides; give connect(receptors=(AMPA(), NMDA()))"
            )
    for group, names, side in ((pre, rule.reads_pre, "pre"), (post, rule.reads_post, "post")):
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
