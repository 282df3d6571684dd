"""Checks of online rules: e-prop against BPTT where it is exact and against NumPy where it is not; how far the others are from BPTT."""

import numpy as np

from ..learners.bptt import BPTT
from ..learners.eprop import EProp
from ..learners.ottt import OTTT
from ..learners.superspike import SuperSpike
from .online_network import N_OUT, N, OnlineCase, gradients
from .tables import row


def of(device, **chosen):
    """{connection: gradient of the first batch}."""
    from ..device.execute import execute

    found = execute(OnlineCase(**chosen), target=device, quiet=True).data
    return {name[:-2]: np.array(g) for name, g in found.items() if name.endswith(".g")}


def difference(found, reference, names=None):
    """Largest difference of the gradients of weights, of the largest entry."""
    return max(np.abs(found[n] - reference[n]).max() / np.abs(reference[n]).max() for n in names or reference)


def cosine(found, reference):
    return found @ reference / np.linalg.norm(found) / np.linalg.norm(reference)


def check_eprop(device, data):
    for loss in ("EveryStep", "SquaredError"):
        exact = of(device, learning_rule=BPTT(), loss_name=loss)
        found = of(device, learning_rule=EProp(), loss_name=loss)
        yield row("eprop", f"against BPTT, feed-forward, {loss}", difference(found, exact), 1e-12)
        data["online", loss] = exact
    case = {"learning_rule": EProp(), "recurrent": True}
    found = of(device, **case)
    yield row("eprop", "with recurrence against NumPy", difference(found, gradients(OnlineCase(**case))), 1e-12)


def check_approximations(device, data):
    exact = data.get(("online", "EveryStep")) or of(device, learning_rule=BPTT())
    for name, what, rule, most in (
        ("superspike", "", SuperSpike(), 0.5),
        ("ottt", "", OTTT(), 0.5),
        ("eprop", "random feedback, ", EProp(feedback="random"), 1.0),
    ):
        found = of(device, learning_rule=rule)
        far = 1 - cosine(found["to_hidden_1"], exact["to_hidden_1"])
        yield row(name, f"{what}1 - cosine with BPTT", far, most)
        yield row(name, f"{what}weights of the read-out as by BPTT", difference(found, exact, ["to_output"]), 1e-12)


def check_no_error(device, _):
    start = {"to_output.w": np.zeros(N * N_OUT)}
    from .online_network import samples

    task = samples()
    task.goal = np.zeros_like(task.goal)
    for name, rule in (
        ("eprop", EProp(feedback="random")),
        ("superspike", SuperSpike(feedback="uniform")),
        ("ottt", OTTT(feedback="random")),
    ):
        found = of(device, learning_rule=rule, loss_name="SquaredError", start=start, task=task)
        yield row(name, "no error changes nothing", max(np.abs(g).max() for g in found.values()), 0)


CHECKS = {
    "eprop": (check_eprop, check_approximations, check_no_error),
    "superspike": (check_approximations, check_no_error),
    "ottt": (check_approximations, check_no_error),
}
