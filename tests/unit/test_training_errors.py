"""What cannot be trained is refused in words: neuron, text, what is legal; and what is not finite is named. Few of these build."""

import logging
import re
from dataclasses import dataclass

import numpy as np
import pytest

from snnplastic.errors import GradientError, NonFiniteError, ParameterError
from snnplastic.learners.eprop import EProp
from snnplastic.learners.superspike import SuperSpike
from snnplastic.learning import losses, surrogates, train
from snnplastic.learning.dynamics import dynamics, start_of
from snnplastic.learning.eligibility import trace_code
from snnplastic.learning.optimisers import SGD
from snnplastic.learning.time_step import layer_code
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.tasks.samples import Samples


def mine(**text):
    """SynapticLIF with some of its text changed."""
    cls = type("Mine", (SynapticLIF,), {"__module__": __name__, "__doc__": "A neuron.", **text})
    return dataclass(frozen=True, kw_only=True)(cls)()


def derive(neuron, **given):
    return layer_code(neuron, **{"drives": {"I_syn": 1}, "surrogate": surrogates.SuperSpike()} | given)


def altered(old, new):
    assert old in SynapticLIF.model
    return {"model": SynapticLIF.model.replace(old, new)}


def named(name):
    return altered("bias : 1", f"bias : 1\n    {name} : 1")


def test_short_names_of_units_are_those_of_long_ones():
    text = {
        "model": "dv/dt = (I_syn - v)/({0}) : volt\ndI_syn/dt = -I_syn/(0.005*second) : volt", "threshold": "v > {1}", "reset": "v = -{1}",
        "refractory": "{2}", "initial": {"v": "-0.5*{1}"},
    }  # fmt: skip

    def with_units(*names):
        filled = {k: v.format(*names) if isinstance(v, str) else {"v": v["v"].format(*names)} for k, v in text.items()}
        neuron = mine(**filled)
        made = dynamics(neuron)
        found = [made.gap, made.refractory, start_of(neuron, made)["v"], *(e for _, _, e in (*made.update, *made.reset))]
        return [float(e.subs({s: 0.3 for s in e.free_symbols})) for e in found]

    short, long = with_units("20*ms", "10*mV", "2*ms"), with_units("0.02*second", "0.01*volt", "0.002*second")
    assert short == pytest.approx(long, rel=1e-12) and short[:3] == pytest.approx([0.29, 0.002, -0.005])


def test_a_root_has_a_derivative():
    assert "Derivative" not in derive(mine(**altered("(I_syn +", "(sqrt(I_syn**2 + 1) +"))).backward


def test_reading_a_neuron_leaves_no_warning(caplog):
    import gc

    with caplog.at_level(logging.WARNING, logger="brian2"):
        derive(mine())
        gc.collect()
    assert not caplog.records


