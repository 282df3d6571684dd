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
    """Learning in the networks of the protocols: synapses against a walk over the spikes that their two cells fired."""
    from ..results import run

    made = InhibitoryNetwork()
    found = {name: values.values for name, values in run(made, device=device).data.items()}
    cells = _trains(found["plastic_spikes_i"], found["plastic_spikes_t"])
    pairs = zip(found["plastic__synaptic_pre"], found["plastic__synaptic_post"], found["plastic_w"], strict=True)
    synapses = [(cells.get(i, ()), cells.get(j, ()), j // SIZES["n_excitatory"], w) for i, j, w in pairs]
    yield from _walked("inhibitory_balance", made, synapses)
    cells, inputs = (_trains(found[f"tuned_{name}_i"], found[f"tuned_{name}_t"]) for name in ("spikes", "inhibition"))
    weights = found["tuned_w"].reshape(-1, 2)
    synapses = [
        (inputs.get(i, ()), cells.get(k, ()), k, w) for i, row_ in enumerate(weights) for k, w in enumerate(row_)
    ]
    yield from _walked("detailed_balance", made, synapses)


def _trains(i, t):
    return {cell: t[i == cell] for cell in np.unique(i)}


def _walked(name, made, synapses):
    """Rows for synapses given as (spikes before, spikes after, which rule, weight at the end)."""
    still = max(abs(w - made.w_0) for _, _, which, w in synapses if made.rules()[which].eta == 0)
    learning = [(pre, post, made.rules()[which], w) for pre, post, which, w in synapses if made.rules()[which].eta]
    followed = learning[:: max(1, len(learning) // made.walks)]
    error = max(abs(rule.oracle(pre, post, made.w_0) - w) for pre, post, rule, w in followed)
    change = max(abs(w - made.w_0) for *_, w in followed)
    yield row(name, f"{len(followed)} weights against walks over the spikes of the network (nS)", error, 1e-9)
    yield row(name, "eta = 0: weights stay, and the others learn (nS)", still + (change == 0), 0)


CHECKS = {"inhibitory_stdp": check_drift, "inhibitory_balance": check_network, "detailed_balance": check_network}
