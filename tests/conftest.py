"""All tests of a session share one build cache of their own; none touches the user's. Each protocol runs in one worker, once."""

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """What shares a fixture of a session or a module goes to one worker: the tests of a protocol's run, else those of a file."""
    from xdist.scheduler import LoadScopeScheduling

    runs = set(protocols())

    class ByRun(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            run = test.partition("[")[2].rstrip("]")
            return run if run in runs and not file.startswith("tests/unit/") else file

    return ByRun(config, log)


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory, worker_id):
    together = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    folder = together / "cache"
    folder.mkdir(exist_ok=True)
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


# Fields that differ from the defaults here, so that all protocols run in minutes: two or three animals instead of five, fewer trainings.
# With their defaults: tests marked slow.
FEWER = {
    "fear_conditioning": {"animals": 3}, "fear_pathways": {"animals": 3},
    "eventprop_yin_yang": {"seeds": 1, "epochs": 150}, "surrogate_gradient": {"seeds": 2, "epochs": 60}, "learn_randman": {"seeds": 1, "epochs": 40},
    "learn_store_recall": {"seeds": 1}, "learn_evidence": {"seeds": 1, "epochs": 8}, "learn_images": {"seeds": 2},
}  # fmt: skip


def fewer(name):
    return FEWER.get(name, {"animals": 2} if name.startswith("fear_") else {})


@pytest.fixture(scope="session", params=protocols())
def results(request):
    """Every protocol with its defaults but for `fewer`, run once a session."""
    from snnplastic import run

    return run(request.param, **fewer(request.param))
