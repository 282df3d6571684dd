"""BCM: depression below a threshold of the postsynaptic rate, potentiation above it; the threshold slides."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class BCM(PlasticityRule):
    r"""dw/dt = eta r_pre r_post (r_post - theta), tau_theta dtheta/dt = r_post^p / c_0^{p - 1} - theta; one theta per neuron.

    The source asks for phi(c, theta) that changes sign at theta and for theta as a power p > 1 of the mean rate; here phi is
    quadratic and theta a running mean of the power (as in later work), which tells patterns apart that share a mean.
    Patterns k, orthonormal, shown with probability p_k to a linear neuron, p = 2 and c_0 = 1: the stable states respond 1/p_k
    to one pattern and 0 to the others. theta must follow faster than the weights: tau_theta well below 1/eta.
    Euler steps, theta before w: one step of the synapses' clock changes w by eta dt times the right-hand side, so for one step per sample,
    where the clock ticks once a sample, eta dt is the learning rate and tau_theta/dt the memory of theta in samples.
    """

    source = Source("Bienenstock, Cooper & Munro", 1982, "J. Neurosci. 2:32", doi="10.1523/JNEUROSCI.02-01-00032.1982")
    reads_pre, reads_post, method = ("r",), ("r",), "euler"

    eta: float = param(0.1, "Hz", "learning rate; per step eta dt", "free", low=0)
    tau_theta: float = param(1, "s", "memory of the threshold", "free", low=1e-6)
    p: float = param(2, "1", "power of the rate", "above 1", low=1)
    c_0: float = param(1, "1", "rate at which theta equals the mean rate", "the paper", low=1e-9)

    post_model = "dtheta/dt = (r_post**p/c_0**(p - 1) - theta)/tau_theta : 1 (clock-driven)"
    model = "dw/dt = eta*r_pre*r_post*(r_post - theta) : 1 (clock-driven)"

    def oracle(self, x, steps, w_0, dt):
        """Weights and threshold of one linear neuron after `steps` steps of dt (s); row k mod K of x (K x N) is shown in step k."""
        import numpy as np

        x, w, theta = np.asarray(x, float), np.array(w_0, float), 0.0
        for k in range(steps):
            now = x[k % len(x)]
            y = now @ w
            theta += dt / self.tau_theta * (y**self.p / self.c_0 ** (self.p - 1) - theta)
            w = w + self.eta * dt * now * y * (y - theta)
        return w, theta
