"""Online rules against BPTT, against NumPy and on a small task."""

import numpy as np
import pytest
from threshold_lif import RefractoryLIF, ThresholdLIF

from snnplastic.device.execute import execute
from snnplastic.errors import GradientError
from snnplastic.learners.bptt import BPTT
from snnplastic.learners.eprop import EProp
from snnplastic.learners.ottt import OTTT
from snnplastic.learners.superspike import SuperSpike
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.oracles.check_online import CHECKS, cosine, difference, of
from snnplastic.oracles.online_network import OnlineCase, gradients
from snnplastic.tasks.samples import Samples

pytestmark = pytest.mark.slow  # the checks themselves run with those of all neurons


@pytest.mark.parametrize("check", dict.fromkeys(CHECKS["eprop"]), ids=lambda f: f.__name__)
def test_checks(check):
    rows = list(check(None, {}))
    assert rows and all(r["ok"] for r in rows), "\n".join(str(r) for r in rows if not r["ok"])


def test_adaptation_through_own_spikes():
    """The formula psi eps_v + (rho - psi beta) eps_a of the paper comes out of the neuron's text."""
    for recurrent in (False, True):
        case = {"neuron": ThresholdLIF(), "recurrent": recurrent}
        for adaptation in ("surrogate", "detached"):
            rule = EProp(adaptation=adaptation)
            expected = gradients(OnlineCase(**case), beta=0.3, subtract=True, adapt=adaptation == "surrogate")
            assert difference(of(None, learning_rule=rule, **case), expected) < 1e-12


@pytest.mark.parametrize("neuron", [SynapticLIF(), ThresholdLIF(), RefractoryLIF()], ids=lambda n: type(n).__name__)
@pytest.mark.parametrize("detached", [True, False])
def test_eprop_is_bptt_without_recurrence_for_any_neuron(neuron, detached):
    case = {"neuron": neuron, "detached": detached}
    found = of(None, learning_rule=EProp(adaptation="detached"), **case)
    assert difference(found, of(None, learning_rule=BPTT(), **case)) < 1e-12


def test_delays_trained_parameters_sparse_and_fixed_weights():
    for hidden in (
        {"delay": 2, "train": ("bias", "tau_mem*", "v_th")},
        {"density": 0.4, "recurrent": False},
        {"fixed": True, "train": ("bias",)},
    ):
        exact = of(None, learning_rule=BPTT(), hidden=hidden)
        names = [name for name in exact if not hidden.get("fixed") or name != "to_hidden_1"]
        assert difference(of(None, learning_rule=EProp(), hidden=hidden), exact, names) < 1e-12


def test_deep_networks_get_feedback_straight_from_the_outputs():
    exact = of(None, learning_rule=BPTT(), deep=True)
    for rule in (EProp(), EProp(feedback="random"), OTTT(), SuperSpike()):
        found = of(None, learning_rule=rule, deep=True)
        assert difference(found, exact, ["to_output"]) < 1e-12
        assert np.abs(found["to_hidden_1"]).max() > 0
    found = of(None, learning_rule=EProp(), deep=True)
    assert difference(found, exact, ["to_hidden_2"]) < 1e-12
    assert 0.2 < cosine(found["to_hidden_1"], exact["to_hidden_1"]) < 0.999


def test_random_feedback_is_another_direction():
    exact = of(None, learning_rule=BPTT())["to_hidden_1"]
    assert cosine(of(None, learning_rule=EProp(feedback="random"))["to_hidden_1"], exact) < 0.9


def patterns(n=24):
    """Random patterns of two classes."""
    rng = np.random.default_rng(5)
    sample, time, channel = np.nonzero(rng.random((n, 50, 20)) < 0.06)
    return Samples(50, 20, 4, (n - 4, 2, 2), time, channel, sample, label=rng.integers(0, 2, n))


@pytest.mark.parametrize(
    "rule",
    [EProp(), EProp(feedback="random"), EProp(feedback="adaptive"), SuperSpike(), OTTT()],
    ids=lambda r: f"{type(r).__name__}-{r.feedback}",
)
def test_a_small_task_is_learned(rule):
    for seed in range(3):
        case = OnlineCase(learning_rule=rule, recurrent=True, task=patterns(), epochs=60, seed=seed)
        loss = execute(case, quiet=True).data["out.history"].reshape(-1, 6)[:, 0]
        assert loss[-1] < 0.6 * loss[0], (seed, loss[0], loss[-1])


def test_adaptive_feedback_comes_to_resemble_the_weights():
    rule = EProp(feedback="adaptive", decay=0.05)
    case = OnlineCase(learning_rule=rule, task=patterns(), epochs=60)
    found, before = execute(case, quiet=True).data, case.values()
    start = cosine(before["feedback_hidden_1.w"], before["to_output.w"])
    assert cosine(found["feedback_hidden_1.w"], found["to_output.w"]) > max(0.95, start)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"loss_name": "MaxOverTime"}, "MaxOverTime is known at the end only; legal: EveryStep, SquaredError"),
        ({"loss_name": "MeanOverTime"}, "MeanOverTime is known at the end only"),
        ({"hidden": {"spikes": (1, 5, 1.0)}}, "cannot ask for spikes in a sample"),
    ],
)
def test_what_is_not_online_is_refused(chosen, message):
    with pytest.raises(GradientError, match=message):
        of(None, learning_rule=EProp(), **chosen)
