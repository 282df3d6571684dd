"""LearningProtocol: a protocol that trains a layered network in one compiled program; Training: one for any network and task."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from .errors import GradientError
from .learners.bptt import BPTT
from .learning import program
from .learning.loop import CONTROL, REALS
from .learning.losses import MaxOverTime
from .learning.optimisers import Adam
from .learning.surrogates import SuperSpike
from .protocol import Protocol

SPLITS = ("train", "valid", "test")
MOST_WEIGHTS = 10**7  # that results keep
# Numbers of a training and the least that is legal.
LEAST = {"epochs": 0, "batch": 1, "rate": 0, "rate_decay": 0, "seed": 0, "patience": 0, "evaluate_every": 1}


def shapes_of(structure):
    """{connection.w: (neurons before, neurons after)} of the connections that are all to all, by a network's structure."""
    connections = program.network_names(structure)[1]
    return {f"{c['name']}.w": (int(c["n_pre"]), int(c["n_post"])) for c in connections if c["synapses"] == c["n_pre"] * c["n_post"]}


def checked_start(where, given, expected, shapes):
    """{array: flat values} that a training starts with, of the shape of the network's own (`expected`, all flat), or of its matrix in `shapes`."""
    found = {}
    for name, value in given.items():
        value = np.atleast_1d(np.asarray(value, float))
        if name in expected:
            legal = [shape for shape in (shapes.get(name), expected[name].shape) if shape]
            if value.shape not in legal:
                wanted = " or ".join(map(str, legal))
                meaning = ", which is (neurons before, neurons after) or flat" if name in shapes else ""
                raise GradientError(f"{where}: {name[:-2]} has shape {value.shape}; legal: {wanted}{meaning}")
        if not np.all(np.isfinite(value)):
            raise GradientError(f"{where}: {name[:-2]} holds {value[~np.isfinite(value)][0]}; legal: finite numbers")
        found[name] = value.ravel()
    return found


