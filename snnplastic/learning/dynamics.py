"""A neuron's text as update statements: what one time step does to its states, by Brian2's state updater, in sympy and without units."""

import re
from dataclasses import dataclass, field

from ..errors import GradientError
from ..receptors.receptor import parameter_lines
from .adjoint import symbol
from .refusals import METHODS, check_functions, check_model, check_statements, check_units, refractory_text


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
    """The Dynamics of a Neuron: its text as Brian2 reads it, checked for units by Brian2 and free of units afterwards. Imports Brian2.

    Raises GradientError where the text cannot be read, units do not agree, or something has no derivative.
    """
    from brian2 import NeuronGroup
    from brian2.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER
    from brian2.stateupdaters.base import StateUpdateMethod

    check_model(neuron)
    name, wait = type(neuron).__name__, refractory_text(neuron)
    text = "\n".join([parameter_lines(neuron, neuron.declared(), ()), neuron.model])
    given = set(re.findall(r"\bI_(?:rec|electrode)\b", text))
    text += "".join(f"\n{current} = 0*amp : amp" for current in sorted(given))
    try:
        group = NeuronGroup(
            1, text, threshold=neuron.threshold or None, reset=neuron.reset or None, refractory=wait or False,
            method=neuron.method, namespace={},
        )  # fmt: skip
    except Exception as error:
        raise GradientError(f"{name}: Brian2 does not take its text: {' '.join(str(error).split())}") from None
    # never run, on purpose: Brian2 warns of an object that no network has held
    group.add_to_magic_network, group._network = False, group.name
    equations = group.equations
    if equations.is_stochastic:
        raise GradientError(f"{name}.model has noise (xi), and a gradient needs a deterministic model; take xi out; legal: equations without noise")
    check_units(neuron, group)
    try:
        statements = StateUpdateMethod.apply_stateupdater(
            equations, group.variables, neuron.method, group_name=group.name
        )
    except Exception as error:
        raise GradientError(
            f"{name}: Brian2 has no update statements by method {neuron.method!r}: {' '.join(str(error).split())}; legal: one of {', '.join(METHODS)} that can"
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
    if wait:
        made.refractory = reader.read(wait, "refractory")
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

        found = parsed(text, f"{self.name}.{where}")
        for _ in range(10):  # subexpressions may use others
            substitutes = {}
            for used in found.free_symbols:
                word = str(used)
                if word in self.subexpressions and self.variables[word].__class__.__name__ == "Subexpression":
                    substitutes[used] = parsed(str(self.subexpressions[word].code), f"{self.name}.model")
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

        found, legal = [], "legal: one statement a line, such as 'v = v_reset' or 'w += b', with =, +=, -=, *= or /="
        for line in text.splitlines():
            if not line.partition("#")[0].strip():
                continue
            try:
                lhs, op, rhs, _ = parse_statement(line)
            except ValueError:
                raise GradientError(f"{self.name}.{where}: {line.strip()!r} cannot be read; {legal}") from None
            if op not in ("=", "+=", "-=", "*=", "/="):
                raise GradientError(f"{self.name}.{where}: {line.strip()!r} assigns by {op}; {legal}")
            found.append((lhs, op, self.read(rhs, where)))
        return found

    def gap(self, text):
        import sympy

        found = self.read(text, "threshold")
        if isinstance(found, (sympy.StrictGreaterThan, sympy.GreaterThan)):
            return found.lhs - found.rhs
        if isinstance(found, (sympy.StrictLessThan, sympy.LessThan)):
            return found.rhs - found.lhs
        raise GradientError(
            f"{self.name}.threshold = {text!r} has no distance to threshold; legal: one comparison, EXPRESSION > EXPRESSION, such as 'v > v_th'"
        )

    def check(self, made):
        """Everything that the statements use has a value, and a derivative or none that is needed."""
        for lhs, _, _ in made.reset:
            if lhs not in made.states:
                raise GradientError(
                    f"{self.name}.reset changes {lhs!r}, which is not a state; legal: {', '.join(made.states)}"
                )
        legal, assigned = {*made.states, *made.parameters, "time_step"}, {lhs for lhs, _, _ in made.update}
        for _, _, expression in made.update:
            check_statements(f"{self.name}.model", expression, legal, assigned)
        for _, _, expression in made.reset:
            check_statements(f"{self.name}.reset", expression, legal)
        if made.gap is not None:
            check_statements(f"{self.name}.threshold", made.gap, legal)
        if made.refractory is not None:
            check_statements(f"{self.name}.refractory", made.refractory, {*made.parameters})


def parsed(text, where):
    """An expression of Brian2 in sympy."""
    import sympy
    from brian2.parsing.sympytools import str_to_sympy

    try:
        found = sympy.sympify(str_to_sympy(text))  # of text without names, str_to_sympy gives a number or truth of Python
    except Exception as error:
        told = " ".join(str(error).split())
        raise GradientError(f"{where}: {text!r} cannot be read: {told}; legal: sums, products, powers, comparisons and functions") from None
    return found.replace(sympy.Function("sqrt"), sympy.sqrt)  # Brian2 leaves it without a derivative


def start_of(neuron, model):
    """{state: sympy} of where the states start, 0 unless the neuron says."""
    found = {}
    for state in model.states:
        given, where = str(neuron.initial.get(state, 0)), f"{model.name}.initial[{state!r}]"
        start = parsed(given, where)
        found[state] = start.xreplace(units_of(start, model.parameters))
        check_functions(f"{where} = {given!r}", found[state])
        for used in sorted(map(str, found[state].free_symbols)):
            if used not in model.parameters:
                legal = ", ".join(model.parameters) or "numbers"
                raise GradientError(f"{where} = {given!r} uses {used!r}, which is no parameter of the neuron; legal: {legal}")
    return found


def units_of(expression, known):
    """{symbol: its SI value} of the names of units in an expression, unless the neuron has a variable of that name (`known`).

    The names are those of Brian2's texts, short ones (ms, mV, pA, nS) among them.
    """
    import sympy
    from brian2.core.namespace import DEFAULT_UNITS
    from brian2.units.fundamentalunits import Quantity

    words = {used: str(used) for used in expression.free_symbols}
    return {
        used: sympy.Float(float(DEFAULT_UNITS[word]), 17)
        for used, word in words.items()
        if word not in known and isinstance(DEFAULT_UNITS.get(word), Quantity)
    }
