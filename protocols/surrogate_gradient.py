"""Surrogate gradients: does backpropagation through time train a spiking network, and do its hidden weights matter?"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from snnplastic.learning.losses import MaxOverTime
from snnplastic.learning.surrogates import SuperSpike
from snnplastic.learning_protocol import LearningProtocol
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.tasks.yin_yang import YinYang

CONDITIONS = ("all weights", "read-out only")
GRID = 60  # points of the decision map, a side


@dataclass(frozen=True, kw_only=True)
class SurrogateGradient(LearningProtocol):
    r"""Yin-Yang: points of a plane, a spike of five input channels each, learned by one hidden layer of spiking neurons.

    The read-out's weights start above 0 on average: an output that never rises above its start has no gradient under the largest potential over time.
    The loss is the cross-entropy of the read-out's largest potential; its gradient is that of the surrogate graph, derived from the neuron's text.
    Control: the same network with its hidden weights left as they were drawn.
    """

    title = "surrogate gradients on Yin-Yang: learning curves, spikes before and after, decision boundary, hidden weights frozen"
    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    targets = ("surrogate_gradient",)

    hidden: int = param(120, "1", "hidden neurons", "free", low=1)
    epochs: int = param(100, "1", "passes over the training samples", "free", low=1)
    seeds: int = param(5, "1", "initial weights and orders of samples", "free", low=1)
    batch: int = param(100, "1", "samples an update", "free", low=1)
    rate: float = param(0.005, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(0.97, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    beta: float = param(10, "1", "steepness of the surrogate, in units of the threshold", "free", low=1e-3)
    scale: float = param(5, "1", "factor of the read-out before the softmax", "free", low=1e-3)
    tau_mem: float = param(10, "ms", "membrane time constant", "free", low=1e-3)
    tau_syn: float = param(5, "ms", "decay of synaptic currents", "free", low=1e-3)
    first: int = param(0, "1", "number of the first seed", "free", low=0)

    def network(self):
        times = {"tau_mem": f"{self.tau_mem * 1e3} ms", "tau_syn": f"{self.tau_syn * 1e3} ms"}
        hidden = Layer(n=self.hidden, neuron=SynapticLIF(**times), mean=1.0, gain=2.0)
        return LayeredNetwork(inputs=5, layers=(hidden, Layer(n=3, neuron=LeakyIntegrator(**times), gain=0.1 * self.hidden**0.5, mean=0.05)))

    def samples(self):
        return samples_and_grid()

    def time_step(self):
        return YinYang().dt

    def surrogate(self):
        return SuperSpike(beta=self.beta)

    def loss(self):
        return MaxOverTime(scale=self.scale)

    def hyperparameters(self):
        return {"epochs": self.epochs, "batch": self.batch, "rate": self.rate, "rate_decay": self.rate_decay, "seed": self.first}

    def replicates(self):
        network, control, found = self.network(), self.control(), []
        for condition in CONDITIONS:
            for seed in range(self.first, self.first + self.seeds):
                mine = control.copy()
                mine[self.order("seed")] = seed
                frozen = {"to_hidden_1.pace": 0.0} if condition != CONDITIONS[0] else {}
                found.append({"data.control": mine, **network.initial_weights(seed), **frozen})
        return found

    def measure(self, data):
        import xarray as xr

        runs = super().measure(data).rename(seed="run")
        shape = (len(CONDITIONS), self.seeds)

        def parted(name):
            values = runs[name].values
            return values.reshape(*shape, *values.shape[1:])

        dims = ("condition", "seed")
        scores, label = parted("scores"), runs.label.values
        final = (scores.argmax(-1) == label)[..., label >= 0].mean(-1)
        found = xr.Dataset(
            {
                "accuracy": ((*dims, "epoch", "split"), parted("accuracy")),
                "loss": ((*dims, "epoch", "split"), parted("loss")),
                "spikes": ((*dims, "epoch"), parted("spikes")[..., 0]),
                "cpu": ((*dims, "epoch"), parted("cpu"), {"units": "s"}),
                "final": (dims, final),
                "test_accuracy": ("condition", final.mean(1)),
                "test_accuracy_low": ("condition", final.min(1)),
                "test_accuracy_high": ("condition", final.max(1)),
                "gain": ((), float((final[0] - final[1]).min())),
                "decision": (("row", "column"), np.full((GRID, GRID), -1)),
                "point": (("test", "axis"), self._samples.about["points"]),
                "class": ("test", label[label >= 0]),
                "trace": runs.trace.isel(block=0),
            },
            coords={"condition": list(CONDITIONS), "seed": np.arange(self.first, self.first + self.seeds), "split": runs.split, "epoch": runs.epoch, "when": runs.when},
        )
        inside = self._samples.about["inside"]
        found.decision.values[inside] = scores[0, 0].argmax(-1)[label < 0]
        first = (runs.raster_sample == 0) & (runs.raster_layer == 0)
        for column in ("when", "step", "neuron"):
            found[f"raster_{column}"] = ("spike", runs[f"raster_{column}"].values[first.values])
        for name in (name for name in runs if name.startswith("w_")):  # weights of each run, by neuron before, then after
            found[name] = ((*dims, runs[name].dims[-1]), parted(name))
        found.attrs |= {"dt": self.time_step()} | runs.attrs
        return found

    @staticmethod
    def figure(data):
        from snnplastic.analysis.training_figure import draw

        return draw(data)


@lru_cache
def samples_and_grid():
    """Yin-Yang, and the points of a grid over the disc to look at after training."""
    from dataclasses import replace

    task = YinYang()
    base = task.samples()
    axis = (np.arange(GRID) + 0.5) / GRID
    x, y = np.meshgrid(axis, axis)
    inside = np.hypot(x - 0.5, y - 0.5) <= 0.5
    n, extra = sum(base.counts), int(inside.sum())
    time, channel, sample = task.spikes(np.stack([x[inside], y[inside]], 1))
    return replace(
        base, counts=(*base.counts, extra), time=np.concatenate([base.time, time]), channel=np.concatenate([base.channel, channel]),
        sample=np.concatenate([base.sample, sample + n]), label=np.concatenate([base.label, np.zeros(extra, int)]),
        about={"points": base.about["points"][sum(base.counts[:2]):], "inside": inside},
    )  # fmt: skip


PROTOCOL = SurrogateGradient
