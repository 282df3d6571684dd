"""Oja's rule: Hebb's, with a decay that holds the length of the weight vector."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class Oja(PlasticityRule):
    r"""dw/dt = eta r_post (r_pre - r_post w).

    Onto a linear neuron, the weights converge to the leading eigenvector of <r_pre r_pre>, of either sign and of length 1.
    Euler steps: one step of the synapses' clock changes w by eta dt r_post (r_pre - r_post w), which is the source's discrete rule
    with the learning rate eta dt per step. For one step per sample, let the clock tick once a sample.
    """

    source = Source("Oja", 1982, "J. Math. Biol. 15:267", doi="10.1007/BF00275687")
    reads_pre, reads_post, method = ("r",), ("r",), "euler"

    eta: float = param(1, "Hz", "learning rate; per step eta dt", "free", low=0)

    model = "dw/dt = eta*r_post*(r_pre - r_post*w) : 1 (clock-driven)"

    def oracle(self, x, steps, w_0, dt):
        """Weights onto one linear neuron after `steps` steps of dt (s); row k mod K of x (K x N) is shown in step k."""
        import numpy as np

        x, w = np.asarray(x, float), np.array(w_0, float)
        for k in range(steps):
            y = float(np.dot(x[k % len(x)], w))
            w += self.eta * dt * y * (x[k % len(x)] - y * w)
        return w
