"""Hebb's rule in its rate form: the product of the two activities."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class Hebb(PlasticityRule):
    r"""dw/dt = eta r_pre r_post, no bound.

    Onto a linear neuron, r_post = sum w r_pre, weights grow along the leading eigenvector of <r_pre r_pre> as exp(eta lambda_1 t).
    Euler steps: one step of the synapses' clock changes w by eta dt r_pre r_post. For one step per sample, let the clock
    tick once a sample; eta dt is then the learning rate per sample (eta = 100 Hz with dt = 1 ms is 0.1).
    The doi is that of the reprint of 2005; the book states the rule in words.
    """

    source = Source("Hebb", 1949, "The Organization of Behavior, Wiley", doi="10.4324/9781410612403")
    reads_pre, reads_post, method = ("r",), ("r",), "euler"

    eta: float = param(1, "Hz", "learning rate; per step eta dt", "free", low=0)

    model = "dw/dt = eta*r_pre*r_post : 1 (clock-driven)"

    def oracle(self, x, steps, w_0, dt):
        """Weights onto one linear neuron after `steps` steps of dt (s); row k mod K of x (K x N) is shown in step k."""
        import numpy as np

        x, w = np.asarray(x, float), np.array(w_0, float)
        for k in range(steps):
            now = x[k % len(x)]
            w = w + self.eta * dt * now * (now @ w)
        return w
