"""Check of fear_blocking: gains recounted from spike times, closed forms of Rescorla and Wagner, and the relay without its feedback."""

import numpy as np

from .fear_runs import few, rate
from .tables import row

FEW = {"n_tones": 10, "n_first": 4, "n_second": 3, "strengths": [0]}


def check(device, _):
    found, raw = few("fear_blocking", device, FEW)
    response = {name: rate(raw[name], 10, 0.010, 0.035, 200) for name in ("X naive", "X blocked", "X control")}
    error = max(
        abs(response[f"X {g}"] - response["X naive"] - float(found.gain.sel(group=g)[0]))
        for g in ("blocked", "control")
    )
    yield row("fear_blocking", "gains of X, recounted from spike times (Hz)", error, 1e-9)

    n, m = FEW["n_first"], np.arange(FEW["n_second"] + 1)
    together = 0.5 * (1 - 0.4**m)
    forms = {"blocked": 0.7**n * together, "control": together, "exposed": together, "single": 1 - 0.7**m}
    forms["no shock"] = -0.5 * (1 - 0.7**n) * (1 - 0.4**m)
    error = max(np.abs(found.V.sel(group=g).values - form).max() for g, form in forms.items())
    yield row("fear_blocking", "V of X against closed forms", error, 1e-12)

    counts = []
    for name, length in (("A+, feedback x 0", n), ("blocked, feedback x 0", m[-1]), ("control, feedback x 0", m[-1])):
        trial = np.floor(raw[name]["la_relay_spikes.t"] + 1e-9).astype(int)
        counts.append(np.bincount(trial, minlength=length))
    counts = np.concatenate(counts)
    yield row(
        "fear_blocking", "relay without feedback: spikes in a trial, whatever was learned, spread", np.ptp(counts), 0
    )
    yield row(
        "fear_blocking", "relay without feedback: it does fire (spikes missing)", max(0, 1 - int(counts.min())), 0
    )

    spikes = [np.count_nonzero(raw[name]["la_relay_spikes.t"]) for name in ("A", "no shock")]
    yield row("fear_blocking", "relay spikes in sessions without shock", sum(spikes), 0)
    first = raw["blocked"]["la_thalamic_principal_w.w"][0] - raw["A+"]["la_thalamic_principal_w.w"][-1]
    yield row("fear_blocking", "the compound starts from the weights that A+ left", np.abs(first).max(), 0)


CHECKS = {"fear_blocking": check}
