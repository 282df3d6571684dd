"""Checks of short-term plasticity: steady states in closed form, a walk over spikes, NEST's voltage traces."""

import numpy as np

from .short_term import VOLTAGE, ShortTerm
from .tables import row

# V_m (mV) at 25, 50, ... 1175 ms as listed in NEST's test of its tsodyks_synapse (figures 1A and 1B of the paper), 6 digits.
NEST = {
    "depressing": (
        0, 0, 0, 2.40135, 5.30244, 4.10833, 4.32217, 3.05339, 2.87124, 2.02864, 1.90802, 1.39696, 1.37585, 1.05778, 1.10349, 0.886569,
        0.969353, 0.802876, 0.904671, 0.762688, 0.873855, 0.743588, 0.859278, 0.734567, 0.852412, 0.730321, 0.849186, 0.728328, 0.847673,
        0.727393, 0.846964, 0.726955, 0.846632, 0.72675, 0.846476, 0.726654, 0.846403, 0.726609, 0.846369, 0.726588, 0.846353, 0.726578,
        0.846346, 0.453126, 0.242541, 0.129823, 0.0694892,
    ),
    "facilitating": (
        0, 0, 0, 0.473975, 0.770603, 1.29712, 1.75799, 2.11442, 2.71449, 2.78553, 3.54615, 3.27271, 4.23324, 3.58307, 4.78813, 3.73956,
        5.23385, 3.76723, 5.59389, 3.68772, 5.88827, 3.88179, 6.13258, 4.04285, 6.33843, 4.17855, 6.51425, 4.29446, 6.66616, 4.3946,
        6.79862, 4.48193, 6.91499, 4.55864, 7.01783, 4.6264, 7.10916, 4.68665, 7.19062, 4.74035, 7.26356, 4.78843, 7.32911, 4.83165,
        3.18522, 2.09983, 1.38429,
    ),
}  # fmt: skip


def steady(rule, interval):
    """u x at a spike of a regular train, tau_inact -> 0."""
    e = np.exp(-interval / rule.tau_fac) if rule.tau_fac else 0.0
    E, U = np.exp(-interval / rule.tau_rec), rule.U
    u = U * (1 + rule.u_rest * (1 - U) * (1 - e)) / (1 - (1 - U) * e)
    return u * (1 - E) / (1 - (1 - u) * E)


def check_short_term(device, _):
    from ..results import run

    made = ShortTerm()
    found, conditions = run(made, device=device).data, made.conditions()
    errors = {}
    for k, (label, rule, times) in enumerate(conditions):
        release = found.release.values[found.cell.values == k]
        name, kind = label.split()[0], label.split()[-1]
        if kind in ("random", "voltage"):
            same = np.abs(release - rule.oracle(times, [])).max() if release.size == times.size else np.inf
            errors.setdefault((name, "random"), []).append(same)
        if kind == "steady":
            errors.setdefault((name, kind), []).append(abs(release[-1] - steady(rule, times[1] - times[0])))
        if kind == "voltage":
            table = np.array(NEST[name]) * 1e-3
            at = [int(np.argmin(np.abs(found.time.values - 0.025 * (m + 1)))) for m in range(table.size)]
            v = found.v.values[at, k]
            relative = np.abs(v - table)[table > 0] / table[table > 0]
            yield row(
                f"tsodyks_markram:{name}",
                "membrane potential against NEST's listed trace (relative)",
                relative.max(),
                1e-4,
            )
            exact = _closed(name, times, release, found.time.values[at])
            yield row("lif_exponential_current", f"sum of closed forms, {name} (V)", np.abs(exact - v).max(), 1e-12)
        if name == "silent":
            changed = max(abs(found.y.values[k]), abs(found.f.values[k]), np.abs(found.v.values[:, k]).max())
            yield row("tsodyks_markram", "no presynaptic spike, no change", changed, 0)
    static = np.array([not c[0].endswith("voltage") for c in conditions])
    yield row("tsodyks_markram", "the weight is static", np.abs(found.w.values[static] - 1).max(), 0)
    for (name, kind), worst in errors.items():
        what = {"steady": "steady release at 10, 20, 50, 70 Hz against the formula"}.get(
            kind, "every release against a walk by matrix exponentials"
        )
        yield row(f"tsodyks_markram:{name}", what, max(worst), 1e-6 if kind == "steady" else 1e-9)


def _closed(name, times, release, at):
    """Membrane potential (V) at the times `at`, each release a current that decays with tau_syn."""
    _, amplitude, membrane, synaptic, _, _ = VOLTAGE[name]
    tau_m, tau_s, found = membrane * 1e-3, synaptic * 1e-3, []
    for now in at:
        age = now - (times + 1e-4)
        past = age > -1e-9
        form = (np.exp(-age[past] / tau_m) - np.exp(-age[past] / tau_s)) / (1 / tau_s - 1 / tau_m)
        found.append((release[past] * form).sum() * amplitude / membrane)
    return np.array(found)


CHECKS = {"tsodyks_markram": check_short_term, "lif_exponential_current": check_short_term}
