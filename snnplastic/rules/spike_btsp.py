"""BTSP between spikes and plateau onsets: both signals exponential, so that an overlap has a closed form."""

from dataclasses import dataclass

from ..parameter import Source, param
from .rule import PlasticityRule


@dataclass(frozen=True, kw_only=True)
class SpikeBTSP(PlasticityRule):
    r"""dw/dt = ET IS [k_pot (1 - w) - k_dep w]: the weight-dependent rule with q_pot(x) = q_dep(x) = x, for impulses.

    A presynaptic spike adds 1 to ET (decay tau_ET), a plateau onset, which is a postsynaptic spike here, adds 1 to IS (tau_IS).
    With K = tau_ET tau_IS/(tau_ET + tau_IS), one spike and one plateau that comes a delay d later overlap by K exp(-d/tau_ET),
    and by K exp(d/tau_IS) if it comes earlier (d < 0); w ends at w* + (w_0 - w*) exp(-(k_pot + k_dep) overlap), w* = k_pot/(k_pot + k_dep).
    This limit of the published rule is no published fit; the constants are those of the rounded fit.
    """

    source = Source(
        "Milstein, Li, Bittner, Grienberger, Soltesz, Magee & Romani",
        2021,
        "eLife 10:e73046",
        doi="10.7554/eLife.73046",
    )

    tau_ET: float = param(1000, "ms", "decay of the eligibility", "fit to synthetic data, rounded", low=1e-3)
    tau_IS: float = param(750, "ms", "decay of the instructive signal", "fit to synthetic data, rounded", low=1e-3)
    k_pot: float = param(2.4, "s^-1", "rate of potentiation", "fit to synthetic data, rounded", low=0)
    k_dep: float = param(0.23, "s^-1", "rate of depression", "fit to synthetic data, rounded", low=0)

    model = """
    ET : 1
    IS : 1
    """
    between = """
    K = 1/(1/tau_ET + 1/tau_IS)
    left = exp(-(k_pot + k_dep)*ET*IS*K*(1 - exp(-gap/K)))
    w = w*left + (1 - left)*k_pot/(k_pot + k_dep + 1e-30*Hz)
    ET *= exp(-gap/tau_ET)
    IS *= exp(-gap/tau_IS)
    """
    on_pre = "ET += 1"
    on_post = "IS += 1"

    def oracle(self, t_pre, t_post, w_0, t_end=None):
        """w at t_end (s): the overlap as a double sum over spikes and plateaus, each pair's integral from the later of the two on."""
        import numpy as np

        pre, post = np.asarray(t_pre, float), np.asarray(t_post, float)
        t_end = max([0.0, *pre, *post]) if t_end is None else t_end
        a, b = pre[:, None], post[None, :]
        start, rate = np.maximum(a, b), 1 / self.tau_ET + 1 / self.tau_IS

        def primitive(t):
            return -np.exp(-(t - a) / self.tau_ET - (t - b) / self.tau_IS) / rate

        overlap = np.where(start <= t_end, primitive(t_end) - primitive(start), 0.0).sum()
        total = self.k_pot + self.k_dep
        rest = self.k_pot / total if total else 0.0
        return rest + (w_0 - rest) * np.exp(-total * overlap)