LEGAL = "legal: I_syn, bias, dt, tau_mem, tau_syn, v, v_reset, v_th"
SMOOTH = "legal: exp, log, sqrt, "
STATEMENT = "legal: one statement a line, such as 'v = v_reset'"
PARAMETERS = "bias, tau_mem, tau_syn, v_reset, v_th"
TEXTS = {
    "noise": (altered("- v)/tau_mem", "- v)/tau_mem + xi*tau_mem**-0.5") | {"method": "euler"}, r"Mine\.model has noise \(xi\), .*; legal: equations without"),
    "random model": (altered("+ bias", "+ bias + rand()"), rf"Mine\.model uses rand\(\), which is random; {SMOOTH}"),
    "random subexpression": (altered("+ bias", "+ noise") | {"model": SynapticLIF.model.replace("+ bias", "+ noise") + "\nnoise = randn() : 1"},
                             rf"Mine\.model uses randn\(\), which is random; {SMOOTH}"),
    "random reset": ({"reset": "v = randn()"}, rf"Mine\.reset uses randn\(\), which is random; {SMOOTH}"),
    "random threshold": ({"threshold": "v > v_th + rand()"}, rf"Mine\.threshold uses rand\(\), which is random; {SMOOTH}"),
    "random start": ({"initial": {"v": "rand()"}}, rf"Mine\.initial\['v'\] = 'rand\(\)' uses rand\(\), which is random; {SMOOTH}"),
    "random refractory": ({"refractory": "5*ms*rand()"}, r"Mine\.refractory uses rand\(\)"),
    "floor": (altered("(I_syn +", "(floor(I_syn) +"), rf"Mine\.model uses floor\(\), which has a derivative of 0 with jumps; {SMOOTH}"),
    "remainder": (altered("(I_syn +", "(I_syn % 2 +"), r"Mine\.model uses %, which has a derivative of 0 with jumps"),
    "exprel": (altered("(I_syn +", "(exprel(I_syn) +"), r"Mine\.model uses exprel\(\), which has no derivative here"),
    "unknown function": (altered("(I_syn +", "(foo(I_syn) +"), rf"Mine\.model uses foo\(\), which is not known here; {SMOOTH}"),
    "time": (altered("+ bias", "+ bias + sin(t/ms)"), rf"Mine\.model uses time itself, .*; {LEGAL}"),
    "time in the threshold": ({"threshold": "v > v_th + t/second"}, rf"Mine\.threshold uses time itself, .*; {LEGAL}"),
    "unknown name": (altered("+ bias", "+ bias + offset"), rf"Mine\.model uses 'offset', .*; {LEGAL}"),
    "units": (altered("- v)/tau_mem", "- v)"), r"Mine\.model: units do not agree: .*'v'.*; legal: both sides in the same unit"),
    "units of the threshold": ({"threshold": "v > 5*mV"}, r"Mine\.threshold: units do not agree: "),
    "units of the reset": ({"reset": "v = 5*mV"}, r"Mine\.reset: units do not agree: "),
    "units of the start": ({"initial": {"v": "-70*mV"}}, r"Mine\.initial\['v'\]: units do not agree: "),
    "units of the refractory time": ({"refractory": "5*mV"}, r"Mine\.refractory: units do not agree: "),
    "refractory condition": ({"refractory": "v > 0"}, r"Mine\.refractory = 'v > 0' is a condition, which has no length; legal: False, or a time"),
    "not linear": (altered("- v)/", "- v**2)/"), r"Mine: Brian2 has no update statements by method 'exponential_euler': .*; legal: one of exact"),
    "another library": ({"method": "gsl_rk2"}, r"Mine\.method = 'gsl_rk2' has no statements .* implicit, .*; legal: exact, exponential_euler, euler"),
    "own scheme": ({"step": "v = 1"}, r"Mine\.step: .*; legal: differential equations"),
    "event-driven": (altered("/tau_syn : 1", "/tau_syn : 1 (event-driven)"), r"Mine\.model: '.*event-driven\)' is computed when a synapse's spike comes"),
    "summed": (altered("bias : 1", "bias : 1 (summed)"), r"Mine\.model: 'bias : 1 \(summed\)' is a sum over synapses; legal: "),
    "linked": (altered("bias : 1", "bias : 1 (linked)"), r"Mine\.model: 'bias : 1 \(linked\)' is a variable of another group; legal: "),
    "no equation": ({"model": "bias : 1", "threshold": "", "reset": "", "initial": {}}, r"Mine\.model has no differential equation; legal: at least one"),
    "not to be read": ({"model": "dv/dt = : 1"}, r"Mine\.model cannot be read: .*; legal: differential equations, "),
    "no comparison": ({"threshold": "int(v)"}, r"Mine\.threshold = 'int\(v\)' has no distance to threshold; legal: one comparison, EXPRESSION > EXPRESSION"),
    "two comparisons": ({"threshold": "v > v_th and I_syn > 0"}, r"Mine\.threshold = 'v > v_th and I_syn > 0' .* legal: one comparison"),
    "equality": ({"threshold": "v == v_th"}, r"Mine\.threshold = 'v == v_th' has no distance"),
    "always": ({"threshold": "True"}, r"Mine\.threshold = 'True' has no distance"),
    "half a threshold": ({"threshold": "v > "}, r"Mine\.threshold: 'v > ' cannot be read: .*; legal: "),
    "reset with a condition": ({"reset": "if v > 1:\n    v = 0"}, rf"Mine\.reset: 'if v > 1:' cannot be read; {STATEMENT}"),
    "reset with a choice": ({"reset": "v = 0 if v > 1 else 1"}, r"Mine\.reset: '0 if v > 1 else 1' cannot be read: "),
    "half a reset": ({"reset": "v ="}, rf"Mine\.reset: 'v =' cannot be read; {STATEMENT}"),
    "reset by a power": ({"reset": "v **= 2"}, rf"Mine\.reset: 'v \*\*= 2' assigns by \*\*=; {STATEMENT}"),
    "reset of a parameter": ({"reset": "bias = 0"}, r"Mine\.reset changes 'bias', which is not a state; legal: I_syn, v"),
    "start of nothing": ({"initial": {"x": "0"}}, r"Mine\.initial sets 'x', which is no state; legal: I_syn, v"),
    "start of a parameter": ({"initial": {"bias": "1"}}, r"Mine\.initial sets 'bias', which is a parameter, .*; legal: I_syn, v"),
    "start at nothing": ({"initial": {"v": "E_leak"}}, rf"Mine\.initial\['v'\] = 'E_leak' uses 'E_leak', .*; legal: {PARAMETERS}"),
    "start at a state": ({"initial": {"v": "I_syn"}}, rf"Mine\.initial\['v'\] = 'I_syn' uses 'I_syn', .*; legal: {PARAMETERS}"),
    "a constant's name": (named("e"), r"Mine\.model cannot be read: 'e' is the name of a constant"),
} | {f"name {name}": (named(name), rf"Mine: the name '{name}' is used by the training program; legal: any but ") for name in (
    "back", "count", "distance", "adj_gap", "next_v", "adj_v", "adj_drive_I_syn", "spike_before")}  # fmt: skip


