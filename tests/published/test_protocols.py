"""Every protocol with its defaults, on the default target: its check against published and design targets."""

import json

import numpy as np
import pytest

from snnplastic import run
from snnplastic.learning_protocol import LearningProtocol
from snnplastic.protocol import protocol_names


def test_all_targets_are_ok(results):
    checks = results.check()
    missed = [
        f"{c.target}: {c.simulated:.4g}, tolerance {c.tolerance}, expected {c.expected}"
        for c in checks
        if c.status != "ok"
    ]
    assert not missed, "\n".join(missed)
    rows = [row for row in results.protocol.target_rows() if "mnist" not in row["condition"]]  # images that are read from files
    assert len(checks) == len(rows) > 0, "a target file names a point that the run does not have"


def test_trainings_keep_their_weights(results):
    if issubclass(results.protocol, LearningProtocol):
        network = results.protocol.from_json(json.loads(results.data.attrs["parameters"])).network()
        start = network.initial_weights(0)
        for group in network.groups():
            kept = results.data[f"w_{group}"]
            assert "seed" in kept.dims and kept.shape[-1] == start[f"{group}.w"].size and np.all(np.isfinite(kept))


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


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in protocol_names() if name.startswith("fear_")])
def test_all_animals(name):
    """The fear protocols with their defaults, five animals: every target holds for each."""
    assert not [c.target for c in run(name).check() if c.status != "ok"]
