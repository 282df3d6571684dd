"""What a neuron's text must be so that it has a gradient: units that agree, functions with a derivative, names that nothing else has.

Each function raises GradientError, which names the neuron, the part of its text, what is wrong with it and what is legal.
"""

import re

from ..errors import GradientError

# Explicit methods, whose statements Brian2 writes out.
METHODS = ("exact", "exponential_euler", "euler", "rk2", "rk4", "heun", "milstein")
JUMPS = "has a derivative of 0 with jumps"
REFUSED = {
    "rand": "is random", "randn": "is random", "poisson": "is random", "floor": JUMPS, "ceil": JUMPS, "ceiling": JUMPS, "timestep": JUMPS,
    "Mod": JUMPS, "exprel": "has no derivative here; write (exp(x) - 1)/x",
}  # fmt: skip
SMOOTH = (
    "exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh, arcsin, arccos, arctan, log10, expm1, log1p, abs, sign, clip, int"
)
BOUNDED = ("clip", "int_", "sign", "abs")  # of these `adjoint.derivative` knows what sympy does not

REGULARISER = ("fewest", "most", "strength")
RESERVED = (
    "count", *REGULARISER, "spike", "back", "adj_spike", "free", "wait", "time_step", "now", "penalty", "distance", "adj_gap", "spike_before",
)  # fmt: skip


def check_model(neuron):
    """Declarations that Brian2's equations of a group can have, and a method with statements of its own."""
    from brian2 import Equations

    name, legal = type(neuron).__name__, "legal: differential equations, subexpressions and parameters"
    if neuron.step:
        raise GradientError(
            f"{name}.step: a model with a scheme of its own has no equations to differentiate; legal: differential equations"
        )
    for flag, meaning in (
        ("event-driven", "is computed when a synapse's spike comes"),
        ("summed", "is a sum over synapses"),
        ("linked", "is a variable of another group"),
    ):
        if found := re.search(rf"^.*\(\s*([\w\s,-]*,\s*)?{flag}\b.*$", neuron.model, re.M):
            raise GradientError(f"{name}.model: {found[0].strip()!r} {meaning}; {legal}")
    try:
        Equations(neuron.model)
    except Exception as error:
        raise GradientError(f"{name}.model cannot be read: {_told(error)}; {legal}") from None
    if isinstance(neuron.method, str) and neuron.method not in METHODS:
        raise GradientError(
            f"{name}.method = {neuron.method!r} has no statements to differentiate (it is implicit, of another library, or unknown); "
            f"legal: {', '.join(METHODS)}"
        )


def check_units(neuron, group):
    """Brian2's own check of units, of all texts. Names that it does not know are left to `check_names`, which names them."""
    from brian2.equations.unitcheck import check_dimensions, check_units_statements
    from brian2.parsing.expressions import parse_expression_dimensions
    from brian2.units.allunits import second
    from brian2.units.fundamentalunits import DimensionMismatchError
    from brian2.utils.stringtools import get_identifiers

    def known(text):
        return group.resolve_all(get_identifiers(text) - {"and", "or", "not", "True", "False"}, run_namespace={})

    def start(state):
        text = str(neuron.initial[state])
        if state in group.variables and not _is_zero(neuron.initial[state]):
            check_dimensions(text, group.variables[state].dim, known(text))

    wait = refractory_text(neuron)
    checks = {
        "model": lambda: group.equations.check_units(group, run_namespace={}),
        "threshold": lambda: (
            neuron.threshold and parse_expression_dimensions(neuron.threshold, known(neuron.threshold))
        ),
        "reset": lambda: neuron.reset and check_units_statements(neuron.reset, known(neuron.reset)),
        "refractory": lambda: wait and check_dimensions(wait, second.dim, known(wait)),
    } | {f"initial[{state!r}]": lambda state=state: start(state) for state in neuron.initial}
    for part, check in checks.items():
        try:
            check()
        except DimensionMismatchError as error:
            raise GradientError(
                f"{type(neuron).__name__}.{part}: units do not agree: {_told(error)}; legal: both sides in the same unit"
            ) from None
        except (KeyError, SyntaxError, ValueError, NotImplementedError, AssertionError):  # said better by the reader
            continue


def refractory_text(neuron):
    """The refractory time as text, or an empty one."""
    given = neuron.refractory
    if given is False:
        return ""
    if hasattr(given, "dim"):  # a Quantity, whose text is not an expression
        return f"{float(given)!r}*second"
    if not isinstance(given, str) or re.search(r"[<>=]|\b(and|or|not|True|False)\b", given):
        raise GradientError(
            f"{type(neuron).__name__}.refractory = {given!r} is a condition, which has no length; legal: False, or a time such as '2*ms' or 'tau_ref'"
        )
    return given