@pytest.mark.parametrize("what", TEXTS)
def test_a_text_without_a_gradient_is_refused(what):
    text, message = TEXTS[what]
    with pytest.raises(GradientError, match=message):
        derive(mine(**text))


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        *((n, losses.MaxOverTime()) for n in ("best", "best_step", "larger", "slope", "n_steps")),
        ("mean", losses.MeanOverTime()), ("mean", losses.EveryStep()), ("last", losses.LastValue()), ("goal", losses.SquaredError()),
        ("attention", losses.SquaredError()), ("fired", losses.FirstSpike()),
    ],
)  # fmt: skip
def test_names_of_a_loss_are_refused_in_its_readout_alone(name, loss):
    with pytest.raises(
        GradientError, match=f"Mine: the name '{name}' is used by the loss {type(loss).__name__}; legal: any but "
    ):
        derive(mine(**named(name)), loss=loss, read="v")
    derive(mine(**named(name)))


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        ({}, {"drives": {"g_e": 1}}, "Mine has no state 'g_e' for its synapses to drive; legal: I_syn, v"),
        ({}, {"trainable": ("tau_m",)}, f"Mine has no parameter 'tau_m' to train; legal: {PARAMETERS}"),
        (named("idle"), {"trainable": ("idle",)}, r"Mine\.idle cannot be trained: no state changes smoothly with it; legal: bias, "),
        (named("grad_bias"), {"trainable": ("bias",)}, "the name 'grad_bias' is used by the training program"),
        ({}, {"loss": losses.LastValue(), "read": "y"}, "the read-out Mine has no state 'y' to read; legal: I_syn, v"),
        ({}, {"surrogate": surrogates.Gaussian(), "smooth": True}, "Gaussian has no smooth forward model .*: SuperSpike, Sigmoid, Triangular"),
        ({"threshold": "", "reset": ""}, {}, "Mine has no threshold, and a layer before the read-out needs one; legal: a neuron that spikes"),
    ],
)  # fmt: skip
def test_what_a_layer_asks_for_is_there(text, given, message):
    with pytest.raises(GradientError, match=message):
        derive(mine(**text), **given)


def test_online_rules_refuse_the_same():
    given = {"drives": {"I_syn": 1}, "surrogate": surrogates.SuperSpike(), "rule": EProp(), "kernel": None}
    with pytest.raises(GradientError, match=r"Mine\.reset uses randn\(\), which is random"):
        trace_code(mine(reset="v = randn()"), **given)
    with pytest.raises(GradientError, match="the name 'signal' is used by the traces"):
        trace_code(mine(**named("signal")), **given)


READOUT = Layer(n=3, neuron=LeakyIntegrator(), gain=1.0, mean=0.05)


def network(**changes):
    return LayeredNetwork(inputs=5, layers=(Layer(**{"n": 6, "gain": 2.0, "mean": 1.0, **changes}), READOUT))


def samples(counts=(8, 2, 2), **changes):
    n = sum(counts)
    sample, time, channel = np.nonzero(np.random.default_rng(0).random((n, 20, 5)) < 0.3)
    given = {
        "n_steps": 20,
        "n_in": 5,
        "n_out": 3,
        "counts": counts,
        "time": time,
        "channel": channel,
        "sample": sample,
        "label": np.arange(n) % 3,
    }
    return Samples(**(given | changes))


