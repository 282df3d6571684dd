"""Pair-based STDP, additive."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class PairSTDP(PlasticityRule):
    r"""Pair-based STDP, additive, hard bounds; lag = t_post - t_pre.

    dw = +A_plus w_max exp(-lag/tau_plus)     for lag > 0 (pre leads)
    dw = -A_minus w_max exp(lag/tau_minus)    for lag < 0 (post leads)
    summed over all pairs, or over nearest pairs. Coincident spikes: on_pre runs first, so they potentiate.
    """

    source = Source("Song, Miller & Abbott", 2000, "Nat. Neurosci. 3:919", doi="10.1038/78829")

    A_plus: float = param(0.005, "1", "potentiation by one pair, fraction of w_max", "Methods")
    A_minus: float = param(0.00525, "1", "depression by one pair; 1.05 A_plus", "Methods")
    tau_plus: float = param(20, "ms", "decay of the presynaptic trace x", "Methods", low=1e-6)
    tau_minus: float = param(20, "ms", "decay of the postsynaptic trace y", "Methods", low=1e-6)
    w_min: float = param(0, "1", "lower bound", "Methods")
    w_max: float = param(1, "1", "upper bound", "Methods")
    pairing: str = param("all", None, "which pairs count", "all pairs in the paper", legal=("all", "nearest"))

    traces = (Trace("x", side="pre", tau="tau_plus"), Trace("y", side="post", tau="tau_minus"))
    on_pre = "w = clip(w - A_minus*w_max*y, w_min, w_max)"
    on_post = "w = clip(w + A_plus*w_max*x, w_min, w_max)"

    @named
    def bi_poo_time_constants(cls):
        """Time constants of hippocampal cultures (Bi & Poo 2001), amplitudes of the default."""
        return cls(tau_plus=16.8, tau_minus=33.7)

    def oracle(self, t_pre, t_post, w_0):
        """Final weight, from a walk over the spikes in order; every earlier spike (or the last one) of the other side is visited."""
        from math import exp

        spikes = sorted([(t, 0) for t in t_pre] + [(t, 1) for t in t_post])
        w = w_0
        for n, (t, is_post) in enumerate(spikes):
            earlier = [t - u for u, other in spikes[:n] if other != is_post]
            if self.pairing == "nearest":
                earlier = earlier[-1:]
            if is_post:
                w += self.A_plus * self.w_max * sum(exp(-age / self.tau_plus) for age in earlier)
            else:
                w -= self.A_minus * self.w_max * sum(exp(-age / self.tau_minus) for age in earlier)
            w = min(max(w, self.w_min), self.w_max)
        return w
