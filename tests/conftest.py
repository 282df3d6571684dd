"""All tests of a session share one build cache of their own; none touches the user's."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("SNNPLASTIC_CACHE")
    os.environ["SNNPLASTIC_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["SNNPLASTIC_CACHE"]
    else:
        os.environ["SNNPLASTIC_CACHE"] = before


def protocols():
    from snnplastic import protocol

    return protocol.protocol_names()


def fewer(name):
    """Fields that differ from the defaults here: three animals instead of five (all five: tests marked slow), one training."""
    if name == "eventprop_yin_yang":
        return {"seeds": 1, "epochs": 150}
    return {"animals": 3} if name.startswith("fear_") else {}


@pytest.fixture(scope="session", params=protocols())
def results(request):
    """Every protocol with its defaults but for `fewer`, run once a session."""
    from snnplastic import run

    return run(request.param, **fewer(request.param))
