"""Store and recall: do adaptive neurons hold a bit for seconds, and does backpropagation through time find out how?"""

from dataclasses import dataclass

from snnplastic.adaptive_task_protocol import AdaptiveTaskProtocol
from snnplastic.learning.losses import SquaredError
from snnplastic.parameter import Source, param
from snnplastic.tasks.store_recall import StoreRecall


@dataclass(frozen=True, kw_only=True)
class LearnStoreRecall(AdaptiveTaskProtocol):
    r"""20 recurrent neurons, half of them with a threshold that adapts over 1.2 s; the read-out is to name the stored bit while a recall is shown.

    The error is the share of recalls at which the wrong output is larger on average. The gradient flows through the reset too: with `reset` detached a
    perturbation that makes a neuron spike is not taken back, its echo grows over 2400 steps, and the gradient of the first batch is not finite.
    Control: thresholds that do not adapt.
    """

    title = "a bit stored for seconds by adaptive thresholds: learning curves, error of recall, without adaptation"
    source = Source("Bellec, Salaj, Subramoney, Legenstein & Maass", 2018, "NeurIPS 31", doi="10.48550/arXiv.1803.09574")
    targets = ("learn_store_recall",)
    quantity, counted, bar = "recalls told rightly", False, 0.95

    epochs: int = param(15, "1", "passes over the training samples", "free", low=1)
    batch: int = param(64, "1", "samples an update", "free: 128 in the source", low=1)
    rate: float = param(0.03, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(0.95, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    plain: int = param(10, "1", "neurons that do not adapt", "LSNN repository", low=0)
    adaptive: int = param(10, "1", "neurons that adapt", "LSNN repository", low=1)
    adaptation: float = param(0.3, "1", "rise of the threshold for each spike", "free", low=0)
    tau_adapt: float = param(1200, "ms", "decay of the adaptation", "LSNN repository", low=1e-3)
    damping: float = param(0.3, "1", "factor of the surrogate", "LSNN repository", low=0)
    gain: float = param(12, "1", "s.d. of input weights times the root of their number", "free", low=0)
    recurrent_gain: float = param(4, "1", "the same of recurrent weights", "free", low=0)

    def task(self):
        return StoreRecall(n_train=self.n_train)

    @property
    def shown(self):
        return self.task().n_test

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
