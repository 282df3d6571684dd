"""Linear rate neuron, optionally rectified."""

from dataclasses import dataclass

from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class LinearRate(Neuron):
    r"""r = sum of w r_pre over the synapses, or max(0, sum) if `rectified`; r is a pure number.

    Synapses give the sum: ``connect(..., model=LinearRate.input)``. One Synapses per group; for more, add to `drive` otherwise.
    """

    source = Source("Oja", 1982, "J. Math. Biol. 15:267", doi="10.1007/BF00275687")
    input = "drive_post = w*r_pre : 1 (summed)"

    rectified: float = param(0, "1", "1: rates below 0 are 0; 0: linear", "linear in the source", low=0, high=1)

    model = """
    drive : 1
    r = drive*int(rectified < 0.5 or drive > 0) : 1
    """
    method = "euler"
    initial = {}
