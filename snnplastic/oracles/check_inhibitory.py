"""Checks of inhibitory STDP beyond the walk over spikes: drift between independent Poisson neurons, and weights in a network."""

import numpy as np

from ..rules.inhibitory_stdp import InhibitorySTDP
from .inhibitory_drift import ETA, GROUPS, SHARES, TARGETS, InhibitoryDrift
from .inhibitory_network import SIZES, InhibitoryNetwork
from .tables import row


def check_drift(device, _):
    from ..results import run

    found, tau = run(InhibitoryDrift(), device=device).data, InhibitorySTDP().tau
    rho_0 = np.array([g[0] for g in GROUPS])[:, None]
    mean_pre = found.pre_rate.values.mean()
    # with the rates that were drawn; pairs share neurons, so the error is taken over postsynaptic neurons
    left = found.drift.values.mean(0) - ETA * mean_pre * 2 * tau * (found.post_rate.values - rho_0)
    left, still = left[:-1], found.drift.values[:, -1]
    error = np.abs(left.mean(1)) / (left.std(1, ddof=1) / np.sqrt(left.shape[1]))
    yield row("inhibitory_stdp", f"drift of {error.size} groups of Poisson pairs, in standard errors", error.max(), 4)
    worst = 0.0
    for k, target in enumerate(TARGETS):
        mine = slice(k * len(SHARES), (k + 1) * len(SHARES))
        slope, offset = np.polyfit(found.post_rate.values[mine].ravel(), found.drift.values.mean(0)[mine].ravel(), 1)
        worst = max(worst, abs(-offset / slope / target - 1))
    yield row("inhibitory_stdp", "rate without drift against rho_0 = 3, 5, 10 Hz (relative)", worst, 0.03)
    yield row("inhibitory_stdp", "eta = 0 changes nothing", np.abs(still).max(), 0)


def check_network(device, _):
    """Learning in the network of the protocol: single synapses against a walk over the spikes that their two cells fired."""
    from ..results import run

    made = InhibitoryNetwork()
    found = run(made, device=device).data
    trains = [found.t.values[found.i.values == cell] for cell in range(int(found.cells))]
    error = change = still = count = 0
    for i, j, w in zip(found.pre.values, found.post.values, found.w.values, strict=True):
        rule = made.rules()[int(j) // SIZES["n_excitatory"]]
        if rule.eta == 0:
            still = max(still, abs(w - made.w_0))
        elif count < made.walks:
            error, change = (
                max(error, abs(rule.oracle(trains[i], trains[j], made.w_0) - w)),
                max(change, abs(w - made.w_0)),
            )
            count += 1
    yield row("inhibitory_balance", f"{count} weights against walks over the spikes in the network (nS)", error, 1e-9)
    yield row("inhibitory_balance", "none of them learned", change == 0, 0)
    yield row("inhibitory_balance", "eta = 0: weights stay (nS)", still, 0)


CHECKS = {"inhibitory_stdp": check_drift, "inhibitory_balance": check_network}
