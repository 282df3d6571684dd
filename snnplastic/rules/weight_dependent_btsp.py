"""Weight-dependent behavioural time scale plasticity: eligibility times plateau moves a weight up or down, once a lap."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .rule import PlasticityRule


def segment(x, alpha, beta):
    """Text of the sigmoid in x with threshold `alpha` and slope `beta`, rescaled to run from 0 at x = 0 to 1 at x = 1.

    Written so that x = 0 gives exactly 0; a slope of 2e-4 gives a straight line within 1e-8.
    """
    low, high = f"exp({beta}*({alpha} - 1))", f"exp({beta}*({alpha} - {x}))"
    return f"(1 - exp(-{beta}*{x}))*(1 + {low})/((1 - exp(-{beta}))*(1 + {high}))"


@dataclass(frozen=True, kw_only=True)
class WeightDependentBTSP(PlasticityRule):
    r"""Per lap: w += k_pot Q_pot (1 - w) - k_dep Q_dep w, clipped to 0..1, with Q = integral of q(ET IS) dt over the lap.

    tau_ET dET/dt = rate/(r_max ET_peak) - ET      eligibility, one per presynaptic neuron
    tau_IS dIS/dt = plateau/IS_peak - IS           instructive signal, one per cell; plateau is 1 during a plateau
    q_pot, q_dep: sigmoids of threshold alpha and slope beta, rescaled to run from 0 to 1 on [0, 1] (+ and - in the paper).
    w is the paper's occupancy A; the weight relative to a silent cell is W = W_max w, so a silent cell starts at w = 1/W_max.
    Fixed point of laps that repeat: w* = k_pot Q_pot/(k_pot Q_pot + k_dep Q_dep). As in the paper, w is held during a lap and changed at
    its end; the authors report equivalent results for an update in steps of 10 ms. (Equation 16 has k+ in both terms, a misprint.)
    Both signals are filtered with unit area. The authors then scale each so that its largest value is 1; here ET_peak and IS_peak are
    these values, parameters of the rule, so that another speed or another plateau does not rescale the synapse. In the
    instances they are the peaks at the authors' set-up (fields of 90 cm, 25 cm/s, plateaus of 300 ms); 1 leaves a signal as it is.
    Sets: the authors' repository neurosutras/BTSP, whose half widths are 2/beta. The mean and the median over cells are of no
    single cell: the change of a weight is far from linear in them, and the laps of the cells were not all alike.
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
    alpha_pot: float = param(0.4150117, "1", "threshold of q_pot", "fit to synthetic data, WD_D", low=0, high=1)
    beta_pot: float = param(4.404223, "1", "slope of q_pot", "fit to synthetic data, WD_D", low=1e-6)
    alpha_dep: float = param(0.02618154, "1", "threshold of q_dep", "fit to synthetic data, WD_D", low=0, high=1)
    beta_dep: float = param(20.04576, "1", "slope of q_dep", "fit to synthetic data, WD_D", low=1e-6)
    W_max: float = param(
        4.680311, "1", "largest weight, relative to a silent cell", "fit to synthetic data, WD_D", low=1
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
    # Constant over dt, else Brian2 would expand the exponentials, which overflows where beta is large.
    model = f"""
    q_pot = {segment("ET*IS", "alpha_pot", "beta_pot")} : 1 (constant over dt)
    q_dep = {segment("ET*IS", "alpha_dep", "beta_dep")} : 1 (constant over dt)
    dQ_pot/dt = q_pot : second (clock-driven)
    dQ_dep/dt = q_dep : second (clock-driven)
    """
    episode = """
    w = clip(w + k_pot*Q_pot*(1 - w) - k_dep*Q_dep*w, 0, 1)
    Q_pot = 0*second
    Q_dep = 0*second
    """

    @property
    def state_0(self):
        """w of a silent cell."""
        return 1 / self.W_max

    def weight(self, state):
        return self.W_max * state

    @named
    def synthetic(cls):
        """Fitted to synthetic fields, first and second induction (the start values of the authors' simulations)."""
        return cls()

    @named
    def synthetic_one_width(cls):
        """An earlier fit, to one change of ramp in the second induction."""
        return cls(
            tau_ET=1075.317, tau_IS=782.6026, k_pot=0.4893109, k_dep=0.2088454, alpha_pot=0.5262555, beta_pot=2.034989,
            alpha_dep=0.01279724, beta_dep=24.69026, W_max=5.392292, ET_peak=0.6285284, IS_peak=0.31843886,
        )  # fmt: skip

    @named
    def not_normalised(cls):
        """Fitted with signals of unit area that are not scaled."""
        return cls(
            tau_ET=1447.838, tau_IS=597.3286, k_pot=1.573373, k_dep=0.2896611, alpha_pot=0.03871166, beta_pot=6.739634,
            alpha_dep=0.001026429, beta_dep=171.5107, W_max=4.620245, ET_peak=1, IS_peak=1,
        )  # fmt: skip

    @named
    def mean_of_cells(cls):
        """Mean of each parameter over the fits to 22 cells, as the paper gives it."""
        return cls(
            tau_ET=863.915, tau_IS=542.755, k_pot=2.27349, k_dep=0.326729, alpha_pot=0.244856, beta_pot=30.3155,
            alpha_dep=0.0910436, beta_dep=2260.61, W_max=4.02379, ET_peak=0.69000129, IS_peak=0.42462652,
        )  # fmt: skip

    @named
    def median_of_cells(cls):
        """Median of each parameter over the fits to 22 cells."""
        return cls(
            tau_ET=924.301, tau_IS=502.285, k_pot=1.52937, k_dep=0.102516, alpha_pot=0.125271, beta_pot=17.2946,
            alpha_dep=0.0033721, beta_dep=93.0052, W_max=4.09953, ET_peak=0.67125447, IS_peak=0.44968818,
        )  # fmt: skip

    @named
    def single_spikes(cls):
        """The paper's figure 5: one spike raises ET to 1, a plateau of 300 ms raises IS to 1."""
        return cls(
            tau_ET=2500, tau_IS=1500, k_pot=1.7, k_dep=0.204, alpha_pot=0.5, beta_pot=4,
            alpha_dep=0.01, beta_dep=44.44, W_max=5, ET_peak=0.01, IS_peak=0.18126925,
        )  # fmt: skip
