"""Checks of dopamine-modulated STDP, of its protocol, and of Izhikevich's neuron."""

import numpy as np

from .tables import row


def _run(device, data):
    if "dopamine" not in data:
        from ..results import run
        from .dopamine import Dopamine

        made = Dopamine()
        data["dopamine"] = made, run(made, device=device).data
    return data["dopamine"]


def check_rule(device, data):
    """Closed forms of one pairing, silence without dopamine or pairing, and random trains, in every mode and placement."""
    from .dopamine import ADVANCE, DELAYS, MODES, PULSE, RANDOM_GAIN

    made, seen = _run(device, data)
    rule, trains, releases = made.rule(), made.trains(), made.releases()
    delay = np.array(DELAYS)
    together = rule.tau_c * rule.tau_d / (rule.tau_c + rule.tau_d)
    full = rule.gain * rule.A_plus * rule.release * together
    expected = full * np.exp(np.where(delay < 0, delay / rule.tau_d, -delay / rule.tau_c))
    expected -= (
        full * np.exp(-(made.length - np.maximum(PULSE, PULSE - delay)) / together) * expected / full
    )  # cut at the end
    for k, mode in enumerate(MODES):
        change = seen[f"pairs_{k}_w"].values - 1
        found = change[: delay.size]
        yield row(
            "dopamine_stdp", f"one pairing, dopamine -0.5 to 3 s after it, against the closed form, of c_0 d_0 ({mode})",
            np.abs(found - expected).max() / full, 1e-9,
        )  # fmt: skip
        yield row(
            "dopamine_stdp",
            f"dopamine without a pairing changes nothing ({mode})",
            np.abs(change[delay.size :]).max(),
            0,
        )
        yield row(
            "dopamine_stdp",
            f"pairings without dopamine change nothing ({mode})",
            np.abs(seen[f"dry_{k}_w"].values - 1).max(),
            0,
        )
        walked = [
            made.rule(RANDOM_GAIN).oracle(
                pre, post, 1.0, made.length, t_dopamine=releases["random"], grid=None if "events" in mode else ADVANCE
            )
            for pre, post in trains["random"]
        ]
        yield row(
            "dopamine_stdp", f"random spikes and dopamine against the history of jumps by quadrature ({mode})",
            np.abs(seen[f"random_{k}_w"].values[: len(walked)] - walked).max(), 1e-9,
        )  # fmt: skip


def check_izhikevich(device, data):
    """Each recorded step is done again with plain numbers in mV and ms: rounding grows from spike to spike, so whole runs part."""
    from .dopamine import CELLS, CURRENTS

    made, seen = _run(device, data)
    for k, (name, changed) in enumerate(CELLS.items()):
        p = {"a": 0.02, "c": -65.0, "d": 8.0} | changed
        error, missed, count = 0.0, 0, 0
        for cell, current in enumerate(CURRENTS):
            v_seen, u_seen = (
                seen[f"izhikevich_{k}_states_v"].values[:, cell] * 1e3,
                seen[f"izhikevich_{k}_states_u"].values[:, cell],
            )
            index, times = (seen[f"izhikevich_{k}_spikes_{q}"].values for q in ("i", "t"))
            spiked = set(np.rint(times[index == cell] * 1e3).astype(int))
            v, u = p["c"], 0.2 * p["c"]
            for step in range(v_seen.size - 1):
                error = max(error, abs(v - v_seen[step]), abs(u - u_seen[step]))
                v, u = v_seen[step], u_seen[step]
                for _ in range(2):
                    v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + current)
                u += p["a"] * (0.2 * v - u)
                missed += (v >= 30) != (step in spiked)
                if v >= 30:
                    v, u, count = p["c"], u + p["d"], count + 1
        yield row(f"izhikevich{name}", "every step against the published scheme (mV, mV/ms)", error, 1e-9)
        yield row(
            f"izhikevich{name}", f"spikes, of {count}, that only one of the two has", missed if count else np.inf, 0
        )


def check_distal_reward(device, data):
    """A short run: the window against its closed form, and no weight moves without dopamine."""
    from ..results import run

    found = run("distal_reward", device=device, seconds=30, networks=1, controls=0).data
    yield row("distal_reward", "eligibility window against the closed form, of its peak", found.window_error, 1e-9)
    yield row("distal_reward", "weights of the network without dopamine", found.moved_without_dopamine, 0)


CHECKS = {"dopamine_stdp": check_rule, "izhikevich": check_izhikevich, "distal_reward": check_distal_reward}
