"""Panels of the fear protocols: what is drawn is what was given; the drawing of the circuit fits together."""

from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from snnplastic.analysis import fear_figure
from snnplastic.analysis.fear_schematic import CONNECTIONS, INPUTS, KINDS, POPULATIONS, SIZE, schematic
from snnplastic.results import STYLE

EDGES = (-0.05 + 5e-3 * np.arange(50)).round(12)


@pytest.fixture
def axes():
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(6.67, 3.75), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure.subplots()


def test_a_psth_has_a_bar_per_bin_and_the_early_one_stands_out(axes):
    rate = np.arange(50.0)
    fear_figure.psth_panel(axes, EDGES, rate, before=rate / 2)
    rest, early = axes.containers
    assert [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in early] == [pytest.approx((10, 5, 12))]
    assert len(rest) == 49 and {bar.get_facecolor() for bar in rest} != {early[0].get_facecolor()}
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    spread = np.std(rate[:10], ddof=1)
    assert (band.y0, band.y1) == pytest.approx((4.5 - spread, 4.5 + spread))
    assert axes.get_xlim() == pytest.approx((-50, 200)) and axes.get_ylim()[0] == 0


def test_a_raster_is_sorted_with_the_highest_on_top_and_cut_to_its_window(axes):
    cell, time = [0, 1, 2, 2], [0.01, 0.02, 0.03, 5.0]
    fear_figure.raster(axes, cell, time, shock=(0.4, 0.5), sort_by=[3.0, 1.0, 2.0])
    (spikes,) = axes.lines
    assert spikes.get_xdata() == pytest.approx([10, 20, 30]) and spikes.get_ydata().tolist() == [2, 0, 1]
    names = [label.get_text() for label in axes.child_axes[0].get_xticklabels()]
    assert names == ["tone", "shock"] and axes.child_axes[0].get_xticks() == pytest.approx([0, 500])


def test_seeds_are_thin_and_their_mean_thick_and_a_title_keeps_clear_of_the_phases(axes):
    curves = np.array([[1.0, 2.0, np.nan, np.nan], [3.0, 4.0, 5.0, np.nan]])
    fear_figure.seed_curves(axes, curves, phases=[("training", 1, 2), ("test,\nlater", 3, 4)], label="paired")
    mean = axes.lines[-1]
    assert mean.get_ydata() == pytest.approx([2, 3, 5, np.nan], nan_ok=True) and mean.get_xdata().tolist() == [
        1,
        2,
        3,
        4,
    ]
    assert mean.get_label() == "paired, mean of 2 seeds"
    assert [line.get_linewidth() < mean.get_linewidth() for line in axes.lines] == [True, True, False]
    title = axes.set_title("A finding", loc="left")
    axes.figure.draw_without_rendering()
    names = [label.get_window_extent() for label in axes.child_axes[0].get_xticklabels()]
    assert len(names) == 2 and title.get_window_extent().y0 >= max(box.y1 for box in names)


def test_weights_show_every_synapse_and_their_quartiles(axes):
    rng = np.random.default_rng(1)
    phases = {"before": rng.uniform(0.8, 1.2, 500), "after": np.append(rng.uniform(0.8, 3, 1999), 3.0 + 1e-12)}
    fear_figure.weights_panel(axes, phases, bounds=(0.6, 3.0), bins=20)
    before, after = (np.array([bar.get_width() for bar in bars]) for bars in axes.containers)
    assert before.sum() == pytest.approx(after.sum()) and max(*before, *after) == pytest.approx(0.86)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["before", "after"]
    assert [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"] == pytest.approx(
        [np.median(w) for w in phases.values()]
    )


def test_panels_take_runs_without_spikes_or_change(axes):
    fear_figure.psth_panel(axes, EDGES, np.zeros(50))
    fear_figure.raster(axes, [], [])
    fear_figure.weights_panel(axes, {"before": np.ones(5)})
    axes.figure.draw_without_rendering()


def test_the_circuit_has_its_connections_and_no_box_overlaps_another():
    for begin, end, kind, _, _ in CONNECTIONS:
        assert begin[0] in POPULATIONS and end[0] in POPULATIONS and kind in KINDS
    found = {(begin[0], end[0]): kind for begin, end, kind, *_ in CONNECTIONS}
    plastic = {pair for pair, kind in found.items() if kind == "plastic"}
    assert {("thalamus", "principal"), ("cortex", "principal"), ("context", "extinction")} == plastic
    sources = {begin for (begin, _), kind in found.items() if kind == "inhibits"}
    assert sources == {"pv", "vip", "extinction", "central", "shock"}
    for one, other in combinations(POPULATIONS.values(), 2):
        apart = [abs(one[k] - other[k]) - (one[k + 2] + other[k + 2]) / 2 for k in (0, 1)]
        assert max(apart) > 0.1, (one, other)


def test_the_letters_of_the_circuit_stay_inside_their_boxes_on_a_quarter_of_a_slide(axes):
    schematic(axes)
    axes.figure.draw_without_rendering()
    back = axes.transData.inverted()
    frames = {
        name: (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for name, (x, y, w, h, *_) in POPULATIONS.items()
        if name not in INPUTS
    }
    assert all(text.get_size() >= 6.5 for text in axes.texts)
    for text in axes.texts:
        box = text.get_window_extent().transformed(back)
        assert 0 <= box.x0 and box.x1 <= SIZE[0] and 0 <= box.y0 and box.y1 <= SIZE[1]
        for x0, y0, x1, y1 in frames.values():
            outside = box.x1 < x0 or box.x0 > x1 or box.y1 < y0 or box.y0 > y1
            assert outside or (x0 < box.x0 and box.x1 < x1 and y0 < box.y0 and box.y1 < y1), text.get_text()
