"""TaskProtocol: a protocol that learns one task in several seeds, with all its weights and in control conditions."""

from dataclasses import dataclass

import numpy as np

from .errors import GradientError
from .learning_protocol import LearningProtocol
from .parameter import param


@dataclass(frozen=True, kw_only=True)
class TaskProtocol(LearningProtocol):
    """Base. A subclass gives `network()` and `task()`, a task of snnplastic.tasks, and may give `controls()`; seeds and controls are runs of one program.

    A run with seed s draws its initial weights and its order of samples from s; the data are those of the task's own seed, the same for all.
    `final` (condition, seed) is the share of test samples that are told rightly after training (of training samples, where a task has no other).
    """

    whole = "all weights"  # the condition with nothing changed
    chance = bar = None  # what guessing gives; what is to be reached
    best = False  # keep the weights of the epoch with the smallest loss in validation
    quantity, counted = "", True  # what `final` is called in the figure; accuracy by epoch is counted

    epochs: int = param(100, "1", "passes over the training samples", "free", low=1)
    seeds: int = param(5, "1", "initial weights and orders of samples", "free", low=1)
    batch: int = param(100, "1", "samples an update", "free", low=1)
    rate: float = param(0.005, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(1.0, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    first: int = param(0, "1", "number of the first seed", "free", low=0)

    def task(self):
        raise GradientError(f"{type(self).__name__} has no task()")

    def samples(self):
        return self.task().samples()

    def time_step(self):
        return self.task().dt

    def controls(self):
        """{condition: {array: value}}, what differs from the network that learns. `GROUP.pace` = 0 keeps weights as they were drawn: by default those to the
        first hidden layer."""
        return {"read-out only": {"to_hidden_1.pace": 0.0}}

    def conditions(self):
        return {self.whole: {}} | self.controls()

    def hyperparameters(self):
        return {"epochs": self.epochs, "batch": self.batch, "rate": self.rate, "rate_decay": self.rate_decay, "seed": self.first, "patience": self.epochs * self.best}

    def replicates(self):
        network, control, found = self.network(), self.control(), []
        for changed in self.conditions().values():
            for seed in range(self.first, self.first + self.seeds):
                mine = control.copy()
                mine[self.order("seed")] = seed
                found.append({"data.control": mine, **network.initial_weights(seed), **changed})
        return found

    def final(self, runs):
        """What the training came to, of each run (seed of `runs`), from what LearningProtocol.measure gives."""
        split = "test" if self._samples.counts[2] else "train"
        epoch = runs.loss.sel(split="valid").argmin("epoch") if self.best else -1
        return runs.accuracy.sel(split=split).isel(epoch=epoch).values

    def add(self, found, runs):
        """What else a protocol has to say, put into the Dataset `found`."""

    def measure(self, data):
        """accuracy, loss (condition, seed, epoch, split), spikes of a neuron in a sample (condition, seed, epoch, layer), final (condition, seed) with its
        mean test_accuracy, its extremes and `gain`, the smallest difference to the controls; the course of the first run's read-out in some samples
        (when, step, shown, output), spikes of these (raster_*) and of the first one's input (input_*), weights (w_NAME: condition, seed, ...)."""
        import xarray as xr

        runs = super().measure(data)
        names, final = list(self.conditions()), self.final(runs).reshape(-1, self.seeds)

        def parted(name):
            values = runs[name].values
            return values.reshape(len(names), self.seeds, *values.shape[1:])

        dims = ("condition", "seed")
        found = xr.Dataset(
            {
                "accuracy": ((*dims, "epoch", "split"), parted("accuracy")),
                "loss": ((*dims, "epoch", "split"), parted("loss")),
                "spikes": ((*dims, "epoch", "layer"), parted("spikes")),
                "cpu": ((*dims, "epoch"), parted("cpu"), {"units": "s"}),
                "final": (dims, final),
                "test_accuracy": ("condition", final.mean(1)),
                "test_accuracy_low": ("condition", final.min(1)),
                "test_accuracy_high": ("condition", final.max(1)),
                "gain": ((), float((final[0] - final[1:]).min()) if len(names) > 1 else np.nan),
                "trace": runs.trace.isel(shown=slice(self.replicas)),
            },
            coords={
                "condition": names, "seed": np.arange(self.first, self.first + self.seeds), "split": runs.split, "epoch": runs.epoch, "when": runs.when,
                "layer": runs.layer,
            },
        )  # fmt: skip
        few = np.flatnonzero(runs.raster_sample.values < self.replicas)
        for column in ("when", "layer", "sample", "step", "neuron"):
            found[f"raster_{column}"] = runs[f"raster_{column}"].isel(spike=few)
        for name in (name for name in runs if name.startswith("w_")):
            found[name] = ((*dims, runs[name].dims[-1]), parted(name))
        samples = self._samples
        shown = samples.sample == samples.looked_at.start
        found["input_step"], found["input_channel"] = ("arrival", samples.time[shown]), ("arrival", samples.channel[shown])
        if samples.label is not None:
            found["shown_label"] = int(samples.label[samples.looked_at.start])
        found.attrs |= runs.attrs | {"dt": self.time_step(), "inputs": samples.n_in, "neurons": [layer.n for layer in self.network().layers]}
        found.attrs |= {name: value for name in ("chance", "bar", "quantity") if (value := getattr(self, name)) not in (None, "")}
        found.attrs |= {} if self.counted else {"curve": "loss"}
        self.add(found, runs)
        return found

    @staticmethod
    def figure(data):
        from .analysis.training_figure import draw

        return draw(data)
