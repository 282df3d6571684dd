"""One layer's time step, forward and in reverse, as Brian2 code for replicas of its neurons."""

from dataclasses import dataclass

from .adjoint import Lines, derivative, needed, reverse, symbol, text
from .dynamics import dynamics, start_of
from .refusals import REGULARISER, RESERVED, check_layer, check_names, check_smooth, check_start


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
    neuron, *, drives=(), trainable=(), surrogate=None, smooth=False, detach_reset=True, loss=None, read=None, regularised=False, each=()
):
    """The LayerCode of a neuron.

    drives       {state: factor}, what a weight of 1 adds to a state, SI: the synapses of the layer add w*factor
    trainable    parameters that learn; `each`, that differ between neurons
    loss         a Loss on the layer's state `read` or its spikes (the read-out)
    regularised  count the spikes of each sample

    Raises GradientError where the neuron or what is asked of it has no gradient.
    """
    model, drives = dynamics(neuron), dict(drives)
    start = checked_start(neuron, model, drives, trainable, loss, read)
    if smooth and model.gap is not None:
        check_smooth(surrogate)
    names = {
        *model.states, *model.parameters, *RESERVED, *(f"grad_{p}" for p in trainable),
        *(f"{kind}_{s}" for kind in ("next", "adj", "drive", "adj_drive") for s in model.states),
    }  # fmt: skip
    made = straight_lines(model, drives, names, surrogate=surrogate, smooth=smooth)
    back = _Reverse(model, made, drives, trainable, surrogate, loss, read)
    rows, results = back.statements(start, detach_reset)
    if not smooth and not back.waiting:
        rows, results = _spike_from_states(model, rows, results)
    taped = _taped(model, drives, rows, results, smooth, back.waiting)
    variables = _variables(model, drives, taped, trainable, back.waiting, loss, regularised)
    variables += each
    shared = [*(p for p in model.parameters if p not in (*trainable, *each)), "time_step", "now", *(loss.shared if loss else ()), *(REGULARISER if regularised else ())]
    return LayerCode(
        "\n".join([f"{v} : 1" for v in variables] + [f"{v} : 1 (shared)" for v in shared]),
        "\n".join(_begin(start, variables, back.waiting, loss)),
        "\n".join(_ahead(model, made, drives, taped, loss, read, regularised)),
        "\n".join([f"{n} = {text(e)}" for n, e in rows] + [f"{n} = {text(e)}" for n, e in results.items()]),
        taped,
        tuple(drives),
        model.gap is not None,
        model,
    )


def checked_start(neuron, model, drives, trainable, loss, read):
    """{state: sympy} of where the states start, once all names of the layer are legal."""
    check_names(model, trainable, loss)
    check_start(model, neuron.initial)
    start = start_of(neuron, model)
    gap = [] if model.gap is None else [model.gap]
    expressions = [*(e for _, _, e in (*model.update, *model.reset)), *gap, *start.values()]
    check_layer(model, drives, trainable, loss, read, {str(s) for e in expressions for s in e.free_symbols})
    return start