def attempt(given=None, task=None, **chosen):
    return train(given or network(), task or samples(), quiet=True, **({"epochs": 2} | chosen))


WITHOUT_VALIDATION = samples((8, 0, 0))
ONE = LayeredNetwork(inputs=5, layers=(Layer(n=6), Layer(n=1, neuron=LeakyIntegrator())))
SETTINGS = {
    "transposed": ({"weights": {"to_hidden_1": np.zeros((6, 5))}}, r"weights: to_hidden_1 has shape \(6, 5\); legal: \(5, 6\) or \(30,\), which is \(neurons"),
    "transposed read-out": ({"weights": {"to_output.w": np.zeros((3, 6))}}, r"to_output has shape \(3, 6\); legal: \(6, 3\) or \(18,\)"),
    "wrong size": ({"weights": {"to_output": np.zeros(17)}}, r"to_output has shape \(17,\); legal: \(6, 3\) or \(18,\)"),
    "no such weights": ({"weights": {"to_hidden_2": 0}}, r"weights\['to_hidden_2'\] is no array of this network; legal: to_hidden_1 \(5, 6\), to_output"),
    "weights not finite": ({"weights": {"to_output": np.full((6, 3), np.nan)}}, "weights: to_output holds nan; legal: finite numbers"),
    "rate": ({"rate": float("nan")}, "rate = nan is not legal; legal: a finite number, at least 0"),
    "rate infinite": ({"rate": float("inf")}, "rate = inf is not legal"),
    "rate as text": ({"rate": "fast"}, "rate = 'fast' is not legal"),
    "decay": ({"rate_decay": -1}, "rate_decay = -1 is not legal"),
    "epochs": ({"epochs": 1.5}, "epochs = 1.5 is not legal; legal: a whole number, at least 0"),
    "batch": ({"batch": 0}, "batch = 0 is not legal; legal: a whole number, at least 1"),
    "evaluate_every": ({"evaluate_every": 0}, "evaluate_every = 0 is not legal; legal: a whole number, at least 1"),
    "seed": ({"seed": -1}, "seed = -1 is not legal; legal: a whole number, at least 0"),
    "dt": ({"dt": 0}, "dt = 0.0 is not legal; legal: a time above 0"),
    "patience": ({"task": WITHOUT_VALIDATION, "patience": 2}, "patience = 2 waits for the loss in validation, and there are no such samples; legal: 0"),
    "loss": ({"loss": losses.MeanOverTime}, r"loss = <class .*; legal: an object of snnplastic\.learning\.losses, such as MaxOverTime\(\)"),
    "surrogate": ({"surrogate": SuperSpike()}, r"surrogate = SuperSpike\(.*; legal: an object of snnplastic\.learning\.surrogates"),
    "rule": ({"rule": surrogates.SuperSpike()}, r"rule = SuperSpike\(.*; legal: an object of snnplastic\.learners, such as BPTT\(\)"),
    "network": ({"given": (5, 6, 3)}, r"network = \(5, 6, 3\) is not legal; legal: a LayeredNetwork"),
    "task": ({"task": 3}, r"task = 3 is not legal; legal: Samples, or an object with samples\(\)"),
    "outputs": ({"given": LayeredNetwork(sizes=(5, 6, 2))}, "the task has 5 inputs and 3 outputs, the network 5 and 2; legal: the same"),
    "one output": ({"given": ONE, "task": samples(n_out=1, label=np.zeros(12, int))}, "tells classes apart, and the network has 1 output; legal: at least 2"),
    "resume": ({"resume": 3}, "resume = 3 is not legal; legal: what train returned"),
}  # fmt: skip


@pytest.mark.parametrize("what", SETTINGS)
def test_settings_are_refused_before_anything_is_built(what, monkeypatch):
    chosen, message = SETTINGS[what]
    monkeypatch.setattr("snnplastic.device.cache.get", lambda *_, **__: pytest.fail("it was built"))
    with pytest.raises(GradientError, match=message):
        attempt(**chosen)


@pytest.mark.parametrize(("changes", "message"), [
    ({"n_steps": 0}, "Samples.n_steps = 0 is not legal; legal: a whole number from 1"),
    ({"label": np.full(12, 3)}, "Samples.label holds 3; legal: 0 to 2"),
    ({"label": np.full(12, -1)}, "Samples.label holds -1; legal: 0 to 2"),
    ({"goal": np.full((20, 3), np.nan)}, "Samples.goal holds a value that is not finite"),
    ({"attention": np.full(20, np.inf)}, "Samples.attention holds a value that is not finite"),
])  # fmt: skip
def test_samples_that_cannot_be_learned_are_refused(changes, message):
    with pytest.raises(GradientError, match=message):
        samples(**changes)


