"""run: its files, its output, its exit codes; a failed run says why and leaves what was there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support import environment, error, invoke

from snnplastic import catalogue, protocol
from snnplastic.results import Results


@pytest.fixture(scope="module")
def ran(tiny, built, tmp_path_factory):
    """The folder of one finished run."""
    folder = tmp_path_factory.mktemp("ran")
    code, out, err = invoke("run", tiny, "--out", folder, "--seed", 4, "--json")
    assert (code, err) == (0, "")
    return folder, json.loads(out)


def test_run_writes_four_files_and_one_json_object(tiny, ran):
    folder, summary = ran
    assert list(summary) == ["name", "seed", "device", "cached", "seconds", "files", "targets"]
    assert (summary["name"], summary["seed"], summary["device"], summary["cached"]) == ("tiny", 4, "cpp", True)
    assert (
        sorted(p.name for p in folder.iterdir())
        == ["tiny.json", "tiny.nc", "tiny.png", "tiny.svg"]
        == sorted(Path(f).name for f in summary["files"])
    )
    (target,) = summary["targets"]
    assert (
        list(target) == ["target", "simulated", "published", "tolerance", "kind", "expected", "status"]
        and target["status"] == "ok"
    )
    described = json.loads((folder / "tiny.json").read_text())
    assert (
        described["parameters"]["tau"] == 0.01
        and described["targets"] == summary["targets"]
        and {"brian2", "numpy"} <= set(described["versions"])
    )


def test_saved_results_come_back_as_they_were(tiny, ran, built):
    found = Results.load(ran[0] / "tiny.nc")
    again = Results.load(found.save(ran[0] / "copy" / "tiny.nc"))
    assert found.data.identical(again.data) and found.provenance == again.provenance
    assert (
        found.data.attrs["seed"] == 4
        and json.loads(found.data.attrs["parameters"])["n"] == 6
        and found.protocol is protocol.find(tiny)
    )
    assert repr(found).startswith("<Results of tiny, seed 4>") and "data:image/png;base64" in found._repr_html_()


@pytest.mark.parametrize(
    ("goal", "code", "status"),
    [("ok", 0, "ok"), ("missed", 1, "MISS"), ("expected miss", 0, "ok"), ("unexpected hit", 1, "MISS")],
)
def test_exit_code_tells_a_miss(tiny, built, tmp_path, goal, code, status):
    found, out, err = invoke("run", tiny, "--set", f"goal={goal}", "--out", tmp_path, "--json")
    assert (found, err) == (code, "") and json.loads(out)["targets"][0]["status"] == status
    found, out, _ = invoke("run", tiny, "--set", f"goal={goal}", "--out", tmp_path)
    assert (
        found == code
        and f"{int(status == 'ok')} of 1 targets ok (cpp, cached build" in out
        and str(tmp_path / "tiny.svg") in out.replace("\n", "")
    )


RUN_ERRORS = [
    (["--set", "tau=3 mV"], "Tiny.tau = '3 mV' has the unit 'mV'; expected 'ms', such as '20 ms'"),
    (["--set", "tau=3"], "Tiny.tau = '3' has no unit; expected 'ms'"),
    (["--set", "foo=1"], "tiny has no field 'foo'; legal: n, tau, growth, seconds, goal, mistake"),
    (["--set", "n=2"], "Tiny.n = '2' is out of range; it must be at least 3"),
    (["--set", "n=many"], "Tiny.n = 'many' cannot be read"),
    (["--set", "goal=best"], "Tiny.goal = 'best' is not legal; legal: 'ok', 'missed'"),
    (["--set", "tau"], "--set 'tau' is not FIELD=VALUE"),
    (["--seed", "-1"], "seed = -1 is not legal; legal: a whole number"),
    (["--device", "gpu"], "device = 'gpu' is not legal; legal: cpp, cython, numpy"),
    (["--set", "mistake=size"], "cells.drive has 3 entries, the network has 6"),
    (["--set", "growth=20 kHz"], "cells.z[3] is not finite"),
    (["--out", "/proc/none"], "/proc/none cannot be written"),
]


@pytest.mark.parametrize(("arguments", "words"), RUN_ERRORS, ids=[" ".join(a) for a, _ in RUN_ERRORS])
def test_a_failed_run_says_why_and_overwrites_nothing(tiny, ran, tmp_path, arguments, words):
    before = {path: path.read_bytes() for path in ran[0].glob("tiny.*")}
    assert words in error("run", tiny, *([] if "--out" in arguments else ["--out", ran[0]]), *arguments)
    assert before == {path: path.read_bytes() for path in ran[0].glob("*.*") if path.is_file()} and len(before) == 4


def test_unknown_protocol():
    told = error("run", "nope")
    assert "no protocol is called 'nope'; legal: " in told and "ltp_pairing" in told
    assert "pairing_frequency has no field 'rate'; legal: rules, rates" in error(
        "run", "pairing_frequency", "--set", "rate=1 Hz"
    )
    told = error("run", "pairing_frequency", "--set", "rules=stdp")
    assert "no rule is called 'stdp'; legal: " in told and "calcium_control" in told


BROKEN = [
    ("x = (\n", "cannot be read: SyntaxError: '(' was never closed"),
    ("x = 1\n", "exports no PROTOCOL; end the file with PROTOCOL = YourProtocol"),
    ("PROTOCOL = 3\n", "exports no PROTOCOL"),
    ("import nowhere_to_be_found\n", "cannot be read: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
    ("1 / 0\n", "cannot be read: ZeroDivisionError"),
    (b"\xff\xfe\x00", "cannot be read: SyntaxError"),
    ("from snnplastic import Protocol\nPROTOCOL = Protocol\n", "Protocol has no structure()"),
    (None, "does not exist; give the path of a .py file"),
    ("raise ValueError('a\\nb\\nc')\n", "ValueError: a"),
    ("raise SystemExit(3)\n", "cannot be read: SystemExit"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN)
def test_an_unreadable_protocol_file(tmp_path, text, words):
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert words in error("run", path) and "mine.py" in error("run", path) or "structure" in words


def test_an_edited_file_is_read_again(tmp_path):
    path = tmp_path / "mine.py"
    for title in ("before", "after"):
        path.write_text(
            f"from snnplastic import Protocol\nclass Mine(Protocol):\n    title = {title!r}\nPROTOCOL = Mine\n"
        )
        assert protocol.find(path).title == title


def test_a_protocol_file_imports_its_neighbour(tiny, program, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "snnplastic.cli", "show", tiny],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": str(catalogue.PACKAGE.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_reproduce_leaves_out_what_lacks_its_data(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    monkeypatch.setattr("snnplastic.protocol.protocol_names", lambda: ["learn_images"])
    code, _, told = invoke("reproduce", "--out", tmp_path)
    assert code == 0 and "learn_images left out: Digits needs scikit-learn" in told
    code, _, told = invoke("reproduce", "learn_images", "--out", tmp_path)
    assert code == 2 and "error: Digits needs scikit-learn" in told
