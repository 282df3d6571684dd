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
from .adjoint import derivative, needed, symbol, text
from .dynamics import dynamics
from .time_step import _check, _initial, _number, _parse, straight_lines

NAMES = ("own_spike", "signal", "error", "change", "arrive", "filter_tau", "slope_before", "distance_before")


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
    neuron, *, drives, trained=None, surrogate=None, detach_reset=True, loss=None, read=None, kernel=None, rule=None
):  # fmt: skip
    """The TraceCode of a neuron: of a hidden layer, whose e(t) the Kernel `kernel` filters; or of the read-out, whose state `read` a loss is about."""
    import sympy

    model, drives, trained = dynamics(neuron), dict(drives), dict(trained or {})
    trainable = list(trained)
    _check(model, drives, trainable, loss, read)
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
    shared = [p for p in model.parameters if p not in trainable]
    states = [symbol(s) for s in model.states]

    # derivative of the step
    reset_states = {name for name, _, _ in model.reset}
    adapting = reset_states - {neuron.v_syn} if rule.resets and rule.adaptation == "surrogate" and detach_reset else ()
    made = straight_lines(model, drives, {*model.states, *model.parameters, *NAMES}, surrogate=surrogate, own=adapting)
    lines, own_spike = made.lines, symbol("own_spike") if detach_reset else symbol("spike")
    spikes = [own_spike] if rule.resets and spiking and (adapting or not detach_reset) else []
    by = [*states, *(symbol(f"drive_{d}") for d in drives), *(symbol(p) for p in trainable), *spikes]
    rows, found = _tangents(made, by, lines)
    rename = {symbol("own_spike"): symbol("spike")}
    if not rule.resets:  # as if the neuron had not spiked
        rename |= {symbol("spike"): sympy.S.Zero} | ({made.ready: sympy.S.One} if made.ready is not None else {})
    rows = [(n, e.xreplace(rename)) for n, e in rows]
    by_input = {(a, str(b)): found[made.outputs[a], b].xreplace(rename) for a in model.states for b in by if (made.outputs[a], b) in found}  # fmt: skip
    forward = [(n, e.xreplace({symbol("own_spike"): symbol("spike")})) for n, e in made.forward]
    all_rows = forward + rows

    jacobian = {(a, b): by_input.get((a, b), sympy.S.Zero) for a in model.states for b in model.states}
    gains = {}
    if spiking:
        psi = _parse(surrogate.text("derivative"), lines.latest["gap"])
        psi = psi * made.ready if made.ready is not None else psi
        psi_row = lines.assign("psi", psi)
        all_rows.append((psi_row, psi))
        after = {symbol(s): made.outputs[s] for s in model.states}
        gains = {s: derivative(model.gap, symbol(s)).xreplace(after) * psi_row for s in (*model.states, *trainable)}
        gains = {s: e for s, e in gains.items() if e != 0}
        if spikes:
            before = _parse(surrogate.text("derivative"), symbol("distance_before"))
            before = before * symbol("free") if made.ready is not None else before
            all_rows += [(symbol("distance_before"), model.gap), (symbol("slope_before"), before)]
            for a, b in jacobian:
                mine = by_input.get((a, str(own_spike)), sympy.S.Zero) * derivative(model.gap, symbol(b))
                jacobian[a, b] += mine * symbol("slope_before")
    jacobian = {pair: e for pair, e in jacobian.items() if e != 0}

    # what is the same for all neurons is written out, the rest is a variable of the layer
    known, extra, coefficients = dict(all_rows), [], {}
    legal = {*shared, "time_step"}

    def entry(name, expression, written_out=True):
        whole = _composed(expression, known)
        if written_out and {str(s) for s in whole.free_symbols} <= legal:
            return f"({text(whole)})"
        coefficients[name] = expression
        extra.append(name)
        return name

    ends = set(gains) & set(model.states) if hidden else {read}
    inflow = {
        "": {
            a: by_input[a, f"drive_{d}"]
            for a in model.states
            for d in drives
            if by_input.get((a, f"drive_{d}"), 0) != 0
        }
    }
    inflow |= {f"{p}_": {a: by_input[a, p] for a in model.states if by_input.get((a, p), 0) != 0} for p in trainable}
    kept = {p: _relevant(jacobian, set(start), ends, model.states) for p, start in inflow.items()}
    used = [a for a in model.states if any(a in states for states in kept.values())]
    J = {(a, b): entry(f"jac_{a}_{b}", e) for (a, b), e in jacobian.items() if a in used and b in used}
    gain = {s: entry(f"gain_{s}", e, False) for s, e in gains.items() if s in used or s in trainable}
    if hidden and not kept[""]:
        raise GradientError(f"{model.name}: no synapse of {', '.join(drives)} reaches the threshold")
    code = {}
    for prefix, start in inflow.items():
        B = {a: entry(f"in_{prefix}{a}", e) for a, e in start.items() if a in kept[prefix]}
        arrive = "*arrive" if not prefix else ""
        statements = []
        for a in kept[prefix]:
            terms = [f"{J[a, b]}*eps_{prefix}{b}" for b in kept[prefix] if (a, b) in J] + (
                [f"{B[a]}{arrive}"] if a in B else []
            )
            statements.append(f"new_{a} = {' + '.join(terms) or '0'}")
        statements += [f"eps_{prefix}{a} = new_{a}" for a in kept[prefix]]
        own_gain = [gain[prefix[:-1]]] if prefix[:-1] in gain else []
        if hidden:
            for a in kernel.states:
                terms = [f"{kernel.decay[a, b]}*zeta_{prefix}{b}" for b in kernel.states if (a, b) in kernel.decay]
                statements.append(f"passed_{a} = {' + '.join(terms) or '0'}")
            statements.append(
                f"eligible = {' + '.join([f'{gain[a]}*new_{a}' for a in kept[prefix] if a in gain] + own_gain) or '0'}"
            )
            result = f"signal*passed_{kernel.read}" if rule.kernel != "none" else f"signal*zeta_{prefix}{kernel.read}"
        else:
            result = f"error*new_{read}" if read in kept[prefix] else "0"
        statements.append(f"change = {result}" if not prefix else f"grad_{prefix[:-1]} = grad_{prefix[:-1]} + {result}")
        if hidden:
            statements += [
                f"zeta_{prefix}{a} = passed_{a}" + (f" + {kernel.inflow[a]}*eligible" if a in kernel.inflow else "")
                for a in kernel.states
            ]
        code[prefix] = "\n".join(statements)
    response = None
    if not hidden and rule.kernel == "readout":
        response = _response(
            model,
            jacobian,
            drives,
            read,
            known,
            {*shared, "time_step", *(p for p, size in trained.items() if size == 1)},
        )
        for a, b in response.decay:
            entry(f"kernel_{a}_{b}", jacobian[a, b], False)
    if not hidden:
        error = f"error = {loss.derivative.replace('STATE', read)}"

    # text of the layer
    per_trace = {
        p: [*(f"eps_{p}{a}" for a in kept[p]), *((f"zeta_{p}{a}" for a in kernel.states) if hidden else ())]
        for p in kept
    }
    variables = [
        *model.states,
        *(f"drive_{d}" for d in drives),
        *trainable,
        *extra,
        "change",
        "arrive",
        "signal" if hidden else "error",
    ]
    variables += [v for found in per_trace.values() for v in found] + [f"grad_{p}" for p in trainable]
    variables += (["spike"] if spiking else []) + (["wait", "free"] if made.ready is not None else [])
    variables += list(loss.variables) if loss else []
    common = [*shared, "time_step", "now", *(kernel.shared if hidden else ()), *(loss.shared if loss else ())]
    outputs = list(made.outputs.items())
    ahead = [f"{n} = {text(e)}" for n, e in needed(all_rows, [*(e for _, e in outputs), *coefficients.values()])]
    ahead += [f"{n} = {text(e)}" for n, e in coefficients.items()] + [f"{n} = {text(e)}" for n, e in outputs]
    ahead += [f"drive_{d} = 0" for d in drives] + (loss.forward(read) if loss else [])
    begin = [f"{s} = {text(_initial(model, str(neuron.initial.get(s, 0))))}" for s in model.states]
    zero = [v for p, found in per_trace.items() if p for v in found] + [f"drive_{d}" for d in drives]
    begin += [f"{v} = 0" for v in (*zero, *(v for v in ("spike", "wait") if v in variables))]
    begin += (["free = 1"] if made.ready is not None else []) + (list(loss.begin) if loss else [])
    return TraceCode(
        "\n".join([f"{v} : 1" for v in variables] + [f"{v} : 1 (shared)" for v in common]), "\n".join(begin), "\n".join(ahead), code[""],
        {p: code[f"{p}_"] for p in trainable}, "" if hidden else error, tuple(per_trace[""]), tuple(drives), spiking, model, kernel if hidden else response,
    )  # fmt: skip


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
    kept = _relevant(jacobian, set(drives), {read}, model.states)
    for a in kept:
        for b in kept:
            odd = (
                sorted({str(s) for s in _composed(jacobian[a, b], known).free_symbols} - legal)
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


def _tangents(made, by, lines):
    """Forward differentiation: rows of derivatives, and {(symbol, input): sympy} of all symbols of a step."""
    import sympy

    rows, found = [], {(x, x): sympy.S.One for x in by}
    for name, expression in made.step:
        for x in by:
            used = sorted((u for u in expression.free_symbols if (u, x) in found), key=str)
            total = sympy.Add(*(derivative(expression, u) * found[u, x] for u in used))
            if total == 0:
                continue
            if not (total.is_number or total.is_Symbol):
                total, whole = lines.assign(f"d_{name}_d_{x}", total), total
                rows.append((total, whole))
            found[name, x] = total
    return rows, found


def _composed(expression, known):
    """An expression with all rows that it uses written out."""
    found = expression
    while used := {s: known[s] for s in found.free_symbols if s in known}:
        found = found.xreplace(used)
    return found


def _relevant(jacobian, start, ends, states):
    """States that what starts in `start` reaches and that reach `ends`, in order."""
    forth, back = set(start), set(ends)
    for _ in states:
        forth |= {a for a, b in jacobian if b in forth}
        back |= {b for a, b in jacobian if a in back}
    return [s for s in states if s in forth and s in back]
