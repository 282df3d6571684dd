"""Pair-based STDP whose steps depend on the weight."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class WeightDependentSTDP(PlasticityRule):
    r"""STDP between additive (mu = 0) and multiplicative (mu = 1), with u = w/w_max.

    dw = +eta w_max (1 - u)^mu exp(-lag/tau_plus)        for lag > 0
    dw = -eta alpha w_max u^mu exp(lag/tau_minus)        for lag < 0
    Uncorrelated input and equal time constants: w* = w_max / (1 + alpha^{1/mu}).
    Coincident spikes: on_pre runs first, so they potentiate.
    """

    source = Source(
        "Gütig, Aharonov, Rotter & Sompolinsky", 2003, "J. Neurosci. 23:3697", doi="10.1523/JNEUROSCI.23-09-03697.2003"
    )

    eta: float = param(0.01, "1", "learning rate; lambda of the paper", "default of NEST's implementation", low=0)
    alpha: float = param(1, "1", "depression over potentiation", "default of NEST's implementation", low=0)
    mu: float = param(1, "1", "0 additive, 1 multiplicative", "default of NEST's implementation", low=0, high=1)
    tau_plus: float = param(20, "ms", "decay of the presynaptic trace x", "Methods", low=1e-6)
    tau_minus: float = param(20, "ms", "decay of the postsynaptic trace y", "Methods", low=1e-6)
    w_min: float = param(0, "1", "lower bound; 0 in the paper", "Methods", low=0)
    w_max: float = param(1, "1", "upper bound", "Methods")
    pairing: str = param("all", None, "which pairs count", "all pairs in the paper", legal=("all", "nearest"))

    traces = (Trace("x", side="pre", tau="tau_plus"), Trace("y", side="post", tau="tau_minus"))
    on_pre = "w = clip(w - eta*alpha*w_max*(w/w_max)**mu*y, w_min, w_max)"
    on_post = "w = clip(w + eta*w_max*(1 - w/w_max)**mu*x, w_min, w_max)"

    def oracle(self, t_pre, t_post, w_0):
        """Final weight, from a walk over the spikes in order with u = w/w_max."""
        from math import exp

        spikes, u = sorted([(t, "a pre") for t in t_pre] + [(t, "b post") for t in t_post]), w_0 / self.w_max
        for n, (t, kind) in enumerate(spikes):
            partners = [s for s, other in spikes[:n] if other != kind]
            if self.pairing == "nearest":
                partners = partners[-1:]
            if kind == "b post":
                u = u + self.eta * (1 - u) ** self.mu * sum(exp((s - t) / self.tau_plus) for s in partners)
            else:
                u = u - self.alpha * self.eta * u**self.mu * sum(exp((s - t) / self.tau_minus) for s in partners)
            u = max(self.w_min / self.w_max, min(1.0, u))
        return u * self.w_max
