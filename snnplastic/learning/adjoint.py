r"""The gradient of a neuron written as text: one time step as straight-line statements, and the same statements in reverse.

Brian2's state updater makes statements of the equations. With u_t the states after the update of step t, s_t the spikes and d_t what
synapses add in that step, a step is, in Brian2's order,

    x = R(u_{t-1} + d_{t-1}, s_{t-1})      synapses, then reset
    u_t = F(x)                             state update
    g_t = threshold's left side - right side,  s_t = [g_t > 0]

Reverse differentiation of these statements takes L_u = dL/du_t and L_s = dL/ds_t to

    L_g = L_s sigma'(g_t),   L_u += L_g dg/du,   L_x = F'^T L_u,   dL/du_{t-1} = R_u^T L_x,   dL/dd_{t-1} = R_d^T L_x,   dL/ds_{t-1} += R_s^T L_x

where sigma' is the surrogate; R_s is left out if the reset is detached. Source of the idea: Neftci, Mostafa & Zenke 2019, doi 10.1109/MSP.2019.2931595.
"""

import re
from dataclasses import dataclass, field

from ..errors import GradientError
from ..receptors.receptor import parameter_lines

# Functions without a derivative that a gradient could use, and why.
REFUSED = {
    "rand": "is random", "randn": "is random", "poisson": "is random", "floor": "has a derivative of 0 with jumps",
    "ceil": "has a derivative of 0 with jumps", "timestep": "has a derivative of 0 with jumps", "exprel": "has no derivative here; write (exp(x) - 1)/x",
}  # fmt: skip
CONSTANT = ("int_", "sign")  # derivative 0 between jumps, as of a condition


@dataclass
class Dynamics:
    """Statements of a neuron: `states`, `parameters` (all that has a value), `update` [(name, operator, sympy)], `gap` (g, or None),
    `reset`, `refractory` (a time, or None) and the states `held` meanwhile."""

    states: tuple
    parameters: tuple
    update: list
    gap: object = None
    reset: list = field(default_factory=list)
    refractory: object = None
    held: tuple = ()
    name: str = "neuron"
    group: object = None  # Brian2's, never run; a device that knows its arrays must not outlive it


def dynamics(neuron):
    """The Dynamics of a Neuron: its text as Brian2 reads it, checked for units by Brian2 and free of units afterwards. Imports Brian2."""
    from brian2 import NeuronGroup
    from brian2.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER
    from brian2.stateupdaters.base import StateUpdateMethod

    name = type(neuron).__name__
    if neuron.step:
        raise GradientError(
            f"{name}.step: a model with a scheme of its own has no equations to differentiate; legal: differential equations"
        )
    text = "\n".join([parameter_lines(neuron, neuron.declared(), ()), neuron.model])
    given = set(re.findall(r"\bI_(?:rec|electrode)\b", text))
    text += "".join(f"\n{current} = 0*amp : amp" for current in sorted(given))
    group = NeuronGroup(
        1, text, threshold=neuron.threshold or None, reset=neuron.reset or None, refractory=neuron.refractory,
        method=neuron.method, namespace={},
    )  # fmt: skip
    group.add_to_magic_network = False  # never run, on purpose
    equations = group.equations
    if equations.is_stochastic:
        raise GradientError(f"{name}.model has noise (xi), and a gradient needs a deterministic model; take xi out")
    try:
        statements = StateUpdateMethod.apply_stateupdater(
            equations, group.variables, neuron.method, group_name=group.name
        )
    except Exception as error:
        raise GradientError(
            f"{name}: Brian2 has no update statements by method {neuron.method!r}: {' '.join(str(error).split())}"
        ) from None
    reader = _Reader(name, equations, group.variables)
    kinds = {e.varname: e.type for e in equations.values()}
    made = Dynamics(
        states=tuple(n for n, kind in kinds.items() if kind == DIFFERENTIAL_EQUATION),
        parameters=tuple(
            n for n, kind in kinds.items() if kind == PARAMETER and n not in ("lastspike", "not_refractory")
        ),
        update=reader.statements(statements, "model"),
        name=name,
        group=group,
    )
    if neuron.threshold:
        made.gap = reader.gap(neuron.threshold)
        made.reset = reader.statements(neuron.reset, "reset")
    if neuron.refractory is not False:
        made.refractory = reader.read(str(neuron.refractory), "refractory")
        made.held = tuple(e.varname for e in equations.values() if "unless refractory" in e.flags)
    reader.check(made)
    return made


