"""Weight-dependent behavioural time scale plasticity: eligibility times plateau moves a weight up or down, once a lap."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule


def segment(x, theta, width):
    """Text of the sigmoid in x with threshold `theta` and half width `width`, rescaled to run from 0 at x = 0 to 1 at x = 1.

    Written so that x = 0 gives exactly 0; a half width of 1e4 gives a straight line within 1e-8.
    """
    s = f"(2/{width})"
    low, high = f"exp({s}*({theta} - 1))", f"exp({s}*({theta} - ({x})))"
    return f"(1 - exp(-{s}*({x})))*(1 + {low})/((1 - exp(-{s}))*(1 + {high}))"


@dataclass(frozen=True, kw_only=True)
class WeightDependentBTSP(PlasticityRule):
    r"""Per lap: w += k_pot Q_pot (1 - w) - k_dep Q_dep w, clipped to 0..1, with Q = integral of f(ET IS) dt over the lap.

    tau_ET dET/dt = rate/(r_max ET_peak) - ET      eligibility, one per presynaptic neuron
    tau_IS dIS/dt = plateau/IS_peak - IS           instructive signal, one per cell; plateau is 1 during a plateau
    f_pot, f_dep: segments of a sigmoid rescaled to run from 0 to 1 on [0, 1] (threshold theta, half width: theta + width is 2/slope away).
    Fixed point of laps that repeat: w* = k_pot Q_pot/(k_pot Q_pot + k_dep Q_dep). The weight relative to a silent cell
    is W = (1 + dW_max) w, so that a silent cell starts at w = 1/(1 + dW_max).
    Both signals are filtered with unit area. The authors then divide each by its largest value; here ET_peak and IS_peak are
    those values, parameters of the rule, so that another speed or another plateau does not renormalise the synapse. In the
    instances they are the peaks at the authors' set-up (fields of 90 cm, 25 cm/s, plateaus of 300 ms); 1 leaves a signal as it is.
    The parameter sets are those of the authors' repository neurosutras/BTSP. The mean and the median over cells are of no
    single cell: f is far from linear in its parameters, and the laps of the cells were not all alike.
    """

    source = Source(
        "Milstein, Li, Bittner, Grienberger, Soltesz, Magee & Romani",
        2021,
        "eLife 10:e73046",
        doi="10.7554/eLife.73046",
    )
    reads_pre, reads_post = ("rate",), ("plateau",)

    tau_ET: float = param(1664.103, "ms", "decay of the eligibility", "fit to synthetic data, WD_D", low=1e-3)
    tau_IS: float = param(437.0065, "ms", "decay of the instructive signal", "fit to synthetic data, WD_D", low=1e-3)
    k_pot: float = param(1.109682, "s^-1", "rate of potentiation", "fit to synthetic data, WD_D", low=0)
    k_dep: float = param(0.4249387, "s^-1", "rate of depression", "fit to synthetic data, WD_D", low=0)
    theta_pot: float = param(0.4150117, "1", "threshold of f_pot", "fit to synthetic data, WD_D", low=0, high=1)
    width_pot: float = param(0.4541096, "1", "half width of f_pot", "fit to synthetic data, WD_D", low=1e-6)
    theta_dep: float = param(0.02618154, "1", "threshold of f_dep", "fit to synthetic data, WD_D", low=0, high=1)
    width_dep: float = param(0.09977173, "1", "half width of f_dep", "fit to synthetic data, WD_D", low=1e-6)
    dW_max: float = param(
        3.680311, "1", "largest weight above that of a silent cell", "fit to synthetic data, WD_D", low=0
    )
    r_max: float = param(40, "Hz", "peak rate of the inputs", "Methods", low=1e-9)
    ET_peak: float = param(
        0.50739623, "1", "unit-area eligibility that counts as 1", "peak at the authors' set-up", low=1e-9
    )
    IS_peak: float = param(
        0.49665964, "1", "unit-area instructive signal that counts as 1", "peak at the authors' set-up", low=1e-9
    )

    pre_model = "dET/dt = (rate_pre/(r_max*ET_peak) - ET)/tau_ET : 1 (clock-driven)"
    post_model = "dIS/dt = (plateau_post/IS_peak - IS)/tau_IS : 1 (clock-driven)"
    model = f"""
    dQ_pot/dt = {segment("ET*IS", "theta_pot", "width_pot")} : second (clock-driven)
    dQ_dep/dt = {segment("ET*IS", "theta_dep", "width_dep")} : second (clock-driven)
    """
    episode = """
    w = clip(w + k_pot*Q_pot*(1 - w) - k_dep*Q_dep*w, 0, 1)
    Q_pot = 0*second
    Q_dep = 0*second
    """

    @property
    def state_0(self):
        """w of a silent cell."""
        return 1 / (1 + self.dW_max)

    def weight(self, state):
        return (1 + self.dW_max) * state

    @named
    def synthetic(cls):
        """Fitted to synthetic fields, first and second induction (the start values of the network simulations)."""
        return cls()

    @named
    def synthetic_one_width(cls):
        """An earlier fit, to one change of ramp in the second induction."""
        return cls(
            tau_ET=1075.317, tau_IS=782.6026, k_pot=0.4893109, k_dep=0.2088454, theta_pot=0.5262555, width_pot=0.9828062,
            theta_dep=0.01279724, width_dep=0.08100359, dW_max=4.392292, ET_peak=0.6285284, IS_peak=0.31843886,
        )  # fmt: skip

    @named
    def not_normalised(cls):
        """Fitted with signals of unit area that are not divided by their peak."""
        return cls(
            tau_ET=1447.838, tau_IS=597.3286, k_pot=1.573373, k_dep=0.2896611, theta_pot=0.03871166, width_pot=0.296752,
            theta_dep=0.001026429, width_dep=0.01166108, dW_max=3.620245, ET_peak=1, IS_peak=1,
        )  # fmt: skip

    @named
    def mean_of_cells(cls):
        """Mean of each parameter over the fits to 22 cells."""
        return cls(
            tau_ET=863.915, tau_IS=542.755, k_pot=2.27349, k_dep=0.326729, theta_pot=0.244856, width_pot=0.161695,
            theta_dep=0.0910436, width_dep=0.110051, dW_max=3.02379, ET_peak=0.69000129, IS_peak=0.42462652,
        )  # fmt: skip

    @named
    def median_of_cells(cls):
        """Median of each parameter over the fits to 22 cells."""
        return cls(
            tau_ET=924.301, tau_IS=502.285, k_pot=1.52937, k_dep=0.102516, theta_pot=0.125271, width_pot=0.115827,
            theta_dep=0.0033721, width_dep=0.0226004, dW_max=3.09953, ET_peak=0.67125447, IS_peak=0.44968818,
        )  # fmt: skip
