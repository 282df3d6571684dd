"""Targets: C++ where a compiler is found, else Brian2's numpy target; what identifies the machine."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from ..catalogue import PACKAGE, protocol_folder
from ..errors import DeviceError

TARGETS = ("cpp", "cython", "numpy")
# __FAST_MATH__ makes the C library declare its vector exp, log and pow, which -fno-finite-math-only alone would hide;
# infinities and NaN keep their meaning.
FLAGS = "-w -O3 -ffast-math -fno-finite-math-only -march=native -std=c++11 -D__FAST_MATH__".split()

SINGLE = ["-fsingle-precision-constant"]  # else each written number turns a statement into one of doubles


def compiler():
    """Path of the C++ compiler ($CXX or g++), or None."""
    return shutil.which(os.environ.get("CXX") or "g++")


def choose(target=None):
    """The target to use: the one asked for, else cpp where g++ and make are found, else numpy."""
    if target is not None and target not in TARGETS:
        raise DeviceError(f"device = {target!r} is not legal; legal: {', '.join(TARGETS)}")
    found = compiler() is not None and shutil.which("make") is not None
    if target in ("cpp", "cython") and not found:
        raise DeviceError(
            f"device = {target!r} needs a C++ compiler and make, and none was found; install g++ and make, or use --device numpy"
        )
    return target or ("cpp" if found else "numpy")


def source_hash():
    """Hash of every Python file of the package and of the protocols."""
    digest = hashlib.sha256()
    for tree in (PACKAGE, protocol_folder()):
        for path in sorted(tree.rglob("*.py")):
            digest.update(str(path.relative_to(tree)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def machine():
    """Compiler and processor, without running the compiler: a binary is made for one of each."""
    path = os.path.realpath(compiler() or "-")
    found = os.stat(path) if os.path.exists(path) else None
    try:
        flags = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")), "")
    except OSError:
        flags = ""
    return [
        path,
        found and found.st_size,
        found and found.st_mtime_ns,
        hashlib.sha256(flags.encode()).hexdigest(),
        sys.platform,
    ]


def versions():
    """Versions of what generates code, from the names of dist-info folders: no import of Brian2."""
    import numpy

    generators = ("brian2", "numpy", "sympy", "jinja2")
    place, found = Path(numpy.__file__).resolve().parents[1], {}
    for path in place.glob("*.dist-info"):
        name, _, version = path.name.removesuffix(".dist-info").partition("-")
        if name.lower() in generators:
            found[name.lower()] = version
    for name in generators:
        if name not in found:
            from importlib.metadata import version

            found[name] = version(name)
    return dict(sorted(found.items())) | {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
