"""One layer's time step, forward and in reverse, as Brian2 code for replicas of its neurons."""

from dataclasses import dataclass

from .adjoint import GradientError, Lines, derivative, dynamics, needed, reverse, symbol, text, units_of

REGULARISER = ("fewest", "most", "strength")
RESERVED = ("count", *REGULARISER, "spike", "back", "adj_spike", "free", "wait", "time_step", "now", "penalty")


@dataclass
class LayerCode:
    """Brian2 text of a layer. `taped`: variables whose values at every step the reverse needs; each has its row of a tape."""

    equations: str
    begin: str
    forward: str
    backward: str
    taped: tuple
    targets: tuple
    spiking: bool
    source: object  # the Dynamics, which keeps Brian2's group alive


@dataclass
class StraightLines:
    """A time step as rows in which each name is assigned once: `step` to the states, `forward` also to the spikes; `outputs` of the step."""

    lines: Lines
    step: list
    forward: list
    outputs: dict
    ready: object


def straight_lines(model, drives, names, *, surrogate=None, smooth=False, own=()):
    """The StraightLines of a model. The resets of the states `own` act by the symbol own_spike instead of spike."""
    held, dt, lines = set(model.held), symbol("time_step"), Lines(names)
    spike, free = symbol("spike"), symbol("free")
    # synapses and reset of the step before
    for state, factor in drives.items():
        drive = _number(factor) * symbol(f"drive_{state}")
        if state in held:
            drive = drive * free * (1 - spike)
        lines.assign(state, symbol(state) + drive)
    for statement in model.reset:
        lines.apply([statement], gate=symbol("own_spike") if statement[0] in own else spike)
    ready = None
    if model.refractory is not None:
        ready = lines.assign("ready", _function("int_")(symbol("wait") < 0.5))
    before = dict(lines.latest)
    lines.apply(model.update)
    for state in held:
        lines.assign(state, ready * lines.latest[state] + (1 - ready) * before.get(state, symbol(state)))
    step = list(lines.rows)
    outputs = {state: lines.latest.get(state, symbol(state)) for state in model.states}

    # what a spike is
    if model.gap is not None:
        gap = lines.assign("gap", lines.read(model.gap))
        fires = _parse(surrogate.text("smooth"), gap) if smooth else _function("int_")(gap > 0)
        if ready is not None:
            fires = fires * ready
        fires = lines.assign("fires", fires)
        outputs["spike"] = fires
        if ready is not None:
            steps = _function("floor")(lines.read(model.refractory) / dt + 1e-3)
            rest = _function("clip")(symbol("wait") - 1, 0, 1e9)
            outputs |= {"wait": fires * (steps - 1) + (1 - fires) * rest, "free": ready}
    return StraightLines(lines, step, list(lines.rows), outputs, ready)


