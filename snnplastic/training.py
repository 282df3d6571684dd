"""train: train a layered network on samples, in one compiled program."""

import numpy as np

from .device.execute import execute
from .device.target import choose
from .errors import GradientError
from .learners.bptt import BPTT
from .learning.losses import MaxOverTime
from .learning.optimisers import Adam
from .learning.surrogates import SuperSpike
from .learning_protocol import Training, checked_start, shapes_of
from .networks.layered import LayeredNetwork
from .trained import Trained, weights_of_arrays
from .training_arguments import check_given


def _weights(given, own, shapes):
    """{array: flat values} of weights that a user gives, by the name of a connection or trained parameter."""
    named = {name if name.endswith(".w") else f"{name}.w": value for name, value in given.items()}
    for name in named:
        if name not in own:
            legal = ", ".join(f"{k[:-2]} {shapes.get(k, v.shape)}" for k, v in own.items())
            raise GradientError(f"train: weights[{name[:-2]!r}] is no array of this network; legal: {legal}")
    return checked_start("train: weights", named, own, shapes)


def _resumed(resume, own, optimiser):
    """The arrays that a training by the same optimiser left behind, of a network of the same sizes."""
    if not isinstance(resume, Trained):
        raise GradientError(f"train: resume = {resume!r} is not legal; legal: what train returned")
    arrays, first = resume.state["arrays"], next(iter(own))[:-2]
    states = {name.partition(".")[2] for name in arrays if name.startswith(f"{first}.")} - {"w"}
    if states != set(optimiser.states):
        told = f"{sorted(states)}, and {type(optimiser).__name__} has {sorted(optimiser.states)}"
        raise GradientError(f"train: resume has the optimiser's states {told}; legal: the same optimiser")
    for name, value in own.items():
        size = np.size(arrays[name]) if name in arrays else 0
        if size != value.size:
            raise GradientError(f"train: resume has {size} values of {name[:-2]}; legal: {value.size}, of a network with the same layers")
    return arrays


def block_of(network):
    """How many samples are worked off together: with more, less time goes into calls; with fewer, the states of a block stay in the processor's cache."""
    largest = max(layer.n for layer in network.layers)
    return int(np.clip(2 ** np.ceil(np.log2(128 / largest)), 4, 32))


def train(
    network, task, *, epochs=10, batch=100, rate=1e-3, rate_decay=1.0, loss=None, surrogate=None, rule=None, optimiser=None, detach_reset=True, smooth=False,
    precision="single", dt=None, seed=0, patience=0, evaluate_every=1, shuffle=True, weights=None, resume=None, replicas=None, quiet=False,
):  # fmt: skip
    """Train `network` (a LayeredNetwork) on `task`: a Samples, or an object with `samples()` and `dt`.

    rate, rate_decay   learning rate of an epoch: rate * rate_decay**epoch
    loss, surrogate, optimiser   objects of learning.losses, .surrogates, .optimisers; MaxOverTime, SuperSpike, Adam by default
    rule               how the gradient is found: BPTT() by default, or EProp(), SuperSpike(), OTTT() of snnplastic.learners, along with the forward pass
    detach_reset       the gradient does not flow through the reset
    precision          single or double
    dt                 time step, s; the task's by default, else 1 ms
    seed               of the initial weights and of the order of samples
    patience           stop after so many epochs without a smaller loss in validation, and keep the best weights; 0: never
    weights            {name: array} to start with, such as `weights` of a Trained; initial weights of the network by default
    resume             a Trained to go on with: `epochs` more, as if there had been no pause
    replicas           samples that are worked off together, results differ by rounding only; by default so many that a block of the largest layer has 128
                       neurons, from 4 to 32

    Returns a Trained. Raises GradientError where network, task, neuron or a setting cannot be trained with, NonFiniteError where a loss, a gradient or the last
    weights are not finite: it names array, epoch and update.
    """
    if replicas is None and isinstance(network, LayeredNetwork):
        replicas = block_of(network)
    check_given(network, task, precision, replicas, loss=loss, surrogate=surrogate, rule=rule, optimiser=optimiser)
    if choose() != "cpp":
        raise GradientError("train: a training is a C++ program, and no compiler was found; install g++ and make")
    if weights and resume is not None:
        raise GradientError("train: weights and resume both say where to start; legal: one of them")
    samples = task.samples() if hasattr(task, "samples") else task
    own = network.initial_weights(int(seed) if seed == seed and seed >= 0 else 0)  # a seed that is not legal is told below
    initial = own | _weights(weights or {}, own, shapes_of(network.structure()))
    chosen = {"epochs": epochs, "batch": batch, "rate": rate, "rate_decay": rate_decay, "seed": seed, "patience": patience}
    if resume is not None:
        initial |= _resumed(resume, own, optimiser or Adam())
        chosen |= resume.state["done"]
    step = float(dt if dt is not None else getattr(task, "dt", 1e-3))
    if not 0 < step < float("inf"):
        raise GradientError(f"train: dt = {step!r} is not legal; legal: a time above 0, in s")
    protocol = Training(
        given={
            "network": network, "samples": samples, "loss": loss or MaxOverTime(), "surrogate": surrogate or SuperSpike(), "rule": rule or BPTT(),
            "optimiser": optimiser or Adam(), "hyperparameters": chosen, "initial": initial, "time_step": step,
        },
        settings={
            "detach_reset": detach_reset, "smooth": smooth, "replicas": replicas, "dtype": "float32" if precision == "single" else "float64",
            "evaluate_every": evaluate_every, "shuffle": shuffle,
        },
    )  # fmt: skip
    arrays = execute(protocol, seed=0, quiet=quiet).data
    data = protocol.measure(arrays)
    kept = {name: np.array(arrays[name]) for name in arrays if not name.startswith("out.")}
    done = dict(zip(("epochs_done", "updates_done"), map(float, arrays["out.done"]), strict=False))
    state = {"arrays": {n: v for n, v in kept.items() if not n.endswith(".g")}, "done": done}
    return Trained(network, data, weights_of_arrays(kept, network), state, protocol.learning_settings())
