"""What there is: rules, neurons, receptors, learners, tasks and protocols are found by their folder, one a file.

A name is the file's snake_case name or the class name; `name:instance` is a published set of
values; `name(field=value, ...)` changes fields; a path to a .py file loads a user's own file.
"""

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path

from .errors import ParameterError, ProtocolError, RuleError
from .parameter import Parameterised, named

BASES = {"rules": "PlasticityRule", "neurons": "Neuron", "receptors": "Receptor", "learners": "Learner", "tasks": "Task"}
PACKAGE = Path(__file__).resolve().parent
FOLDERS = {
    "rules": ("rules", "rule"), "neurons": ("neurons", "neuron"), "receptors": ("receptors", "receptor"), "learners": ("learners", "learner"), "tasks": ("tasks", "samples"),
}  # fmt: skip


def protocol_folder():
    """The folder of the shipped protocols: inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / "protocols"
    return inside if inside.is_dir() else PACKAGE.parent / "protocols"


def names(kind):
    """File names in a folder; its base class and files that begin with an underscore are left out."""
    folder, base = FOLDERS[kind]
    package = importlib.import_module(f"{__package__}.{folder}")
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in found if name != base and not name.startswith("_"))


def load_file(path):
    """Import a user's Python file as a module of its own, once a process."""
    path = Path(path).resolve()
    if not path.is_file():
        raise ProtocolError(f"{path} does not exist; give the path of a .py file")
    content = hashlib.sha256(str(path).encode() + path.read_bytes()).hexdigest()[
        :16
    ]  # an edited file is another module
    key = f"snnplastic_user_{path.stem}_{content}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        if str(path.parent) not in sys.path:  # a user's file may import its neighbours
            sys.path.append(str(path.parent))
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            del sys.modules[key]
            told = " ".join(str(error).split())
            raise ProtocolError(f"{path} cannot be read: {type(error).__name__}: {told}") from error
    return sys.modules[key]


def _declared_in(module):
    """The Parameterised subclass that a file is about: the last public one that it defines itself."""
    found = [
        c
        for c in vars(module).values()
        if isinstance(c, type) and issubclass(c, Parameterised) and c.__module__ == module.__name__
    ]
    if not found:
        raise RuleError(f"{module.__file__} defines no rule, neuron, receptor, learner or task")
    return found[-1]


def find_class(kind, name):
    """The class of a file name, a class name or a path."""
    folder, _ = FOLDERS[kind]
    if str(name).endswith(".py"):
        return _declared_in(load_file(name))
    if name in names(kind):
        return _declared_in(importlib.import_module(f"{__package__}.{folder}.{name}"))
    for module in names(kind):
        found = _declared_in(importlib.import_module(f"{__package__}.{folder}.{module}"))
        if found.__name__ == name:
            return found
    raise RuleError(f"no {kind[:-1]} is called {name!r}; legal: {', '.join(names(kind))}, or the path of a .py file")


def instances(cls):
    """Names of the published sets of values of a class."""
    return [name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, named)]


def file_name(cls):
    """The name by which `find_class` finds a class again: its file's name, or its path if outside the package."""
    if cls.__module__.startswith(f"{__package__}."):
        return cls.__module__.rsplit(".", 1)[-1]
    return str(Path(sys.modules[cls.__module__].__file__).resolve())


def split_list(text):
    """Split at commas that are not inside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _base(kind):
    folder, base = FOLDERS[kind]
    module = importlib.import_module(f"{__package__}.{folder}.{base}")
    return getattr(module, BASES[kind])


def make(kind, text):
    """An object from text: ``pair_stdp``, ``triplet_stdp:visual_cortex_nearest``, ``pair_stdp(A_plus=0.01, tau_plus=17 ms)``."""
    if not isinstance(text, str):
        if isinstance(text, _base(kind)):
            return _checked(text)
        raise ParameterError(f"{text!r} is not a {kind[:-1]}; give an object, or text such as {names(kind)[0]!r}")
    head, bracket, inside = text.partition("(")
    name, colon, instance = head.strip().partition(":")
    cls = find_class(kind, name)
    if colon and instance not in instances(cls):
        legal = ", ".join(instances(cls)) or "none"
        raise ParameterError(f"{cls.__name__} has no instance {instance!r}; legal: {legal}")
    if bracket and (not text.rstrip().endswith(")") or inside.count("(") != inside.count(")") - 1):
        raise ParameterError(f"{text!r} is not NAME or NAME(FIELD=VALUE, ...): its brackets do not match")
    settings = {}
    for part in split_list(inside.rpartition(")")[0]) if bracket else ():
        key, equals, value = part.partition("=")
        if not equals:
            raise ParameterError(f"{text!r}: {part!r} is not FIELD=VALUE")
        settings[key.strip()] = value.strip()
    made = getattr(cls, instance)() if colon else cls()
    return _checked(made.replace(**settings) if settings else made)


def _checked(made):
    getattr(made, "check_declaration", lambda: None)()
    return made
