"""The build cache: a folder of programs, each under the hash of all that shaped it.

A hit needs no Brian2. A miss builds in a folder of its own and publishes it by one rename, so
processes that need the same build at once never see half of one.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from ..errors import DeviceError
from .child import python, run
from .target import FLAGS, machine, source_hash, versions

LIMIT = 2 * 1024**3  # bytes; least recently used programs go beyond it
OURS = re.compile(r"[0-9a-f]{24}|build-\d+-.+")  # names that this file gives
ABANDONED = 3600  # seconds after which a build folder without an owner is swept


def folder():
    """The cache folder: $SNNPLASTIC_CACHE, else snnplastic in the user's cache folder."""
    chosen = os.environ.get("SNNPLASTIC_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "snnplastic"


def key(spec):
    """Hash of the spec and of everything else that a program depends on."""
    user = hashlib.sha256(Path(spec["file"]).read_bytes()).hexdigest() if spec.get("file") else None
    whole = {
        **spec,
        "user": user,
        "sources": source_hash(),
        "machine": machine(),
        "versions": versions(),
        "flags": FLAGS,
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:24]


def lookup(name):
    """The manifest of a finished build whose user modules are unchanged, or None."""
    place = folder() / name
    try:
        manifest = json.loads((place / "manifest.json").read_text())
        if (place / "main").stat().st_size != manifest["bytes"]:
            return None
    except (OSError, ValueError, KeyError):
        return None
    for path, digest in manifest["outside"]:
        if not os.path.exists(path) or hashlib.sha256(Path(path).read_bytes()).hexdigest() != digest:
            return None
    try:
        os.utime(place)  # most recently used
    except OSError:
        pass
    return manifest


def get(spec, *, quiet=False):
    """(folder of the program, manifest, was it cached) for a spec; builds on a miss."""
    name = key(spec)
    manifest = lookup(name)
    if manifest is not None:
        return folder() / name, manifest, True
    root = folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=root, prefix=f"build-{os.getpid()}-"))
    except OSError as error:
        raise DeviceError(
            f"the cache folder {root} cannot be written ({error.strerror}); set SNNPLASTIC_CACHE to a folder you can write to"
        ) from None
    try:
        (place / "spec.json").write_text(json.dumps(spec))
        run(python("build", place), folder=place, describe=f"building {spec['class']}", quiet=quiet)
        publish(place, root / name)
    except OSError as error:
        raise DeviceError(
            f"the cache folder {root} cannot hold the build ({error.strerror or error}); free some space or set SNNPLASTIC_CACHE"
        ) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    sweep(root, keep=name)
    manifest = lookup(name)
    if manifest is None:
        raise DeviceError(f"the build {root / name} vanished or is damaged; run snnplastic cache clear")
    return root / name, manifest, False


def publish(place, final):
    """Move a finished build to its name; if another process was first, theirs stays unless its user modules are out of date."""
    for _ in range(3):
        try:
            os.rename(place, final)
            return
        except OSError:
            if lookup(final.name) is not None:
                return
            stale = final.with_name(f"build-{os.getpid()}-stale-{time.monotonic_ns()}")
            try:
                os.rename(final, stale)
            except OSError:
                continue
            shutil.rmtree(stale, ignore_errors=True)
    os.rename(place, final)


def entries():
    """[(name, what, bytes, last use)] of the finished builds, last used first; a damaged one is listed as such."""
    found = []
    for place in folder().glob("*") if folder().is_dir() else ():
        if not OURS.fullmatch(place.name) or place.name.startswith("build-"):
            continue
        try:
            size = sum(p.stat().st_size for p in place.rglob("*") if p.is_file())
            found.append(
                (place.name, json.loads((place / "spec.json").read_text())["class"], size, place.stat().st_mtime)
            )
        except FileNotFoundError:
            continue  # removed by another process
        except (OSError, ValueError, KeyError):
            found.append((place.name, "damaged", 0, 0.0))
    return sorted(found, key=lambda entry: -entry[3])


def clear():
    """Remove every build but those that are being made now, and nothing else in the folder; returns how many."""
    count = 0
    for place in folder().glob("*") if folder().is_dir() else ():
        if OURS.fullmatch(place.name) and (not place.name.startswith("build-") or _abandoned(place)):
            shutil.rmtree(place, ignore_errors=True)
            count += 1
    return count


def _abandoned(place):
    """Is the process that makes this build gone? Its number is in the folder's name; after an hour it counts as gone."""
    try:
        if time.time() - place.stat().st_mtime > ABANDONED:
            return True
        os.kill(int(place.name.split("-")[1]), 0)
    except (ProcessLookupError, ValueError, IndexError):
        return True
    except OSError:
        return False
    return False


def sweep(root, keep):
    """Remove abandoned build folders, and the least recently used builds beyond the limit."""
    for place in root.glob("build-*"):
        if _abandoned(place):
            shutil.rmtree(place, ignore_errors=True)
    total = 0
    for name, _, size, _ in entries():
        total += size
        if total > LIMIT and name != keep:
            shutil.rmtree(root / name, ignore_errors=True)
