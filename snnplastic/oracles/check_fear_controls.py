"""Checks of the two protocols of controls: spikes counted again in whole steps, states handed on, and weights that nothing moves."""

import numpy as np

from .fear_runs import DT, ONSET, STRETCH, few, rate
from .tables import row

CELLS = 200


def check_controls(device, _):
    tones = 20
    counts = dict.fromkeys(("n_tones", "n_before", "n_share", "n_blocked"), tones)
    found, runs = few("fear_controls", device, {"n_trainings": 3, **counts})
    probes = [step for step in runs if step == "before" or ": test" in step]
    error = max(
        abs(rate(runs[p], tones, 0.010, 0.020, 120) - float(found.response.sel(condition=p)[0])) for p in probes
    )
    yield row("fear_controls", f"responses of {len(probes)} probes, spikes counted again (Hz)", error, 1e-9)
    handed = 0.0
    for probe in probes[1:]:
        trained = probe.partition(":")[0]
        for path in ("thalamic_principal", "cortical_principal", "context_extinction"):
            first, last = runs[probe][f"la_{path}_w.w"][0], runs[trained][f"la_{path}_w.w"][-1]
            handed = max(handed, np.abs(first - last).max())
    yield row("fear_controls", "weights at the start of a probe against those at the end of training", handed, 0)
    still = max(
        np.abs(runs[step][f"la_{path}_principal_w.w"] - 0.4).max()
        for step in ("calcium blocked", "NMDA blocked") for path in ("thalamic", "cortical")
    )  # fmt: skip
    yield row("fear_controls", "without calcium the weights rest where they were", still, 1e-12)
    moved = np.abs(runs["paired"]["la_thalamic_principal_w.w"][-1] - 0.4).max()
    yield row("fear_controls", "with it some weight moves by 0.05 or more (how much it lacks)", max(0.05 - moved, 0), 0)


def latencies(arrays, tones):
    """Latency (ms) of each cell in 5-ms bins from -100 to 100 ms, by loops over whole steps."""
    cell, time = (arrays[f"la_principal_spikes.{k}"] for k in "it")
    step = np.rint(time / DT).astype(int) - ONSET - STRETCH * np.arange(tones)[:, None]  # from each onset (tone, spike)
    found = np.full(CELLS, np.nan)
    for k in range(CELLS):
        count = [
            int(((step[:, cell == k] >= 10 * b) & (step[:, cell == k] < 10 * (b + 1))).sum()) for b in range(-20, 20)
        ]
        rest = count[:20]
        mean = sum(rest) / 20
        sd = max((sum((c - mean) ** 2 for c in rest) / 19) ** 0.5, 1.0)
        late = [b for b in range(10) if count[20 + b] > mean + 3 * sd + 1e-9]
        found[k] = 5.0 * late[0] if late else np.nan
    return found


def check_pathways(device, _):
    tones = 20
    found, runs = few("fear_pathways", device, {"n_tones": tones, "n_pairings": 6})
    differ = 0
    for route in found.route.values:
        mine, seen = latencies(runs[f"{route}, after"], tones), found.cell_latency.sel(route=route).values[0]
        differ += int((~np.isclose(mine, seen, equal_nan=True)).sum())
    yield row("fear_pathways", "latencies of all cells, spikes counted again (how many differ)", differ, 0)
    for route, silent, heard in (
        ("thalamic route only", "cortical", "thalamic"),
        ("cortical route only", "thalamic", "cortical"),
    ):
        gain = {k: np.abs(runs[route][f"la_{k}_principal_w.w"][-1] - 0.4).mean() for k in (silent, heard)}
        yield row(
            "fear_pathways",
            f"{route}: mean change of the cut route's weights / the other's",
            gain[silent] / gain[heard],
            0.05,
        )


CHECKS = {"fear_controls": check_controls, "fear_pathways": check_pathways}
