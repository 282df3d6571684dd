"""EventPropProtocol: a protocol that trains spike times by their exact gradient."""

import numpy as np

from .errors import GradientError
from .learners.eventprop import EventProp
from .learning import eventprop
from .learning.eventprop_kernels import MORE, NEURON
from .learning.loop import CONTROL
from .learning_protocol import LearningProtocol, checked_start, of_each_run, shapes_of


class EventPropProtocol(LearningProtocol):
    """Base. A subclass gives `network()`, a LayeredNetwork of SynapticLIF in all layers, and `samples()` with labels; the rest has defaults.

    Input spikes come at `Samples.exact_time` (s), or at their step times `time_step()` where a task has no exact times. A sample lasts
    n_steps `time_step()`. With epochs = 0: loss and gradient of the first batch alone. `scores` are minus the first spike times, -inf without one.
    The last layer is followed until all its neurons have spiked: `spikes` counts no further, the recorded samples are complete.
    """

    dtype = "float64"

    def rule(self):
        return EventProp()

    @property
    def read(self):
        return tuple(name for name in super().read if name != "out.trace")

    def structure(self):
        network = self.network()
        eventprop.check_network(network)
        return {
            "inputs": int(network.inputs), "layers": [{"name": name, "n": int(layer.n)} for name, layer in zip(network.names(), network.layers, strict=True)],
            "optimiser": {"class": type(self.optimiser()).__name__}, "single": self.dtype == "float32",
        }  # fmt: skip

    @staticmethod
    def build(structure):
        return eventprop.build(structure)

    def control(self):
        rule, length = self.rule(), self._samples.n_steps * self.time_step()
        return np.concatenate([super().control(), [getattr(rule, name, length) for name in MORE]])

    def learning_settings(self):
        """As of LearningProtocol; the loss is the rule's own, there is no surrogate and no clock."""
        left_out = ("loss", "surrogate", "detach_reset", "smooth")
        found = {name: value for name, value in super().learning_settings().items() if name not in left_out}
        return found | {"reads": "spikes", "dt": None, "scheme": "events"}

    @staticmethod
    def order(name):
        return (*CONTROL, *MORE).index(name)

    def check_run(self):
        self.check_sizes()
        if self._samples.label is None:
            raise GradientError("EventProp needs a label for each sample, and the task gives none")
        self.control()

    def values(self):
        network, samples = self.network(), self._samples
        found = samples.events(self.time_step()) | {
            "data.control": self.control(),
            "data.label": np.asarray(samples.label, np.int32),
        }
        found["data.neuron"] = np.array(
            [[getattr(layer.neuron, name) for name in NEURON] for layer in network.layers]
        ).ravel()
        found |= checked_start(type(self).__name__, self.initial(), network.initial_weights(0), shapes_of(network.structure()))
        return found | self.updates()

    def measure(self, data):
        """As of LearningProtocol, with times in s: first spikes of the outputs (seed, sample, output), of test samples and those after."""
        each = of_each_run(data)
        first = -np.stack(each["out.scores"])[:, sum(self._samples.counts[:2]) :]
        variables = {
            "first_spike": (("seed", "sample", "output"), np.where(np.isfinite(first), first, np.nan), {"units": "s"}),
            "decision": (("seed", "sample"), np.where(np.isfinite(first).any(-1), first.argmin(-1), -1)),
        }
        return self.recorded(each, variables, "time")
