"""Short-term plasticity: resources that each spike uses up, and a use that facilitates."""

from dataclasses import dataclass

from ..errors import ParameterError
from ..parameter import Source, named, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class TsodyksMarkram(PlasticityRule):
    r"""Depression by resources, facilitation by their use; the weight w itself is static.

    Resources are recovered (x), active (y) or inactive (z), x + y + z = 1:
    dx/dt = z/tau_rec,  dy/dt = -y/tau_inact,  dz/dt = y/tau_inact - z/tau_rec,  du/dt = (u_rest U - u)/tau_fac.
    At a presynaptic spike u += U (1 - u), then release = u x moves from x to y. Postsynaptic spikes do nothing.
    A synapse at rest has x = 1 and u = u_rest U. `effect` reads the release of the spike, so it scales what the cell gets:
    ``connect(..., effect="g_ampa_post += w*release*nS")``.

    Two conventions differ in the steady state: u decays to 0 (u_rest = 0: the source, NEST), or to U (u_rest = 1: Mongillo,
    Barak & Tsodyks 2008), where the first spike releases U (2 - U). At rate f, tau_inact -> 0, with e = exp(-1/(f tau_fac)),
    E = exp(-1/(f tau_rec)): u = U (1 + u_rest (1 - U)(1 - e))/(1 - (1 - U) e), x = (1 - E)/(1 - (1 - u) E).
    """

    source = Source("Tsodyks, Pawelzik & Markram", 1998, "Neural Comput. 10:821", doi="10.1162/089976698300017502")

    U: float = param(0.5, "1", "share of the resources that a spike uses at rest", "Fig. 1A", low=0, high=1)
    tau_rec: float = param(800, "ms", "recovery of inactive resources", "Fig. 1A", low=1e-6)
    tau_fac: float = param(0, "ms", "decay of u; 0 without facilitation", "Fig. 1A", low=0)
    tau_inact: float = param(3, "ms", "inactivation of active resources", "Fig. 1A", low=1e-6)
    u_rest: float = param(
        0, "1", "u decays to u_rest U; 0 or 1", "0 in the source, 1 in Mongillo et al. 2008", low=0, high=1
    )

    # Differences from rest are kept, all 0 at the start: y, z, and f = u - u_rest U.
    model = """
    y : 1
    z : 1
    f : 1
    x = 1 - y - z : 1
    u = f + u_rest*U : 1
    """
    between = """
    left_y = exp(-gap/tau_inact)
    left_z = exp(-gap/tau_rec)
    z = z*left_z + y*tau_rec/(tau_rec - tau_inact)*(left_z - left_y)
    y *= left_y
    f *= exp(-gap/clip(tau_fac, 1e-9*second, inf*second))
    """
    before_effect = """
    f += U*(1 - f - u_rest*U)
    release = (f + u_rest*U)*(1 - y - z)
    y += release
    """

    def check_fields(self):
        if self.tau_inact == self.tau_rec:
            raise ParameterError(
                f"TsodyksMarkram: tau_inact = {self.tau_inact:g} s must differ from tau_rec (their difference divides); change either by 1 %"
            )

    @named
    def depressing(cls):
        """Depressing synapses of Fig. 1A."""
        return cls()

    @named
    def facilitating(cls):
        """Facilitating synapses of Fig. 1B and C."""
        return cls(U=0.03, tau_rec=130, tau_fac=530, tau_inact=1.5)

    @named
    def facilitating_from_rest(cls):
        """The numbers of Fig. 1B and C, with u that relaxes to U."""
        return cls(U=0.03, tau_rec=130, tau_fac=530, tau_inact=1.5, u_rest=1)

    def oracle(self, t_pre, t_post, w_0=None):
        """Release at every presynaptic spike: the four linear equations, carried from spike to spike by a matrix exponential."""
        import numpy as np
        from scipy.linalg import expm

        fac = 1 / self.tau_fac if self.tau_fac else 1e12
        flow = np.array([
            [0, 0, 1 / self.tau_rec, 0, 0],
            [0, -1 / self.tau_inact, 0, 0, 0],
            [0, 1 / self.tau_inact, -1 / self.tau_rec, 0, 0],
            [0, 0, 0, -fac, fac * self.u_rest * self.U],
            [0, 0, 0, 0, 0],
        ])  # fmt: skip
        state, now, released = np.array([1, 0, 0, self.u_rest * self.U, 1.0]), 0.0, []
        for t in sorted(t_pre):
            if self.tau_fac:
                state = expm(flow * (t - now)) @ state
            else:  # u returns at once
                state[:3] = expm(flow[:3, :3] * (t - now)) @ state[:3]
                state[3] = self.u_rest * self.U
            state[3] += self.U * (1 - state[3])
            released.append(state[3] * state[0])
            state[0], state[1], now = state[0] - released[-1], state[1] + released[-1], t
        return np.array(released)
