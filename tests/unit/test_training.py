"""Training: resume, early stop, sparse weights, controls that must learn nothing, and mistakes of a user."""

import numpy as np
import pytest

from snnplastic.errors import GradientError, NonFiniteError, ParameterError, ResultsError
from snnplastic.learning import Trained, train
from snnplastic.learning.losses import FirstSpike, SquaredError
from snnplastic.learning.optimisers import SGD
from snnplastic.learning.surrogates import Custom, SuperSpike
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.tasks.samples import Samples
from snnplastic.tasks.yin_yang import YinYang

READOUT = Layer(n=3, neuron=LeakyIntegrator(), gain=1.0, mean=0.05)


def network(**changes):
    return LayeredNetwork(inputs=5, layers=(Layer(**{"n": 24, "gain": 2.0, "mean": 1.0, **changes}), READOUT))


@pytest.fixture(scope="module")
def points():
    return YinYang(n_train=300, n_valid=60, n_test=60).samples()


@pytest.fixture(scope="module")
def whole(points):
    return train(network(), points, epochs=4, rate=5e-3, dt=5e-4, quiet=True)


def test_a_resumed_training_equals_one_without_pause(points, whole, tmp_path):
    half = train(network(), points, epochs=2, rate=5e-3, dt=5e-4, quiet=True)
    kept = Trained.load(half.save(tmp_path / "half.npz"), network())
    assert all(np.array_equal(half.weights[name], kept.weights[name]) for name in half.weights) and kept.learning == half.learning
    resumed = train(network(), points, epochs=2, rate=5e-3, dt=5e-4, resume=kept, quiet=True)
    assert all(np.array_equal(whole.weights[name], resumed.weights[name]) for name in whole.weights)
    assert np.array_equal(whole.data.loss.values[:, 2:], resumed.data.loss.values)


def test_the_loss_falls_and_the_same_seed_gives_the_same_weights(points, whole):
    loss = whole.data.loss.sel(split="train").values[0]
    assert loss[-1] < loss[0] - 0.02
    again = train(network(), points, epochs=4, rate=5e-3, dt=5e-4, quiet=True)
    other = train(network(), points, epochs=4, rate=5e-3, dt=5e-4, seed=1, quiet=True)
    assert all(np.array_equal(whole.weights[name], again.weights[name]) for name in whole.weights)
    assert not np.array_equal(whole.weights["to_output"], other.weights["to_output"])


def test_files_of_trained_networks_are_checked(points, whole, tmp_path):
    path = whole.save(tmp_path / "whole.npz")
    with pytest.raises(ResultsError, match="whole.npz holds 120 values of to_hidden_1; legal: 35, those of this network"):
        Trained.load(path, network(n=7))
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(ResultsError, match="whole.npz is damaged or no trained network"):
        Trained.load(path, network())
    with pytest.raises(ResultsError, match="ending .npz"):
        whole.save(tmp_path / "whole.pt")
    with pytest.raises(ResultsError, match="cannot be written: No such file"):
        whole.save(tmp_path / "no" / "whole.npz")


def test_a_surrogate_of_ones_own_is_text(points):
    given = {"epochs": 1, "rate": 5e-3, "dt": 5e-4, "quiet": True}
    named = train(network(), points, surrogate=SuperSpike(beta=4), **given)
    own = train(network(), points, surrogate=Custom(derivative="1/(1 + 4*abs(x))**2"), **given)
    assert all(np.allclose(named.weights[name], own.weights[name], rtol=1e-4, atol=1e-6) for name in named.weights)
    for text in ("", "gamma(x)", "1"):
        with pytest.raises(ParameterError, match="Custom.derivative = .* is not legal; legal: an expression in x with BETA"):
            Custom(derivative=text)


def test_a_rate_of_zero_changes_nothing(points):
    start = network().initial_weights(0)
    still = train(network(), points, epochs=2, rate=0, dt=5e-4, quiet=True)
    for name, value in still.weights.items():
        assert np.array_equal(value.ravel(), start[f"{name}.w"].astype("f4"))


def test_fixed_weights_stay(points):
    start = network().initial_weights(0)
    kept = train(network(fixed=True), points, epochs=2, rate=1e-2, dt=5e-4, quiet=True)
    assert np.array_equal(kept.weights["to_hidden_1"].ravel(), start["to_hidden_1.w"].astype("f4"))
    assert not np.array_equal(kept.weights["to_output"].ravel(), start["to_output.w"].astype("f4"))


def test_a_parameter_that_differs_between_neurons_does_not_learn(points):
    taus = np.linspace(5e-3, 40e-3, 24)
    given = train(network(each={"tau_mem": taus}), points, epochs=2, rate=0, dt=5e-4, quiet=True)
    learned = train(network(train=("tau_mem",)), points, weights={"hidden_1_tau_mem": taus}, epochs=2, rate=0, dt=5e-4, quiet=True)
    assert np.allclose(given.data.loss, learned.data.loss, rtol=1e-6)
    assert "hidden_1_tau_mem" not in given.weights


