"""The folder of the build cache: sweeping, damaged entries, the cache command."""

import json
import os
import re
import shutil
import subprocess

import pytest
from support import cli, key, run

from snnplastic.device import cache


def test_abandoned_build_folders_are_swept(tmp_path, monkeypatch):
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    mine, dead, old = (
        tmp_path / f"build-{pid}-{name}" for pid, name in ((os.getpid(), "a"), (ended.pid, "b"), (os.getpid(), "c"))
    )
    for place in (mine, dead, old):
        place.mkdir()
    os.utime(old, (1, 1))
    cache.sweep(tmp_path, keep="")
    assert list(tmp_path.iterdir()) == [mine]
    assert cache.clear() == 0 and mine.exists(), "what is in the making stays"


def test_least_recently_used_builds_go_beyond_the_limit(program, tmp_path, monkeypatch):
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(tmp_path))
    newest, middle, oldest, kept = (letter * 24 for letter in "abcd")
    for age, name in enumerate((newest, middle, oldest, kept)):
        shutil.copytree(program, tmp_path / name)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    monkeypatch.setattr(cache, "LIMIT", int(2.5 * cache.entries()[0][2]))
    assert cache.lookup(oldest), "a hit makes it the most recently used"
    cache.sweep(tmp_path, keep=kept)
    assert {p.name for p in tmp_path.iterdir()} == {oldest, newest, kept}
    assert [entry[0] for entry in cache.entries()] == [oldest, newest, kept]


@pytest.mark.parametrize("damage", ["text", "empty", "no program", "half a program"])
def test_a_damaged_entry_is_no_hit(tiny, warm, monkeypatch, damage):
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(warm))
    assert cache.lookup(key(tiny))
    if damage == "no program":
        (warm / key(tiny) / "main").unlink()
    elif damage == "half a program":
        os.truncate(warm / key(tiny) / "main", 1000)
    else:
        (warm / key(tiny) / "manifest.json").write_text("{}" if damage == "empty" else '{"arrays": ')
    assert cache.lookup(key(tiny)) is None


def test_a_damaged_entry_does_not_stop_the_list(warm, monkeypatch):
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(warm))
    for name, text in (("a" * 24, "{}"), ("b" * 24, "no json"), ("c" * 24, None)):
        (warm / name).mkdir()
        if text is not None:
            (warm / name / "spec.json").write_text(text)
    assert [entry[1] for entry in cache.entries() if entry[1] != "damaged"] == ["Tiny"]
    cache.sweep(warm, keep="")
    assert len(cache.entries()) >= 1


def test_clear_leaves_what_is_not_ours(warm, monkeypatch):
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(warm))
    (warm / "photographs").mkdir()
    (warm / "photographs" / "cat.png").write_text("a cat")
    assert cache.clear() == 1
    assert [p.name for p in warm.iterdir()] == ["photographs"]


def test_a_relative_cache_folder(tiny, warm, tmp_path, monkeypatch):
    monkeypatch.setenv("SNNPLASTIC_CACHE", "warm")
    monkeypatch.chdir(tmp_path)
    assert cache.folder() == warm
    assert run(tiny).provenance["cached"]


def test_cache_list_and_clear(program, tmp_path):
    folder = tmp_path / "cache"
    shutil.copytree(program, folder / "0123456789abcdef01234567")
    code, out, err = cli("cache", folder=tmp_path, SNNPLASTIC_CACHE=folder)
    assert (
        (code, err) == (0, "")
        and "0123456789abcdef01234567" in out
        and re.search(r"Tiny .* 0\.\d .* 20\d\d-\d\d-\d\d \d\d:\d\d", out)
    )
    assert out == cli("cache", "list", folder=tmp_path, SNNPLASTIC_CACHE=folder)[1]
    assert cli("cache", "clear", folder=tmp_path, SNNPLASTIC_CACHE=folder)[1] == f"removed 1 builds from {folder}\n"
    assert not list(folder.iterdir())
    for _ in range(2):
        assert cli("cache", "clear", folder=tmp_path, SNNPLASTIC_CACHE=tmp_path / "never")[:2] == (
            0,
            f"removed 0 builds from {tmp_path / 'never'}\n",
        )
    assert json.loads((program / "spec.json").read_text())["class"] == "Tiny"
