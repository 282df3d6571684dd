"""Surrogate gradients: does backpropagation through time train a spiking network, and do its hidden weights matter?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.learning.losses import MaxOverTime
from snnplastic.learning.surrogates import SuperSpike
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.task_protocol import TaskProtocol
from snnplastic.tasks.yin_yang import YinYang

GRID = 60  # points of the decision map, a side


@dataclass(frozen=True, kw_only=True)
class SurrogateGradient(TaskProtocol):
    r"""Yin-Yang: points of a plane, a spike of five input channels each, learned by one hidden layer of spiking neurons.

    The read-out's weights start above 0 on average: an output that never rises above its start has no gradient under the largest potential over time.
    The loss is the cross-entropy of the read-out's largest potential; its gradient is that of the surrogate graph, derived from the neuron's text.
    Control: the same network with its hidden weights left as they were drawn.
    """

    title = "surrogate gradients on Yin-Yang: learning curves, spikes before and after, decision boundary, hidden weights frozen"
    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    targets = ("surrogate_gradient",)
    chance, bar = 1 / 3, 0.975

    hidden: int = param(120, "1", "hidden neurons", "free", low=1)
    rate_decay: float = param(0.97, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    beta: float = param(10, "1", "steepness of the surrogate, in units of the threshold", "free", low=1e-3)
    scale: float = param(5, "1", "factor of the read-out before the softmax", "free", low=1e-3)
    tau_mem: float = param(10, "ms", "membrane time constant", "free", low=1e-3)
    tau_syn: float = param(5, "ms", "decay of synaptic currents", "free", low=1e-3)

    def network(self):
        times = {"tau_mem": f"{self.tau_mem * 1e3} ms", "tau_syn": f"{self.tau_syn * 1e3} ms"}
        hidden = Layer(n=self.hidden, neuron=SynapticLIF(**times), mean=1.0, gain=2.0)
        return LayeredNetwork(inputs=5, layers=(hidden, Layer(n=3, neuron=LeakyIntegrator(**times), gain=0.1 * self.hidden**0.5, mean=0.05)))

    def task(self):
        return YinYang()

    def samples(self):
        return self.task().samples_and_grid(GRID)

    def surrogate(self):
        return SuperSpike(beta=self.beta)

    def loss(self):
        return MaxOverTime(scale=self.scale)

    def final(self, runs):
        label = runs.label.values
        return (runs.scores.values.argmax(-1) == label)[:, label >= 0].mean(-1)

    def add(self, found, runs):
        label, inside = runs.label.values, self._samples.about["inside"]
        chart = np.full((GRID, GRID), -1)
        chart[inside] = runs.scores.values[0].argmax(-1)[label < 0]
        found["decision"] = (("row", "column"), chart)
        found["point"] = (("test", "axis"), self._samples.about["points"])
        found["class"] = ("test", label[label >= 0])

    @staticmethod
    def figure(data):
        from snnplastic.analysis.training_figure import decision_map, draw

        return draw(data, last=decision_map)


PROTOCOL = SurrogateGradient
