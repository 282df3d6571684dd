r"""Eligibility vectors of a neuron written as text: the derivative of its states by a weight, carried along in time.

With u_t the states after step t, d_t what synapses add and s_t the spikes (`adjoint.py`), a weight from i to j has

    eps(t) = J(t) eps(t-1) + B(t) z_i,     J = du_t/du_{t-1} + du_t/ds_{t-1} sigma'(g_{t-1}) dg/du_{t-1},     B = du_t/dd_{t-1}
    e(t) = sigma'(g_t) dg/du . eps(t)

z_i being the spikes that arrive. The second term of J is that of the neuron's own spikes, of those resets that are not detached. J and B come from
forward differentiation of the step's straight-line statements, and what does not differ between neurons is written into the statements of the
traces. A read-out that is linear filters e as it filters spikes: its states' Jacobian is the kernel. Trained parameters have an
eligibility vector for each neuron, with du_t/dp in place of B z_i.
"""

from dataclasses import dataclass, field

from ..errors import GradientError
from .adjoint import needed, text
from .dynamics import dynamics
from .jacobian import NAMES, composed, derived, relevant
from .time_step import _number, checked_start


@dataclass
class Kernel:
    """A linear filter of e(t): states z <- decay z, of which `read` is the result, then z += inflow e. Entries are Brian2 text."""

    states: tuple
    decay: dict
    inflow: dict
    read: str
    shared: tuple = ()


@dataclass
class TraceCode:
    """Brian2 text of a layer whose gradient is computed along with the forward pass. Nothing is taped.

    trace    one step of a synapse's traces; `variables` names those that each synapse has its own of
    traces   {parameter: the same for a trained parameter}
    error    derivative of the loss by what is read, of the read-out
    kernel   the Kernel of a hidden layer, or {(a, b): text} the Jacobian of the read-out
    """

    equations: str
    begin: str
    forward: str
    trace: str
    traces: dict
    error: str
    variables: tuple
    targets: tuple
    spiking: bool
    source: object  # the Dynamics, which keeps Brian2's group alive
    kernel: object = None
    taped: tuple = field(default=())


def trace_code(
    neuron, *, drives, trained=None, surrogate=None, detach_reset=True, loss=None, read=None, kernel=None, rule=None, each=()
):  # fmt: skip
    """The TraceCode of a neuron: of a hidden layer, whose e(t) the Kernel `kernel` filters; or of the read-out, whose state `read` a loss is about."""
    model, drives, trained = dynamics(neuron), dict(drives), dict(trained or {})
    start = checked_start(neuron, model, drives, list(trained), loss, read)
    _check_traces(model, loss)
    shared, hidden = [p for p in model.parameters if p not in (*trained, *each)], loss is None
    step = derived(neuron, model, drives, list(trained), surrogate, detach_reset, rule)
    writer = _Writer(step, {*shared, "time_step"})
    code, per_trace = _traces(model, drives, list(trained), step, writer, rule, kernel, read if loss else None)
    response = None
    if not hidden and rule.kernel == "readout":
        single = {*shared, "time_step", *(p for p, size in trained.items() if size == 1)}
        response = _response(model, step.jacobian, drives, read, writer.known, single)
        for a, b in response.decay:
            writer.entry(f"kernel_{a}_{b}", step.jacobian[a, b], False)
    variables = _variables(model, drives, list(trained), step, writer.coefficients, per_trace, loss)
    common = [*shared, "time_step", "now", *(kernel.shared if hidden else ()), *(loss.shared if loss else ())]
    return TraceCode(
        equations="\n".join([f"{v} : 1" for v in (*variables, *each)] + [f"{v} : 1 (shared)" for v in common]),
        begin="\n".join(_begin(start, drives, step, variables, per_trace, loss)),
        forward="\n".join(_ahead(drives, step, writer.coefficients, loss, read)),
        trace=code[""],
        traces={p: code[f"{p}_"] for p in trained},
        error="" if hidden else f"error = {loss.derivative.replace('STATE', read)}",
        variables=tuple(per_trace[""]),
        targets=tuple(drives),
        spiking=hidden,
        source=model,
        kernel=kernel if hidden else response,
    )