def layer_code(
    neuron, *, drives=(), trainable=(), surrogate=None, smooth=False, detach_reset=True, loss=None, read=None, regularised=False
):
    """The LayerCode of a neuron.

    drives       {state: factor}, what a weight of 1 adds to a state, SI: the synapses of the layer add w*factor
    trainable    parameters that learn
    loss         a Loss on the layer's state `read` or its spikes (the read-out)
    regularised  count the spikes of each sample
    """
    model, drives = dynamics(neuron), dict(drives)
    _check(model, drives, trainable, loss, read)
    spiking = model.gap is not None
    names = {
        *model.states,
        *model.parameters,
        *RESERVED,
        *(f"{kind}_{s}" for kind in ("next", "adj", "drive", "adj_drive") for s in model.states),
    }
    made = straight_lines(
        model, drives, names | {f"grad_{p}" for p in trainable}, surrogate=surrogate, smooth=smooth
    )
    lines, step, forward, outputs, ready = made.lines, made.step, made.forward, made.outputs, made.ready
    after, spike, waiting = {state: outputs[state] for state in model.states}, symbol("spike"), ready is not None

    # in reverse: the gap is a function of the states after the update, whose values are on the tape
    now = {state: symbol(f"next_{state}") for state in model.states}
    seeds = {state: symbol(f"adj_{state}") for state in model.states}
    tail, known, behind = [], {}, {}
    if loss and loss.reads == "state":
        seeds[read] = seeds[read] + _sympy(loss.derivative.replace("STATE", f"next_{read}"))
    if spiking:
        here = model.gap.xreplace({symbol(state): now[state] for state in model.states})
        far = symbol("distance")
        error = symbol("back") + symbol("adj_spike") + symbol("penalty")
        fired = _function("int_")(far > 0) * (ready if waiting else 1)
        if loss and loss.reads == "spikes":
            error = error + _sympy(loss.derivative)
            behind[loss.behind] = fired * symbol("now") + (1 - fired) * symbol(loss.behind)
        slope = _parse(surrogate.text("derivative"), far) * error
        if waiting:
            slope = slope * ready
        tail = [(far, here), (symbol("adj_gap"), slope)]
        for state in model.states:
            seeds[state] = seeds[state] + derivative(here, now[state]) * symbol("adj_gap")
        known = {p: derivative(here, symbol(p)) * symbol("adj_gap") for p in trainable}
    wanted = (
        {symbol(state) for state in model.states}
        | {symbol(f"drive_{state}") for state in drives}
        | {symbol(p) for p in trainable}
    )
    stopped = set() if detach_reset or not spiking else {spike}
    wanted |= stopped
    adjoint, found = reverse(
        step,
        {after[s]: seeds[s] for s in model.states},
        wanted,
        lines.taken | {"distance", "adj_gap"},
        stopped={ready} if waiting else (),
    )
    results = {f"adj_{s}": found[symbol(s)] for s in model.states}
    results |= {f"adj_drive_{s}": found[symbol(f"drive_{s}")] for s in drives}
    if spiking:
        results["adj_spike"] = found[spike] if stopped else _number(0)
    start = {s: _initial(model, str(neuron.initial.get(s, 0))) for s in model.states}
    for p in trainable:  # a state that starts at a parameter carries the derivative of the first step back to it
        origin = sum(found[symbol(s)] * derivative(start[s], symbol(p)) for s in model.states)
        first = _function("int_")(symbol("now") < 0.5) * origin if origin != 0 else 0
        results[f"grad_{p}"] = symbol(f"grad_{p}") + found[symbol(p)] + known.get(p, 0) + first
    results |= behind
    again = needed(step, [e for _, e in [*tail, *adjoint.rows]] + list(results.values()))
    rows = [*again, *tail, *adjoint.rows]
    used = {str(s) for _, e in rows for s in e.free_symbols} | {
        str(s) for e in results.values() for s in e.free_symbols
    }
    if "spike" in used and not smooth and not waiting:  # cheaper from the potential than from memory
        last = lines_of_spike(model.gap)
        rows = [(symbol("spike_before"), last), *((n, e.xreplace({spike: symbol("spike_before")})) for n, e in rows)]
        results = {n: e.xreplace({spike: symbol("spike_before")}) for n, e in results.items()}
        used = (used - {"spike"}) | {str(s) for s in last.free_symbols}
    if smooth and spiking:
        used.add("spike")  # how much each neuron spikes is a factor of its weights' gradient
    candidates = [
        *model.states,
        *(f"drive_{s}" for s in drives),
        *(("spike",) if spiking else ()),
        *(("wait", "free") if waiting else ()),
    ]
    taped = tuple(n for n in candidates if n in used or f"next_{n}" in used)

    variables = [
        *model.states,
        *(f"adj_{s}" for s in model.states),
        *(f"drive_{s}" for s in drives),
        *(f"adj_drive_{s}" for s in drives),
    ]
    variables += [f"next_{n}" for n in taped if not n.startswith("drive_")] + [v for p in trainable for v in (f"grad_{p}", p)]
    variables += (["spike", "back", "adj_spike", "penalty"] if spiking else []) + (["wait", "free"] if waiting else [])
    variables += (["count"] if regularised else []) + (list(loss.variables) if loss else [])
    shared = [*(p for p in model.parameters if p not in trainable), "time_step", "now", *(loss.shared if loss else ()), *(REGULARISER if regularised else ())]
    equations = "\n".join([f"{v} : 1" for v in variables] + [f"{v} : 1 (shared)" for v in shared])

    def write(name):
        return f"next_{name}" if name in taped else name

    ahead = [f"{n} = {text(e)}" for n, e in needed(forward, list(outputs.values()))]
    ahead += [f"{write(n)} = {text(e)}" for n, e in outputs.items() if n in (*model.states, "wait", "free", "spike")]
    ahead += [f"drive_{s} = 0" for s in drives if f"drive_{s}" not in taped]
    if regularised:
        ahead.append(f"count = count + {write('spike')}")
    if loss:
        ahead += loss.forward(write(read), write("spike"))
    behind = [f"{n} = {text(e)}" for n, e in rows] + [f"{n} = {text(e)}" for n, e in results.items()]
    begin = [f"{s} = {text(e)}" for s, e in start.items()]
    begin += [
        f"{v} = 0" for v in variables if v.startswith(("adj_", "drive_")) or v in ("spike", "back", "wait", "penalty", "count")
    ]
    begin += ["free = 1"] if waiting else []
    begin += loss.begin if loss else ()
    return LayerCode(
        equations,
        "\n".join(begin),
        "\n".join(ahead),
        "\n".join(behind),
        taped,
        tuple(drives),
        spiking,
        model,
    )


def lines_of_spike(gap):
    """The spike of the step before from its states, which are on the tape."""
    return _function("int_")(gap > 0)


def _function(name):
    import sympy

    return sympy.Function(name)


def _number(value):
    import sympy

    return sympy.Float(float(value), 17) if value not in (0, 1) else sympy.Integer(int(value))


def _sympy(text):
    from brian2.parsing.sympytools import str_to_sympy

    return str_to_sympy(text)


def _parse(expression, x):
    return _sympy(expression).xreplace({symbol("x"): x})


def _initial(model, expression):
    found = _sympy(expression)
    return found.xreplace(units_of(found, model.parameters))


def _check(model, drives, trainable, loss, read):
    if loss and loss.reads == "spikes" and model.gap is None:
        raise GradientError(f"the loss reads spikes, and the read-out {model.name} has no threshold; legal: a neuron that spikes")
    if loss and loss.reads == "state" and read not in model.states:
        raise GradientError(f"the read-out {model.name} has no state {read!r} to read; legal: {', '.join(model.states)}")
    for name in (*model.states, *model.parameters):
        if name in RESERVED:
            raise GradientError(
                f"{model.name}: the name {name!r} is used by the training program; legal: any but {', '.join(RESERVED)}"
            )
    for state in drives:
        if state not in model.states:
            raise GradientError(
                f"{model.name} has no state {state!r} for its synapses to drive; legal: {', '.join(model.states)}"
            )
    for name in trainable:
        if name not in model.parameters:
            raise GradientError(
                f"{model.name} has no parameter {name!r} to train; legal: {', '.join(model.parameters)}"
            )
