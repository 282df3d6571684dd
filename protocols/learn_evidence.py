"""Evidence accumulation: can errors at the end of a sample teach a network to count cues that were a second ago?"""

from dataclasses import dataclass

from snnplastic.adaptive_task_protocol import AdaptiveTaskProtocol
from snnplastic.learning.losses import EveryStep
from snnplastic.parameter import Source, param
from snnplastic.tasks.evidence_accumulation import EvidenceAccumulation


@dataclass(frozen=True, kw_only=True)
class LearnEvidence(AdaptiveTaskProtocol):
    r"""100 recurrent neurons, half of them with a threshold that adapts over 2 s, decide which side had more of seven cues, a second after the last.

    The loss is the cross-entropy of each step of the recall; the gradient flows through the reset. Published networks are trained on new samples for each
    batch, here on fixed ones, so the accuracy that counts is of samples that were not trained on, after the epoch with the smallest loss in
    validation. Control: thresholds that do not adapt.
    """

    title = "which side had more cues, asked a second later: learning curves, with and without adaptive thresholds"
    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    targets = ("learn_evidence",)
    bar = 0.91
    best = True

    epochs: int = param(12, "1", "passes over the training samples", "free", low=1)
    batch: int = param(64, "1", "samples an update", "e-prop repository, Fig. 3", low=1)
    rate: float = param(0.01, "1", "learning rate of Adam", "free", low=0)
    rate_decay: float = param(0.9, "1", "factor of the rate after each epoch", "free", low=0, high=1)
    plain: int = param(50, "1", "neurons that do not adapt", "e-prop repository, Fig. 3", low=0)
    adaptive: int = param(50, "1", "neurons that adapt", "e-prop repository, Fig. 3", low=1)
    tau_adapt: float = param(2000, "ms", "decay of the adaptation", "e-prop repository, Fig. 3", low=1e-3)
    damping: float = param(0.3, "1", "factor of the surrogate", "e-prop repository, Fig. 3", low=0)

    def task(self):
        return EvidenceAccumulation(n_train=self.n_train)

    def loss(self):
        return EveryStep()


PROTOCOL = LearnEvidence
