"""Every protocol's figure: drawn from saved results alone, the same bytes each time, with labels and data."""

import json

import pytest

from snnplastic import Results
from snnplastic.figure import draw, write


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
        drawn = axes.lines or axes.patches or axes.collections or axes.images
        assert drawn, f"{results.name}: an empty panel"
        assert axes.get_xlabel() or axes.get_xticklabels() or not axes.axison
    assert sum(bool(axes.get_title(loc="left")) for axes in figure.axes) >= 2


def test_a_run_without_published_points_is_drawn_too(tmp_path):
    from snnplastic import run

    one_sided = run("stdp_window", lags="5, 10 ms", rule="triplet_stdp:hippocampus_nearest")
    assert one_sided.check() == []
    assert draw(one_sided, tmp_path)[0].stat().st_size


def test_a_file_that_is_not_a_run_is_refused(tmp_path):
    (tmp_path / "x.nc").write_text("no")
    with pytest.raises(Exception, match="x.nc is damaged or not a results file"):
        Results.load(tmp_path / "x.nc")
