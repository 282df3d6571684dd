"""Protocol: one experiment. structure / build / values / measure / figure / check.

`build(structure)` is static and sees the structure alone, so nothing else can shape the binary;
`values()` gives the arrays of one run. A condition is an index of one network.
"""

import importlib
import importlib.util
import pkgutil
import sys
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from .catalogue import file_name, instances, load_file, make, protocol_folder, split_list
from .errors import ParameterError, ProtocolError, TargetDataError
from .parameter import Parameterised, param
from .targets import read_targets


def rules_param(default, meaning):
    """A field that takes one or more rules: text as for `snnplastic show`, or rule objects."""
    made = param(tuple(default) if isinstance(default, (list, tuple)) else default, None, meaning, "names of rules")
    made.metadata = {**made.metadata, "rules": "many" if isinstance(default, (list, tuple)) else "one"}
    return made


@dataclass(frozen=True)
class Check:
    """One target beside its simulated value; `status` is ok or MISS (an expected miss that misses is ok)."""

    target: str
    simulated: float
    published: float
    tolerance: str
    kind: str
    expected: str
    status: str


class Protocol(Parameterised):
    """Base of all protocols. A file in protocols/ defines one and exports it as PROTOCOL.

    title      one line for `list`
    source     the experiment's paper
    read       names (object.variable) of the arrays that `measure` needs
    targets    names of the files in targets/ that `check` compares with
    dtype      of all floating-point variables: float64 or float32
    """

    title = ""
    source = None
    read = ()
    targets = ()
    dtype = "float64"

    def _converted(self, declared, value):
        many = declared.metadata.get("rules")
        if many == "many":
            return tuple(make("rules", v) for v in (split_list(value) if isinstance(value, str) else value))
        return make("rules", value) if many else super()._converted(declared, value)

    def structure(self):
        """All that shapes the binary, as plain JSON; by default that of each part."""
        parts = self.parts({})
        if not parts:
            raise ProtocolError(f"{type(self).__name__} has no structure()")
        return {name: part.structure() for name, part in parts.items()}

    @staticmethod
    def build(structure):
        """The Brian2 Network of a structure."""
        raise ProtocolError("a protocol needs a static build(structure)")

    def values(self):
        """{object.variable: number or array} of this run, SI; `CLOCK.dt` sets a clock's step, `GROUP.spikes` takes (index, time)."""
        return {}

    def check_run(self):
        """Raise what would end a run of these values in an error, before anything is built."""

    def replicates(self):
        """For a network too large to be repeated within itself: one dict for each run of the same program, with the values that
        differ from `values()` (and "duration"). They run side by side, run k with the seed `seed + k`, and `measure` gets a
        list of arrays for each name. None, the default: one run.
        """
        return None

    def follow(self, data):
        """Further runs of the same program that start where earlier ones ended: one dict for each, made of the arrays of all runs so far
        (weights, for example, which a frozen copy is then tested with). Asked again after each round until it gives none;
        `measure` gets the arrays of all runs, in order.
        """
        return []

    def parts(self, data):
        """For a protocol of several programs: {name: Protocol} of those to run next, made of the arrays of all so far, `PART/ARRAY`: {} at first.
        Asked again after each round until it gives none; `measure` gets the arrays of all parts. {}, the default: one program, this protocol's own.
        """
        return {}

    def time_step(self):
        """Step of the default clock, s."""
        return 1e-4

    def duration(self):
        """Simulated time, s."""
        raise ProtocolError(f"{type(self).__name__} has no duration()")

    def measure(self, data):
        """The run's arrays as an xarray.Dataset."""
        raise ProtocolError(f"{type(self).__name__} has no measure(data)")

    def without_compiler(self):
        """(protocol, what was changed) that the numpy target finishes in minutes; unchanged by default."""
        return self, ""

    @staticmethod
    def figure(data):
        """A matplotlib Figure from the Dataset alone."""
        raise ProtocolError("this protocol draws no figure")

    @classmethod
    def check(cls, data):
        """Compare the Dataset with every row of the target files that this run covers; a list of Check.

        A row is not covered where the run has no such condition, or no measurement of it (not a number).
        """
        rows = [(row, select(data, row["quantity"], row["condition"])) for row in cls.target_rows()]
        covered = [(row, found) for row, found in rows if found is not None and found == found]
        return [compare(f"{row['quantity']} {row['condition']}", found, row) for row, found in covered]

    @classmethod
    def target_rows(cls):
        """All rows of the protocol's target files."""
        return [row for name in cls.targets for row in read_targets(name)]


def compare(label, simulated, row):
    """A Check of one simulated value against one row of a target file."""
    value, sem, low, high = (
        float(row[k]) if row[k] not in ("", None) else None for k in ("value", "sem", "low", "high")
    )
    if low is None and high is None:
        if value is None or sem is None:
            raise TargetDataError(f"target {label!r} has neither low and high nor value and sem")
        low, high = value - 2 * sem, value + 2 * sem
        tolerance = f"± {2 * sem:.3g} (2 sem)"
    else:
        low, high = (float("-inf") if low is None else low), (float("inf") if high is None else high)
        tolerance = f"{low:.5g} to {high:.5g}"
    inside = low <= simulated <= high
    expected = row.get("expected") or "ok"
    return Check(
        label, simulated, value, tolerance, row["kind"], expected, "ok" if inside == (expected != "miss") else "MISS"
    )