class _Reader:
    """Text of one neuron to sympy, with unit names as numbers and subexpressions written out."""

    def __init__(self, name, equations, variables):
        self.name, self.variables = name, variables
        self.subexpressions = dict(equations.get_substituted_expressions(variables, include_subexpressions=True))
        self.known = {e.varname for e in equations.values()}

    def read(self, text, where):
        import sympy
        from brian2.parsing.sympytools import str_to_sympy

        try:
            found = str_to_sympy(text)
        except Exception as error:
            raise GradientError(f"{self.name}.{where}: {text!r} cannot be read: {error}") from None
        for _ in range(10):  # subexpressions may use others
            substitutes = {}
            for used in found.free_symbols:
                word = str(used)
                if word in self.subexpressions and self.variables[word].__class__.__name__ == "Subexpression":
                    substitutes[used] = str_to_sympy(str(self.subexpressions[word].code))
            substitutes |= units_of(found, self.known)
            if not substitutes:
                free = sympy.Function("int_")(symbol("not_refractory"))
                found = found.xreplace({free: sympy.S.One})  # states that are held are held by `layer_code`
                return found.xreplace(
                    {u: symbol("time_step" if str(u) == "dt" else str(u)) for u in found.free_symbols}
                )
            found = found.xreplace(substitutes)
        raise GradientError(f"{self.name}.{where}: the subexpressions of {text!r} refer to each other")

    def statements(self, text, where):
        from brian2.parsing.statements import parse_statement

        return [
            (lhs, op, self.read(rhs, where))
            for lhs, op, rhs, _ in (parse_statement(line) for line in text.splitlines() if line.strip())
        ]

    def gap(self, text):
        import sympy

        found = self.read(text, "threshold")
        if isinstance(found, (sympy.StrictGreaterThan, sympy.GreaterThan)):
            return found.lhs - found.rhs
        if isinstance(found, (sympy.StrictLessThan, sympy.LessThan)):
            return found.rhs - found.lhs
        raise GradientError(
            f"{self.name}.threshold = {text!r} has no distance to threshold; legal: one comparison, such as 'v > v_th'"
        )

    def check(self, made):
        """Everything that the statements use has a value, and a derivative or none that is needed."""
        assigned = {lhs for lhs, _, _ in made.update}
        legal = {*made.states, *made.parameters, *assigned, "time_step"}
        for where, expressions in (
            ("model", [e for _, _, e in made.update]), ("threshold", [made.gap] if made.gap is not None else []), ("reset", [e for _, _, e in made.reset]),
        ):  # fmt: skip
            for expression in expressions:
                for used in map(str, expression.free_symbols):
                    if used not in legal:
                        what = "time itself" if used == "t" else repr(used)
                        raise GradientError(
                            f"{self.name}.{where} uses {what}, which is neither a state nor a parameter of the neuron; legal: {', '.join(sorted(legal - assigned))}"
                        )
                for call in _calls(expression):
                    if call in REFUSED:
                        raise GradientError(f"{self.name}.{where} uses {call}(), which {REFUSED[call]}")
        for lhs, _, _ in made.reset:
            if lhs not in made.states:
                raise GradientError(
                    f"{self.name}.reset changes {lhs!r}, which is not a state; legal: {', '.join(made.states)}"
                )


def units_of(expression, known):
    """{symbol: its SI value} of the names of units in an expression, unless the neuron has a variable of that name (`known`)."""
    import sympy
    from brian2.units.allunits import __dict__ as units
    from brian2.units.fundamentalunits import Unit

    words = {used: str(used) for used in expression.free_symbols}
    return {
        used: sympy.Float(float(units[word]), 17)
        for used, word in words.items()
        if word not in known and isinstance(units.get(word), Unit)
    }


def _calls(expression):
    from sympy.core.function import AppliedUndef, Function

    return {call.func.__name__ for call in expression.atoms(Function, AppliedUndef)}


