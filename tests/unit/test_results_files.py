"""Files of a run: redrawing, damage, permissions."""

import os
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from support import clear_error, cli

from snnplastic.cli import main
from snnplastic.errors import ResultsError
from snnplastic.figure import draw
from snnplastic.results import Results


@pytest.fixture(scope="module")
def ran(tiny, built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ran")
    done = CliRunner().invoke(main, ["run", str(tiny), "--out", str(folder), "--seed", "4", "--json"])
    assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture
def saved(ran, tmp_path):
    """A copy of the results file of one run."""
    return shutil.copy(ran / "tiny.nc", tmp_path / "saved.nc")


def test_figure_draws_byte_identical_svg_beside_the_data(ran, saved, tmp_path):
    code, out, err = cli("figure", saved, folder=tmp_path)
    assert (code, err) == (0, "") and out.splitlines() == [str(tmp_path / "saved.svg"), str(tmp_path / "saved.png")]
    assert (tmp_path / "saved.svg").read_bytes() == (ran / "tiny.svg").read_bytes()
    assert (tmp_path / "saved.png").read_bytes()[:4] == b"\x89PNG"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved.nc", "saved.png", "saved.svg"]


def test_the_layout_of_nested_panels_is_rounded(tmp_path):
    class Nested:
        name = "nested"

        def figure(self):
            from matplotlib.figure import Figure

            self.drawn = Figure(layout="constrained")
            for part in (
                self.drawn.subfigures(3, 1)[1],
                *self.drawn.subfigures(1, 3)[2].subfigures(2, 1, height_ratios=(1, 2)),
            ):
                part.subplots().set_title("panel")
            return self.drawn

    nested = Nested()
    draw(nested, tmp_path)
    outer = nested.drawn.subfigs
    inner = [part for whole in outer for part in whole.subfigs]
    assert len(inner) == 2
    for box in [part.bbox_relative.get_points() for part in (*outer, *inner)]:
        assert (box == box.round(9)).all()


def test_the_same_run_again_gives_the_same_figure(tiny, ran, tmp_path):
    CliRunner().invoke(main, ["run", str(tiny), "--out", str(tmp_path), "--seed", "4"])
    assert (tmp_path / "tiny.svg").read_bytes() == (ran / "tiny.svg").read_bytes()


def flip(path, position):
    raw = bytearray(path.read_bytes())
    raw[position] ^= 0x10
    path.write_bytes(raw)


@pytest.mark.parametrize("name", ["v", "x", "w", "trace"])
def test_a_flipped_bit_in_the_data_is_an_error(saved, name):
    stored = Results.load(saved).data[name].values.tobytes()
    flip(saved, saved.read_bytes().index(stored) + len(stored) // 2)
    with pytest.raises(ResultsError, match="saved.nc is damaged or not a results file") as caught:
        Results.load(saved)
    assert len(str(caught.value).splitlines()) <= 2


def test_a_flipped_bit_in_the_parameters_is_an_error(saved):
    flip(saved, saved.read_bytes().index(b'"tau": 0.01') + 9)
    with pytest.raises(ResultsError, match="damaged"):
        Results.load(saved)


@pytest.mark.parametrize("stored", [b"second label", np.float64(0.1234).tobytes()])
def test_a_flipped_bit_in_a_label_or_a_single_number_is_an_error(built, tmp_path, stored):
    labels = {"label": ("neuron", [f"{k} label" for k in ("first", "second", "third", "fourth", "fifth", "sixth")])}
    data = built.data.assign(single=((), 0.1234)).assign_coords(labels)
    path = Results(data, built.provenance).save(tmp_path / "saved.nc")
    assert Results.load(path).data.identical(data)
    flip(path, path.read_bytes().index(stored) + len(stored) - 2)
    with pytest.raises(ResultsError, match="damaged"):
        Results.load(path)


@pytest.mark.parametrize("share", [0, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_an_error(saved, share):
    raw = saved.read_bytes()
    saved.write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(ResultsError, match="saved.nc is damaged or not a results file") as caught:
        Results.load(saved)
    assert len(str(caught.value).splitlines()) <= 2


@pytest.mark.parametrize(
    "damage",
    [
        "truncated",
        "data",
        "header",
    ],
)
def test_a_damaged_file_is_one_clear_line_of_the_command(saved, tmp_path, damage):
    raw = saved.read_bytes()
    if damage == "truncated":
        saved.write_bytes(raw[: len(raw) // 2])
    elif damage == "data":
        flip(saved, raw.index(Results.load(saved).data.trace.values.tobytes()) + 100)
    else:
        saved.write_bytes(raw.replace(b"OHDR", b"OHDX"))
    code, out, err = cli("figure", saved, folder=tmp_path)
    assert out == "" and "saved.nc is damaged or not a results file" in clear_error(code, err)
    assert not (tmp_path / "saved.svg").exists()


def test_files_that_are_no_results(tmp_path):
    import xarray

    with pytest.raises(ResultsError, match="none.nc does not exist"):
        Results.load(tmp_path / "none.nc")
    (tmp_path / "text.nc").write_text("not a results file")
    with pytest.raises(ResultsError, match="text.nc is damaged or not a results file"):
        Results.load(tmp_path / "text.nc")
    xarray.Dataset({"a": ("b", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(ResultsError, match="other.nc (was not written by snnplastic|is damaged or not)"):
        Results.load(tmp_path / "other.nc")


def test_a_failing_save_leaves_the_old_file(built, saved, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ResultsError, match="saved.nc cannot be written: No space left on device"):
        built.save(saved)
    assert saved.read_bytes() == before and [p.name for p in saved.parent.iterdir()] == ["saved.nc"]


def test_results_have_the_permissions_of_other_files(ran):
    assert os.stat(ran / "tiny.nc").st_mode == os.stat(ran / "tiny.json").st_mode


def test_results_of_a_protocol_that_is_gone(saved, tiny, tmp_path):
    away = tiny.with_name("away.py")
    code = None
    os.rename(tiny, away)
    try:
        code, out, err = cli("figure", saved, folder=tmp_path)
    finally:
        os.rename(away, tiny)
    assert "tiny.py does not exist" in clear_error(code, err)