def _check_traces(model, loss):
    spiking, hidden = model.gap is not None, loss is None
    if spiking != hidden:
        what = (
            "has a threshold; an online rule needs a read-out without"
            if spiking
            else "has no threshold, and a hidden layer needs one"
        )
        raise GradientError(f"{model.name} {what}")
    for name in (*model.states, *model.parameters):
        if name in NAMES:
            raise GradientError(
                f"{model.name}: the name {name!r} is used by the traces; legal: any but {', '.join(NAMES)}"
            )


class _Writer:
    """Text of coefficients: what is the same for all neurons is written out, the rest is a variable of the layer (`coefficients`)."""

    def __init__(self, step, legal):
        self.known, self.legal, self.coefficients = dict(step.rows), legal, {}

    def entry(self, name, expression, written_out=True):
        whole = composed(expression, self.known)
        if written_out and {str(s) for s in whole.free_symbols} <= self.legal:
            return f"({text(whole)})"
        self.coefficients[name] = expression
        return name


def _traces(model, drives, trainable, step, writer, rule, kernel, read):
    """({prefix: statements of one step of a trace}, {prefix: its variables}) of synapses (prefix "") and trained parameters; `read` of a read-out."""
    hidden, by_input, jacobian, gains = read is None, step.by_input, step.jacobian, step.gains
    drive = {(a, d): by_input.get((a, f"drive_{d}"), 0) for a in model.states for d in drives}
    inflow = {"": {a: e for (a, _), e in drive.items() if e != 0}}
    inflow |= {f"{p}_": {a: by_input[a, p] for a in model.states if by_input.get((a, p), 0) != 0} for p in trainable}
    ends = set(gains) & set(model.states) if hidden else {read}
    kept = {p: relevant(jacobian, set(start), ends, model.states) for p, start in inflow.items()}
    used = [a for a in model.states if any(a in states for states in kept.values())]
    J = {(a, b): writer.entry(f"jac_{a}_{b}", e) for (a, b), e in jacobian.items() if a in used and b in used}
    gain = {s: writer.entry(f"gain_{s}", e, False) for s, e in gains.items() if s in used or s in trainable}
    if hidden and not kept[""]:
        raise GradientError(f"{model.name}: no synapse of {', '.join(drives)} reaches the threshold")
    code = {}
    for prefix, start in inflow.items():
        B = {a: writer.entry(f"in_{prefix}{a}", e) for a, e in start.items() if a in kept[prefix]}
        statements = _vector(prefix, kept[prefix], J, B)
        if hidden:
            own = [gain[prefix[:-1]]] if prefix[:-1] in gain else []
            eligible = [f"{gain[a]}*new_{a}" for a in kept[prefix] if a in gain] + own
            statements += _passed(prefix, kernel) + [f"eligible = {' + '.join(eligible) or '0'}"]
            result = f"signal*passed_{kernel.read}" if rule.kernel != "none" else f"signal*zeta_{prefix}{kernel.read}"
        else:
            result = f"error*new_{read}" if read in kept[prefix] else "0"
        statements.append(f"change = {result}" if not prefix else f"grad_{prefix[:-1]} = grad_{prefix[:-1]} + {result}")
        code[prefix] = "\n".join(statements + (_filtered(prefix, kernel) if hidden else []))
    per_trace = {p: [f"eps_{p}{a}" for a in kept[p]] + ([f"zeta_{p}{a}" for a in kernel.states] if hidden else []) for p in kept}
    return code, per_trace


