"""Parameters: value, unit, meaning and place in the paper; quantities are read without eval and without Brian2.

A field takes a number in its declared unit, text ("20 ms", "10, 20 Hz", "0:50:5 ms") or a Brian2
Quantity. Its dimension is checked at construction; from then on it is an SI float or array.
"""

import json
import re
from dataclasses import dataclass, field, fields
from functools import lru_cache

import numpy as np

from .errors import ParameterError

# Exponents of metre, kilogram, second, ampere, kelvin, mole, candela (Brian2's order).
DIMENSIONS = {
    "m": (1, 0, 0, 0, 0, 0, 0), "g": (0, 1, 0, 0, 0, 0, 0), "s": (0, 0, 1, 0, 0, 0, 0),
    "second": (0, 0, 1, 0, 0, 0, 0), "min": (0, 0, 1, 0, 0, 0, 0), "Hz": (0, 0, -1, 0, 0, 0, 0),
    "A": (0, 0, 0, 1, 0, 0, 0), "amp": (0, 0, 0, 1, 0, 0, 0), "C": (0, 0, 1, 1, 0, 0, 0),
    "V": (2, 1, -3, -1, 0, 0, 0), "volt": (2, 1, -3, -1, 0, 0, 0),
    "S": (-2, -1, 3, 2, 0, 0, 0), "siemens": (-2, -1, 3, 2, 0, 0, 0), "ohm": (2, 1, -3, -2, 0, 0, 0),
    "F": (-2, -1, 4, 2, 0, 0, 0), "farad": (-2, -1, 4, 2, 0, 0, 0),
    "mol": (0, 0, 0, 0, 0, 1, 0), "M": (-3, 0, 0, 0, 0, 1, 0), "molar": (-3, 0, 0, 0, 0, 1, 0),
}  # fmt: skip
IN_SI = {"g": 1e-3, "M": 1e3, "molar": 1e3, "min": 60.0}
PREFIXES = {"": 1.0, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "c": 1e-2, "k": 1e3, "M": 1e6, "G": 1e9}
BRIAN_BASE = ("metre", "kilogram", "second", "amp", "kelvin", "mole", "candela")
ONE = (0,) * 7
MOST_VALUES = 1e6  # in one range

_FACTOR = re.compile(r"([*/]?)([A-Za-z]+|1)(?:(?:\*\*|\^)(-?\d+))?")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_TEXT = re.compile(
    rf"\s*\[?\s*({_NUMBER}\s*:\s*{_NUMBER}\s*:\s*{_NUMBER}|{_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*\]?\s*([A-Za-z1/*^\s\d-]*?)\s*$"
)


@lru_cache(maxsize=1024)
def unit(text):
    """Read a unit such as ``nS``, ``umolar/(ms*mV)`` or ``ms^-1``: its factor to SI, its dimensions."""
    factor, dimensions, position = 1.0, np.zeros(7, int), 0
    rest = re.sub(r"/\(([^()]*)\)", lambda group: "/" + group[1].replace("*", "/"), text.strip()).replace(" ", "*")
    while position < len(rest):
        match = _FACTOR.match(rest, position)
        if not match or (position and not match[1]):
            raise ParameterError(
                f"unit {text!r}: cannot read {rest[position:]!r}; write for example 'nS', 'ms', 'mV/ms'"
            )
        operator, name, power = match.groups()
        position = match.end()
        power = int(power or 1) * (-1 if operator == "/" else 1)
        if name == "1":
            continue
        prefix, base = ("", name) if name in DIMENSIONS else (name[0], name[1:])
        if base not in DIMENSIONS or prefix not in PREFIXES:
            raise ParameterError(
                f"unit {text!r}: unknown {name!r}; legal: a prefix ({' '.join(PREFIXES).strip()}) and one of {', '.join(DIMENSIONS)}"
            )
        factor *= (PREFIXES[prefix] * IN_SI.get(base, 1.0)) ** power
        dimensions += np.array(DIMENSIONS[base]) * power
    return factor, tuple(int(d) for d in dimensions)


