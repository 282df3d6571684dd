"""A neuron's text as update statements: what one time step does to its states, by Brian2's state updater, in sympy and without units."""

import re
from dataclasses import dataclass, field

from ..errors import GradientError
from ..receptors.receptor import parameter_lines
from .adjoint import symbol

# Functions without a derivative that a gradient could use, and why.
REFUSED = {
    "rand": "is random", "randn": "is random", "poisson": "is random", "floor": "has a derivative of 0 with jumps",
    "ceil": "has a derivative of 0 with jumps", "timestep": "has a derivative of 0 with jumps", "exprel": "has no derivative here; write (exp(x) - 1)/x",
}  # fmt: skip


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
