"""AdaptiveTaskProtocol: tasks that need a memory of seconds, learned by recurrent neurons of which some adapt."""

from dataclasses import dataclass

import numpy as np

from .learning.surrogates import Triangular
from .networks.layered import Layer, LayeredNetwork
from .neurons.adaptive_lif import AdaptiveLIF
from .neurons.leaky_integrator import LeakyIntegrator
from .parameter import param
from .task_protocol import TaskProtocol


@dataclass(frozen=True, kw_only=True)
class AdaptiveTaskProtocol(TaskProtocol):
    """Base: one recurrent layer of `plain` neurons and `adaptive` ones, whose threshold rises by `adaptation` with each spike and falls back over
    `tau_adapt`. Control: no threshold adapts.
    """

    whole = "adaptive"
    chance = 0.5

    batch: int = param(64, "1", "samples an update", "free", low=1)
    n_train: int = param(1024, "1", "samples to train on", "free", low=1)
    plain: int = param(50, "1", "neurons that do not adapt", "free", low=0)
    adaptive: int = param(50, "1", "neurons that adapt", "free", low=1)
    adaptation: float = param(0.1, "1", "rise of the threshold for each spike", "free", low=0)
    tau_adapt: float = param(2000, "ms", "decay of the adaptation", "free", low=1e-3)
    damping: float = param(0.3, "1", "factor of the surrogate", "free", low=0)
    gain: float = param(6, "1", "s.d. of input weights times the root of their number", "free", low=0)
    recurrent_gain: float = param(1, "1", "the same of recurrent weights", "free", low=0)
    reset: str = param("followed", None, "whether the gradient flows through it", "free", legal=("followed", "detached"))

    @property
    def detach_reset(self):
        return self.reset == "detached"

    def network(self):
        n, times = self.plain + self.adaptive, {"tau_mem": "20 ms", "tau_syn": "5 ms"}
        hidden = Layer(
            n=n, neuron=AdaptiveLIF(**times, tau_adapt=f"{self.tau_adapt * 1e3} ms"), gain=self.gain, recurrent=True, recurrent_gain=self.recurrent_gain,
            each={"beta": np.where(np.arange(n) < self.plain, 0.0, self.adaptation)},
        )  # fmt: skip
        task = self.task()
        return LayeredNetwork(inputs=task.n_in, layers=(hidden, Layer(n=task.n_out, neuron=LeakyIntegrator(**times))))

    def controls(self):
        return {"not adaptive": {"hidden_1.beta": 0.0}}

    def surrogate(self):
        return Triangular(beta=1, damping=self.damping)
