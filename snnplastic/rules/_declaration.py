"""What a rule's text may say: checked from the declaration alone, before anything is built."""

import re

from ..errors import ParameterError, RuleError
from ..parameter import DIMENSIONS, PREFIXES, unit
from ..receptors.receptor import equation_names

TOUCHED = "t_touched"  # when the states of a synapse were last brought up to date
BEGUN = "begun"  # of a side's filters: have they been set to their initial values?
RESERVED = {TOUCHED, f"pre_{BEGUN}", f"post_{BEGUN}", "i", "j", "t", "dt", "N", "delay", "lastupdate", "xi", "rand", "gap"}
# What Brian2 gives to every text.
KNOWN = set(
    "abs arccos arcsin arctan ceil clip cos cosh exp exprel floor int log log10 rand randn sign sin sinh sqrt tan tanh "
    "timestep inf pi e t dt i j N lastspike not_refractory not and or True False t_in_timesteps "
    "second metre kilogram amp kelvin mole candela siemens farad volt ohm hertz molar".split()
)
FLAGS = ("shared", "constant", "constant over dt", "clock-driven", "summed")
MODELS = ("model", "pre_model", "post_model", "modulator_model")
FLOWS = ("between", "modulator_between")
TEXTS = (*MODELS, *FLOWS, "each_step", "before_effect", "on_pre", "on_post", "on_modulator", "episode")
_LINE = re.compile(r"(?:d(\w+)/dt\s*=|(\w+)\s*=|(\w+)\s*(?=:))(.*?):\s*([^():]+?)\s*(?:\(([^()]*)\))?\s*$")


def code_lines(text):
    """The lines of a text without comments and blank lines."""
    return [line for line in (raw.partition("#")[0].strip() for raw in text.splitlines()) if line]


def names_in(text):
    """The names that a text uses; numbers like 1e-3 are not names."""
    return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", text))


def is_unit(name):
    """Is this the name of a unit that Brian2 gives to every text (ms, mV, mmolar, umetre)?"""
    return name in DIMENSIONS or any(
        name[len(p) :] in (*DIMENSIONS, "metre", "hertz") for p in PREFIXES if p and name.startswith(p)
    )


def local_names(text):
    """Names that a text of statements makes for itself (`step = ...` before any use of it)."""
    return {match[1] for line in code_lines(text) if (match := re.match(r"(\w+)\s*=(?!=)", line))}