def test_an_early_stop_keeps_the_best_weights(points):
    stopped = train(network(), points, epochs=40, rate=0.3, dt=5e-4, patience=2, quiet=True)
    valid = stopped.data.loss.sel(split="valid").values[0]
    assert len(valid) < 40 and len(valid) - 1 - valid.argmin() == 2
    again = train(network(), points, epochs=1, rate=0, dt=5e-4, weights=stopped.weights, quiet=True)
    assert again.data.loss.sel(split="valid").values[0, 0] == pytest.approx(valid.min(), rel=1e-6)


def test_sparse_weights_compute_what_dense_ones_with_zeros_do(points):
    sparse = network(density=0.5)
    wiring, start = sparse.wiring(), sparse.initial_weights(0)
    first, to = wiring["data.first_to_hidden_1"], wiring["data.to_to_hidden_1"]
    dense = np.zeros((5, 24))
    for j in range(5):
        dense[j, to[first[j] : first[j + 1]]] = start["to_hidden_1.w"][first[j] : first[j + 1]]
    given = {"to_hidden_1": dense, "to_output": start["to_output.w"]}
    one = train(sparse, points, epochs=0, dt=5e-4, precision="double", quiet=True)
    other = train(network(), points, epochs=0, dt=5e-4, precision="double", weights=given, quiet=True)
    assert one.data.loss.values[0, 0, 0] == pytest.approx(other.data.loss.values[0, 0, 0], rel=1e-12)


def test_a_silent_layer_is_named(points):
    with pytest.warns(UserWarning, match="layer hidden_1 did not spike in the last epoch"):
        train(network(gain=0.0, mean=0.0), points, epochs=1, dt=5e-4, quiet=True)


def test_a_gradient_that_explodes_is_an_error(points):
    with pytest.raises(NonFiniteError, match="not finite"):
        train(network(), points, epochs=3, rate=1e38, dt=5e-4, optimiser=SGD(), quiet=True)


def small(**changes):
    given = {"n_steps": 10, "n_in": 5, "n_out": 3, "counts": (2, 0, 0), "time": np.array([1, 2]), "channel": np.array([0, 4]), "sample": np.array([0, 1]), "label": np.array([0, 2])}  # fmt: skip
    return Samples(**(given | changes))


@pytest.mark.parametrize(("changes", "message"), [
    ({"label": np.array([0, 3])}, "Samples.label holds 3; legal: 0 to 2"),
    ({"label": np.array([0.0, 1.0])}, "Samples.label must hold 2 whole numbers"),
    ({"time": np.array([1, 10])}, "Samples.time holds 10; legal: 0 to 9"),
    ({"channel": np.array([0])}, "Samples.channel must be a flat array"),
    ({"counts": (0, 2, 0)}, "nothing to train on"),
    ({"goal": np.zeros((9, 3))}, r"Samples.goal has shape \(9, 3\); legal: \(10, 3\)"),
])  # fmt: skip
def test_bad_samples_are_refused(changes, message):
    with pytest.raises(GradientError, match=message):
        small(**changes)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: train(LayeredNetwork(sizes=(4, 8, 3)), small(), quiet=True), "the task has 5 inputs and 3 outputs, the network 4 and 3"),
    (lambda: train(network(), small(), loss=SquaredError(), quiet=True), "SquaredError needs a target for each sample"),
    (lambda: train(network(), small(), precision="half", quiet=True), "precision = 'half' is not legal"),
    (lambda: train(network(), small(), batch=0, quiet=True), "batch = 0 is not legal"),
    (lambda: train(network(), small(), weights={"to_hidden_2": 0}, quiet=True), "legal: to_hidden_1"),
    (lambda: train(network(drive="g"), small(), quiet=True), "SynapticLIF has no state 'g' for its synapses to drive; legal: v, I_syn|legal: I_syn, v"),
    (lambda: train(network(train=("tau",)), small(), quiet=True), "SynapticLIF has no parameter 'tau' to train; legal: .*tau_mem"),
    (lambda: train(network(), small(), loss=FirstSpike(), quiet=True), "the read-out LeakyIntegrator has no threshold"),
])  # fmt: skip
def test_mistakes_are_told_before_anything_runs(make, message):
    with pytest.raises(GradientError, match=message):
        make()


@pytest.mark.parametrize(("fields", "message"), [
    ({"each": {"tau": np.ones(24)}}, "Layer.each names 'tau'; legal: a parameter of SynapticLIF"),
    ({"each": {"tau_mem": np.ones(2)}}, "Layer.each.*has the shape .2,.; legal: a finite number for each of 3 neurons"),
    ({"n": 0}, "Layer.n = 0 is not legal"), ({"delay": -1}, "Layer.delay = -1"), ({"density": 0}, "Layer.density = 0"),
    ({"train": "bias"}, "must be a list of names"), ({"fixed": "some"}, "Layer.fixed = 'some'"), ({"spikes": (5, 1, 1)}, r"Layer.spikes = \(5, 1, 1\)"),
])  # fmt: skip
def test_bad_layers_are_refused(fields, message):
    with pytest.raises(ParameterError, match=message):
        Layer(**{"n": 3, "neuron": SynapticLIF(), **fields})
