"""Dopamine-modulated STDP: spike pairs leave an eligibility, dopamine turns it into a change of the weight."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class DopamineSTDP(PlasticityRule):
    r"""dw/dt = gain c (d + d_tonic); dc/dt = -c/tau_c + STDP; dd/dt = -d/tau_d + release at dopamine spikes.

    STDP: c += A_plus exp(-lag/tau_plus) at a postsynaptic spike (lag > 0), c -= A_minus exp(lag/tau_minus) at a
    presynaptic one (lag < 0), with the nearest spike of the other side, or all. Between two spikes c and d are
    exponentials, so that with k = 1/tau_c + 1/tau_d
        w += gain c (d (1 - exp(-gap k))/k + d_tonic tau_c (1 - exp(-gap/tau_c))).
    c and d + d_tonic do not change sign meanwhile, so a bound is met once and clipping at the end of a gap is exact.
    One pairing c_0, then a release d_0 after the delay s: dw = gain c_0 d_0 exp(-s/tau_c)/k; dopamine first: exp(-|s|/tau_d).

    The paper leaves the unit of c d to the reader; in its program dopamine is in umolar and the weight is the height of
    an input in mV/ms, which `gain` states. connect(advance=10*ms) updates the weights as often as that program does.
    It multiplies c (d + d_tonic) at the end of each 10 ms by 10 ms, where the integral stands here.
    """

    source = Source("Izhikevich", 2007, "Cereb. Cortex 17:2443", doi="10.1093/cercor/bhl152")

    A_plus: float = param(0.1, "1", "eligibility from one causal pair at lag 0", "published program")
    A_minus: float = param(0.15, "1", "eligibility lost by one acausal pair at lag 0; 1.5 A_plus", "published program")
    tau_plus: float = param(20, "ms", "decay of the presynaptic trace x", "Fig. 1b and program", low=1e-6)
    tau_minus: float = param(20, "ms", "decay of the postsynaptic trace y", "Fig. 1b and program", low=1e-6)
    tau_c: float = param(1, "s", "decay of the eligibility c", "equation 1", low=1e-6)
    tau_d: float = param(0.2, "s", "decay of dopamine d", "equation 3", low=1e-6)
    release: float = param(0.5, "umolar", "dopamine that one spike of a dopamine cell adds", "published program")
    d_tonic: float = param(0, "umolar", "dopamine that is always there", "0.002 in the published program", low=0)
    gain: float = param(
        100, "1/(s*umolar)", "rate of w per eligibility and dopamine", "published program: 1 per 10 ms", low=0
    )
    w_min: float = param(0, "1", "lower bound", "published program")
    w_max: float = param(4, "1", "upper bound", "published program")
    pairing: str = param(
        "nearest", None, "which pairs count", "nearest in the published program", legal=("all", "nearest")
    )

    traces = (Trace("x", side="pre", tau="tau_plus"), Trace("y", side="post", tau="tau_minus"))
    model = "c : 1"
    modulator_model = "d : mmolar"
    on_pre = "c -= A_minus*y"
    on_post = "c += A_plus*x"
    on_modulator = "d += release"
    between = """
    k_cd = 1/tau_c + 1/tau_d
    w = clip(w + c*gain*(d*(1 - exp(-gap*k_cd))/k_cd + d_tonic*tau_c*(1 - exp(-gap/tau_c))), w_min, w_max)
    c *= exp(-gap/tau_c)
    """
    modulator_between = "d *= exp(-gap/tau_d)"

    @named
    def published_program(cls):
        """The program's decays per step (0.95 and 0.995 per ms, 0.99 per 10 ms) and its tonic dopamine."""
        return cls(tau_plus=19.4957, tau_minus=19.4957, tau_c=0.994992, tau_d=0.1994996, d_tonic=0.002)

    def oracle(self, t_pre, t_post, w_0, t_end=None, *, t_dopamine=(), grid=None):
        """Final weight: c and d summed over the history of jumps, their product integrated by quadrature between events.

        grid   jumps of c and d count from the last multiple of it, as where all synapses advance together
        """
        import numpy as np

        pre, post = np.sort(np.asarray(t_pre, float)), np.sort(np.asarray(t_post, float))

        def seen(times, now, tau, inclusive):
            past = times[times <= now] if inclusive else times[times < now]
            return np.exp(-(now - (past[-1:] if self.pairing == "nearest" else past)) / tau).sum()

        jumps = [(t, self.A_plus * seen(pre, t, self.tau_plus, True), 0.0) for t in post]
        jumps += [(t, -self.A_minus * seen(post, t, self.tau_minus, False), 0.0) for t in pre]
        jumps += [(t, 0.0, self.release) for t in t_dopamine]
        if not jumps:
            return w_0
        time, c, d = np.array(sorted(jumps)).T
        end = time[-1] if t_end is None else t_end
        if grid:
            time = np.floor(time / grid + 1e-6) * grid
        nodes, weights = np.polynomial.legendre.leggauss(12)
        w, keep = w_0, time <= end
        time, c, d = time[keep], c[keep], d[keep]
        for n, (start, stop) in enumerate(zip(time, [*time[1:], end], strict=True)):
            edges = np.linspace(start, stop, 2 + int((stop - start) / (0.5 * min(self.tau_c, self.tau_d))))
            half = np.diff(edges)[:, None] / 2
            now = (edges[:-1, None] + half + half * nodes)[..., None]
            level_c = (c[: n + 1] * np.exp(-(now - time[: n + 1]) / self.tau_c)).sum(-1)
            level_d = (d[: n + 1] * np.exp(-(now - time[: n + 1]) / self.tau_d)).sum(-1) + self.d_tonic
            w += self.gain * (half * weights * level_c * level_d).sum()
            w = min(max(w, self.w_min), self.w_max)
        return float(w)