class LearningProtocol(Protocol):
    """Base of protocols that train. A subclass gives `network()`, a LayeredNetwork, and `samples()`, a Samples; the rest has defaults.

    The whole training runs in the program: batches in blocks of `replicas` samples, epochs, shuffling, evaluation after an epoch. With epochs = 0 it
    computes loss and gradient of the first batch (arrays `CONNECTION.g`) and changes nothing. Memory: for each step, each neuron of a block and each
    state that the gradient needs, one number (4 bytes in single precision), and 4 bytes for each spike of the block.
    """

    replicas = 4
    dtype = "float32"
    smooth = False
    detach_reset = True
    evaluate_every = 1
    shuffle = True
    shown = 0  # samples whose spikes and read-out are recorded before and after training; 0: one block

    def network(self):
        raise GradientError(f"{type(self).__name__} has no network()")

    def samples(self):
        raise GradientError(f"{type(self).__name__} has no samples()")

    def surrogate(self):
        return SuperSpike()

    def loss(self):
        return MaxOverTime()

    def rule(self):
        """How the gradient is found: BPTT, or another of `learners`."""
        return BPTT()

    def optimiser(self):
        return Adam()

    def hyperparameters(self):
        """{epochs, batch, rate, rate_decay, seed, patience, epochs_done, updates_done} of the training."""
        return {"epochs": 10, "batch": 100, "rate": 1e-3, "seed": 0}

    def initial(self):
        """{array: values} that the training starts with."""
        return self.network().initial_weights(int(self.hyperparameters()["seed"]))

    def _sizes(self):
        network = self.network()
        return {name: layer.n for name, layer in zip(network.names(), network.layers, strict=True)}

    def groups(self):
        """Names of all that has weights: of the network and of the rule."""
        return self.network().groups() + self.rule().learned(self._sizes())

    @cached_property
    def _samples(self):
        return self.samples()

    @property
    def read(self):
        found = [f"out.{name}" for name in ("history", "spent", "spikes", "scores", "gradients", "done", "raster", "trace")]
        return (*found, *(f"{group}.{v}" for group in self.groups() for v in ("w", "g", *self.optimiser().states)))

    def structure(self):
        return self.network().structure() | {
            "surrogate": program.spec_of(self.surrogate()), "loss": {"class": type(self.loss()).__name__}, "optimiser": {"class": type(self.optimiser()).__name__},
            "replicas": self.replicas, "smooth": self.smooth, "detach_reset": self.detach_reset, "single": self.dtype == "float32",
            "rule": self.rule().structure(),
        }  # fmt: skip

    @staticmethod
    def build(structure):
        return program.build(structure)

    def time_step(self):
        return 1e-3

    def duration(self):
        return 0.0

    def control(self):
        """The numbers of the training in the order that the program reads."""
        samples, loss = self._samples, self.loss()
        counts = dict(zip(("n_train", "n_valid", "n_test", "n_extra"), (*samples.counts, 0), strict=False))
        found = {"rate_decay": 1, "epochs_done": 0, "updates_done": 0, "patience": 0, "n_extra": 0} | self.hyperparameters() | counts
        found |= {
            "n_steps": samples.n_steps, "shuffle": self.shuffle, "scale": loss.scale, "evaluate_every": self.evaluate_every,
            "per_sample_goal": samples.goal is not None and np.ndim(samples.goal) == 3, "per_sample_attention": np.ndim(samples.attention) == 2, "n_shown": self.shown or self.replicas,
        }  # fmt: skip
        for name, least in LEAST.items():
            _check_number(f"{type(self).__name__}: {name}", found[name], least, whole=name not in REALS)
        if found["patience"] and not found["n_valid"]:
            raise GradientError(
                f"{type(self).__name__}: patience = {found['patience']!r} waits for the loss in validation, and there are no such samples; legal: 0"
            )
        return np.array([float(found[name]) for name in CONTROL])

    def learning_settings(self):
        """How this protocol trains, plain JSON: rule, loss, surrogate and optimiser with their fields (SI), hyperparameters, what of the read-out the
        loss reads (state or spikes), dt (s, None without a clock) and the scheme of its steps."""
        parts = {"rule": self.rule(), "loss": self.loss(), "surrogate": self.surrogate(), "optimiser": self.optimiser()}
        return {name: {"class": type(part).__name__, **part.to_json()} for name, part in parts.items()} | {
            "hyperparameters": dict(self.hyperparameters()), "detach_reset": self.detach_reset, "smooth": self.smooth, "precision": self.dtype,
            "reads": self.loss().reads, "dt": float(self.time_step()), "scheme": "clock",
        }  # fmt: skip

    @staticmethod
    def order(name):
        """Place of a number in `control`."""
        return CONTROL.index(name)

    def check_run(self):
        """Network, task and loss fit each other, and the numbers of the training are legal; GradientError where not."""
        samples, loss = self._samples, self.loss()
        self.check_sizes()
        if (samples.label if loss.kind == "label" else samples.goal) is None:
            raise GradientError(f"the loss {type(loss).__name__} needs a {loss.kind} for each sample, and the task gives none")
        if loss.kind == "label" and samples.n_out < 2:
            raise GradientError(f"the loss {type(loss).__name__} tells classes apart, and the network has 1 output; legal: at least 2")
        self.control()

    def check_sizes(self):
        network, samples = self.network(), self._samples
        if (samples.n_in, samples.n_out) != (network.inputs, network.layers[-1].n):
            raise GradientError(
                f"the task has {samples.n_in} inputs and {samples.n_out} outputs, the network {network.inputs} and {network.layers[-1].n}; legal: the same"
            )

    def values(self):
        network, samples = self.network(), self._samples
        found = samples.values() | network.wiring() | {"data.control": self.control()}
        found |= self.rule().values(self._sizes(), int(self.hyperparameters()["seed"]))
        for name, layer in zip(network.names(), network.layers, strict=True):
            found |= {f"{name}.{p}": np.tile(values, self.replicas) for p, values in layer.each.items()}
        found |= checked_start(type(self).__name__, self.initial(), network.initial_weights(0), shapes_of(network.structure()))
        found |= network.parameters() | {f"{name}.time_step": self.time_step() for name in network.names()}
        return found | self.updates()

    def updates(self):
        """{array: value} of the groups that update weights: the optimiser's fields, and the pace, a factor of the rate."""
        optimiser, groups = self.optimiser(), self.groups()
        found = {f"{group}.{field}": getattr(optimiser, field) for group in groups for field in optimiser.declared()}
        return found | {f"{group}.pace": 1.0 for group in groups}

    def _courses(self, trace):
        """(when, step, shown, output) of the blocks that the program recorded one after the other."""
        blocks = trace.reshape(2, -1, self._samples.n_steps, self.replicas, self._samples.n_out)
        courses = blocks.transpose(0, 2, 1, 3, 4).reshape(2, self._samples.n_steps, -1, self._samples.n_out)
        return courses[:, :, : min(self.shown or self.replicas, len(self._samples.looked_at))]

    def recorded(self, each, variables, time):
        """The Dataset of what all programs record, from {array: its values in each run}, and of `variables`; `time` names the time of a spike."""
        import xarray as xr

        history = np.stack([h.reshape(-1, 3, 2) for h in each["out.history"]])
        samples, before = self._samples, sum(self._samples.counts[:2])
        found = xr.Dataset(
            {
                "loss": (("seed", "epoch", "split"), history[..., 0]),
                "accuracy": (("seed", "epoch", "split"), history[..., 1]),
                "cpu": (("seed", "epoch"), np.stack(each["out.spent"]), {"units": "s"}),
                "spikes": (("seed", "epoch", "layer"), np.stack(each["out.spikes"])),
                **variables,
            },
            coords={"split": list(SPLITS), "layer": self.network().names(), "epoch": np.arange(history.shape[1]) + 1},
        )
        for k, column in enumerate(("when", "layer", "sample", time, "neuron")):
            found[f"raster_{column}"] = ("spike", each["out.raster"][0].reshape(-1, 5)[:, k])
        weights = weights_of(each)
        found = found.merge(weights).assign_attrs(weights.attrs)
        if samples.label is not None:
            found["label"] = ("sample", np.concatenate([samples.label[before : sum(samples.counts[:3])], np.full(sum(samples.counts[3:]), -1)]))
        return found

    def measure(self, data):
        """loss and accuracy (seed, epoch, split), CPU seconds (seed, epoch), spikes of a neuron in a sample (seed, epoch, layer), course of the read-out
        of some samples before and after training (when, step, shown, output), of all runs after it (`course`: seed, step, shown, output), their spikes
        (when, layer, sample, step, neuron), scores (seed, sample, output), weights (w_NAME, unless they are more than MOST_WEIGHTS numbers: the
        attribute `weights` says so)."""
        each = of_each_run(data)
        network, before = self.network(), sum(self._samples.counts[:2])
        variables = {
            "scores": (("seed", "sample", "output"), np.stack(each["out.scores"])[:, before:]),
            "trace": (("when", "step", "shown", "output"), self._courses(each["out.trace"][0])),
            "course": (("seed", "step", "shown", "output"), np.stack([self._courses(trace)[1] for trace in each["out.trace"]])),
        }
        found = self.recorded(each, variables, "step").assign_coords(when=["before", "after"])
        _warn(found, network, np.stack(each["out.gradients"]), [name for name in each if name.endswith(".g")])
        return found