def check_statements(where, expression, legal, assigned=()):
    """An expression of a neuron, in sympy: of names that have a value (`legal`, or `assigned` on the way) and of functions with a derivative."""
    check_functions(where, expression)
    shown = ", ".join(sorted({"time_step": "dt"}.get(name, name) for name in legal))
    for used in sorted(map(str, expression.free_symbols)):
        if used not in legal and used not in assigned:
            what = "time itself" if used == "t" else repr(used)
            raise GradientError(
                f"{where} uses {what}, which is neither a state nor a parameter of the neuron; legal: {shown}"
            )


def check_functions(where, expression):
    """All functions of an expression have a derivative."""
    import sympy
    from sympy.core.function import AppliedUndef, Function

    for call in sorted(expression.atoms(Function, AppliedUndef, sympy.Mod), key=str):
        called = call.func.__name__
        unknown = isinstance(call, AppliedUndef) and called not in BOUNDED
        if called in REFUSED or unknown:
            shown = {"ceiling": "ceil()", "Mod": "%"}.get(called, f"{called}()")
            raise GradientError(
                f"{where} uses {shown}, which {REFUSED.get(called, 'is not known here')}; legal: {SMOOTH}"
            )


def check_start(model, initial):
    """Only states start somewhere, and at parameters: a state's name would be that of the sample before."""
    for state in initial:
        if state not in model.states:
            what = (
                "a parameter, whose value is a declared field or trained" if state in model.parameters else "no state"
            )
            raise GradientError(
                f"{model.name}.initial sets {state!r}, which is {what}; legal: {', '.join(model.states)}"
            )


def check_names(model, trainable, loss):
    """No name of the neuron is one of the training program or of the loss."""
    kinds = ("next", "adj", "drive", "adj_drive")
    ours = {*RESERVED, *(f"{kind}_{s}" for kind in kinds for s in model.states), *(f"grad_{p}" for p in trainable)}
    owner = dict.fromkeys(ours, "the training program")
    if loss:
        own = (*loss.variables, *loss.shared, *re.findall(r"^\s*(\w+) =", loss.ahead, re.M), "slope", "n_steps")
        owner |= dict.fromkeys(own, f"the loss {type(loss).__name__}")
    for name in (*model.states, *model.parameters):
        if name in owner:
            mine = sorted(n for n in owner if owner[n] == owner[name])
            raise GradientError(
                f"{model.name}: the name {name!r} is used by {owner[name]}; legal: any but {', '.join(mine)}"
            )


def check_layer(model, drives, trainable, loss, read, used):
    """What a layer drives, trains and reads (by the loss of a read-out) is there; `used`: names in the neuron's statements and starts."""
    if not model.states:
        raise GradientError(f"{model.name}.model has no differential equation; legal: at least one")
    if not loss and model.gap is None:
        raise GradientError(
            f"{model.name} has no threshold, and a layer before the read-out needs one; legal: a neuron that spikes"
        )
    if loss and loss.reads == "spikes" and model.gap is None:
        raise GradientError(
            f"the loss reads spikes, and the read-out {model.name} has no threshold; legal: a neuron that spikes"
        )
    if loss and loss.reads == "state" and read not in model.states:
        raise GradientError(
            f"the read-out {model.name} has no state {read!r} to read; legal: {', '.join(model.states)}"
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
        if name not in used:
            smooth = ", ".join(p for p in model.parameters if p in used)
            raise GradientError(
                f"{model.name}.{name} cannot be trained: no state changes smoothly with it; legal: {smooth}"
            )


def check_smooth(surrogate):
    """The surrogate has a function in place of the step."""
    if not surrogate.smooth:
        from . import surrogates

        legal = [
            name for name, made in vars(surrogates).items() if isinstance(made, type) and getattr(made, "smooth", "")
        ]
        raise GradientError(
            f"{type(surrogate).__name__} has no smooth forward model (its text `smooth` is empty); legal with smooth=True: {', '.join(legal)}"
        )


def _is_zero(value):
    try:
        return float(value) == 0
    except (TypeError, ValueError):
        return False


def _told(error):
    """An error's own text in one line, with its cause."""
    found, cause = (" ".join(str(e).split()) if e is not None else "" for e in (error, error.__cause__))
    found = found if cause in found else f"{found}: {cause}"
    return found.replace("unit radian", "unit 1") or type(error).__name__  # what Brian2 calls a pure number
