"""Derivatives of a time step, forward: the Jacobian of a neuron's states, and how far each state and parameter is from the spikes."""

from dataclasses import dataclass

from .adjoint import derivative, symbol
from .time_step import _parse, straight_lines

NAMES = ("own_spike", "signal", "error", "change", "arrive", "filter_tau", "slope_before", "distance_before")


@dataclass
class Derived:
    """A step and its derivatives: `rows` of both, `jacobian` {(a, b): da_t/db_{t-1}}, `by_input` {(a, name): da_t/dname}, `gains` {s: psi dg/ds}."""

    made: object
    rows: list
    jacobian: dict
    by_input: dict
    gains: dict


def derived(neuron, model, drives, trainable, surrogate, detach_reset, rule):
    """The Derived of a neuron's step, under what the rule leaves out."""
    import sympy

    spiking, own = model.gap is not None, symbol("own_spike")
    adapts = rule.resets and rule.adaptation == "surrogate" and detach_reset
    adapting = {name for name, _, _ in model.reset} - {neuron.v_syn} if adapts else ()
    made = straight_lines(model, drives, {*model.states, *model.parameters, *NAMES}, surrogate=surrogate, own=adapting)
    own_spike = own if detach_reset else symbol("spike")
    spikes = [own_spike] if rule.resets and spiking and (adapting or not detach_reset) else []
    by = [symbol(n) for n in (*model.states, *(f"drive_{d}" for d in drives), *trainable)] + spikes
    rows, found = _tangents(made, by, made.lines)
    rename = {own: symbol("spike")}
    if not rule.resets:  # as if the neuron had not spiked
        rename |= {symbol("spike"): sympy.S.Zero} | ({made.ready: sympy.S.One} if made.ready is not None else {})
    rows = [(n, e.xreplace(rename)) for n, e in rows]
    outputs = made.outputs
    by_input = {
        (a, str(b)): found[outputs[a], b].xreplace(rename) for a in model.states for b in by if (outputs[a], b) in found
    }
    rows = [(n, e.xreplace({own: symbol("spike")})) for n, e in made.forward] + rows
    jacobian = {(a, b): by_input.get((a, b), sympy.S.Zero) for a in model.states for b in model.states}
    gains = _gains(model, made, surrogate, trainable, rows) if spiking else {}
    if spikes:
        before = _parse(surrogate.text("derivative"), symbol("distance_before"))
        before = before * symbol("free") if made.ready is not None else before
        rows += [(symbol("distance_before"), model.gap), (symbol("slope_before"), before)]
        for a, b in jacobian:
            mine = by_input.get((a, str(own_spike)), sympy.S.Zero) * derivative(model.gap, symbol(b))
            jacobian[a, b] += mine * symbol("slope_before")
    jacobian = {pair: e for pair, e in jacobian.items() if e != 0}
    return Derived(made, rows, jacobian, by_input, gains)


def _gains(model, made, surrogate, trainable, rows):
    """{state or parameter: psi times the derivative of the gap}. The surrogate's derivative psi becomes one of `rows`."""
    psi = _parse(surrogate.text("derivative"), made.lines.latest["gap"])
    psi = psi * made.ready if made.ready is not None else psi
    psi_row = made.lines.assign("psi", psi)
    rows.append((psi_row, psi))
    after = {symbol(s): made.outputs[s] for s in model.states}
    gains = {s: derivative(model.gap, symbol(s)).xreplace(after) * psi_row for s in (*model.states, *trainable)}
    return {s: e for s, e in gains.items() if e != 0}


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


def composed(expression, known):
    """An expression with all rows that it uses written out."""
    found = expression
    while used := {s: known[s] for s in found.free_symbols if s in known}:
        found = found.xreplace(used)
    return found


def relevant(jacobian, start, ends, states):
    """States that what starts in `start` reaches and that reach `ends`, in order."""
    forth, back = set(start), set(ends)
    for _ in states:
        forth |= {a for a, b in jacobian if b in forth}
        back |= {b for a, b in jacobian if a in back}
    return [s for s in states if s in forth and s in back]
