"""Checks of inhibitory STDP beyond the walk over spikes: drift between independent Poisson neurons, and the network's rate."""

import numpy as np

from ..rules.inhibitory_stdp import InhibitorySTDP
from .inhibitory_drift import ETA, GROUPS, SHARES, TARGETS, InhibitoryDrift
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
    """A small and short network of the protocol: the rule moves every rate towards its target, and eta = 0 none."""
    from ..results import run

    found = run(
        "inhibitory_balance",
        device=device,
        n_excitatory=400,
        n_inhibitory=100,
        p=0.4,
        p_plastic=0.4,
        length="3 s",
        window="1 s",
    ).data
    first, last = found.rate.values[:, 0], found.settled_rate.values
    target = found.rho_0.values
    closer = np.abs(last - target) / np.abs(first - target)
    yield row("inhibitory_balance", "distance to the target after 3 s, of that at the start", closer[:-1].max(), 0.25)
    yield row(
        "inhibitory_balance",
        "eta = 0: weight at the end minus that at the start (nS)",
        abs(float(found.mean_weight[-1]) - 0.6),
        1e-12,
    )


CHECKS = {"inhibitory_stdp": check_drift, "inhibitory_balance": check_network}