def quantity(value, expected, where="value"):
    """SI float or array from a number in the unit `expected`, text with its unit, or a Brian2 Quantity."""
    factor, dimensions = unit(expected)
    if isinstance(value, (list, tuple)) and any(hasattr(item, "dim") for item in value):
        return np.array([quantity(item, expected, where) for item in value])
    if hasattr(value, "dim"):  # a Brian2 Quantity, known without importing Brian2
        si, found = np.asarray(value, float), tuple(float(d) for d in value.dim._dims)
    elif isinstance(value, str):
        match = _TEXT.match(value)
        if not match:
            raise ParameterError(
                f"{where} = {value!r} cannot be read; write a number with its unit, such as {_example(expected)}"
            )
        numbers, name = match.groups()
        if ":" in numbers:
            start, stop, step = map(float, numbers.split(":"))
            if step == 0 or (stop - start) / step < 0:
                raise ParameterError(
                    f"{where} = {value!r}: a range is start:stop:step with a step that leads from start to stop"
                )
            if (stop - start) / step > MOST_VALUES:
                raise ParameterError(f"{where} = {value!r} has more than {MOST_VALUES:.0e} values")
            si = start + step * np.arange(int(np.floor((stop - start) / step + 1e-9)) + 1)
        else:
            si = np.array([float(number) for number in numbers.split(",")])
            si = si if si.size > 1 else si[0]
        try:
            named, found = unit(name) if name else (1.0, ONE)
        except ParameterError as error:
            raise ParameterError(
                f"{where} = {value!r}: {error}; expected {expected!r}, such as {_example(expected)}"
            ) from None
        if found != dimensions:
            given = f"the unit {name!r}" if name else "no unit"
            raise ParameterError(
                f"{where} = {value!r} has {given}; expected {expected!r}, such as {_example(expected)}"
            )
        si = si * named
    else:
        try:
            si, found = np.asarray(value, float) * factor, dimensions
        except (TypeError, ValueError):
            raise ParameterError(f"{where} = {value!r} is not a number; expected a value in {expected!r}") from None
    if found != dimensions:
        raise ParameterError(
            f"{where} = {value!r} has the wrong dimension; expected {expected!r}, such as {_example(expected)}"
        )
    if not np.all(np.isfinite(si)):
        raise ParameterError(f"{where} = {value!r} is not finite")
    return float(si) if np.ndim(si) == 0 else np.asarray(si)


def _example(expected):
    return "'20'" if expected == "1" else f"'20 {expected}' or '10, 20 {expected}'"


def brian_unit(text):
    """The name of a unit's SI form in a Brian2 equation: 'ms' -> 'second', 'nS' -> 'siemens'."""
    dimensions = unit(text)[1]
    for name in ("1", "second", "Hz", "volt", "amp", "siemens", "ohm", "farad"):
        if (ONE if name == "1" else DIMENSIONS[name]) == dimensions:
            return name
    above = [f"{base}**{d}" for base, d in zip(BRIAN_BASE, dimensions, strict=True) if d > 0]
    below = [f"{base}**{-d}" for base, d in zip(BRIAN_BASE, dimensions, strict=True) if d < 0]
    return "*".join(above or ["1"]) + "".join(f"/{factor}" for factor in below)


@dataclass(frozen=True)
class Source:
    """Where a model comes from. `doi` is empty only where none exists."""

    authors: str
    year: int
    place: str
    doi: str = ""

    def __str__(self):
        return f"{self.authors} ({self.year}) {self.place}"

    def bibtex(self, key):
        authors = self.authors.replace(" & ", " and ").replace(", ", " and ")
        doi = f"\n  doi = {{{self.doi}}}," if self.doi else ""
        return f"@article{{{key},\n  author = {{{authors}}},\n  year = {{{self.year}}},\n  note = {{{self.place}}},{doi}\n}}"


def param(default, unit="1", meaning="", where="", *, low=None, high=None, legal=None):
    """Declare a field: default in `unit`, what it means, its place in the paper, and its legal range.

    `low` and `high` are inclusive and in `unit`. `unit=None` declares a field that is not a
    quantity; `legal` then lists its values (or is None, and the class checks it).
    """
    metadata = {"unit": unit, "meaning": meaning, "where": where, "low": low, "high": high, "legal": legal}
    return field(default=tuple(default) if isinstance(default, list) else default, metadata=metadata)