def check(rule):
    """Refuse a rule whose declaration cannot work: RuleError names the rule, the text and what is legal."""
    owner = type(rule).__name__
    if rule.source is None:
        raise RuleError(f"{owner} has no source; write source = Source(authors, year, place, doi)")
    if rule.traces and getattr(rule, "pairing", None) not in ("all", "nearest"):
        raise RuleError(f"{owner} has traces, so it needs a field pairing; legal: 'all', 'nearest'")
    parameters = rule.declared()
    for trace in rule.traces:
        if trace.tau not in parameters:
            raise RuleError(
                f"{owner}: trace {trace.name!r} has the time constant {trace.tau!r}, which is not a parameter; "
                f"legal: {', '.join(parameters)}"
            )
        given = parameters[trace.tau].metadata["unit"]
        if unit(given)[1] != DIMENSIONS["s"]:
            raise RuleError(
                f"{owner}.{trace.tau} has the unit {given!r}, and trace {trace.name!r} decays with it; legal: a unit of "
                f'time, such as {trace.tau}: float = param(20, "ms", "what it is", "place in the paper")'
            )
        if trace.side not in ("pre", "post"):
            raise RuleError(f"{owner}: trace {trace.name!r} has side {trace.side!r}; legal: 'pre', 'post'")
    for text in MODELS:
        for line in code_lines(getattr(rule, text)):
            _check_equation(owner, text, line)
    _check_delayed(owner, rule, parameters)
    made = [name for text in MODELS for name in equation_names(getattr(rule, text))]
    made += [name for d in rule.delayed for name in (d.name, *(f"{d.name}_{end}" for end in ("at", "line", "samples", "step")))]
    for name in [*parameters, *made, *(trace.name for trace in rule.traces)]:
        if name in RESERVED:
            raise RuleError(f"{owner}: the name {name!r} is reserved; reserved: {', '.join(sorted(RESERVED))}")
        if name.endswith(("_pre", "_post")):
            raise RuleError(
                f"{owner}: the name {name!r} ends in _pre or _post, which Brian2 keeps for the two neurons; rename it"
            )
    known = {*parameters, *made, *(trace.name for trace in rule.traces), *rule.reads, rule.state, *rule.uses}
    known |= {f"{name}_pre" for name in rule.reads_pre} | {f"{name}_post" for name in rule.reads_post}
    texts = {text: getattr(rule, text) for text in TEXTS}
    texts |= {f"the initial value of {name!r}": text for name, text in rule.initial.items()}
    texts |= {f"the jump of trace {trace.name!r}": trace.jump for trace in rule.traces}
    for where, text in texts.items():
        body = "\n".join(_expression(line) if where in MODELS else line for line in code_lines(text))
        legal = known | (local_names(text) if where not in MODELS else set()) | ({"gap"} if where in FLOWS else set())
        for name in sorted(names_in(body) - legal - KNOWN):
            if not is_unit(name):
                raise RuleError(
                    f"{owner}.{where} uses {name!r}, which is no trace, parameter or state of the rule; "
                    f"legal: {', '.join(sorted(known))}"
                )


def _check_delayed(owner, rule, parameters):
    filters = equation_names(f"{rule.pre_model}\n{rule.post_model}")
    for name in rule.initial:
        if name not in filters:
            raise RuleError(
                f"{owner}.initial names {name!r}, which no line of pre_model or post_model defines; legal: {', '.join(filters)}"
            )
    for d in rule.delayed:
        if d.side not in ("pre", "post"):
            raise RuleError(f"{owner}: the delayed variable {d.name!r} has side {d.side!r}; legal: 'pre', 'post'")
        read = getattr(rule, f"reads_{d.side}")
        if d.of not in read:
            raise RuleError(
                f"{owner}: the delayed variable {d.name!r} is {d.of!r} of the neuron, which reads_{d.side} does not name; it names {read}"
            )
        meta = parameters[d.by].metadata if d.by in parameters else {"unit": "1", "high": None}
        if unit(meta["unit"])[1] != DIMENSIONS["s"] or meta["high"] is None:
            raise RuleError(
                f"{owner}: the delay of {d.name!r} is {d.by!r}; legal: a parameter with a unit of time and an upper bound, such as "
                f'{d.by}: float = param(3, "ms", "what it is", "place in the paper", low=0, high=20)'
            )


def _check_equation(owner, text, line):
    match = _LINE.match(line)
    example = f"write for example '{line.split(':')[0].strip()} : 1'"
    if not match:
        raise RuleError(f"{owner}.{text}: {line!r} has no unit; {example}")
    for flag in filter(None, (f.strip() for f in (match[6] or "").split(","))):
        if flag not in FLAGS:
            raise RuleError(f"{owner}.{text}: {line!r} has the flag {flag!r}; legal: {', '.join(FLAGS)}")
    for name in names_in(match[5]):
        if not (is_unit(name) or name in KNOWN or name in ("Hz", "amp")):
            raise RuleError(f"{owner}.{text}: {line!r} has the unit {match[5]!r}, which is unknown; {example}")


def _expression(line):
    match = _LINE.match(line)
    return match[4] if match else ""


def check_bounds(rule):
    low, high = getattr(rule, "w_min", None), getattr(rule, "w_max", None)
    if low is not None and high is not None and not low < high:
        raise ParameterError(f"{type(rule).__name__}: w_min = {low:g} must be below w_max = {high:g}")
