"""Checks of rate rules: eigenvectors, growth, selectivity; against plain NumPy steps and SciPy's averaged equations."""

import numpy as np

from .rate_network import CORRELATED, ORTHONORMAL, RULES, STARTS, STATIC, RateNetwork
from .tables import row


def check_rate_rules(device, _):
    from scipy.integrate import solve_ivp

    from ..results import run

    made = RateNetwork()
    found = run(made, device=device).data
    matrix = CORRELATED.T @ CORRELATED / len(CORRELATED)
    values, vectors = np.linalg.eigh(matrix)
    first = vectors[:, -1]
    last = {}
    for name, (rule, patterns) in RULES.items():
        w, t = found[f"{name}_w"].values, found[f"{name}_t"].values
        last[name] = w[-1, :-1]
        steps, error = int(round(t[-1] / made.dt)), 0.0
        for start, end in zip(STARTS[name], last[name], strict=True):
            walk = rule.oracle(patterns, steps, start, made.dt)
            walk = walk[0] if isinstance(walk, tuple) else walk
            error = max(error, np.abs(end - walk).max() / np.abs(walk).max())
        yield row(name, f"{steps} steps against NumPy (of the largest weight)", error, 1e-9)
        yield row(name, "no presynaptic rate, no change", np.abs(w[:, -1] - 0.3).max(), 0)

        def averaged(_, y, name=name, rule=rule):
            if name == "bcm":
                response, theta = ORTHONORMAL @ y[:2], y[2]
                dw = rule.eta * ORTHONORMAL.T @ (response * (response - theta)) / 2
                return [*dw, ((response**2).mean() - theta) / rule.tau_theta]
            decay = y @ matrix @ y if name == "oja" else 0.0
            return rule.eta * (matrix @ y - decay * y)

        error, early = 0.0, t < 5
        for k, start in enumerate(STARTS[name]):
            y_0 = [*start, 0.0] if name == "bcm" else start
            solved = solve_ivp(averaged, (0, t[-1]), y_0, t_eval=t[early], rtol=1e-9, atol=1e-12).y[: len(start)].T
            error = max(error, (np.abs(w[early, k] - solved).max(1) / np.maximum(np.abs(solved).max(1), 0.1)).max())
        yield row(name, "first 5 s against SciPy's averaged equation (of the largest weight)", error, 1e-2)
    length = np.linalg.norm(last["oja"], axis=1)
    yield row("oja", "length of the weight vector minus 1", np.abs(length - 1).max(), 2e-3)
    cosine = np.abs(last["oja"] @ first) / length
    yield row("oja", "angle to the leading eigenvector (rad)", np.arccos(np.minimum(cosine, 1)).max(), 2e-3)
    w, t = found.hebb_w.values[:, :-1], found.hebb_t.values
    half = t.size // 2
    growth = np.log(np.linalg.norm(w[-1], axis=1) / np.linalg.norm(w[half], axis=1)) / (t[-1] - t[half])
    expected = RULES["hebb"][0].eta * values[-1]
    yield row(
        "hebb",
        "rate of growth against eta times the leading eigenvalue (relative)",
        np.abs(growth / expected - 1).max(),
        2e-3,
    )
    cosine = np.abs(w[-1] @ first) / np.linalg.norm(w[-1], axis=1)
    yield row("hebb", "angle to the leading eigenvector (rad)", np.arccos(np.minimum(cosine, 1)).max(), 2e-3)
    response = np.sort(last["bcm"] @ ORTHONORMAL.T, axis=1)
    yield row("bcm", "responses to two patterns against (0, 2)", np.abs(response - [0, 2]).max(), 1e-2)
    chosen = np.argmax(last["bcm"] @ ORTHONORMAL.T, axis=1)
    yield row("bcm", "both patterns are chosen by some start", len(set(chosen)) < 2, 0)


def check_rate_neurons(device, data):
    from ..results import run

    found = run(RateNetwork(length=1.1), device=device).data
    shown = CORRELATED[np.arange(found.sizes["step"]) % len(CORRELATED)]
    yield row(
        "pattern_rates", "rates against the patterns in turn", np.abs(found.static_inputs.values - shown).max(), 0
    )
    drive = np.hstack([shown @ STATIC.T, np.maximum(shown @ STATIC.T, 0)])
    # the sum of a step is formed before the inputs show the next pattern
    yield row(
        "linear_rate", "linear and rectified sums against NumPy", np.abs(found.static_cells.values - drive).max(), 1e-12
    )


CHECKS = {
    **{name: check_rate_rules for name in RULES},
    "linear_rate": check_rate_neurons,
    "pattern_rates": check_rate_neurons,
}
