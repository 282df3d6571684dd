r"""Losses: what the read-out must do, as statements of the read-out's time step and their derivative.

With y the state that is read, a classifier's score of class c is taken from y_c(t) over time, and the loss is the cross-entropy
-log softmax(scale * score)[label], averaged over the samples of a batch.
"""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class Loss(Parameterised):
    """Base. Class attributes, text:

    reads        state, or spikes of a read-out that spikes
    variables    of the read-out's neurons; `begin` sets them before a sample; `shared` ones have one value
    ahead        statements after a step; STATE is the state that is read, SPIKE 1 where the neuron spikes
    derivative   of the loss by STATE (or SPIKE) in this step; `slope` is that by the score
    behind       new value of a variable after a step in reverse, {name: text}
    score        variable that holds the score at the end
    kind         of what a sample is compared with: label or target
    online       the loss is a sum over steps, so that its derivative by a step's value is known in that step
    every_step   the loop computes `slope` in each step
    """

    source = None
    variables = begin = ()
    shared = ("n_steps",)
    ahead = derivative = score = ""
    kind = "label"
    reads = "state"
    behind = ""
    online = every_step = False

    scale: float = param(1, "1", "factor of the score before the softmax", "free", low=1e-12)

    def forward(self, state, spike="SPIKE"):
        """Statements after a step, with the names of what is read."""
        found = self.ahead.replace("STATE", state).replace("SPIKE", spike)
        return [line.strip() for line in found.splitlines() if line.strip()]


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
    online = True


@dataclass(frozen=True, kw_only=True)
class EveryStep(Loss):
    r"""Cross-entropy at each step, averaged over the T steps: (1/T) sum_t weight(t) -log softmax(scale y(t))[label], the weight of each step given
    with the data (1 by default). The class is told from the mean of weight(t) y(t), whose largest entry is the likeliest over all steps."""

    source = SquaredError.source
    variables = ("mean", "slope", "attention")
    begin = ("mean = 0", "slope = 0")
    ahead = "mean = mean + attention*STATE/n_steps"
    derivative = "slope"
    score = "mean"
    online = every_step = True


@dataclass(frozen=True, kw_only=True)
class FirstSpike(Loss):
    r"""Cross-entropy of minus the step of the first spike, in units of the trial: the read-out spikes, the earliest output wins.

    The first spike is sum_t t s_t prod_{k<t} (1 - s_k) (the trial's end without one), and is differentiated as such: by s_t it is t minus the next
    spike's step, until the first spike, so that a late or missing spike is pulled forward through the surrogate.
    """

    source = Source("Göltz et al.", 2021, "Nat. Mach. Intell. 3:823", doi="10.1038/s42256-021-00388-x")
    variables = ("first_step", "earliness", "later", "slope")
    begin = ("first_step = n_steps", "earliness = -1", "later = n_steps", "slope = 0")
    ahead = """
    fired = SPIKE*int(first_step > n_steps - 0.5)
    first_step = fired*now + (1 - fired)*first_step
    earliness = -first_step/n_steps
    """
    derivative = "-slope/n_steps*(now - later)*int(now < first_step + 0.5)"
    behind = "later"
    score = "earliness"
    reads = "spikes"
