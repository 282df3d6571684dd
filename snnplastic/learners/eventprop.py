"""EventProp: exact gradients of spike times, with no clock and no surrogate."""

from dataclasses import dataclass

from ..parameter import Source, param
from .learner import Learner


@dataclass(frozen=True, kw_only=True)
class EventProp(Learner):
    r"""Exact gradient of a loss on spike times by an adjoint system that jumps at spikes.

    Forward, between events: tau_mem dV/dt = -V + I, tau_syn dI/dt = -I; an arrival adds w to I; at V = v_th: spike, V -> v_reset.
    In reverse, between events: tau_mem dl_V/ds = -l_V, tau_syn dl_I/ds = -l_I + l_V. At a spike of neuron n at t:

        l_V^- = l_V^+ + [(v_th - v_reset) l_V^+ + sum_m w_nm (l_V - l_I)_m + dL/dt] / (tau_mem dV/dt^-)

    with m the targets of n, and dL/dw_ij = -tau_syn sum over arrivals from i of l_I,j. In the program a_V = -tau_mem l_V and a_I = -tau_syn l_I are
    kept, the derivatives of the loss by V and by I, whose course between events is closed too; so nothing is integrated in steps.

    Loss of a sample with first output spikes t_c and class y: -log softmax(-t/tau_0)_y + alpha (e^{t_y/tau_1} - 1). An output without
    a spike counts with the end of the sample; if it is output y, the sample has the loss of a guess, log(classes), plus the cost, and
    no gradient. The gradient does not see spikes appear: after a batch in which the share of neurons without a spike, over all its
    samples, exceeds `silent_hidden` (in the last layer: `silent_output`), `bump` is added to all weights to that layer, the first such
    layer alone. Thresholds and bump are those of the authors' code; how it counts that share was not read.
    """

    source = Source("Wunderlich & Pehle", 2021, "Sci. Rep. 11:12829", doi="10.1038/s41598-021-91786-z")

    tau_0: float = param(0.5, "ms", "time in the softmax of first spikes", "their code, Yin-Yang", low=1e-6)
    tau_1: float = param(6.4, "ms", "time of the cost of a late right spike", "their code, Yin-Yang", low=1e-6)
    alpha: float = param(0.003, "1", "weight of that cost", "their code, Yin-Yang", low=0)
    bump: float = param(5e-3, "1", "added to the weights to a silent layer", "their code", low=0)
    silent_hidden: float = param(
        0.3, "1", "share of neurons without a spike that a hidden layer may have", "their code", low=0, high=1
    )
    silent_output: float = param(
        0, "1", "share of neurons without a spike that the last layer may have", "their code", low=0, high=1
    )
