"""Check of fear_discrimination: rates, freezing and gradients recounted from spike times, and what must not have changed."""

from collections import Counter

import numpy as np

from .tables import row

FEW = {
    "animals": 1,
    "n_tones": 10,
    "n_minus": 10,
    "n_other": 4,
    "n_pairings": 3,
    "n_extinction": 2,
    "n_freezing": 2,
    "n_freezing_other": 2,
}
CENTRAL_TAU, CENTRAL_CELLS, THRESHOLD = 0.1, 40, 7.0  # s, cells, Hz


def run_few(device, protocol, few):
    """(protocol, its Dataset, {step: {population: (cell, time)} and weights at the start and end}) of one animal."""
    from ..device.execute import execute
    from ..device.target import choose
    from ..protocol import find

    made = find(protocol)(**few)
    data = execute(made, target=choose(device), seed=0, quiet=True).data
    steps = [s.name for s in made.steps()]
    found = made.measure(data)
    order = list(dict.fromkeys(str(c) for c in found.condition.values))
    raw = {name: {key: data[key][k] for key in made.read} for k, name in enumerate(order)}
    assert sorted(steps) == sorted(order)
    return made, found, raw


def check(device, _):
    made, found, raw = run_few(device, "fear_discrimination", FEW)
    error = 0.0
    for tone in (2, 5):
        arrays = raw[f"differential {tone}"]
        spikes = Counter()
        for cell, time in zip(arrays["la_principal_spikes.i"], arrays["la_principal_spikes.t"], strict=True):
            number = int((time + 1e-9) // 0.4)  # a tone every 0.4 s, 0.3 s after the start of its stretch
            spikes[cell < 120 and number < 10 and 0.31 - 1e-9 <= time - 0.4 * number < 0.315 - 1e-9] += 1
        rate = spikes[True] / (10 * 120 * 0.005)
        error = max(error, abs(rate - float(found.tuning.sel(group="differential").isel(octave=tone))))
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
