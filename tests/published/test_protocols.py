"""Every protocol with its defaults, on the default target: its check against published and design targets, and its figure."""

import json

import numpy as np
import pytest

from snnplastic import Results, protocol, run
from snnplastic.figure import draw, write


@pytest.fixture(scope="session", params=protocol.protocol_names())
def results(request):
    return run(request.param)


def test_all_targets_are_ok(results):
    checks = results.check()
    missed = [
        f"{c.target}: {c.simulated:.4g}, tolerance {c.tolerance}, expected {c.expected}"
        for c in checks
        if c.status != "ok"
    ]
    assert checks and not missed, "\n".join(missed)


def test_results_survive_a_file_and_draw_the_same_figure(results, tmp_path):
    summary, _ = write(results, tmp_path / "a")
    again = Results.load(tmp_path / "a" / f"{results.name}.nc")
    assert again.data.identical(results.data)
    assert all((tmp_path / "a" / name).stat().st_size for name in (f"{results.name}.svg", f"{results.name}.png"))
    draw(again, tmp_path, results.name)
    assert (tmp_path / f"{results.name}.svg").read_bytes() == (tmp_path / "a" / f"{results.name}.svg").read_bytes()
    assert json.dumps(summary)


def test_figure_has_labels_and_data(results):
    figure = results.figure()
    for axes in figure.axes:
        drawn = axes.lines or axes.patches or axes.collections
        assert drawn, f"{results.name}: an empty panel"
        assert axes.get_xlabel() or axes.get_xticklabels() or not axes.axison
    assert sum(bool(axes.get_title(loc="left")) for axes in figure.axes) >= 2


def test_pairing_experiment_tells_its_story():
    """Signs and orders that no target file states: near misses depress, voltage and number act as observed."""
    data = run("ltp_pairing").data
    by = {
        name: data.isel(condition=np.flatnonzero(data.experiment == name), pathway=0)
        for name in ("lag", "voltage", "count")
    }
    lag = dict(zip(by["lag"].lag.values.round(), by["lag"].end_percent.values, strict=True))
    assert lag[0] > 150 and lag[100] < 80 and lag[-100] < 95 and abs(lag[400] - 100) < 1 and abs(lag[-400] - 100) < 1
    held = dict(zip(by["voltage"].V_cmd.values.round(), by["voltage"].end_percent.values, strict=True))
    assert abs(held[-80] - 100) < 1 and held[-35] < 80 and held[0] > 150
    assert np.all(np.diff(by["count"].end_percent.values) > -0.5)
    assert (
        float(data.end_percent.sel(condition="pairing [all published]")[0])
        < 150
        < float(data.early_percent.sel(condition="pairing [all published]")[0])
    )
    assert float(data.residue.max()) < 0.01
