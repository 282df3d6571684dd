"""The build cache: what hits, what misses, and that the numbers are right. One build serves nearly all of it."""

import json
import shutil

import numpy as np
import pytest
from support import cli, key, run

import snnplastic
from snnplastic.device import cache
from snnplastic.protocol import find
from snnplastic.results import Results

TRAINS = [[0.002, 0.0151], [0.0045], [0.010, 0.0102, 0.03]]  # of tiny.py


def same(a, b):
    return all(np.array_equal(a.data[name], b.data[name]) for name in a.data)


def test_first_run_builds_and_the_next_does_not(tiny, built, cache_folder):
    assert built.provenance["device"] == "cpp" and not built.provenance["cached"]
    again = run(tiny)
    assert again.provenance["cached"] and same(again, built)
    assert (cache_folder / key(tiny) / "manifest.json").is_file() and not list(cache_folder.glob("build-*"))


@pytest.mark.parametrize(
    "settings",
    [
        {"tau": 30},
        {"seconds": "60 ms"},
        {"seed": 3},
        {"tau": "5 ms", "seconds": 0.1, "seed": 2**32 - 1},
        {"seconds": 0},
    ],
)
def test_other_values_duration_and_seed_hit(tiny, built, settings):
    found = run(tiny, **settings)
    assert found.provenance["cached"] and not same(found, built)
    tau, seconds = (
        found.protocol(**{k: v for k, v in settings.items() if k != "seed"}).tau,
        found.data.sizes["time"] * 1e-4,
    )
    assert np.allclose(found.data.v, np.linspace(0.5, 1, 6) * -np.expm1(-seconds / tau), rtol=1e-12)


def test_the_same_seed_gives_bitwise_the_same_data(tiny, built):
    first, other = run(tiny, seed=5), run(tiny, seed=6)
    assert same(first, run(tiny, seed=5)) and same(built, run(tiny, seed=0))
    assert not np.array_equal(first.data.x, other.data.x) and np.array_equal(first.data.v, other.data.v)
    assert np.all((first.data.x > 100) & (first.data.x < 300)), "400 numbers from 0 to 1 each"


def test_the_numbers_are_right(built):
    rule = snnplastic.PairSTDP()
    post = [first + np.arange(3) * 0.0101 for first in (0.001, 0.0045, 0.01)]
    assert np.allclose(
        built.data.w, [rule.oracle(*trains, 0.5) for trains in zip(TRAINS, post, strict=True)], rtol=0, atol=1e-12
    )
    steps = np.arange(400)[:, None] * 1e-4
    assert np.allclose(built.data.trace, [0.5, 0.7] * -np.expm1(-steps / 0.01), rtol=1e-12)


def test_what_a_key_depends_on(tiny, built, monkeypatch):
    assert key(tiny, tau=3, growth=5, seconds=9) == key(tiny) and cache.lookup(key(tiny))
    assert cache.lookup(key(tiny, n=7)) is None
    before = key(tiny)
    for module, name, value in (
        (cache, "FLAGS", ["-O0"]),
        (cache, "versions", lambda: {"brian2": "9"}),
        (cache, "machine", lambda: ["other"]),
        (cache, "source_hash", lambda: "other"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            assert key(tiny) != before, name
    monkeypatch.setattr(find(tiny), "time_step", lambda self: 2e-4)
    assert key(tiny) != before


def test_editing_the_file_or_a_module_that_it_imports_misses(tiny, built):
    for file in (tiny, tiny.with_name("tiny_extra.py")):
        text = file.read_text()
        try:
            file.write_text(text + "\n# edited\n")
            assert cache.lookup(key(tiny)) is None, file.name
        finally:
            file.write_text(text)
    assert cache.lookup(key(tiny))


def test_an_edited_module_is_built_in(tiny, built, program, tmp_path):
    extra, before = tiny.with_name("tiny_extra.py"), key(tiny)
    try:
        extra.write_text("SCALE = 2.0\n")
        code, out, err = cli("run", tiny, "--json", folder=tmp_path)
        assert (code, err) == (0, "") and not json.loads(out)["cached"]
        assert np.allclose(Results.load(tmp_path / "results" / "tiny.nc").data.v, 2 * built.data.v, rtol=1e-12)
        assert key(tiny) == before, "the outdated build had the same key and was replaced"
        assert cache.lookup(before)
    finally:
        extra.write_text("SCALE = 1.0\n")
    assert cache.lookup(before) is None
    shutil.rmtree(cache.folder() / before)
    shutil.copytree(program, cache.folder() / before)