def select(data, quantity, condition):
    """The value of a quantity at "label;dim=value;..." (a bare word is a label of `condition`), or None if the run has no such point."""
    import numpy as np

    if quantity not in data:
        return None
    found = data[quantity]
    mask = None
    for part in filter(None, (p.strip() for p in condition.split(";"))):
        name, equals, text = part.partition("=")
        name, text = (name, text) if equals else ("condition", name)
        if name not in found.coords:
            raise TargetDataError(
                f"target {quantity} {condition!r}: the results have no coordinate {name!r}; legal: {', '.join(map(str, found.coords))}"
            )
        values = found.coords[name]
        same = (
            values.values.astype(str) == text
            if values.dtype.kind in "UOT"
            else np.isclose(values.values.astype(float), float(text), rtol=1e-9, atol=1e-12)
        )
        if values.dims == ("condition",):
            mask = same if mask is None else mask & same
        else:
            if not same.any():
                return None
            found = found.isel({values.dims[0]: int(np.flatnonzero(same)[0])})
    if mask is not None:
        if int(mask.sum()) == 0:
            return None
        found = found.isel(condition=np.flatnonzero(mask))
    if found.size != 1:
        raise TargetDataError(f"target {quantity} {condition!r} names {found.size} points; name one")
    return float(found.values.reshape(-1)[0])


def protocols_package():
    """snnplastic.protocols; in a checkout, where ./snnplastic shadows the installed package, from the folder beside it."""
    name = f"{__package__}.protocols"
    if name not in sys.modules:
        if importlib.util.find_spec(name) is None:
            folder = protocol_folder()
            spec = importlib.util.spec_from_file_location(
                name, folder / "__init__.py", submodule_search_locations=[str(folder)]
            )
            sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        else:
            importlib.import_module(name)
    return sys.modules[name]


def protocol_names():
    """Names of the shipped protocols."""
    return sorted(module.name for module in pkgutil.iter_modules(protocols_package().__path__))


def find(name):
    """The protocol class of a name, a class name, a path of a .py file, or a class itself."""
    if isinstance(name, type) and issubclass(name, Protocol):
        return name
    name = str(name)
    if name.endswith(".py"):
        return _exported(load_file(Path(name)), name)
    package = protocols_package()
    for known in protocol_names():
        if known == name or known.replace("_", "") == name.lower():
            return _exported(importlib.import_module(f"{package.__name__}.{known}"), known)
    raise ProtocolError(
        f"no protocol is called {name!r}; legal: {', '.join(protocol_names())}, or the path of a .py file"
    )


def _exported(module, name):
    found = getattr(module, "PROTOCOL", None)
    if not (isinstance(found, type) and issubclass(found, Protocol)):
        raise ProtocolError(
            f"{name} exports no PROTOCOL; end the file with PROTOCOL = YourProtocol, a subclass of snnplastic.Protocol"
        )
    return found


def name_of(cls):
    """The snake_case file name of a protocol."""
    return Path(sys.modules[cls.__module__].__file__).stem


def rule_spec(rule):
    """What of a rule shapes a binary: its file and its fields that are not quantities, such as `pairing`."""
    kinds = [f.name for f in fields(rule) if f.name not in rule.declared()]
    return {"rule": file_name(type(rule)), **{name: getattr(rule, name) for name in kinds}}


def rule_from(spec):
    """A rule of default values with the structure of a spec, for `build`."""
    from .catalogue import find_class

    return find_class("rules", spec["rule"])(
        **{name: value for name, value in spec.items() if name != "rule"}
    )


def by_structure(rules):
    """[(spec, synapses of a condition, positions)]: rules of one structure share a block of synapses; in the order of first appearance."""
    found = {}
    for position, rule in enumerate(rules):
        found.setdefault((tuple(rule_spec(rule).items()), rule.population), []).append(position)
    return [(dict(spec), copies, positions) for (spec, copies), positions in found.items()]


def rule_label(rule):
    """`triplet_stdp:visual_cortex_nearest` where the rule equals a named instance, else the nearest one with what differs from it."""
    changed = {
        label: [f for f in rule.__dataclass_fields__ if getattr(rule, f) != getattr(other, f)]
        for label, other in _published(type(rule)).items()
    }
    # of equals the named instance, but the default as what others differ from
    label = min(changed, key=lambda found: (len(changed[found]), (":" in found) == bool(changed[found])))
    rows = {row[0]: f"{row[1]} {row[2]}".strip() for row in rule.table()}
    return label + (f"({', '.join(f'{f}={rows[f]}' for f in changed[label])})" if changed[label] else "")


@lru_cache
def _published(cls):
    """{label: rule} of the default and of every named instance of a class."""
    name = Path(file_name(cls)).stem
    return {name: cls(), **{f"{name}:{instance}": getattr(cls, instance)() for instance in instances(cls)}}


def settings_error(cls, key):
    legal = ", ".join(f.name for f in fields(cls))
    return ParameterError(f"{name_of(cls)} has no field {key!r}; legal: {legal}")
