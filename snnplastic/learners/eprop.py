"""e-prop: eligibility of each synapse, carried along, times a learning signal from the outputs."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._online import OnlineRule


@dataclass(frozen=True, kw_only=True)
class EProp(OnlineRule):
    r"""e-prop: eps_ji(t) = J_j(t) eps_ji(t-1) + dx_j/dW_ji, J_j the Jacobian of one neuron's states from step to step; K the read-out's response.

    For a neuron whose threshold adapts by a (v_th + beta a, a -> rho a + z), eps_a' = psi eps_v + (rho - psi beta) eps_a and
    e = psi (eps_v - beta eps_a). What is left out is the way of a change through the spikes of other neurons; without recurrence, and with one hidden
    layer, nothing is, and the gradient is that of BPTT. With `adaptive` feedback, B is changed as the weights of a connection to the
    read-out would be, and B and these weights decay.
    """

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    feedback: str = param(
        "symmetric", None, "where B comes from", "Fig. 1, Methods (recalled)", legal=("symmetric", "random", "adaptive")
    )
    adaptation: str = param(
        "surrogate", None, "how own spikes count for adaptation, the states that a reset changes but the potential (for which detach_reset tells)",
        "Eq. 24 (recalled)", legal=("surrogate", "detached"),
    )  # fmt: skip
    decay: float = param(
        0.01, "1", "share that adaptive B and the read-out's weights lose with each update", "free", low=0, high=1
    )
