"""Weight-dependent BTSP whose eligibility passes a voltage-dependent gate at the spine."""

from dataclasses import dataclass

from ..parameter import named, param
from .rule import PlasticityRule
from .weight_dependent_btsp import WeightDependentBTSP, segment


@dataclass(frozen=True, kw_only=True)
class SpineGatedBTSP(PlasticityRule):
    r"""As the weight-dependent rule, but tau_ET dET/dt = g(rate/r_max) - ET with a sigmoid segment g, q_pot(x) = x, and no peak set to 1.

    Per lap: w += k_pot Q_pot (1 - w) - k_dep Q_dep w, Q_pot = int ET IS dt, Q_dep = int q_dep(ET IS) dt, clipped to 0..1.
    The threshold of the gate g stands for the dendritic voltage: lower where the dendrite is depolarised. The same file of
    the authors' repository (neurosutras/BTSP, synthetic_hybrid_norm, rounded; its half widths are 2/beta) gives it for +10 mV and for -20 mV.
    The gate is of the mean rate: spikes must be smoothed before they reach it.
    """

    source = WeightDependentBTSP.source
    reads_pre, reads_post = ("rate",), ("plateau",)

    tau_ET: float = param(1000, "ms", "decay of the eligibility", "fit to synthetic data, rounded", low=1e-3)
    tau_IS: float = param(750, "ms", "decay of the instructive signal", "fit to synthetic data, rounded", low=1e-3)
    k_pot: float = param(2.4, "s^-1", "rate of potentiation", "fit to synthetic data, rounded", low=0)
    k_dep: float = param(0.23, "s^-1", "rate of depression", "fit to synthetic data, rounded", low=0)
    alpha_dep: float = param(0.0059, "1", "threshold of q_dep", "fit to synthetic data, rounded", low=0, high=1)
    beta_dep: float = param(166.6667, "1", "slope of q_dep", "fit to synthetic data, rounded", low=1e-6)
    alpha_spine: float = param(0.55, "1", "threshold of the gate", "fit to synthetic data, rounded", low=0, high=1)
    beta_spine: float = param(4.878049, "1", "slope of the gate", "fit to synthetic data, rounded", low=1e-6, high=300)
    W_max: float = param(5.6, "1", "largest weight, relative to a silent cell", "fit to synthetic data, rounded", low=1)
    r_max: float = param(40, "Hz", "peak rate of the inputs", "Methods", low=1e-9)

    pre_model = f"dET/dt = ({segment('rate_pre/r_max', 'alpha_spine', 'beta_spine')} - ET)/tau_ET : 1 (clock-driven)"
    post_model = "dIS/dt = (plateau_post - IS)/tau_IS : 1 (clock-driven)"
    model = f"""
    dQ_pot/dt = ET*IS : second (clock-driven)
    q_dep = {segment("ET*IS", "alpha_dep", "beta_dep")} : 1 (constant over dt)
    dQ_dep/dt = q_dep : second (clock-driven)
    """
    episode, state_0, weight = WeightDependentBTSP.episode, WeightDependentBTSP.state_0, WeightDependentBTSP.weight

    @named
    def rounded(cls):
        """Rounded fit, dendrite at rest."""
        return cls()

    @named
    def depolarised(cls):
        """Rounded fit, soma depolarised by 10 mV."""
        return cls(alpha_spine=0.31)

    @named
    def hyperpolarised(cls):
        """Rounded fit, soma hyperpolarised by 20 mV."""
        return cls(alpha_spine=0.86)