def _vector(prefix, kept, J, B):
    """One step of an eligibility vector: J eps, plus B where a spike arrives (or, for a parameter, in each step)."""
    arrive, statements = "" if prefix else "*arrive", []
    for a in kept:
        terms = [f"{J[a, b]}*eps_{prefix}{b}" for b in kept if (a, b) in J] + ([f"{B[a]}{arrive}"] if a in B else [])
        statements.append(f"new_{a} = {' + '.join(terms) or '0'}")
    return statements + [f"eps_{prefix}{a} = new_{a}" for a in kept]


def _passed(prefix, kernel):
    """The kernel's states, a step on."""
    found = []
    for a in kernel.states:
        terms = [f"{kernel.decay[a, b]}*zeta_{prefix}{b}" for b in kernel.states if (a, b) in kernel.decay]
        found.append(f"passed_{a} = {' + '.join(terms) or '0'}")
    return found


def _filtered(prefix, kernel):
    """What e(t) adds to them."""
    inflow = {a: f" + {kernel.inflow[a]}*eligible" if a in kernel.inflow else "" for a in kernel.states}
    return [f"zeta_{prefix}{a} = passed_{a}{added}" for a, added in inflow.items()]


def _variables(model, drives, trainable, step, coefficients, per_trace, loss):
    """Names of the layer's variables that each neuron has its own of."""
    found = [*model.states, *(f"drive_{d}" for d in drives), *trainable, *coefficients]
    found += ["change", "arrive", "error" if loss else "signal"]
    found += [v for names in per_trace.values() for v in names] + [f"grad_{p}" for p in trainable]
    found += (["spike"] if model.gap is not None else []) + (["wait", "free"] if step.made.ready is not None else [])
    return found + (list(loss.variables) if loss else [])


def _begin(start, drives, step, variables, per_trace, loss):
    """Statements before a sample."""
    found = [f"{s} = {text(e)}" for s, e in start.items()]
    zero = [v for p, names in per_trace.items() if p for v in names] + [f"drive_{d}" for d in drives]
    found += [f"{v} = 0" for v in (*zero, *(v for v in ("spike", "wait") if v in variables))]
    return found + (["free = 1"] if step.made.ready is not None else []) + (list(loss.begin) if loss else [])


def _ahead(drives, step, coefficients, loss, read):
    """Statements of a step forward: states, spikes and coefficients of the traces."""
    outputs = step.made.outputs
    found = [f"{n} = {text(e)}" for n, e in needed(step.rows, [*outputs.values(), *coefficients.values()])]
    found += [f"{n} = {text(e)}" for n, e in (*coefficients.items(), *outputs.items())]
    return found + [f"drive_{d} = 0" for d in drives] + (loss.forward(read) if loss else [])


def plain_kernel(kind):
    """The Kernel of a rule that does not ask the read-out."""
    if kind == "exponential":
        return Kernel(
            ("f",),
            {("f", "f"): "exp(-time_step/filter_tau)"},
            {"f": "(1 - exp(-time_step/filter_tau))"},
            "f",
            ("filter_tau",),
        )
    return Kernel(("f",), {}, {"f": "1"}, "f")


def _response(model, jacobian, drives, read, known, legal):
    """The read-out as a Kernel: linear, and the same for all outputs."""
    if model.refractory is not None:
        raise GradientError(f"{model.name} is refractory; an online rule needs a read-out without")
    kept = relevant(jacobian, set(drives), {read}, model.states)
    for a in kept:
        for b in kept:
            odd = (
                sorted({str(s) for s in composed(jacobian[a, b], known).free_symbols} - legal)
                if (a, b) in jacobian
                else []
            )
            if odd:
                raise GradientError(
                    f"{model.name}: the step of {a} depends on {b} together with {', '.join(odd)}; e-prop needs a linear read-out, and the same for all outputs"
                )
    decay = {(a, b): f"kernel_{a}_{b}" for a in kept for b in kept if (a, b) in jacobian}
    inflow = {d: text(_number(factor)) for d, factor in drives.items() if d in kept}
    if read not in kept:
        raise GradientError(f"{model.name}: no synapse reaches {read}")
    return Kernel(tuple(kept), decay, inflow, read, tuple(decay.values()))