class Parameterised:
    """Base of everything that is declared by `param`: fields become SI values, checked at construction."""

    def __post_init__(self):
        for declared in fields(self):
            object.__setattr__(self, declared.name, self._converted(declared, getattr(self, declared.name)))
        self.check_fields()

    def check_fields(self):
        """What fields must satisfy together; a subclass that needs it raises ParameterError here."""

    def _converted(self, declared, value):
        """The value that a field keeps: SI, checked."""
        where, meta = f"{type(self).__name__}.{declared.name}", declared.metadata
        if "unit" not in meta:
            return value
        if meta["unit"] is None:
            plain = isinstance(value, (str, int, float, bool, type(None)))
            if meta["legal"] is not None and not (plain and value in meta["legal"]):
                raise ParameterError(f"{where} = {value!r} is not legal; legal: {', '.join(map(repr, meta['legal']))}")
            return value
        si = quantity(value, meta["unit"], where)
        self._check_range(si, value, where, meta)
        if np.size(si) == 0 or np.ndim(si) > 1:
            raise ParameterError(f"{where} = {value!r} must be one number or a flat list of at least one")
        if declared.type in (int, "int"):
            if np.ndim(si) or si != int(si):
                raise ParameterError(f"{where} = {value!r} must be one whole number")
            return int(si)
        if declared.type in (tuple, "tuple"):
            return tuple(float(number) for number in np.atleast_1d(si))
        if np.ndim(si):
            raise ParameterError(f"{where} = {value!r} must be one number in {meta['unit']!r}, not {np.size(si)}")
        return si

    @staticmethod
    def _check_range(si, value, where, meta):
        scaled = np.asarray(si) / unit(meta["unit"])[0]
        below = meta["low"] is not None and np.any(scaled - meta["low"] < -1e-12 * abs(meta["low"]))
        above = meta["high"] is not None and np.any(scaled - meta["high"] > 1e-12 * abs(meta["high"]))
        if below or above:
            word, limit = ("at least", meta["low"]) if below else ("at most", meta["high"])
            raise ParameterError(
                f"{where} = {value!r} is out of range; it must be {word} {limit:g} {_shown(meta['unit'])}".rstrip()
            )

    @classmethod
    def declared(cls):
        """The parameters (name -> dataclass field) that carry a unit."""
        return {f.name: f for f in fields(cls) if f.metadata.get("unit") is not None}

    def replace(self, **changes):
        """A copy with some fields changed; a change is given as to the constructor (text, number in the declared unit)."""
        check_names(type(self), changes)
        changed = object.__new__(type(self))
        for f in fields(self):
            value = self._converted(f, changes[f.name]) if f.name in changes else getattr(self, f.name)
            object.__setattr__(changed, f.name, value)
        changed.check_fields()
        return changed

    def quantity(self, name):
        """The parameter as a Brian2 Quantity (imports Brian2)."""
        from brian2.units.fundamentalunits import Quantity, get_or_create_dimension

        return Quantity(
            getattr(self, name), dim=get_or_create_dimension(unit(self.declared()[name].metadata["unit"])[1])
        )

    def table(self):
        """Rows (symbol, value in its unit, unit, meaning, place in the paper) for `show` and notebooks."""
        rows = []
        for f in fields(self):
            meta, value = f.metadata, getattr(self, f.name)
            if "unit" not in meta:
                continue
            if meta["unit"] is not None:
                scaled = np.atleast_1d(value) / unit(meta["unit"])[0]
                value = ", ".join(f"{number:.10g}" for number in scaled)
            rows.append((f.name, str(value), _shown(meta["unit"]), meta["meaning"], meta["where"]))
        return rows

    def to_json(self):
        """Values as plain JSON, SI."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, values):
        """The object whose `to_json` gave these values; raises ParameterError where its fields are others or are objects themselves."""
        made, names = object.__new__(cls), {f.name for f in fields(cls)}
        if set(values) != names:
            odd = ", ".join(sorted(set(values) ^ names))
            raise ParameterError(f"{cls.__name__}: the values kept and its fields differ in {odd}; legal: {', '.join(sorted(names))}")
        for f in fields(cls):
            value = values[f.name]
            if any(isinstance(item, dict) for item in (value if isinstance(value, list) else [value])):
                raise ParameterError(f"{cls.__name__}.{f.name} is an object, which cannot be made again from plain values")
            if isinstance(value, list):
                value = tuple(value) if f.type in (tuple, "tuple") else np.array(value)
            object.__setattr__(made, f.name, value)
        made.check_fields()
        return made


def _shown(text):
    return "" if text in (None, "1") else text


def _plain(value):
    if isinstance(value, Parameterised):
        return {"class": type(value).__name__, **value.to_json()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [_plain(item) for item in value]
    return (
        value if isinstance(value, (str, int, float, bool, type(None))) else json.loads(json.dumps(value, default=str))
    )


class named(classmethod):
    """A classmethod that returns a published set of values: `TripletSTDP.visual_cortex_nearest()`."""


def check_names(cls, settings):
    """Unknown fields are an error that lists the legal ones."""
    legal = {f.name for f in fields(cls)}
    for key in settings:
        if key not in legal:
            raise ParameterError(f"{cls.__name__} has no field {key!r}; legal: {', '.join(sorted(legal))}")
