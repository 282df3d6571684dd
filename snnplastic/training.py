"""train: train a layered network on samples, in one compiled program."""

from dataclasses import dataclass, field

import numpy as np

from .device.execute import execute
from .device.target import choose
from .errors import GradientError
from .learning.losses import MaxOverTime
from .learning.online import BPTT
from .learning.optimisers import Adam
from .learning.program import network_names
from .learning.surrogates import SuperSpike
from .learning_protocol import Training


@dataclass
class Trained:
    """A trained network.

    data      xarray.Dataset: loss and accuracy by epoch and split, spikes, course of the read-out before and after; see LearningProtocol.measure
    weights   {name: array}: connections (neuron before, neuron after), or flat where sparse; trained parameters of neurons
    state     what `resume=` needs to go on as if there had been no pause
    learning  how it was trained, plain JSON; see LearningProtocol.learning_settings
    """

    network: object
    data: object
    weights: dict
    state: dict = field(repr=False, default_factory=dict)
    learning: dict = field(repr=False, default_factory=dict)


def train(
    network, task, *, epochs=10, batch=100, rate=1e-3, rate_decay=1.0, loss=None, surrogate=None, rule=None, optimiser=None, detach_reset=True, smooth=False,
    precision="single", dt=None, seed=0, patience=0, evaluate_every=1, shuffle=True, weights=None, resume=None, replicas=4, quiet=False,
):  # fmt: skip
    """Train `network` (a LayeredNetwork) on `task`: a Samples, or an object with `samples()` and `dt`.

    rate, rate_decay   learning rate of an epoch: rate * rate_decay**epoch
    loss, surrogate, optimiser   objects of learning.losses, .surrogates, .optimisers; MaxOverTime, SuperSpike, Adam by default
    rule               how the gradient is found: BPTT() by default, or EProp(), SuperSpike(), OTTT() of learning.online, along with the forward pass
    detach_reset       the gradient does not flow through the reset
    precision          single or double
    dt                 time step, s; the task's by default, else 1 ms
    seed               of the initial weights and of the order of samples
    patience           stop after so many epochs without a smaller loss in validation, and keep the best weights; 0: never
    weights            {name: array} to start with, such as `weights` of a Trained; initial weights of the network by default
    resume             a Trained to go on with: `epochs` more, as if there had been no pause
    replicas           samples that are worked off together; results differ by rounding only

    Returns a Trained. Raises GradientError where network, task or neuron cannot be trained, NonFiniteError where a gradient exploded.
    """
    if precision not in ("single", "double"):
        raise GradientError(f"train: precision = {precision!r} is not legal; legal: 'single', 'double'")
    if isinstance(replicas, bool) or not isinstance(replicas, int) or replicas < 1:
        raise GradientError(f"train: replicas = {replicas!r} is not legal; legal: a whole number from 1")
    if choose() != "cpp":
        raise GradientError("train: a training is a C++ program, and no compiler was found; install g++ and make")
    samples = task.samples() if hasattr(task, "samples") else task
    initial = network.initial_weights(seed)
    for name, value in (weights or {}).items():
        key = name if name.endswith(".w") else f"{name}.w"
        if key not in initial or np.size(value) != initial[key].size:
            legal = ", ".join(f"{k[:-2]} ({v.size} values)" for k, v in initial.items())
            raise GradientError(f"train: weights[{name!r}] has {np.size(value)} values; legal: {legal}")
        initial[key] = np.asarray(value, float).ravel()
    chosen = {"epochs": epochs, "batch": batch, "rate": rate, "rate_decay": rate_decay, "seed": seed, "patience": patience}
    if resume is not None:
        initial |= resume.state["arrays"]
        chosen |= resume.state["done"]
    step = float(dt if dt is not None else getattr(task, "dt", 1e-3))
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
    connections = network_names(protocol.structure())[1]
    shapes = {c["name"]: (c["n_pre"], c["n_post"]) for c in connections if c["synapses"] == c["n_pre"] * c["n_post"]}
    found = {name[:-2]: value.reshape(shapes.get(name[:-2], -1)) for name, value in kept.items() if name.endswith(".w")}
    state = {"arrays": {n: v for n, v in kept.items() if not n.endswith(".g")}, "done": done}
    return Trained(network, data, found, state, protocol.learning_settings())