@pytest.mark.parametrize(("fields", "message"), [
    ({"neuron": LeakyIntegrator}, "Layer.neuron = <class .*; legal: a Neuron with its values"),
    ({"train": ("bias", "bias*")}, r"Layer.train = \('bias', 'bias\*'\) names a parameter twice"),
    ({"gain": float("nan")}, "Layer.gain = nan is not legal; legal: a finite number"),
])  # fmt: skip
def test_layers_are_refused(fields, message):
    with pytest.raises(ParameterError, match=message):
        Layer(**{"n": 3, **fields})


@pytest.fixture(scope="module")
def untrained():
    return attempt(epochs=0)


def test_no_epochs_give_the_first_loss_and_change_nothing(untrained):
    start = network().initial_weights(0)
    assert np.isfinite(untrained.data.loss.sel(split="train").item())
    assert all(np.array_equal(w.ravel(), start[f"{name}.w"].astype("f4")) for name, w in untrained.weights.items())


def test_a_batch_larger_than_the_set_is_the_set():
    one, other = attempt(batch=8), attempt(batch=1000)
    assert np.array_equal(one.data.loss.values, other.data.loss.values)


def test_without_test_samples_there_is_no_number_for_them():
    found = attempt(task=WITHOUT_VALIDATION).data
    assert np.isfinite(found.loss.sel(split="train")).all()
    assert np.isnan(found.loss.sel(split=["valid", "test"])).all() and found.sizes["sample"] == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("chosen", "messages"),
    [
        ({"weights": {"to_hidden_1": np.zeros((5, 6))}}, ["layer hidden_1 did not spike", "gradient of to_hidden_1 is 0", "gradient of to_output is 0"]),
        ({"weights": {"to_output": np.zeros((6, 3))}}, ["gradient of to_hidden_1 is 0 in the first batch: .* all weights behind it are 0"]),
        ({"task": samples(time=np.zeros(0, int), channel=np.zeros(0, int), sample=np.zeros(0, int))}, ["layer hidden_1 did not spike"]),
    ],
)  # fmt: skip
def test_nothing_trains_silently_on_zeros(chosen, messages):
    with pytest.warns(UserWarning) as told:
        attempt(**chosen)
    for message in messages:
        assert any(re.search(message, str(w.message)) for w in told), message


@pytest.mark.parametrize(("chosen", "message"), [
    ({"rate": 1e38, "epochs": 3}, r"the gradient of to_hidden_1 is not finite in epoch 2, update 2 \(entry 0 of 30\); legal: a smaller rate"),
    ({"weights": {"to_output": np.full((6, 3), 1e38)}}, "the loss is not finite in epoch 1, update 1: all weights are finite, the read-out is not"),
    ({"weights": {"to_output": np.full((6, 3), 1e38)}, "epochs": 0}, "the loss is not finite in epoch 1, update 1"),
    ({"rate": 1e38, "epochs": 1, "optimiser": SGD()}, "the loss of samples 8 to 9, which are not trained on, is not finite after 1 updates"),
    ({"rate": 3e38, "epochs": 1, "task": WITHOUT_VALIDATION, "batch": 4}, "not finite"),
])  # fmt: skip
def test_what_is_not_finite_is_named(chosen, message):
    with pytest.raises(NonFiniteError, match=message):
        attempt(**chosen)


def test_a_training_goes_on_with_its_own_network_and_optimiser(untrained):
    with pytest.raises(
        GradientError, match="resume has 30 values of to_hidden_1; legal: 35, of a network with the same layers"
    ):
        attempt(network(n=7), resume=untrained)
    with pytest.raises(GradientError, match=r"states \['m', 'v'\], and SGD has \['m'\]; legal: the same optimiser"):
        attempt(optimiser=SGD(), resume=untrained)
    with pytest.raises(GradientError, match="weights and resume both say where to start; legal: one of them"):
        attempt(resume=untrained, weights=untrained.weights)


def test_a_refusal_names_the_layer():
    with pytest.raises(
        GradientError, match="layer output: the read-out LeakyIntegrator has no state 'q' to read; legal: I_syn, v"
    ):
        attempt(LayeredNetwork(sizes=(5, 6, 3), read="q"))
