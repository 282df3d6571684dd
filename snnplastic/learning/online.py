r"""Learning rules: how the gradient of a layered network's weights is found. BPTT goes back in time; the others go along with it.

An online rule changes a weight by three factors, all known at time t. With g_j the distance to threshold of neuron j, x_j its states, y_k the
read-out and E the loss, a sum over steps,

    dE/dW_ji ~ sum_t L_j(t) ebar_ji(t),     L_j(t) = sum_k B_jk dE/dy_k(t),     ebar = K * e,     e_ji(t) = sigma'(g_j) dg_j/dx_j . eps_ji(t)

where eps_ji is the eligibility vector, which has one entry for each state of the neuron and is derived from the neuron's text (`eligibility.py`),
K a kernel in time, and B the feedback: `symmetric` (the weights to the read-out; to deeper layers, the product of the weights on the
way), `random` (fixed), `adaptive` or `uniform`. All hidden layers get L straight from the outputs. Weights and trained parameters of the
read-out itself get their exact gradient.
"""

from dataclasses import dataclass, fields

import numpy as np

from ..errors import GradientError
from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class LearningRule(Parameterised):
    """Base, for a rule that adds nothing to a network's program but its adjoint."""

    source = None
    online = False

    def structure(self):
        """What of the rule shapes a program: its name and its choices."""
        chosen = {f.name: getattr(self, f.name) for f in fields(self) if f.metadata["unit"] is None}
        return {"class": type(self).__name__, **chosen}

    def values(self, sizes, seed):
        """{array: values} of a program, given {layer: neurons} of the layers in order."""
        return {}

    def learned(self, sizes):
        """Groups that this rule trains along with the network's own."""
        return []

    def decaying(self, sizes):
        """Groups of weights that decay with each update."""
        return []

    def feedback_connections(self, sizes, delay):
        """Connections that carry errors back and no spikes forth; one that learns does so as if it led to the read-out."""
        return []

    def check(self, loss, structure):
        """Refuse what the rule cannot do with this loss and network."""


@dataclass(frozen=True, kw_only=True)
class BPTT(LearningRule):
    """Backpropagation through time: the adjoint of the whole run, exact for the surrogate's graph (see `adjoint.py`)."""

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")


@dataclass(frozen=True, kw_only=True)
class OnlineRule(LearningRule):
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


@dataclass(frozen=True, kw_only=True)
class EProp(OnlineRule):
    r"""e-prop: eps_ji(t) = J_j(t) eps_ji(t-1) + dx_j/dW_ji, J_j the Jacobian of one neuron's states from step to step; K the read-out's response.

    For a neuron whose threshold adapts by a (v_th + beta a, a -> rho a + z), eps_a' = psi eps_v + (rho - psi beta) eps_a and
    e = psi (eps_v - beta eps_a). What is left out is the way of a change through the spikes of other neurons; without recurrence, and with one hidden
    layer, nothing is, and the gradient is that of BPTT. With `adaptive` feedback, B is changed as the weights of a connection to the
    read-out would be, and B and these weights decay.
    """

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    feedback: str = param(
        "symmetric", None, "where B comes from", "Fig. 1, Methods", legal=("symmetric", "random", "adaptive")
    )
    adaptation: str = param(
        "surrogate", None, "how own spikes count for adaptation, the states that a reset changes but the potential (for which detach_reset tells)",
        "Eq. 24", legal=("surrogate", "detached"),
    )  # fmt: skip
    decay: float = param(
        0.01, "1", "share that adaptive B and the read-out's weights lose with each update", "free", low=0, high=1
    )


@dataclass(frozen=True, kw_only=True)
class SuperSpike(OnlineRule):
    r"""SuperSpike: dW_ji/dt = r L_j(t) alpha * [sigma'(g_j) (eps * S_i)], with a single exponential alpha.

    eps is the response of a neuron to a spike without resets and refractory times, so the Jacobian of a linear neuron does not depend on it. Left
    out: the reset, other neurons' spikes, and the shape of the read-out's response.
    """

    source = Source("Zenke & Ganguli", 2018, "Neural Comput. 30:1514", doi="10.1162/neco_a_01086")
    kernel, resets = "exponential", False
    feedback: str = param(
        "symmetric", None, "where B comes from", "section 3.4", legal=("symmetric", "random", "uniform")
    )
    filter_tau: float = param(10, "ms", "time constant of alpha", "Table 1: decay of the filter", low=1e-6)


@dataclass(frozen=True, kw_only=True)
class OTTT(OnlineRule):
    r"""Online training through time: dW_ji = sum_t L_j(t) sigma'(g_j(t)) a_i(t), a_i the trace of presynaptic spikes that arrive, without resets.

    The error acts on the spikes of the step before, whose synapses reach the read-out now; there is no filter.
    """

    source = Source("Xiao et al.", 2022, "NeurIPS 35:20717, arXiv 2210.04195", doi="10.48550/arXiv.2210.04195")
    kernel, resets = "none", False
    feedback: str = param("symmetric", None, "where B comes from", "free", legal=("symmetric", "random"))
