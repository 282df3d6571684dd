"""Check of fear_discrimination: rates, freezing and gradients recounted from spike times, and what must not have changed."""

import numpy as np

from .fear_runs import few, rate
from .tables import row

FEW = {
    "n_tones": 10,
    "n_minus": 10,
    "n_other": 4,
    "n_pairings": 3,
    "n_extinction": 2,
    "n_freezing": 2,
    "n_freezing_other": 2,
}
CENTRAL_TAU, CENTRAL_CELLS, THRESHOLD = 0.1, 40, 7.0  # s, cells, Hz


def check(device, _):
    found, raw = few("fear_discrimination", device, FEW)
    error = 0.0
    for tone in (2, 5):
        early = rate(raw[f"differential {tone}"], 10, 0.010, 0.015, 120)
        error = max(error, abs(early - float(found.tuning.sel(group="differential").isel(octave=tone))))
    yield row("fear_discrimination", "early bin of both tones, recounted from spike times (Hz)", error, 1e-9)

    frozen = _freezing(raw["differential 2 long"]["la_central_spikes.t"], [0.3 + 1.1 * k for k in range(2)])
    seen = float(found.freezing_plus[0])
    yield row(
        "fear_discrimination", "freezing to the CS+ against a rate stepped in 0.05 ms (%)", abs(frozen - seen), 0.2
    )

    both = [
        raw[name]["la_thalamic_principal_w.w"] for name in ("differential", "differential 2", "differential 5 long")
    ]
    moved = max(np.abs(w[0] - both[0][-1]).max() for w in both[1:])
    yield row(
        "fear_discrimination",
        "probes start from the trained weights and leave them",
        moved + sum(len(w) - 1 for w in both[1:]),
        0,
    )

    relay = raw["differential"]["la_relay_spikes.t"]
    trial = np.floor(relay + 1e-9).astype(int)
    yield row(
        "fear_discrimination", "relay spikes without a shock, where the CS- sounds", np.count_nonzero(trial % 2), 0
    )
    late = np.mod(relay[trial % 2 == 0], 1.0)
    yield row("fear_discrimination", "relay spikes before the shock", np.count_nonzero(late < 0.25 + 0.3 - 1e-9), 0)


def _freezing(time, onsets):
    """Percent of the first 0.3 s of the tones that the smoothed rate of the central cells is above the threshold."""
    dt, above = 5e-5, []
    for onset in onsets:
        t = onset + dt * np.arange(round(0.3 / dt)) + dt / 2
        age = t[:, None] - np.asarray(time)[None, :]
        rate = np.where(age >= 0, np.exp(-np.maximum(age, 0) / CENTRAL_TAU), 0).sum(1) / (CENTRAL_TAU * CENTRAL_CELLS)
        above.append((rate > THRESHOLD).mean())
    return 100 * np.mean(above)


CHECKS = {"fear_discrimination": check}
