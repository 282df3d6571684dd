"""Wrong values, runs that do not count, and the targets."""

import json
import re

import numpy as np
import pytest
from support import clear_error, cli, key, run

from snnplastic.device import finite, target
from snnplastic.errors import DeviceError, NonFiniteError, ProtocolError
from snnplastic.protocol import find
from snnplastic.results import Results

MISTAKES = [
    ("size", r"Tiny.values: cells.drive has 3 entries, the network has 6"),
    ("owner", r"Tiny.values: the network has no settable 'nobody.drive'; legal: .*cells"),
    ("variable", r"Tiny.values: the network has no settable 'cells.nothing'; legal: .*cells.drive"),
    ("read only", r"Tiny.values: the network has no settable 'cells.N'; legal: .*cells.drive"),
    ("too many spikes", r"axons.spikes has 17 spikes, the network has room for 16"),
    ("read", r"Tiny.read: 'cells.nothing' is not in the network; legal: .*cells.v"),
    ("clock", "the network has no settable 'nobody_clock.dt'"),
    ("no such train", "axons.spikes names neuron 9; the group has 3"),
    ("twice", "axons.spikes: neuron 1 spikes twice in the step .*; legal: once a step"),
    ("too late", "axons.spikes holds the time 1e.06 s, beyond the last step"),
    ("no whole number", "spikes.n_left holds values that its type int32 cannot; legal: whole numbers"),
    ("duration", "duration"),
]


@pytest.mark.parametrize(("mistake", "words"), MISTAKES)
def test_wrong_names_and_sizes(tiny, built, mistake, words):
    with pytest.raises(ProtocolError, match=words) as caught:
        run(tiny, mistake=mistake)
    assert "\n" not in str(caught.value)


def test_wrong_sizes_on_numpy(tiny):
    mistake, words = MISTAKES[0]
    with pytest.raises(ProtocolError, match=words):
        run(tiny, mistake=mistake, device="numpy")


def test_a_structure_that_is_no_json(tiny, built, monkeypatch):
    monkeypatch.setattr(find(tiny), "structure", lambda self: {"n": np.arange(3)})
    with pytest.raises(ProtocolError, match="Tiny.structure.*JSON"):
        run(tiny)


def non_finite(tiny, device):
    """Runs until z overflows; returns the times (s) between which it is said to have happened."""
    with pytest.raises(NonFiniteError, match=r"^cells\.z\[3\] is not finite; .*between t = \S+ s and \S+ s$") as caught:
        run(tiny, growth=20000, device=device)
    low, high = map(float, re.search(r"t = (\S+) s and (\S+) s", str(caught.value)).groups())
    overflow = np.ceil(np.log(np.finfo(float).max) / 2) * 1e-4  # z is multiplied by exp(2) in each step
    assert low < overflow <= high + 1e-4
    return low, high


def test_a_number_that_explodes_is_named(tiny, built):
    low, high = non_finite(tiny, "cpp")
    assert high - low < 1e-4


def test_a_number_that_explodes_is_named_on_numpy(tiny, monkeypatch):
    monkeypatch.setattr(finite, "PATIENCE", 0)  # the time is not searched for: each look is a run of seconds
    non_finite(tiny, "numpy")


def replace_program(place, script):
    """Put a shell script of the same size in the place of a compiled program."""
    size = (place / "main").stat().st_size
    (place / "main").write_text(f"#!/bin/sh\n{script}\nexit 0\n".ljust(size, "#"))


@pytest.mark.parametrize("record", ["0.02 0.5", "0.02", "", None])
def test_a_run_counts_only_if_it_is_complete(tiny, warm, monkeypatch, record):
    replace_program(warm / key(tiny), "" if record is None else f'echo "{record}" > "$2last_run_info.txt"')
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(warm))
    with pytest.raises(DeviceError, match="stopped at 50%" if record == "0.02 0.5" else "without its closing record"):
        run(tiny)


def test_a_failing_program_tells_its_last_lines(tiny, warm, monkeypatch):
    lines = "for i in 1 2 3 4 5; do echo line $i; done; echo the cause >&2; exit 7"
    replace_program(warm / key(tiny), lines)
    monkeypatch.setenv("SNNPLASTIC_CACHE", str(warm))
    with pytest.raises(DeviceError, match=r"^running Tiny failed \(exit code 7\): .*line 5 \| the cause$"):
        run(tiny)


@pytest.mark.parametrize(
    ("seed", "device", "words"),
    [
        (-1, None, "seed = -1 is not legal; legal"),
        (1.0, None, "seed = 1.0"),
        (True, None, "seed"),
        (2**32, None, "seed"),
        (0, "gpu", "'gpu' is not legal; legal: cpp, cython, numpy"),
    ],
)
def test_wrong_seed_and_device(tiny, seed, device, words):
    with pytest.raises((ProtocolError, DeviceError), match=words):
        run(tiny, seed=seed, device=device)


@pytest.mark.parametrize("hide", ["CXX", "PATH"])
def test_without_a_compiler_cpp_is_an_error_and_numpy_the_default(hide, tmp_path, monkeypatch):
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv(hide, "/nonexistent" if hide == "CXX" else str(tmp_path))
    assert target.choose(None) == "numpy" and target.choose("numpy") == "numpy"
    for wanted in ("cpp", "cython"):
        with pytest.raises(
            DeviceError,
            match=rf"device = '{wanted}' needs a C\+\+ compiler and make, and none was found; install .*--device numpy",
        ):
            target.choose(wanted)


def test_numpy_without_a_compiler_says_so_once_and_gives_the_same_numbers(tiny, built, tmp_path):
    code, out, err = cli("run", tiny, "--json", folder=tmp_path, CXX="/nonexistent")
    assert code == 0 and err == "no C++ compiler found: running on Brian2's numpy target\n"
    assert json.loads(out)["device"] == "numpy"
    found = Results.load(tmp_path / "results" / "tiny.nc").data
    for name in ("v", "w", "trace"):
        assert (
            np.allclose(found[name], built.data[name], rtol=0, atol=1e-12)
            and found[name].shape == built.data[name].shape
        )
    clear_error(*cli("run", tiny, "--device", "cpp", folder=tmp_path, CXX="/nonexistent")[::2])
