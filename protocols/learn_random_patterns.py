"""Random patterns: are noise and random labels learned by heart when errors reach the hidden neurons?"""

from dataclasses import dataclass

from snnplastic.learning.losses import MaxOverTime
from snnplastic.learning.surrogates import SuperSpike
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.task_protocol import TaskProtocol
from snnplastic.tasks.random_patterns import RandomPatterns


@dataclass(frozen=True, kw_only=True)
class LearnRandomPatterns(TaskProtocol):
    r"""256 patterns of noise in 100 channels with labels drawn at random, 4 hidden neurons, 2 outputs: nothing can be generalised, so accuracy is of training.

    The derivative of a hard threshold is 0, so its true gradient by the hidden weights is 0 too: the control, in which these stay as drawn, is what descent
    on the true gradient does. Initial weights are normal with a standard deviation of 7 (1 - e^{-dt/tau_mem})/sqrt(n) in units of a membrane that takes a
    weight whole, as in the source; SynapticLIF's takes 1 - e^{-dt/tau_mem} of it in a step, so here it is 7/sqrt(n), and Adam's rate is larger by as much.
    """

    title = "256 random patterns learned by heart, 100-4-2: surrogate gradient against a read-out alone"
    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    targets = ("learn_random_patterns",)
    chance, quantity = 0.5, "training accuracy"

    epochs: int = param(1000, "1", "updates, each with all patterns", "Tutorial 1", low=1)
    batch: int = param(256, "1", "samples an update", "Tutorial 1", low=1)
    rate: float = param(0.021, "1", "learning rate of Adam", "Tutorial 1: 0.002 in its units", low=0)
    hidden: int = param(4, "1", "hidden neurons", "Tutorial 1", low=1)
    beta: float = param(100, "1", "steepness of the surrogate, in units of the threshold", "Tutorial 1", low=1e-3)
    tau_mem: float = param(10, "ms", "membrane time constant", "Tutorial 1", low=1e-3)
    tau_syn: float = param(5, "ms", "decay of synaptic currents", "Tutorial 1", low=1e-3)

    def network(self):
        times = {"tau_mem": f"{self.tau_mem * 1e3} ms", "tau_syn": f"{self.tau_syn * 1e3} ms"}
        hidden = Layer(n=self.hidden, neuron=SynapticLIF(**times), gain=7.0)
        return LayeredNetwork(inputs=100, layers=(hidden, Layer(n=2, neuron=LeakyIntegrator(**times), gain=7.0)))

    def task(self):
        return RandomPatterns()

    def surrogate(self):
        return SuperSpike(beta=self.beta)

    def loss(self):
        return MaxOverTime()


PROTOCOL = LearnRandomPatterns
