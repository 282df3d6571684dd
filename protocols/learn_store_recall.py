"""Store and recall: do adaptive neurons hold a bit for seconds, and does backpropagation through time find out how?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.learning.losses import SquaredError
from snnplastic.learning.surrogates import Triangular
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.adaptive_lif import AdaptiveLIF
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.parameter import Source, param
from snnplastic.task_protocol import TaskProtocol
from snnplastic.tasks.store_recall import StoreRecall


@dataclass(frozen=True, kw_only=True)
class LearnStoreRecall(TaskProtocol):
    r"""20 recurrent neurons, half of them with a threshold that adapts over 1.2 s; the read-out is to name the stored bit while a recall is shown.

    The error is the share of recalls at which the wrong output is larger on average. The gradient flows through the reset too: with a reset detached,
    the same network stays near chance for as long (a perturbation that makes a neuron spike is then not taken back, and its echo through 2400 steps grows).
    Control: thresholds that do not adapt.
    """

    title = "a bit stored for seconds by adaptive thresholds: learning curves, error of recall, without adaptation"
    source = Source("Bellec, Salaj, Subramoney, Legenstein & Maass", 2018, "NeurIPS 31", doi="10.48550/arXiv.1803.09574")
    targets = ("learn_store_recall",)
    whole = "adaptive"
    quantity, counted, chance, bar = "recalls told rightly", False, 0.5, 0.95
    detach_reset = False

    epochs: int = param(15, "1", "passes over the training samples", "free", low=1)
    batch: int = param(64, "1", "samples an update", "free: 128 in the source", low=1)
    rate: float = param(0.03, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(0.95, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    n_train: int = param(1024, "1", "samples to train on", "free", low=1)
    plain: int = param(10, "1", "neurons that do not adapt", "LSNN repository", low=0)
    adaptive: int = param(10, "1", "neurons that adapt", "LSNN repository", low=1)
    adaptation: float = param(0.3, "1", "rise of the threshold for each spike", "free", low=0)
    tau_adapt: float = param(1200, "ms", "decay of the adaptation", "LSNN repository", low=1e-3)
    damping: float = param(0.3, "1", "factor of the surrogate", "LSNN repository", low=0)
    gain: float = param(12, "1", "s.d. of input weights times the root of their number", "free", low=0)
    recurrent_gain: float = param(4, "1", "the same of recurrent weights", "free", low=0)

    def network(self):
        n = self.plain + self.adaptive
        beta = np.where(np.arange(n) < self.plain, 0.0, self.adaptation)
        neuron = AdaptiveLIF(tau_mem="20 ms", tau_syn="5 ms", tau_adapt=f"{self.tau_adapt * 1e3} ms")
        hidden = Layer(n=n, neuron=neuron, each={"beta": beta}, gain=self.gain, recurrent=True, recurrent_gain=self.recurrent_gain)
        return LayeredNetwork(inputs=100, layers=(hidden, Layer(n=2, neuron=LeakyIntegrator(tau_mem="20 ms", tau_syn="5 ms"))))

    def task(self):
        return StoreRecall(n_train=self.n_train)

    @property
    def shown(self):
        return self.task().n_test

    def controls(self):
        return {"not adaptive": {"hidden_1.beta": 0.0}}

    def surrogate(self):
        return Triangular(beta=1, damping=self.damping)

    def loss(self):
        return SquaredError()

    def final(self, runs):
        recalled = self._samples.about["recalled"][-self.shown :]
        asked = recalled >= 0
        course = runs.course.values  # (seed, step, shown, output)
        means = course.reshape(len(course), recalled.shape[1], -1, *course.shape[2:]).mean(2)
        told = means.argmax(-1).transpose(0, 2, 1)
        return (told == recalled)[:, asked].mean(1)


PROTOCOL = LearnStoreRecall
