"""Inhibitory STDP: a symmetric window and a constant depression, which hold the postsynaptic rate."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class InhibitorySTDP(PlasticityRule):
    r"""Symmetric STDP of inhibitory synapses onto excitatory cells; amplitudes are absolute changes of w.

    pre spike:  w += eta (y - alpha)     alpha = 2 rho_0 tau
    post spike: w += eta x
    x, y are traces of the two sides with one time constant. For uncorrelated spikes the drift is
    eta rho_1 (2 tau rho_2 - alpha), with rho_1, rho_2 the rates before and after the synapse, so the postsynaptic rate settles at rho_0.
    Coincident spikes count once, as a pair of lag 0. In the published code a spike transmits the weight after its own
    update; here, as for every rule, the weight before it.
    """

    source = Source(
        "Vogels, Sprekeler, Zenke, Clopath & Gerstner", 2011, "Science 334:1569", doi="10.1126/science.1211095"
    )
    silent_alone = False

    eta: float = param(0.01, "1", "learning rate, change of w by one pair", "their published code (w in nS)", low=0)
    rho_0: float = param(3, "Hz", "target rate of the postsynaptic cell", "their published code", low=0)
    tau: float = param(20, "ms", "decay of both traces", "their published code", low=1e-6)
    w_min: float = param(0, "1", "lower bound", "their published code")
    w_max: float = param(100, "1", "upper bound", "their published code")
    pairing: str = param("all", None, "which spikes count", "all in the paper", legal=("all", "nearest"))

    traces = (Trace("x", side="pre", tau="tau"), Trace("y", side="post", tau="tau"))
    on_pre = "w = clip(w + eta*(y - 2*rho_0*tau), w_min, w_max)"
    on_post = "w = clip(w + eta*x, w_min, w_max)"

    def oracle(self, t_pre, t_post, w_0):
        """Final weight, from a walk over the spikes in order; each sums the window over the earlier spikes of the other side."""
        from math import exp

        w, seen = w_0, {"pre": [], "post": []}
        alpha = 2 * self.rho_0 * self.tau
        for t, _, side in sorted([(t, 0, "pre") for t in t_pre] + [(t, 1, "post") for t in t_post]):
            others = seen["post" if side == "pre" else "pre"]
            window = sum(exp((s - t) / self.tau) for s in (others if self.pairing == "all" else others[-1:]))
            w = min(self.w_max, max(self.w_min, w + self.eta * (window - (alpha if side == "pre" else 0.0))))
            seen[side].append(t)
        return w
