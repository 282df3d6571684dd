"""Voltage-based STDP: presynaptic spikes and the postsynaptic potential, its filters read with a delay."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from ._delayed import Delayed
from .rule import PlasticityRule, Trace


@dataclass(frozen=True, kw_only=True)
class VoltageSTDP(PlasticityRule):
    r"""dw/dt = -A_LTD X [u_minus - theta_minus]+ + A_LTP x/tau_x [u - theta_plus]+ [u_plus - theta_minus]+, w_min <= w <= w_max.

    X is the presynaptic spike train, x its trace (a spike adds 1), u the postsynaptic potential v, u_minus and u_plus low-pass
    filters of u. With `homeostatic` = 1 A_LTD is multiplied by m/u_ref_2, m the mean of (u - theta_minus)^2 over tau_bar.
    The filters feel u as it was delay_u ago, so a spike never meets its own trace in them; they start at u.

    Defaults are the visual-cortex set of the authors' code (ModelDB 144566). Deviations from the paper, which that code and
    NEST have: the delay, and x divided by tau_x. The code calls its delay 3 ms; in its steps of 1 ms the filters read at step t
    end with the potential of step t - 4, and NEST's test uses 4 ms. m is the mean of the square, as in the code, where the
    paper squares a mean; NEST squares the mean of the potential itself, not of its distance from rest.
    The rule needs a neuron whose v shows a spike as long as it lasts, such as adaptive_threshold_adex. Spikes alter w by the
    filters as they are after the step of the spike; a step of 0.1 ms costs about 2 points of the frequency curve at 50 Hz.
    """

    source = Source("Clopath, Büsing, Vasilaki & Gerstner", 2010, "Nat. Neurosci. 13:344", doi="10.1038/nn.2479")
    reads_post = ("v",)

    A_LTD: float = param(14e-5, "mV^-1", "amplitude of depression", "FrequencyDependence.m", low=0)
    A_LTP: float = param(8e-5, "mV^-2", "amplitude of potentiation", "FrequencyDependence.m", low=0)
    theta_minus: float = param(-70.6, "mV", "threshold of the filters", "VoTri.m")
    theta_plus: float = param(-45.3, "mV", "threshold of the potential", "VoTri.m")
    tau_minus: float = param(10, "ms", "time constant of u_minus", "FrequencyDependence.m", low=1e-6)
    tau_plus: float = param(7, "ms", "time constant of u_plus", "FrequencyDependence.m", low=1e-6)
    tau_x: float = param(15, "ms", "decay of the presynaptic trace", "FrequencyDependence.m", low=1e-6)
    delay_u: float = param(4, "ms", "how late the filters feel the potential", "VoTri.m; NEST's test", low=0, high=20)
    homeostatic: float = param(
        0, "1", "1: A_LTD follows the mean depolarisation; 0: it is constant", "RFdevelop.m", low=0, high=1
    )
    u_ref_2: float = param(60, "mV^2", "square of the reference depolarisation", "RFdevelop.m", low=1e-9)
    tau_bar: float = param(1.2, "s", "time constant of the mean depolarisation", "RFdevelop.m", low=1e-6)
    w_min: float = param(0, "1", "lower bound", "RFdevelop.m")
    w_max: float = param(3, "1", "upper bound", "RFdevelop.m")
    pairing: str = param("all", None, "which spikes count", "x sums all presynaptic spikes", legal=("all", "nearest"))

    traces = (Trace("x", side="pre", tau="tau_x"),)
    delayed = (Delayed("u_late", side="post", of="v", by="delay_u"),)
    post_model = """
    du_minus/dt = (u_late - u_minus)/tau_minus : volt (clock-driven)
    du_plus/dt = (u_late - u_plus)/tau_plus : volt (clock-driven)
    dm/dt = ((u_late - theta_minus)**2 - m)/tau_bar : volt**2 (clock-driven)
    """
    initial = {"u_minus": "u_late", "u_plus": "u_late"}
    on_pre = """
    A = A_LTD*(1 + homeostatic*(m/u_ref_2 - 1))
    w = clip(w - A*(u_minus - theta_minus)*int(u_minus > theta_minus), w_min, w_max)
    """
    each_step = """
    above = (v_post - theta_plus)*int(v_post > theta_plus)*(u_plus - theta_minus)*int(u_plus > theta_minus)
    w = clip(w + dt*A_LTP*x/tau_x*above, w_min, w_max)
    """

    @named
    def receptive_field(cls):
        """RFdevelop.m: homeostasis on, both amplitudes ten times those of visual cortex; the delay is kept (that file reads one step back)."""
        return cls(homeostatic=1, A_LTD=14e-4, A_LTP=8e-4)
