"""Checks of fear_conditioning: rates counted again from spike times, and what a session, a probe, a gap and a seed must leave as it was."""

import math

import numpy as np

from .fear_runs import PLASTIC, STATES, executed, rate, variant
from .tables import row

SMALL = {"animals": 1, "n_tones": 6, "n_share": 2, "n_habituation": 1, "n_pairings": 2, "n_extinction": 1}
SEED = 11
GAP = 3 * 86400 + 4 * 3600 + 5 * 60.0  # s


def _made(steps=None, runs=None):
    """The protocol with other steps, or with the runs `runs` in place of all.

    Its frozen probes record the weights at each tone, which those of the protocol itself need not.
    """
    if runs:
        return variant("fear_conditioning", SMALL, replicates=lambda self: runs, follow=lambda self, data: [])
    if not steps:
        return variant("fear_conditioning", SMALL)

    def run(self, step, number, done):
        return type(self).__mro__[1]._run(self, step, number, done) | ({"la_trials.dt": 0.4} if step.frozen else {})

    return variant("fear_conditioning", SMALL, steps=steps, _run=run)


def check_rates(device, _):
    made = _made()
    data = executed(made, device, SEED)
    with np.errstate(all="ignore"):  # so few tones may leave no fall of the early bin to share out
        found, runs = made.measure(data), made.recordings(data)
    error = 0.0
    for (name, _), recording in runs.items():
        if not recording.step.frozen:
            continue
        early = rate(recording.arrays, len(recording.step.trials), 0.010, 0.015, 120)
        error = max(error, abs(early - float(found.early.sel(condition=name)[0])))
    yield row("fear_conditioning", f"early bin of {len(runs) - 2} probes, spikes counted again (Hz)", error, 1e-9)
    training = runs["training", 0]
    trial, late = np.divmod(training.arrays["la_relay_spikes.t"] + 1e-9, 1.0)
    shocked = [1, 2]  # one tone of habituation, two pairings
    wrong = (~np.isin(trial, shocked)).sum() + (late < 0.55).sum()
    yield row("fear_conditioning", "spikes of the relay outside of the shocks, of all", wrong / max(late.size, 1), 0)
    yield row("fear_conditioning", "shocks that the relay is silent in", len(set(shocked) - set(trial)), 0)


def check_invariants(device, _):
    from ..fear_steps import Step, probe
    from ..networks.amygdala_session import Trial

    blocked = {f"{name}.free_spine": 0.0 for name in PLASTIC[:2]}
    paired = (Trial((2,), True),) * 2
    steps = [
        Step("paired", paired), Step("blocked", paired, values=blocked), Step("nothing", (Trial(),) * 2),
        probe("probe", "paired", count=5), probe("waited", "paired", count=2, gap=GAP), Step("again", paired[:1], "paired", at=1),
    ]  # fmt: skip
    made = _made(steps)
    data = executed(made, device, SEED)
    runs = {name: recording for (name, _), recording in made.recordings(data).items()}
    w = {name: {c: runs[name].arrays[f"{c}_w.w"] for c in PLASTIC} for name in runs}
    h = {name: runs[name].arrays["la_h.h"] for name in runs}
    end = {name: {s: runs[name].arrays[s] for s in STATES} for name in runs}

    moved = np.abs(w["paired"][PLASTIC[0]][-1] - w["paired"][PLASTIC[0]][0]).max()
    yield row(
        "fear_conditioning",
        "two pairings move some tone weight by 0.05 or more (how much it lacks)",
        max(0.05 - moved, 0),
        0,
    )
    still = sum((w["blocked"][c] != 0.4).sum() + (end["blocked"][f"{c}.w"] != 0.4).sum() for c in PLASTIC[:2])
    yield row("fear_conditioning", "tone weights that differ in any bit after pairing without NMDA calcium", still, 0)
    change = {c: w["nothing"][c][-1] - w["nothing"][c][0] for c in PLASTIC}
    drift = max(np.abs(change[c]).max() for c in PLASTIC[:2])
    yield row("fear_conditioning", "largest change of a tone weight by two trials without tone and shock", drift, 1e-3)
    # single context synapses, whose fibres are active, move more where their extinction cell fires
    drift = abs(change["la_context_extinction"].mean())
    yield row(
        "fear_conditioning", "change of the mean context weight by two trials without tone and shock", drift, 1e-3
    )

    probed = w["probe"] | {"h": h["probe"]}
    yield row(
        "fear_conditioning", "records of a frozen probe that lack of one at each tone", abs(len(probed["h"]) - 6), 0
    )
    begin = {**{f"{c}.w": w["paired"][c][-1] for c in PLASTIC}, "la_infralimbic.h": h["paired"][-1]}
    kept = sum((probed[k] != v).sum() for k, v in zip((*PLASTIC, "h"), begin.values(), strict=True))
    kept += sum((end["probe"][k] != v).sum() for k, v in begin.items())
    yield row(
        "fear_conditioning",
        "weights and h that differ in any bit in a frozen probe, at each tone and at its end",
        kept,
        0,
    )
    handed = (
        sum((w["again"][c][0] != w["paired"][c][1]).sum() for c in PLASTIC) + (h["again"][0] != h["paired"][1]).sum()
    )
    yield row(
        "fear_conditioning",
        "weights and h that differ in any bit where a session goes on after the first trial of another",
        handed,
        0,
    )
    decay = end["waited"]["la_infralimbic.h"] / begin["la_infralimbic.h"] / math.exp(-GAP / 1728000) - 1
    excited = begin["la_infralimbic.h"].min()
    yield row(
        "fear_conditioning",
        "h over 3 d 4 h 5 min against exp(-gap/20 d) (relative)",
        np.abs(decay).max() if excited > 0 else np.inf,
        1e-13,
    )

    order, first = made._order(), len(made._order()[0])
    flat = [run for runs_ in order for run in runs_]
    for n in (first - 1, first + 1):  # one run of each round, alone with the seed that it had and with the next
        step, number = flat[n]
        alone = made._run(step, number, made.recordings({k: v[:first] for k, v in data.items()}))
        again = executed(_made(runs=[alone, alone]), device, SEED + n)
        differ = sum(not np.array_equal(v[n], again[k][0]) for k, v in data.items())
        yield row(
            "fear_conditioning",
            f"arrays of run {n + 1} that differ in any bit from it alone with the seed + {n}",
            differ,
            0,
        )
        alike = np.array_equal(again["la_principal_spikes.t"][0], again["la_principal_spikes.t"][1])
        yield row("fear_conditioning", f"run {n + 1} with the next seed gives the same spikes", int(alike), 0)


CHECKS = {"fear_conditioning": (check_rates, check_invariants)}