class Lines:
    """Straight-line statements in which each name is assigned once: `rows` [(symbol, sympy)], `latest` {variable: symbol}."""

    def __init__(self, taken=()):
        self.rows, self.latest, self.taken = [], {}, set(taken)

    def read(self, expression):
        return expression.xreplace({symbol(name): last for name, last in self.latest.items()})

    def assign(self, name, expression):
        stem, k = name.strip("_"), 1
        while f"{stem}_{k}" in self.taken:
            k += 1
        self.taken.add(f"{stem}_{k}")
        self.rows.append((symbol(f"{stem}_{k}"), expression))
        self.latest[name] = self.rows[-1][0]
        return self.rows[-1][0]

    def apply(self, statements, gate=None):
        """Statements of the neuron; with `gate`, of a reset: they act where gate is 1."""
        for lhs, op, rhs in statements:
            value, old = self.read(rhs), self.read(symbol(lhs))
            if op != "=":
                value = {"+=": old + value, "-=": old - value, "*=": old * value, "/=": old / value}[op]
            if (
                gate is not None
            ):  # added where it adds, else mixed: one multiplication less, and no difference of large numbers
                value = old + gate * (value - old) if op in ("+=", "-=") else (1 - gate) * old + gate * value
            self.assign(lhs, value)


def symbol(name):
    import sympy

    return sympy.Symbol(name, real=True)


def derivative(expression, by):
    """d expression / d by, with clip, int and sign, which sympy does not know."""
    import sympy
    from sympy.core.function import AppliedUndef

    if by not in expression.free_symbols:
        return sympy.S.Zero
    atoms = {}
    for call in sorted(expression.atoms(AppliedUndef, sympy.Function), key=str):
        if call.func.__name__ in ("clip", *CONSTANT) and not any(
            call in other.args or other.has(call) for other in atoms
        ):
            outer = [a for a in atoms if call.has(a)]
            for a in outer:
                del atoms[a]
            atoms[call] = sympy.Dummy(real=True)
    plain = expression.xreplace(atoms)
    back = {dummy: call for call, dummy in atoms.items()}
    total = sympy.diff(plain, by)
    for call, dummy in atoms.items():
        inner = _inner(call, by)
        if inner != 0:
            total += sympy.diff(plain, dummy) * inner
    return total.xreplace(back)


def _inner(call, by):
    import sympy

    if call.func.__name__ in CONSTANT:
        return sympy.S.Zero
    whole = sympy.Function("int_")
    x, low, high = call.args
    return (
        whole(x > low) * whole(x < high) * derivative(x, by)
        + whole(x <= low) * derivative(low, by)
        + whole(x >= high) * derivative(high, by)
    )


def reverse(rows, seeds, wanted, taken, stopped=()):
    """Adjoint statements of `rows`: (rows, {wanted symbol: sympy}).

    seeds    {symbol: sympy}, the derivative of the loss by symbols that leave these rows
    wanted   input symbols whose derivative is asked for
    stopped  symbols through which no derivative flows
    """
    import sympy

    terms = {name: [expression] for name, expression in seeds.items() if expression != 0}
    made = Lines(taken)
    inner = {name for name, _ in rows}
    for name, expression in reversed(rows):
        if name not in terms or name in stopped:
            continue
        mine = made.assign(f"adj_{name}", sympy.Add(*terms.pop(name)))
        for used in sorted(expression.free_symbols, key=str):
            if (used in inner or used in wanted) and used not in stopped:
                partial = derivative(expression, used)
                if partial != 0:
                    terms.setdefault(used, []).append(partial * mine)
    return made, {name: sympy.Add(*terms[name]) if name in terms else sympy.S.Zero for name in wanted}


def needed(rows, outputs):
    """The rows that the expressions `outputs` depend on, in order."""
    used, kept = set().union(*(e.free_symbols for e in outputs)) if outputs else set(), []
    for name, expression in reversed(rows):
        if name in used:
            kept.append((name, expression))
            used |= expression.free_symbols
    return kept[::-1]


def text(expression):
    """sympy to Brian2's text; small whole powers become products, which compile to single-precision arithmetic."""
    import sympy
    from brian2.parsing.sympytools import CustomSympyPrinter

    class Printer(CustomSympyPrinter):
        def _print_Pow(self, expr, rational=False):
            base, power = expr.args
            if power.is_Integer and 1 < abs(int(power)) <= 4:
                product = "*".join([f"({self.doprint(base)})"] * abs(int(power)))
                return f"({product})" if power > 0 else f"(1/({product}))"
            return super()._print_Pow(expr, rational)

    found = expression.xreplace({call: sympy.Function("abs")(call.args[0]) for call in expression.atoms(sympy.Abs)})
    while found.has(sympy.Abs):  # one inside another
        found = found.replace(sympy.Abs, sympy.Function("abs"))
    return Printer().doprint(found)
