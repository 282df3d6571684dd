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


@pytest.fixture(scope="session", params=protocols())
def results(request):
    """Every protocol with its defaults, run once a session."""
    from snnplastic import run

    return run(request.param)
