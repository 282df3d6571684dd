import os
import shutil
from pathlib import Path

import pytest
from support import key, run

from snnplastic.device import cache


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Path of the tiny protocol; the folder with the module it imports is on the path of this process and its children."""
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copy(Path(__file__).with_name("tiny.py"), folder)
    (folder / "tiny_extra.py").write_text("SCALE = 1.0\n")
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(folder))
    patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])))
    yield folder / "tiny.py"
    patch.undo()


@pytest.fixture(scope="session")
def built(tiny):
    """The Results of the first run of the tiny protocol, which builds it."""
    return run(tiny)


@pytest.fixture(scope="session")
def program(tiny, built, tmp_path_factory):
    """A copy of the folder of the tiny protocol's build, for tests that damage it or want a cache of their own."""
    return shutil.copytree(cache.folder() / key(tiny), tmp_path_factory.mktemp("program") / "program")


@pytest.fixture
def warm(tiny, program, tmp_path):
    """A cache folder of one test alone that holds the tiny build."""
    shutil.copytree(program, tmp_path / "warm" / key(tiny))
    return tmp_path / "warm"


@pytest.fixture(scope="module")
def numpy_target():
    """Brian2 objects of this process use the numpy target."""
    from brian2 import BrianLogger, prefs

    BrianLogger.suppress_name("unused_brian_object")
    before, prefs.codegen.target = prefs.codegen.target, "numpy"
    yield
    prefs.codegen.target = before
