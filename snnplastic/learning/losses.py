r"""Losses: what the read-out must do, as statements of the read-out's time step and their derivative.

With y the state that is read, a classifier's score of class c is taken from y_c(t) over time, and the loss is the cross-entropy
-log softmax(scale * score)[label], averaged over the samples of a batch.
"""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass
class LossCode:
    """Text for a read-out. `score`: variable that holds the score; `kind`: label or target."""

    variables: tuple
    shared: tuple
    begin: list
    ahead: str
    derivative: str
    score: str
    kind: str
    state: str

    def forward(self, written):
        return [line for line in self.ahead.replace("STATE", written[self.state]).splitlines() if line.strip()]

    def seed(self, states):
        return {self.state: self.derivative.replace("STATE", f"next_{self.state}")}


@dataclass(frozen=True, kw_only=True)
class Loss(Parameterised):
    """Base. Class attributes: `variables`, `begin`, `ahead` (statements after a step; STATE is what is read), `derivative` of the loss by STATE
    in this step (`slope` is that by the score), `score`, and `kind` of what a sample is compared with: label or target."""

    source = None
    variables = begin = ()
    ahead = derivative = score = ""
    kind = "label"
    reads = "state"

    scale: float = param(1, "1", "factor of the score before the softmax", "free", low=1e-12)

    def code(self, state):
        return LossCode(
            tuple(self.variables),
            ("n_steps",),
            list(self.begin),
            self.ahead,
            self.derivative,
            self.score,
            self.kind,
            state,
        )


@dataclass(frozen=True, kw_only=True)
class MaxOverTime(Loss):
    """Cross-entropy of the largest value over time: the derivative flows through the step of the (first) maximum."""

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    variables = ("best", "best_step", "slope")
    begin = ("best = -1e30", "best_step = -1", "slope = 0")
    ahead = """
    larger = int(STATE > best)
    best_step = larger*now + (1 - larger)*best_step
    best = larger*STATE + (1 - larger)*best
    """
    derivative = "slope*int(abs(best_step - now) < 0.5)"
    score = "best"


@dataclass(frozen=True, kw_only=True)
class MeanOverTime(Loss):
    """Cross-entropy of the mean over time."""

    source = MaxOverTime.source
    variables = ("mean", "slope")
    begin = ("mean = 0", "slope = 0")
    ahead = "mean = mean + STATE/n_steps"
    derivative = "slope/n_steps"
    score = "mean"


@dataclass(frozen=True, kw_only=True)
class LastValue(Loss):
    """Cross-entropy of the value after the last step."""

    source = MaxOverTime.source
    variables = ("last", "slope")
    begin = ("last = 0", "slope = 0")
    ahead = "last = STATE"
    derivative = "slope*int(now > n_steps - 1.5)"
    score = "last"


@dataclass(frozen=True, kw_only=True)
class SquaredError(Loss):
    r"""(1/2B) sum over samples, outputs and steps of (y(t) - y*(t))^2 weight(t), y* and the weight of each step given with the data."""

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    variables = ("squares", "goal", "attention", "slope")
    begin = ("squares = 0",)
    ahead = "squares = squares + 0.5*attention*(STATE - goal)*(STATE - goal)"
    derivative = "slope*attention*(STATE - goal)"
    score = "squares"
    kind = "target"
