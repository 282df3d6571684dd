"""Context-gated learning: a cue and a context that meet on a cell strengthen each other, a cue alone is weakened."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class ContextGatedHebb(PlasticityRule):
    r"""Heterosynaptic rule for two inputs of one cell: `pre` is the train of the cue, `post` the train of the context.

    c (cue, tau_c) and h (context, tau_h) grow by c_u and h_u at their own spikes. At every spike of either train, after its trace has
    grown,
        w += m alpha_1 h c |w_max - w|    where the last spikes of cue and context are at most `window` apart,
        w -= m alpha_2 c |w_min - w|      otherwise, as where the context has not fired yet.
    The cell's own spikes do not enter. The weights of both inputs follow this one rule, so a network connects the same two trains
    twice and lets each input transmit its own w (`networks.basal_amygdala`).

    m is 1 for `lasting` after a spike of a neuromodulatory neuron (see `modulate`), or always with m_tonic = 1; else 0.
    n spikes of the cue alone at a steady c: w = w_min + (w_0 - w_min)(1 - alpha_2 c)^n. Because of the bars a weight that starts below
    w_min moves further down, as published. The paper leaves w_min, w_max, the time constants and the increments unstated; the
    numbers are those of its re-implementation (Carvalho et al.), where the window is open at exactly 100 ms: closed here.
    """

    source = Source(
        "Vlachos, Herry, Lüthi, Aertsen & Kumar",
        2011,
        "PLoS Comput. Biol. 7:e1001104",
        doi="10.1371/journal.pcbi.1001104",
    )
    silent_alone = False

    alpha_1: float = param(1.6e-3, "1", "rate of potentiation", "re-implementation, Table of plasticity", low=0)
    alpha_2: float = param(1.6e-3, "1", "rate of depression", "re-implementation, Table of plasticity", low=0)
    tau_c: float = param(10, "ms", "decay of the cue's trace", "re-implementation", low=1e-6)
    tau_h: float = param(10, "ms", "decay of the context's trace", "re-implementation", low=1e-6)
    c_u: float = param(0.35, "1", "what a spike of the cue adds to c", "re-implementation (A in the paper)", low=0)
    h_u: float = param(0.35, "1", "what a spike of the context adds to h", "re-implementation (B in the paper)", low=0)
    window: float = param(100, "ms", "longest time between cue and context that meet", "re-implementation", low=1e-6)
    w_min: float = param(0.4, "1", "weight that depression tends to (nS)", "re-implementation")
    w_max: float = param(4, "1", "weight that potentiation tends to (nS)", "re-implementation")
    m_tonic: float = param(1, "1", "neuromodulator that is always there; 0 or 1", "free", low=0, high=1)
    lasting: float = param(50, "ms", "how long a spike of the neuromodulator acts", "length of a cue", low=0)

    pairing = "all"
    # exp(-age/window) of the last spike of each side: 0 where there was none, above 1/e within the window
    traces = (
        Trace("c", side="pre", tau="tau_c", jump="c_u"), Trace("h", side="post", tau="tau_h", jump="h_u"),
        Trace("cue_near", side="pre", tau="window", pairing="nearest"),
        Trace("context_near", side="post", tau="window", pairing="nearest"),
    )  # fmt: skip
    model = "t_ends : second"
    on_modulator = "t_ends = t + lasting"
    on_pre = """
    m = clip(m_tonic + int(t <= t_ends + 1e-9*lasting and t_ends > 0*second), 0, 1)
    meet = int(context_near > exp(-1)*(1 - 1e-9))
    w += m*(c + c_u)*(meet*alpha_1*h*abs(w_max - w) - (1 - meet)*alpha_2*abs(w_min - w))
    """
    on_post = """
    m = clip(m_tonic + int(t <= t_ends + 1e-9*lasting and t_ends > 0*second), 0, 1)
    meet = int(cue_near > exp(-1)*(1 - 1e-9))
    w += m*c*(meet*alpha_1*(h + h_u)*abs(w_max - w) - (1 - meet)*alpha_2*abs(w_min - w))
    """

    @named
    def during_the_cue(cls):
        """The neuromodulator is there while a cue of 50 ms lasts."""
        return cls(m_tonic=0)

    def oracle(self, t_pre, t_post, w_0, *, t_modulator=()):
        """Final weight: for each spike, sums of exponentials over the history of both trains, and the ages of their last spikes."""
        import numpy as np

        cue, context, released = (np.sort(np.asarray(t, float)) for t in (t_pre, t_post, t_modulator))
        grain, w = 1e-9, float(w_0)
        for now, is_context in sorted([(t, 0) for t in cue] + [(t, 1) for t in context]):
            # a cue spike of the same step has arrived before the context's, not the other way round
            cues = cue[cue <= now + grain]
            contexts = context[context <= now + grain] if is_context else context[context < now - grain]
            active = self.m_tonic or np.any((released <= now + grain) & (now - released <= self.lasting + grain))
            c = self.c_u * np.exp(-(now - cues) / self.tau_c).sum()
            h = self.h_u * np.exp(-(now - contexts) / self.tau_h).sum()
            apart = abs(cues[-1] - contexts[-1]) if cues.size and contexts.size else np.inf
            if not active:
                continue
            if apart <= self.window + grain:
                w += self.alpha_1 * h * c * abs(self.w_max - w)
            else:
                w -= self.alpha_2 * c * abs(self.w_min - w)
        return w
