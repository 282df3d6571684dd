"""Suppression STDP: pairs whose spikes have just fired count less (Froemke-Dan)."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class SuppressionSTDP(PlasticityRule):
    r"""dw = e_i e_j A_plus exp(-lag/tau_plus) for lag > 0, -e_i e_j A_minus exp(lag/tau_minus) for lag < 0, summed over all pairs.

    Each spike has an efficacy that recovers from the spike before it on the same side, e_k = 1 - exp(-(t_k - t_{k-1})/tau_s),
    with tau_s1 for presynaptic and tau_s2 for postsynaptic spikes; the first spike of a train has efficacy 1.
    Amplitudes are absolute changes of w by one pair: the published ones, 1.01 and 0.52, divided by 60 pairs (the
    experiment had 60 to 80). Values as two simulators give them for this paper (StdpSynapse of CSIM, Graphitti); for the
    recovery times 28 and 88 ms circulate too.
    """

    source = Source("Froemke & Dan", 2002, "Nature 416:433", doi="10.1038/416433a")

    A_plus: float = param(1.01 / 60, "1", "potentiation by one pair", "1.01 after 60 pairs, as cited")
    A_minus: float = param(0.52 / 60, "1", "depression by one pair", "0.52 after 60 pairs, as cited")
    tau_plus: float = param(14.8, "ms", "decay of the presynaptic trace x", "as cited", low=1e-6)
    tau_minus: float = param(33.8, "ms", "decay of the postsynaptic trace y", "as cited", low=1e-6)
    tau_s1: float = param(34, "ms", "recovery of presynaptic efficacy", "as cited", low=1e-6)
    tau_s2: float = param(75, "ms", "recovery of postsynaptic efficacy", "as cited", low=1e-6)
    w_min: float = param(0, "1", "lower bound", "free")
    w_max: float = param(10, "1", "upper bound", "free")
    pairing: str = param("all", None, "which pairs count", "all pairs in the paper", legal=("all", "nearest"))

    # s_1 and s_2 are what the last spike still takes from the efficacy of the next
    traces = (
        Trace("x", side="pre", tau="tau_plus", jump="1 - s_1"),
        Trace("s_1", side="pre", tau="tau_s1", pairing="nearest"),
        Trace("y", side="post", tau="tau_minus", jump="1 - s_2"),
        Trace("s_2", side="post", tau="tau_s2", pairing="nearest"),
    )
    on_pre = "w = clip(w - A_minus*y*(1 - s_1), w_min, w_max)"
    on_post = "w = clip(w + A_plus*x*(1 - s_2), w_min, w_max)"

    def oracle(self, t_pre, t_post, w_0):
        """Final weight, from a walk over the spikes in order and each earlier spike (or the last one) of the other side."""
        from math import exp

        def efficacies(times, tau):
            return [1.0][: len(times)] + [1 - exp(-(b - a) / tau) for a, b in zip(times[:-1], times[1:], strict=True)]

        pre, post = sorted(t_pre), sorted(t_post)
        e = [
            dict(zip(pre, efficacies(pre, self.tau_s1), strict=True)),
            dict(zip(post, efficacies(post, self.tau_s2), strict=True)),
        ]
        w, seen = w_0, ([], [])
        for t, is_post in sorted([(t, 0) for t in pre] + [(t, 1) for t in post]):
            partners = seen[1 - is_post][-1:] if self.pairing == "nearest" else seen[1 - is_post]
            tau, A = (self.tau_plus, self.A_plus) if is_post else (self.tau_minus, -self.A_minus)
            w += A * e[is_post][t] * sum(e[1 - is_post][u] * exp(-(t - u) / tau) for u in partners)
            w = min(max(w, self.w_min), self.w_max)
            seen[is_post].append(t)
        return w
