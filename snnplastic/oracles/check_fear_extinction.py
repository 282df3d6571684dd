"""Checks of renewal, recovery and reinstatement: recounts from spike times, closed forms of h, probes that change nothing."""

import math

import numpy as np

from .fear_runs import STATES, executed, rate, variant
from .tables import row

SMALL = {"animals": 1, "n_tones": 20, "n_freezing": 4, "n_habituation": 2, "n_pairings": 5, "n_extinction": 8}


def _run(name, device, steps=None, **fields):
    """(protocol, its recordings, all arrays)."""
    made = variant(name, fields, steps=steps)
    arrays = executed(made, device)
    return made, made.recordings(arrays), arrays


def _freezing(recording, cells=40, threshold=7.0, tau=0.1, length=0.3, dt=1e-4):
    """Percent of the tones that the filtered rate of central cells is above the threshold, on a grid of times."""
    spikes = np.bincount(np.round(recording.arrays["la_central_spikes.t"] / dt).astype(int))
    level, above, total = 0.0, 0, 0
    wanted = np.zeros(int((recording.onsets[-1] + length) / dt) + 1, bool)
    for onset in recording.onsets:
        wanted[int(round(onset / dt)) : int(round((onset + length) / dt))] = True
    for k, inside in enumerate(wanted):
        level = level * math.exp(-dt / tau) + (spikes[k] if k < spikes.size else 0) / (tau * cells)
        above, total = above + (inside and level > threshold), total + inside
    return 100 * above / total


def _kept(name, found):
    """Rows on what frozen probes do to states where no time passes: nothing."""
    moved = dict.fromkeys(STATES, 0.0)
    for (_, number), probe in found.items():
        if probe.step.frozen and not probe.step.values and probe.step.trials[0].gap == 0:
            before = found[probe.step.after, number].state(probe.step.at)
            moved = {k: max(error, np.abs(probe.arrays[k] - before[k]).max()) for k, error in moved.items()}
    yield row(name, "frozen probes leave h as it was", moved.pop(STATES[-1]), 0)
    yield row(name, "largest change of a weight by a frozen probe", max(moved.values()), 1e-15)


def check_renewal(device, _):
    from ..networks import amygdala

    made, found, arrays = _run("fear_renewal", device, **SMALL)
    data = made.measure(arrays)
    counted = [
        abs(
            rate(found[name, 0].arrays, SMALL["n_tones"], 0.010, 0.015, 120)
            - float(data.early.sel(condition=name, animal=0))
        )
        for name in ("postB", "ABB", "ABA")
    ]
    yield row("fear_renewal", "early-bin rates of dorsal cells counted spike by spike (Hz)", max(counted), 1e-9)
    yield from _kept("fear_renewal", found)
    fibre, _ = amygdala.wiring()["context", "extinction"]
    elsewhere = amygdala.animal("la", 0)["la_context.context"][fibre] != 1
    w = found["extinction B", 0].weights("context_extinction")
    moved = np.abs(w[-1] - w[0])
    yield row(
        "fear_renewal",
        "synapses of silent contexts change little beside those of the extinction context",
        moved[elsewhere].mean() / moved[~elsewhere].mean(),
        1e-2,
    )


def check_recovery(device, _):
    made, found, arrays = _run("fear_recovery", device, **SMALL)
    data = made.measure(arrays)
    h = found["first", 0].state(None)["la_infralimbic.h"]
    error = max(
        np.abs(found[f"day {d}", 0].arrays["la_infralimbic.h"] / h - math.exp(-d / 20)).max()
        for d in (0, 1, 2, 4, 6, 10, 14)
    )
    yield row("fear_recovery", "h after d days against exp(-d/20), relative", error, 1e-9)
    yield from _kept("fear_recovery", found)
    names = ("post freezing", "day 0 freezing", "day 2 freezing", "day 10 freezing")
    error = max(
        abs(_freezing(found[name, 0]) - float(data.freezing_mean.sel(condition=name, animal=0))) for name in names
    )
    yield row("fear_recovery", "freezing against a filter on a grid of 0.1 ms (% of the tone)", error, 0.5)


def check_reinstatement(device, _):
    from ..fear_steps import Step
    from ..networks.amygdala_session import Trial

    still = {"la_infralimbic.eta_h": 0.0, "la_infralimbic.h": 0.8}
    steps = [Step(f"{n} in {c}", (Trial((), True, c),) * n, values=still) for n in (1, 2, 3) for c in (1, 2)]
    _, found, _ = _run("fear_reinstatement", device, steps, animals=1)
    error = 0.0
    for n in (1, 2, 3):
        # a shock is 20 pulses, each takes the share 0.006; the minute before each trial is part of 20 days
        expected = 0.8 * (1 - 0.006) ** (20 * n) * math.exp(-n / (20 * 24 * 60))
        error = max(
            error, *(np.abs(found[f"{n} in {c}", 0].arrays["la_infralimbic.h"] - expected).max() for c in (1, 2))
        )
    yield row("fear_reinstatement", "h after 1 to 3 shocks in B and in C against the closed form", error, 1e-12)


CHECKS = {"fear_renewal": check_renewal, "fear_recovery": check_recovery, "fear_reinstatement": check_reinstatement}
