r"""The gradient of a neuron written as text: one time step as straight-line statements, and the same statements in reverse.

The statements are those of `dynamics.py`. With u_t the states after the update of step t, s_t the spikes and d_t what
synapses add in that step, a step is, in Brian2's order,

    x = R(u_{t-1} + d_{t-1}, s_{t-1})      synapses, then reset
    u_t = F(x)                             state update
    g_t = threshold's left side - right side,  s_t = [g_t > 0]

Reverse differentiation of these statements takes L_u = dL/du_t and L_s = dL/ds_t to

    L_g = L_s sigma'(g_t),   L_u += L_g dg/du,   L_x = F'^T L_u,   dL/du_{t-1} = R_u^T L_x,   dL/dd_{t-1} = R_d^T L_x,   dL/ds_{t-1} += R_s^T L_x

where sigma' is the surrogate; R_s is left out if the reset is detached. Source of the idea: Neftci, Mostafa & Zenke 2019, doi 10.1109/MSP.2019.2931595.
"""

CONSTANT = ("int_", "sign")  # derivative 0 between jumps, as of a condition


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
