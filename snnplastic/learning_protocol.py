"""LearningProtocol: a protocol that trains a layered network in one compiled program."""

import numpy as np

from .errors import GradientError
from .learning import program
from .learning.loop import CONTROL
from .learning.losses import MaxOverTime
from .learning.optimisers import Adam
from .learning.surrogates import SuperSpike
from .protocol import Protocol


class LearningProtocol(Protocol):
    """Base of protocols that train. A subclass gives `network()`, a LayeredNetwork, and `samples()`, a Samples; the rest has defaults.

    The whole training runs in the program: batches in blocks of `replicas`, epochs, shuffling, evaluation after each epoch.
    With epochs = 0 it computes the loss and the gradient of the first batch and changes nothing.
    """

    replicas = 8
    dtype = "float32"
    smooth = False
    detach_reset = True
    evaluate_every = 1
    shuffle = True
    read = ("out.history", "out.spent", "out.spikes", "out.scores", "out.raster", "out.trace")

    def network(self):
        raise GradientError(f"{type(self).__name__} has no network()")

    def samples(self):
        raise GradientError(f"{type(self).__name__} has no samples()")

    def surrogate(self):
        return SuperSpike()

    def loss(self):
        return MaxOverTime()

    def optimiser(self):
        return Adam()

    def hyperparameters(self):
        """{epochs, batch, rate, rate_decay, seed} of the training."""
        return {"epochs": 10, "batch": 100, "rate": 1e-3, "rate_decay": 1.0, "seed": 0}

    def initial(self):
        """{array: values} that the training starts with."""
        return self.network().initial_weights(self.hyperparameters()["seed"])

    def structure(self):
        return self.network().structure() | {
            "surrogate": program.spec_of(self.surrogate()), "loss": {"class": type(self.loss()).__name__}, "optimiser": {"class": type(self.optimiser()).__name__},
            "replicas": self.replicas, "smooth": self.smooth, "detach_reset": self.detach_reset, "single": self.dtype == "float32",
        }  # fmt: skip

    @staticmethod
    def build(structure):
        return program.build(structure)

    def time_step(self):
        return 1e-3

    def duration(self):
        return 0.0

    def values(self):
        network, samples, chosen = self.network(), self.samples(), self.hyperparameters()
        if samples.n_in != network.inputs or samples.n_out != network.layers[-1].n:
            raise GradientError(
                f"the task has {samples.n_in} inputs and {samples.n_out} outputs, the network {network.inputs} and {network.layers[-1].n}"
            )
        if (
            self.loss().kind == "label"
            and samples.label is None
            or self.loss().kind == "target"
            and samples.goal is None
        ):
            raise GradientError(
                f"the loss {type(self.loss()).__name__} needs a {self.loss().kind} for each sample, and the task gives none"
            )
        n_train, n_valid, n_test = samples.counts
        control = {"rate_decay": 1, "epochs_done": 0, "updates_done": 0, "patience": 0} | chosen | {
            "n_steps": samples.n_steps, "n_train": n_train, "n_valid": n_valid, "n_test": n_test, "shuffle": self.shuffle, "scale": self.loss().scale,
            "evaluate_every": self.evaluate_every, "per_sample_goal": samples.goal is not None and np.ndim(samples.goal) == 3,
            "per_sample_attention": samples.attention is not None and np.ndim(samples.attention) == 2,
        }  # fmt: skip
        found = samples.values() | {"data.control": np.array([float(control[name]) for name in CONTROL])}
        found |= {name: np.asarray(value, float).astype(self.dtype) for name, value in self.initial().items()}
        found |= network.parameters() | {f"{name}.time_step": self.time_step() for name in network.names()}
        found |= network.wiring()
        optimiser = self.optimiser()
        groups = [name.partition(".")[0] for name in network.initial_weights(0)]
        found |= {f"{group}.{field}": getattr(optimiser, field) for group in groups for field in optimiser.declared()}
        return found
