"""Images: how well does one hidden layer of spiking neurons learn digits and clothes?"""

from dataclasses import dataclass

from snnplastic.learning.losses import MaxOverTime
from snnplastic.learning.surrogates import SuperSpike
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.task_protocol import TaskProtocol
from snnplastic.tasks.digits import Digits
from snnplastic.tasks.idx_images import IdxImages


@dataclass(frozen=True, kw_only=True)
class LearnImages(TaskProtocol):
    r"""Pixels as spike times (or rates), one hidden layer, cross-entropy of the read-out's largest potential over time.

    `data` digits are scikit-learn's 8 x 8 images (pip install 'snnplastic[tasks]'), which need no file. For mnist and fashion-mnist give `folder`, or
    SNNPLASTIC_DATA, where the four idx files are; accuracy is of their test files, 50000 images are trained on, the last 10000 are left for validation.
    Control: the same network with its hidden weights left as they were drawn.
    """

    title = "images as spike times, one hidden layer: digits, and MNIST and Fashion-MNIST from files"
    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    targets = ("learn_images",)
    chance = 0.1

    data: str = param("digits", None, "which images", "free", legal=("digits", "mnist", "fashion-mnist"))
    folder: str = param("", None, "of the idx files; empty: SNNPLASTIC_DATA", "free")
    code: str = param("latency", None, "how a pixel becomes spikes", "free", legal=("latency", "rate"))
    epochs: int = param(40, "1", "passes over the training samples", "free", low=1)
    rate: float = param(0.005, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(0.93, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    hidden: int = param(256, "1", "hidden neurons", "free", low=1)
    beta: float = param(10, "1", "steepness of the surrogate, in units of the threshold", "free", low=1e-3)
    scale: float = param(5, "1", "factor of the read-out before the softmax", "free", low=1e-3)
    gain: float = param(6, "1", "s.d. of hidden weights times the root of their number", "free", low=0)

    def network(self):
        times = {"tau_mem": "10 ms", "tau_syn": "5 ms"}
        hidden = Layer(n=self.hidden, neuron=SynapticLIF(**times), gain=self.gain)
        return LayeredNetwork(inputs=self.task().n_in, layers=(hidden, Layer(n=10, neuron=LeakyIntegrator(**times), gain=0.5, mean=0.02)))

    def task(self):
        if self.data == "digits":
            return Digits(code=self.code)
        return IdxImages(data=self.data, folder=self.folder, code=self.code)

    def surrogate(self):
        return SuperSpike(beta=self.beta)

    def loss(self):
        return MaxOverTime(scale=self.scale)

    def add(self, found, runs):
        found.coords["data"] = ("condition", [self.data] * found.sizes["condition"])


PROTOCOL = LearnImages
