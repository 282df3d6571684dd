"""Checks of the two protocols of controls: spikes counted again in whole steps, states handed on, and weights that nothing moves."""

import numpy as np

from .tables import row

DT = 5e-4  # s, of the cells
DORSAL, CELLS, PAUSE, TONE = 120, 200, 0.3, 0.1  # cells, and s of a probe


def recorded(name, device, **fields):
    """(Dataset, {(step, animal): {array: its values}}) of a protocol."""
    from ..device.execute import execute
    from ..protocol import find

    made = find(name)(**fields)
    data = execute(made, target=device, quiet=True).data
    labels = list(made.recordings(data))
    return made.measure(data), {label: {k: v[at] for k, v in data.items()} for at, label in enumerate(labels)}


def steps_from_onset(arrays, tones):
    """(cell, whole steps from the onset of each tone (tone, spike)) of a probe: tones PAUSE into trials of PAUSE + TONE."""
    cell, time = arrays["la_principal_spikes.i"], arrays["la_principal_spikes.t"]
    period = round((PAUSE + TONE) / DT)
    return cell, np.rint(time / DT).astype(int) - round(PAUSE / DT) - period * np.arange(tones)[:, None]


def early_rate(arrays, tones):
    cell, step = steps_from_onset(arrays, tones)
    inside = (step >= 20) & (step < 40) & (cell < DORSAL)  # 10 to 20 ms
    return inside.sum() / (tones * DORSAL * 10e-3)


def check_controls(device, _):
    tones = 20
    found, runs = recorded(
        "fear_controls", device, animals=1, n_trainings=3, n_tones=tones, n_before=tones, n_share=tones, n_blocked=tones
    )
    probes = [step for step, _ in runs if step == "before" or ": test" in step]
    error = max(abs(early_rate(runs[p, 0], tones) - float(found.response.sel(condition=p)[0])) for p in probes)
    yield row("fear_controls", f"responses of {len(probes)} probes, spikes counted again (Hz)", error, 1e-9)
    handed = 0.0
    for probe in probes[1:]:
        trained = probe.partition(":")[0]
        for path in ("thalamic_principal", "cortical_principal", "context_extinction"):
            first, last = runs[probe, 0][f"la_{path}_w.w"][0], runs[trained, 0][f"la_{path}_w.w"][-1]
            handed = max(handed, np.abs(first - last).max())
    yield row("fear_controls", "weights at the start of a probe against those at the end of training", handed, 0)
    still = max(
        np.abs(runs[step, 0][f"la_{path}_principal_w.w"] - 0.4).max()
        for step in ("calcium blocked", "NMDA blocked") for path in ("thalamic", "cortical")
    )  # fmt: skip
    yield row("fear_controls", "without calcium the weights rest where they were", still, 1e-12)
    moved = np.abs(runs["paired", 0]["la_thalamic_principal_w.w"][-1] - 0.4).max()
    yield row("fear_controls", "with it some weight moves by 0.05 or more (how much it lacks)", max(0.05 - moved, 0), 0)


def latencies(arrays, tones):
    """Latency (ms) of each cell in 5-ms bins from -100 to 100 ms, by loops over whole steps."""
    cell, step = steps_from_onset(arrays, tones)
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
    found, runs = recorded("fear_pathways", device, animals=1, n_tones=tones, n_pairings=6)
    differ = 0
    for route in found.route.values:
        mine, seen = latencies(runs[f"{route}, after", 0], tones), found.cell_latency.sel(route=route).values[0]
        differ += int((~np.isclose(mine, seen, equal_nan=True)).sum())
    yield row("fear_pathways", "latencies of all cells, spikes counted again (how many differ)", differ, 0)
    for route, silent, heard in (
        ("thalamic route only", "cortical", "thalamic"),
        ("cortical route only", "thalamic", "cortical"),
    ):
        gain = {k: np.abs(runs[route, 0][f"la_{k}_principal_w.w"][-1] - 0.4).mean() for k in (silent, heard)}
        yield row(
            "fear_pathways",
            f"{route}: mean change of the cut route's weights / the other's",
            gain[silent] / gain[heard],
            0.05,
        )


CHECKS = {"fear_controls": check_controls, "fear_pathways": check_pathways}
