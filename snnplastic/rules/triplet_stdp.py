"""Triplet STDP: pairs plus one more spike of the same side."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class TripletSTDP(PlasticityRule):
    r"""Triplet rule; amplitudes are absolute changes of w.

    pre spike:  w -= o1 (A2_minus + A3_minus r2)        o1, r2 before this spike
    post spike: w += r1 (A2_plus + A3_plus o2)          r1, o2 before this spike
    r1, r2 are presynaptic traces (tau_plus, tau_x), o1, o2 postsynaptic (tau_minus, tau_y).
    The eight published rows are named instances. In the four rows where the time constant of a
    vanishing amplitude is not given, the value of the full row stands in; it has no effect.
    """

    source = Source("Pfister & Gerstner", 2006, "J. Neurosci. 26:9673", doi="10.1523/JNEUROSCI.1425-06.2006")

    A2_plus: float = param(5e-10, "1", "pair potentiation", "Table 3; hippocampus Table 4")
    A3_plus: float = param(6.2e-3, "1", "triplet potentiation", "Table 3; hippocampus Table 4")
    A2_minus: float = param(7e-3, "1", "pair depression", "Table 3; hippocampus Table 4")
    A3_minus: float = param(2.3e-4, "1", "triplet depression", "Table 3; hippocampus Table 4")
    tau_plus: float = param(16.8, "ms", "decay of r1", "Methods", low=1e-6)
    tau_x: float = param(101, "ms", "decay of r2", "Table 3; hippocampus Table 4", low=1e-6)
    tau_minus: float = param(33.7, "ms", "decay of o1", "Methods", low=1e-6)
    tau_y: float = param(125, "ms", "decay of o2", "Table 3; hippocampus Table 4", low=1e-6)
    w_min: float = param(0, "1", "lower bound", "free")
    w_max: float = param(10, "1", "upper bound", "free")
    pairing: str = param("all", None, "which spikes count", "all-to-all or nearest-spike", legal=("all", "nearest"))

    traces = (
        Trace("r1", side="pre", tau="tau_plus"), Trace("r2", side="pre", tau="tau_x"),
        Trace("o1", side="post", tau="tau_minus"), Trace("o2", side="post", tau="tau_y"),
    )  # fmt: skip
    on_pre = "w = clip(w - o1*(A2_minus + A3_minus*r2), w_min, w_max)"
    on_post = "w = clip(w + r1*(A2_plus + A3_plus*o2), w_min, w_max)"

    @named
    def visual_cortex_all_to_all(cls):
        """Table 3, all-to-all, full."""
        return cls()

    @named
    def visual_cortex_all_to_all_minimal(cls):
        """Table 3, all-to-all, minimal."""
        return cls(A2_plus=0, A3_plus=6.5e-3, A2_minus=7.1e-3, A3_minus=0, tau_y=114)

    @named
    def visual_cortex_nearest(cls):
        """Table 3, nearest-spike, full."""
        return cls(
            A2_plus=8.8e-11, A3_plus=5.3e-2, A2_minus=6.6e-3, A3_minus=3.1e-3, tau_x=714, tau_y=40, pairing="nearest"
        )

    @named
    def visual_cortex_nearest_minimal(cls):
        """Table 3, nearest-spike, minimal."""
        return cls(A2_plus=0, A3_plus=5e-2, A2_minus=8e-3, A3_minus=0, tau_x=714, tau_y=40, pairing="nearest")

    @named
    def hippocampus_all_to_all(cls):
        """Table 4, all-to-all, full."""
        return cls(A2_plus=6.1e-3, A3_plus=6.7e-3, A2_minus=1.6e-3, A3_minus=1.4e-3, tau_x=946, tau_y=27)

    @named
    def hippocampus_all_to_all_minimal(cls):
        """Table 4, all-to-all, minimal."""
        return cls(A2_plus=5.3e-3, A3_plus=8e-3, A2_minus=3.5e-3, A3_minus=0, tau_x=946, tau_y=40)

    @named
    def hippocampus_nearest(cls):
        """Table 4, nearest-spike, full."""
        return cls(
            A2_plus=4.6e-3, A3_plus=9.1e-3, A2_minus=3e-3, A3_minus=7.5e-9, tau_x=575, tau_y=47, pairing="nearest"
        )

    @named
    def hippocampus_nearest_minimal(cls):
        """Table 4, nearest-spike, minimal."""
        return cls(A2_plus=4.6e-3, A3_plus=9.1e-3, A2_minus=3e-3, A3_minus=0, tau_x=575, tau_y=48, pairing="nearest")

    def oracle(self, t_pre, t_post, w_0):
        """Final weight, from the spike history: for each spike, sums over earlier spikes of either side (all, or the last one)."""
        import numpy as np

        pre, post = np.sort(t_pre), np.sort(t_post)
        keep = slice(None) if self.pairing == "all" else slice(-1, None)

        def age_sum(times, tau, now, inclusive):
            past = times[times <= now] if inclusive else times[times < now]
            return np.exp(-(now - past[keep]) / tau).sum()

        w = w_0
        for now, is_post in sorted([(t, False) for t in pre] + [(t, True) for t in post]):
            if is_post:  # a coincident presynaptic spike has arrived already
                step = age_sum(pre, self.tau_plus, now, True) * (
                    self.A2_plus + self.A3_plus * age_sum(post, self.tau_y, now, False)
                )
            else:
                step = -age_sum(post, self.tau_minus, now, False) * (
                    self.A2_minus + self.A3_minus * age_sum(pre, self.tau_x, now, False)
                )
            w = min(max(w + step, self.w_min), self.w_max)
        return w
