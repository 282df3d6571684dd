"""Checks of the protocols of spike trains: every noiseless condition against its rule's walk over the same spikes; forms against closed forms."""

import numpy as np

from .tables import row


def check_trains(device, _):
    from ..device.execute import execute
    from ..protocol import find

    for name in ("triplets", "which_rule", "hebb_postulate"):
        made, worst, count = find(name)(), 0.0, 0
        changes = made.change(execute(made, target=device).data)
        for condition, dw in zip(made._conditions, changes, strict=True):
            if condition.rule.population > 1:
                continue
            pre, post = (made._on_grid(times) for times in (condition.pre, condition.post))
            if pre.size * post.size > 1e6:  # the walks take the square of this
                continue
            w = condition.rule.oracle(pre, post, condition.w_0)
            worst, count = max(worst, abs(w / condition.w_0 - 1 - dw)), count + 1
        yield row(name, f"change of {count} noiseless conditions against a walk over the spikes", worst if count else np.nan, 1e-9)


def check_plasticity_forms(device, _):
    from ..catalogue import make
    from ..protocol import find
    from ..results import run

    made = find("plasticity_forms")()
    data = run(made, device=device).data
    rules = made._rules()

    def kernel(form):
        return data.isel(condition=np.flatnonzero((data.form == form) & (data.experiment == "kernel")))

    mine = kernel("Hebbian")
    steps = round(made.duration() / made.step) * made.step
    yield row(
        "plasticity_forms",
        "rate rule against eta x y T (relative)",
        np.abs(mine.change / (rules["Hebbian"].eta * steps * np.maximum(mine.x * mine.y, 1e-30)) - 1)
        .where(mine.x * mine.y > 0)
        .max(),
        1e-9,
    )
    mine, rule = kernel("STDP"), rules["STDP"]
    window = np.where(
        mine.x > 0, rule.A_plus * np.exp(-mine.x / rule.tau_plus), -rule.A_minus * np.exp(mine.x / rule.tau_minus)
    )
    yield row("plasticity_forms", "STDP against its exponentials", np.abs(mine.change - window).max(), 1e-12)
    mine, rule = kernel("neuromodulated STDP"), make("rules", "dopamine_stdp")
    c = rule.A_plus * np.exp(-made.pair_lag / rule.tau_plus)
    shared = 1 / (1 / rule.tau_c + 1 / rule.tau_d)
    closed = (
        rule.gain
        * c
        * rule.release
        * shared
        * np.where(mine.x > 0, np.exp(-mine.x / rule.tau_c), np.exp(mine.x / rule.tau_d))
    )
    yield row(
        "plasticity_forms",
        "dopamine after a pair against the closed form (of its largest)",
        np.abs(mine.change - closed).max() / closed.max(),
        1e-9,
    )
    mine, rule = kernel("BTSP"), rules["BTSP"]
    points = [p for p in made._points()["BTSP"] if p["experiment"] == "kernel"]
    walk = [rule.oracle(p["pre"], p["post"], p["w_0"], t_end=made.duration()) - p["w_0"] for p in points]
    yield row(
        "plasticity_forms", "plateau kernel against the double sum over spikes", np.abs(mine.change - walk).max(), 1e-9
    )


CHECKS = dict.fromkeys(("triplets", "which_rule", "hebb_postulate"), check_trains) | {
    "plasticity_forms": check_plasticity_forms
}
