r"""Rules that go along with the network, where BPTT goes back in time.

An online rule changes a weight by three factors, all known at time t. With g_j the distance to threshold of neuron j, x_j its states, y_k the
read-out and E the loss, a sum over steps,

    dE/dW_ji ~ sum_t L_j(t) ebar_ji(t),     L_j(t) = sum_k B_jk dE/dy_k(t),     ebar = K * e,     e_ji(t) = sigma'(g_j) dg_j/dx_j . eps_ji(t)

where eps_ji is the eligibility vector, which has one entry for each state of the neuron and is derived from the neuron's text (`learning/eligibility.py`),
K a kernel in time, and B the feedback: `symmetric` (the weights to the read-out; to deeper layers, the product of the weights on the
way), `random` (fixed), `adaptive` or `uniform`. All hidden layers get L straight from the outputs. Weights and trained parameters of the
read-out itself get their exact gradient.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import GradientError
from ..parameter import param
from .learner import Learner


@dataclass(frozen=True, kw_only=True)
class OnlineRule(Learner):
    """Base of rules that go along with the network. Class attributes:

    kernel   the kernel K: "readout" (the response of the read-out's own states), "exponential" (`filter_tau`) or "none"
    resets   whether the eligibility vector sees the neuron's resets and refractory times
    """

    online = True
    kernel = "readout"
    resets = True
    adaptation = "detached"

    feedback_scale: float = param(
        1, "1", "standard deviation of random B times the root of the number of outputs", "free", low=0
    )

    def values(self, sizes, seed):
        *hidden, (out, n_out) = sizes.items()
        found = {}
        if self.feedback != "symmetric":
            rng = np.random.default_rng((seed, 1))
            for name, n in hidden:
                drawn = self.feedback_scale * rng.normal(0, 1 / np.sqrt(n_out), (n, n_out))
                found[f"feedback_{name}.w"] = drawn.ravel() if self.feedback != "uniform" else np.ones(n * n_out)
        if self.feedback == "adaptive":
            found |= {f"{name}.decay": self.decay for name in self.decaying(sizes)}
        if self.kernel == "exponential":
            found |= {f"{name}.filter_tau": self.filter_tau for name, _ in hidden}
        return found

    def learned(self, sizes):
        return [f"feedback_{name}" for name in list(sizes)[:-1]] if self.feedback == "adaptive" else []

    def decaying(self, sizes):
        return [*self.learned(sizes), f"to_{list(sizes)[-1]}"] if self.learned(sizes) else []

    def feedback_connections(self, sizes, delay):
        *hidden, (out, n_out) = sizes.items()
        if self.feedback == "symmetric":
            return []
        return [
            {"name": f"feedback_{name}", "pre": name, "n_pre": n, "post": out, "n_post": n_out, "synapses": n * n_out, "delay": delay,
             "fixed": self.feedback != "adaptive", "silent": True}
            for name, n in hidden
        ]  # fmt: skip

    def check(self, loss, structure):
        """It needs a loss that is a sum over steps, and nothing that is known at the end of a sample only."""
        name = type(self).__name__
        if not loss.online:
            raise GradientError(
                f"{name} needs the error of each step, and {type(loss).__name__} is known at the end only; legal: EveryStep, SquaredError"
            )
        if any(layer["regularised"] for layer in structure["layers"]):
            raise GradientError(f"{name} cannot ask for spikes in a sample (Layer.spikes); legal: the rule BPTT")
        if self.kernel == "readout" and structure["connections"][-1]["delay"]:
            raise GradientError(f"{name} needs spikes that reach the read-out in the next step; legal: delay=0 of the last layer")
        if structure["smooth"]:
            raise GradientError(f"{name} has no smooth forward model; legal: smooth=False, or the rule BPTT")