def of_each_run(data):
    """{array: its values in each run} of one run or of replicates."""
    many = isinstance(data["out.history"], list)
    return {name: values if many else [values] for name, values in data.items()}


def weights_of(each):
    """A Dataset of the weights and trained parameters (w_NAME: seed, n_NAME) in {array: its values in each run}."""
    import xarray as xr

    kept = {name[:-2]: np.stack(values) for name, values in each.items() if name.endswith(".w")}
    size = sum(values.size for values in kept.values())
    if size > MOST_WEIGHTS:
        return xr.Dataset(attrs={"weights": f"left out: {size} numbers, more than {MOST_WEIGHTS}"})
    return xr.Dataset({f"w_{name}": (("seed", f"n_{name}"), values) for name, values in kept.items()})


def _check_number(where, value, least, *, whole):
    """A finite number from `least`, without a fraction if `whole`."""
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and np.isfinite(value)
    if not number or value < least or (whole and value != int(value)):
        raise GradientError(f"{where} = {value!r} is not legal; legal: a {'whole' if whole else 'finite'} number, at least {least}")


def _warn(found, network, gradients, groups):
    """Nothing trains silently on zeros."""
    import warnings

    for layer, made in zip(network.names(), network.layers, strict=True):
        if made.neuron.threshold and found.spikes.size and (found.spikes.sel(layer=layer).isel(epoch=-1) == 0).any():
            warnings.warn(f"layer {layer} did not spike in the last epoch; raise Layer.gain or Layer.mean, or ask for spikes by Layer.spikes", stacklevel=3)
    for name, size in zip(groups, gradients[0], strict=False):
        if size == 0:
            why = "nothing before it spikes, the surrogate is too narrow, or all weights behind it are 0"
            warnings.warn(f"the gradient of {name[:-2]} is 0 in the first batch: {why}", stacklevel=3)


@dataclass(frozen=True, kw_only=True, eq=False)
class Training(LearningProtocol):
    """The training of one network on one task, for `snnplastic.learning.train`."""

    given: dict  # {method: what it returns}
    settings: dict  # {attribute: value}

    def __post_init__(self):
        for name, value in self.given.items():
            object.__setattr__(self, name, partial(lambda value: value, value))
        for name, value in self.settings.items():
            object.__setattr__(self, name, value)
