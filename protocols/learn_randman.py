"""Randman: are classes that differ in spike times alone told apart, and do the hidden weights matter?"""

from dataclasses import dataclass

from snnplastic.learning.losses import MaxOverTime
from snnplastic.learning.surrogates import SuperSpike
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.task_protocol import TaskProtocol
from snnplastic.tasks.randman import Randman


@dataclass(frozen=True, kw_only=True)
class LearnRandman(TaskProtocol):
    r"""Ten smooth random manifolds in the spike times of 20 channels, one spike each, told apart by one hidden layer of 128 neurons.

    A count of spikes says nothing: each channel spikes once in each sample. Neurons, surrogate and sizes are those of stork's example, which adds a
    regularisation of rates and reaches 96.3 %. Control: the same network with its hidden weights left as they were drawn.
    """

    title = "ten random manifolds of spike times, 20-128-10: learning curves, hidden weights frozen"
    source = Source("Zenke & Vogels", 2021, "Neural Comput. 33:899", doi="10.1162/neco_a_01367")
    targets = ("learn_randman",)
    chance, bar = 0.1, 0.95

    epochs: int = param(60, "1", "passes over the training samples", "free: 200 in stork's example", low=1)
    rate_decay: float = param(0.97, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    hidden: int = param(128, "1", "hidden neurons", "stork, example 1", low=1)
    beta: float = param(20, "1", "steepness of the surrogate, in units of the threshold", "stork, example 1", low=1e-3)
    scale: float = param(10, "1", "factor of the read-out before the softmax", "free", low=1e-3)
    gain: float = param(3, "1", "s.d. of hidden weights times the root of their number", "free", low=0)

    def network(self):
        hidden = Layer(n=self.hidden, neuron=SynapticLIF(tau_mem="20 ms", tau_syn="10 ms"), gain=self.gain)
        readout = Layer(n=10, neuron=LeakyIntegrator(tau_mem="200 ms", tau_syn="10 ms"), mean=0.05)
        return LayeredNetwork(inputs=20, layers=(hidden, readout))

    def task(self):
        return Randman()

    def surrogate(self):
        return SuperSpike(beta=self.beta)

    def loss(self):
        return MaxOverTime(scale=self.scale)


PROTOCOL = LearnRandman
