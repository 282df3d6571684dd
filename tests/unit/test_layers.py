"""The house: who imports whom, where Brian2 may be touched, and what every declaration carries."""

import ast
import json
import subprocess
import sys
from dataclasses import fields

import pytest
from support import environment

from snnplastic import catalogue, protocol
from snnplastic.catalogue import PACKAGE, protocol_folder
from snnplastic.parameter import unit

# A file imports from its own layer and from those before it. A new file or folder gets its place here.
LAYERS = (
    "errors files", "parameter", "catalogue", "receptors", "neurons", "rules", "tasks", "networks", "targets", "analysis", "learners", "learning",
    "protocol train_protocol slice_protocol fear_steps fear_protocol learning_protocol eventprop_protocol task_protocol adaptive_task_protocol",
    "device", "results trained training_arguments training nir_exchange nir_reading nir_of_run", "figure", "oracles verify", "show cli",
)  # fmt: skip
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names.split()} | {
    "protocols": next(k for k, names in enumerate(LAYERS) if names.startswith("protocol "))
}
FILES = {
    f"snnplastic.{'.'.join(p.relative_to(PACKAGE).with_suffix('').parts)}": p
    for p in PACKAGE.rglob("*.py")
    if p.parent.name != "protocols"
}
FILES |= {f"snnplastic.protocols.{p.stem}": p for p in protocol_folder().glob("*.py")}
NO_DOI = ("Electrode", "DelayedXor")  # Cole 1949 has none; a task that is defined here
DECLARED = [(kind, name) for kind in catalogue.FOLDERS for name in catalogue.names(kind)]


def tree(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imported(name):
    """Absolute names of the modules that a file imports, inside functions too; `from . import x` may be module x."""
    package = name.split(".")[:-1]
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(
                [*(package[: len(package) - node.level + 1] if node.level else []), *filter(None, [node.module])]
            )
            for alias in node.names:
                module = f"{base}.{alias.name}"
                found.add(module if module in FILES or f"{module}.__init__" in FILES else base)
    return found


def layer(module):
    return module.split(".")[1]


def at_import(node):
    """Nodes that run when a file is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from at_import(child)


@pytest.mark.parametrize("name", sorted(FILES))
def test_imports_from_the_left_only(name):
    if name == "snnplastic.__init__":
        return
    assert layer(name) in LEVEL, f"{name} has no place among the layers; give it one in LAYERS"
    for module in imported(name):
        if module.startswith("snnplastic."):
            assert LEVEL[layer(module)] <= LEVEL[layer(name)], f"{name} imports {module}, which is to its right"
            assert layer(module) != "protocols" or layer(name) == "protocols", f"{name} imports the protocol {module}"


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_file_imports_brian2_when_it_is_imported(name):
    for node in at_import(tree(name)):
        modules = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        assert not any(m.split(".")[0] == "brian2" for m in modules), (
            f"{name}, line {node.lineno}, imports brian2 at module level"
        )


@pytest.mark.parametrize("name", sorted(n for n in FILES if layer(n) != "device"))
def test_only_device_touches_the_device_and_prefs(name):
    for node in ast.walk(tree(name)):
        words = {
            getattr(node, "attr", None),
            getattr(node, "id", None),
            *(a.name for a in getattr(node, "names", []) if isinstance(a, ast.alias)),
        }
        assert not words & {"set_device", "prefs", "set_prefs", "reset_device"}, f"{name}, line {node.lineno}: {words}"


@pytest.mark.parametrize("name", catalogue.names("rules"))
def test_every_rule_names_its_paper(name):
    source = catalogue.find_class("rules", name).source
    assert source.authors and 1940 < source.year < 2100 and source.place
    assert source.doi.startswith("10.")


@pytest.mark.parametrize(("kind", "name"), DECLARED)
def test_every_parameter_has_unit_meaning_and_place(kind, name):
    cls = catalogue.find_class(kind, name)
    assert cls.source and (cls.source.doi.startswith("10.") or cls.__name__ in NO_DOI)
    assert cls.__doc__.strip()
    for field in fields(cls):
        meta = field.metadata
        assert meta["meaning"].strip() and meta["where"].strip(), f"{cls.__name__}.{field.name}"
        text = meta["unit"] is None and (meta["legal"] or field.name == "folder")
        assert text or unit(meta["unit"]), f"{cls.__name__}.{field.name}"


@pytest.mark.parametrize("name", protocol.protocol_names())
def test_every_protocol_says_what_it_is(name):
    cls = protocol.find(name)
    assert cls.title and cls.source.doi.startswith("10.") and protocol.name_of(cls) == name
    assert json.loads(json.dumps(cls().structure())) == cls().structure(), "a structure is plain JSON"
    for field in fields(cls):
        assert field.metadata["meaning"].strip() and (
            field.metadata["unit"] is None or field.metadata["where"].strip()
        ), field.name
    for target in cls.targets:
        assert protocol.read_targets(target) and (protocol_folder() / "targets" / f"{target}.md").is_file()


WITHOUT_BRIAN2 = """
import json, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "brian2":
            raise AssertionError("brian2 was imported")
sys.meta_path.insert(0, Refuse())
from snnplastic.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        code = main(arguments, standalone_mode=False)
    except SystemExit as end:
        code = end.code
    assert not code, (arguments, code)
assert "brian2" not in sys.modules
print("never imported")
"""


def without_brian2(*commands, folder):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_BRIAN2, json.dumps(commands)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.endswith("never imported\n"), done.stderr[-2000:]


def test_list_and_show_never_import_brian2(tmp_path):
    named = [f"{name}:{i}" for kind, name in DECLARED for i in catalogue.instances(catalogue.find_class(kind, name))]
    shown = [["show", name] for name in [*(name for _, name in DECLARED), *named, *protocol.protocol_names()]]
    without_brian2(["list"], ["list", "--json"], ["show", "pair_stdp", "--bibtex"], ["cache"], *shown, folder=tmp_path)


def test_a_cached_run_never_imports_brian2(tiny, built, tmp_path):
    run = ["run", str(tiny), "--set", "tau=20 ms", "--seed", "7", "--json"]
    without_brian2(run, ["figure", "results/tiny.nc"], folder=tmp_path)