class _Reverse:
    """The reverse of a layer's StraightLines. Values after the step are on the tape, so the gap is a function of them."""

    def __init__(self, model, made, drives, trainable, surrogate, loss, read):
        self.model, self.made, self.drives, self.trainable = model, made, drives, trainable
        self.surrogate, self.loss, self.read = surrogate, loss, read
        self.spiking, self.waiting = model.gap is not None, made.ready is not None

    def statements(self, start, detach_reset):
        """(rows, {variable: sympy}) of a step in reverse; `start` {state: sympy}, where each state starts."""
        model, step = self.model, self.made.step
        seeds = {state: symbol(f"adj_{state}") for state in model.states}
        if self.loss and self.loss.reads == "state":
            seeds[self.read] = seeds[self.read] + _sympy(self.loss.derivative.replace("STATE", f"next_{self.read}"))
        tail, known, behind = self._spike(seeds) if self.spiking else ([], {}, {})
        stopped = set() if detach_reset or not self.spiking else {symbol("spike")}
        adjoint, found = reverse(
            step,
            {self.made.outputs[s]: seeds[s] for s in model.states},
            {symbol(n) for n in (*model.states, *(f"drive_{s}" for s in self.drives), *self.trainable)} | stopped,
            self.made.lines.taken | {"distance", "adj_gap"},
            stopped={self.made.ready} if self.waiting else (),
        )
        results = {f"adj_{s}": found[symbol(s)] for s in model.states}
        results |= {f"adj_drive_{s}": found[symbol(f"drive_{s}")] for s in self.drives}
        if self.spiking:
            results["adj_spike"] = found[symbol("spike")] if stopped else _number(0)
        results |= {f"grad_{p}": self._parameter(p, found, known.get(p, 0), start) for p in self.trainable} | behind
        again = needed(step, [e for _, e in [*tail, *adjoint.rows]] + list(results.values()))
        return [*again, *tail, *adjoint.rows], results

    def _spike(self, seeds):
        """The error of the spikes through the surrogate: rows, what trained parameters get of it, what the loss keeps. Adds to `seeds`."""
        model, ready, behind = self.model, self.made.ready, {}
        now = {symbol(state): symbol(f"next_{state}") for state in model.states}
        gap, far = model.gap.xreplace(now), symbol("distance")
        error = symbol("back") + symbol("adj_spike") + symbol("penalty")
        if self.loss and self.loss.reads == "spikes":
            fired = _function("int_")(far > 0) * (ready if self.waiting else 1)
            error = error + _sympy(self.loss.derivative)
            behind[self.loss.behind] = fired * symbol("now") + (1 - fired) * symbol(self.loss.behind)
        slope = _parse(self.surrogate.text("derivative"), far) * error
        if self.waiting:
            slope = slope * ready
        for state in model.states:
            seeds[state] = seeds[state] + derivative(gap, now[symbol(state)]) * symbol("adj_gap")
        known = {p: derivative(gap, symbol(p)) * symbol("adj_gap") for p in self.trainable}
        return [(far, gap), (symbol("adj_gap"), slope)], known, behind

    def _parameter(self, p, found, by_gap, start):
        """A state that starts at a parameter carries the derivative of the first step back to it."""
        origin = sum(found[symbol(s)] * derivative(start[s], symbol(p)) for s in self.model.states)
        first = _function("int_")(symbol("now") < 0.5) * origin if origin != 0 else 0
        return symbol(f"grad_{p}") + found[symbol(p)] + by_gap + first


def _used(rows, results):
    return {str(s) for e in (*(e for _, e in rows), *results.values()) for s in e.free_symbols}


def _spike_from_states(model, rows, results):
    """The spike of the step before from its states, which are on the tape: cheaper than from memory."""
    spike, before = symbol("spike"), symbol("spike_before")
    if "spike" not in _used(rows, results):
        return rows, results
    rows = [(before, _function("int_")(model.gap > 0)), *((n, e.xreplace({spike: before})) for n, e in rows)]
    return rows, {n: e.xreplace({spike: before}) for n, e in results.items()}


def _taped(model, drives, rows, results, smooth, waiting):
    """Variables whose values at every step the reverse needs."""
    spiking, used = model.gap is not None, _used(rows, results)
    if smooth and spiking:
        used.add("spike")  # how much each neuron spikes is a factor of its weights' gradient
    candidates = [*model.states, *(f"drive_{s}" for s in drives), *(("spike",) * spiking), *(("wait", "free") * waiting)]
    return tuple(n for n in candidates if n in used or f"next_{n}" in used)


def _variables(model, drives, taped, trainable, waiting, loss, regularised):
    """Names of the layer's variables that each neuron has its own of."""
    found = [*model.states, *(f"adj_{s}" for s in model.states), *(f"drive_{s}" for s in drives), *(f"adj_drive_{s}" for s in drives)]
    found += [f"next_{n}" for n in taped if not n.startswith("drive_")] + [v for p in trainable for v in (f"grad_{p}", p)]
    found += (["spike", "back", "adj_spike", "penalty"] if model.gap is not None else []) + (["wait", "free"] if waiting else [])
    return found + (["count"] if regularised else []) + (list(loss.variables) if loss else [])


def _begin(start, variables, waiting, loss):
    """Statements before a sample."""
    zero = [v for v in variables if v.startswith(("adj_", "drive_")) or v in ("spike", "back", "wait", "penalty", "count")]
    found = [f"{s} = {text(e)}" for s, e in start.items()] + [f"{v} = 0" for v in zero]
    return found + (["free = 1"] if waiting else []) + (list(loss.begin) if loss else [])


def _ahead(model, made, drives, taped, loss, read, regularised):
    """Statements of a step forward, which write what is taped to the next row of the tape."""

    def write(name):
        return f"next_{name}" if name in taped else name

    found = [f"{n} = {text(e)}" for n, e in needed(made.forward, list(made.outputs.values()))]
    found += [f"{write(n)} = {text(e)}" for n, e in made.outputs.items()]
    found += [f"drive_{s} = 0" for s in drives if f"drive_{s}" not in taped]
    if regularised:
        found.append(f"count = count + {write('spike')}")
    return found + (loss.forward(write(read), write("spike")) if loss else [])


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
