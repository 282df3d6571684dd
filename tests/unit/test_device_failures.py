"""Processes that are killed or collide, folders that cannot be written, full disks."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid

import pytest
from support import clear_error, cli, environment, finish, key, start, tagged, wait_for

import snnplastic
from snnplastic.device import child
from snnplastic.errors import DeviceError

LONG = ("--set", "seconds=3000 s")  # model time; minutes of computing


def stop_in_the_middle(tiny, folder, seen, *settings, sent=signal.SIGKILL, to_child=False, patience=60, **changes):
    """Send a signal to the command (or the child) once a child with `seen(its command line)` runs; nothing may stay.

    Returns (exit code, stderr).
    """
    tag, scratch = uuid.uuid4().hex, folder / "scratch"  # a killed command leaves its temporary folder
    scratch.mkdir()
    changes["TMPDIR"] = scratch
    process = start("run", tiny, "--json", *settings, folder=folder, SNN_TEST_TAG=tag, **changes)
    try:
        found = wait_for(lambda: next((pid for pid, line in tagged(tag).items() if seen(line)), None))
        assert found, f"not seen: {tagged(tag)}, {process.poll()}"
        os.kill(found if to_child else process.pid, sent)
        code, _, err = finish(process, patience)
        assert wait_for(lambda: not tagged(tag), 20), f"left behind: {tagged(tag)}"
        return code, err
    finally:
        for pid in tagged(tag):
            os.kill(pid, signal.SIGKILL)


def test_killed_builds_and_equal_builds_at_once(tiny, tmp_path):
    folder = tmp_path / "cache"
    code, _ = stop_in_the_middle(
        tiny, tmp_path, lambda line: "cc1plus" in line, "--set", "n=8", SNNPLASTIC_CACHE=folder
    )
    assert code == -9 and not (folder / key(tiny, n=8)).exists()
    abandoned = set(folder.glob("build-*"))

    both = [
        start("run", tiny, "--json", "--set", "n=8", "--out", name, folder=tmp_path, SNNPLASTIC_CACHE=folder)
        for name in "ab"
    ]
    for code, out, err in [finish(process) for process in both]:
        assert (code, err) == (0, "") and not json.loads(out)["cached"], (
            "the second was to start before the first was done"
        )
    assert {p.name for p in folder.iterdir()} - {p.name for p in abandoned} == {key(tiny, n=8)}
    results = [snnplastic.Results.load(tmp_path / name / "tiny.nc").data for name in "ab"]
    assert results[0].identical(results[1]) and results[0].sizes["neuron"] == 8

    code, out, _ = cli("cache", "clear", folder=tmp_path, SNNPLASTIC_CACHE=folder)
    assert code == 0 and re.fullmatch(rf"removed [12] builds from {folder}\n", out)
    assert {p.name for p in folder.iterdir()} <= {p.name for p in abandoned}, "what may still be in the making stays"


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15), (signal.SIGINT, 130)])
def test_stopped_in_a_run(tiny, warm, tmp_path, sent, code):
    found, err = stop_in_the_middle(
        tiny, tmp_path, lambda line: line.startswith(str(warm)), *LONG, sent=sent, SNNPLASTIC_CACHE=warm
    )
    assert found == code and not (tmp_path / "results").exists()
    assert err == ("stopped\n" if sent == signal.SIGINT else "")
    if sent == signal.SIGKILL:
        code, out, err = cli("run", tiny, "--json", folder=tmp_path, SNNPLASTIC_CACHE=warm)
        assert (code, err) == (0, "") and json.loads(out)["cached"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [(signal.SIGINT, "exit code 130"), (signal.SIGKILL, "exit code 137")],
)
def test_a_program_that_is_stopped_early_is_an_error(tiny, warm, tmp_path, sent, words):
    code, err = stop_in_the_middle(
        tiny, tmp_path, lambda line: line.startswith(str(warm)), *LONG, sent=sent, to_child=True, SNNPLASTIC_CACHE=warm
    )
    assert f"running Tiny failed ({words})" in clear_error(code, err)
    assert not (tmp_path / "results").exists()


def test_a_killed_guard_is_an_error(tiny, warm, tmp_path):
    code, err = stop_in_the_middle(
        tiny,
        tmp_path,
        lambda line: line.startswith("sh -c"),
        "--set",
        "seconds=20 s",
        to_child=True,
        patience=8,
        SNNPLASTIC_CACHE=warm,
    )
    assert "running Tiny failed" in clear_error(code, err)


@pytest.mark.parametrize("place", ["file/below", "file", "/proc/nothing"])
def test_an_impossible_cache_folder(tiny, tmp_path, monkeypatch, place):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(tmp_path / place))
    with pytest.raises(
        DeviceError,
        match=r"the cache folder .* cannot be written .*; set SNNPLASTIC_CACHE to a folder you can write to",
    ) as caught:
        snnplastic.run(tiny, quiet=True)
    assert str(tmp_path / place) in str(caught.value) and "\n" not in str(caught.value)


def test_what_a_build_prints_is_no_report(tmp_path):
    child.run(["printf", "progress is made\\nerror is only a word\\nerror \\n"], folder=tmp_path, quiet=True)


def in_a_mount(script, *arguments, folder, **changes):
    """Run `snnplastic ARGUMENTS` after a shell script with mounts of its own; skips where this is not allowed."""
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", "/tmp"], capture_output=True).returncode
    ):
        pytest.skip("needs a mount of its own (unshare --mount), which is not allowed here")
    whole = ["sh", "-ec", f'{script}\nexec "$@"', "sh", sys.executable, "-m", "snnplastic.cli", *map(str, arguments)]
    done = subprocess.run([*unshare, *whole], cwd=folder, env=environment(**changes), capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_a_read_only_cache_still_serves_what_it_holds(tiny, warm, tmp_path):
    script = f"mount --bind {warm} {warm}; mount -o remount,ro,bind {warm}"
    code, out, err = in_a_mount(script, "run", tiny, "--json", folder=tmp_path, SNNPLASTIC_CACHE=warm)
    assert (code, err) == (0, "") and json.loads(out)["cached"]
    code, _, err = in_a_mount(script, "run", tiny, "--set", "n=7", folder=tmp_path, SNNPLASTIC_CACHE=warm)
    assert f"the cache folder {warm} cannot be written (Read-only file system); set SNNPLASTIC_CACHE" in clear_error(
        code, err
    )


def test_a_full_cache(tiny, built, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    script = f"mount -t tmpfs -o size=100k none {full}"
    code, _, err = in_a_mount(script, "run", tiny, folder=tmp_path, SNNPLASTIC_CACHE=full / "cache")
    assert "No space left on device" in clear_error(code, err) and str(full) in err
    assert not (tmp_path / "results").exists()


def test_a_full_temporary_folder(tiny, warm, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    script = f"mount -t tmpfs -o size=8k none {full}"
    code, _, err = in_a_mount(script, "run", tiny, folder=tmp_path, SNNPLASTIC_CACHE=warm, TMPDIR=full)
    clear_error(code, err)
    assert not (tmp_path / "results").exists()


def test_a_full_folder_of_results(tiny, warm, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    script = f"mount -t tmpfs -o size=20k none {full}"
    code, _, err = in_a_mount(script, "run", tiny, "--out", full / "out", folder=tmp_path, SNNPLASTIC_CACHE=warm)
    assert "cannot be written" in clear_error(code, err)
