"""What there is and what it says: the rows of `list`, and the text of `show`."""

import inspect
import sys

from . import catalogue, protocol
from .errors import ParameterError, SnnplasticError

# Class attributes that hold text, in the order in which `show` prints them.
PARTS = (
    "traces", "pre_model", "post_model", "delayed", "model", "neuron", "conductance", "cell", "current", "on_spike", "before_effect", "on_pre", "on_post",
    "modulator_model", "on_modulator", "between", "modulator_between", "each_step", "step", "episode", "reset", "gather", "on_neuron", "on_synapse",
    "threshold", "rest",
)  # fmt: skip


def rows(kind):
    """[{kind, name, summary, source, doi}] of one kind ("rules", "protocols", ...), published instances below their class."""
    if kind == "protocols":
        found = [(name, protocol.find(name)) for name in protocol.protocol_names()]
        return [_row("protocol", name, cls.title, cls.source) for name, cls in found]
    made = []
    for name in catalogue.names(kind):
        cls = catalogue.find_class(kind, name)
        summary = sys.modules[cls.__module__].__doc__.strip().splitlines()[0]
        made.append(_row(kind[:-1], name, summary, cls.source))
        made += [
            _row(kind[:-1], f"{name}:{i}", getattr(cls, i).__doc__.strip(), cls.source)
            for i in catalogue.instances(cls)
        ]
    return made


def _row(kind, name, summary, source):
    doi = getattr(source, "doi", "")
    return {"kind": kind, "name": name, "summary": summary, "source": str(source or ""), "doi": doi}


def find_any(name):
    """(kind, object) of a rule, neuron, receptor or protocol."""
    head = name.partition("(")[0].partition(":")[0].strip()
    for kind in catalogue.FOLDERS:
        try:
            catalogue.find_class(kind, head)
        except SnnplasticError:
            continue
        return kind[:-1], catalogue.make(kind, name)
    try:
        return "protocol", protocol.find(name)()
    except SnnplasticError:
        if name.endswith(".py"):
            raise
    legal = [n for kind in catalogue.FOLDERS for n in catalogue.names(kind)] + protocol.protocol_names()
    raise ParameterError(f"nothing is called {name!r}; legal: {', '.join(legal)}")


def text(thing):
    """Docstring and equations of a rule, neuron, receptor or protocol."""
    made = [inspect.cleandoc(type(thing).__doc__)]
    for part in PARTS:
        lines = _lines(thing, part, getattr(thing, part, ""))
        if lines:
            made.append(f"{part}:\n" + "\n".join(f"    {line.strip()}" for line in lines))
    return "\n\n".join(made)


def _lines(thing, part, given):
    if part == "traces" and given:
        return [_trace(thing, trace) for trace in given]
    if part == "delayed" and given:
        return [f"{d.name}(t) = {d.of}_{d.side}(t - {d.by})" for d in given]
    return given.strip().splitlines() if isinstance(given, str) else []


def _trace(thing, trace):
    sign = "+" if (trace.pairing or getattr(thing, "pairing", "all")) == "all" else "="
    return f"d{trace.name}/dt = -{trace.name}/{trace.tau}, {sign}{trace.jump} at each {trace.side}synaptic spike"
