"""NMDA receptor: a coincidence detector, opened by glutamate and unblocked by depolarisation, with its calcium."""

from dataclasses import dataclass

from ..errors import ParameterError
from ..parameter import Source, param
from ._magnesium_block import MagnesiumBlock


@dataclass(frozen=True, kw_only=True)
class NMDA(MagnesiumBlock):
    r"""NMDA receptor with magnesium block and calcium influx.

    Glutamate: each spike opens a share of the closed receptors, s_f += I_f P_0 (1 - s_f - s_s) and
    s_s += I_s P_0 (1 - s_f - s_s); s_f, s_s decay with tau_f, tau_s (Shouval et al. 2002).
    Voltage: B(v) = 1 / (1 + Mg/Mg_half exp(-k v)) (Jahr & Stevens 1990).
    G = g_max free (s_f + s_s) / P_0, I = G B (E - v), and calcium relative to rest
    dCa/dt = G_Ca free (s_f + s_s) B(v_syn) (E_Ca - v_syn) - Ca/tau_Ca.
    `free` is the share of receptors that no antagonist (APV) holds: it scales current and calcium alike.
    The paper's G_NMDA (-1/500 uM/(ms mV)) multiplies (v - 130 mV); here its sign is in E_Ca - v.
    """

    source = Source("Jahr & Stevens", 1990, "J. Neurosci. 10:3178", doi="10.1523/JNEUROSCI.10-09-03178.1990")
    name = "nmda"
    provides = ("Ca",)
    plastic = False

    E: float = param(0, "mV", "reversal potential of the current", "usual value")
    g_max: float = param(1.5, "nS", "conductance of one event at full unblock", "free: 4.5 % of the test EPSP", low=0)
    tau_f: float = param(50, "ms", "decay of the fast component", "Shouval et al. 2002", low=1e-6)
    tau_s: float = param(200, "ms", "decay of the slow component", "Shouval et al. 2002", low=1e-6)
    I_f: float = param(0.5, "1", "share of the fast component", "Shouval et al. 2002", low=0, high=1)
    I_s: float = param(0.5, "1", "share of the slow component", "Shouval et al. 2002", low=0, high=1)
    P_0: float = param(
        0.5, "1", "share of closed receptors that one spike opens", "Shouval et al. 2002", low=1e-9, high=1
    )
    G_Ca: float = param(
        1 / 500, "umolar/(ms*mV)", "calcium influx per open fraction and driving force", "Shouval et al. 2002", low=0
    )
    E_Ca: float = param(130, "mV", "reversal potential of calcium", "Shouval et al. 2002")
    tau_Ca: float = param(50, "ms", "decay of calcium", "Shouval et al. 2002", low=1e-6)
    free: float = param(
        1, "1", "share of receptors that no antagonist holds; about 0.02 in 50 uM APV", "free", low=0, high=1
    )

    def check_fields(self):
        if self.I_f + self.I_s > 1 + 1e-12:
            raise ParameterError(
                f"NMDA.I_f + NMDA.I_s = {self.I_f + self.I_s:g}; shares of one opening sum to at most 1"
            )

    model = """
    ds_f/dt = -s_f/tau_f : 1 (clock-driven)
    ds_s/dt = -s_s/tau_s : 1 (clock-driven)
    J = G_Ca*free*(s_f + s_s)*B*(E_Ca - v_syn) : mmolar/second (constant over dt)
    dCa/dt = J - Ca/tau_Ca : mmolar (clock-driven)
    """
    conductance = "g_max*free*(s_f + s_s)/P_0"
    current = "G*B*(E - v)"
    on_spike = "opened = P_0*(1 - s_f - s_s)*efficacy\ns_f += I_f*opened\ns_s += I_s*opened"
    rest = "s_f *= exp(-gap/tau_f)\ns_s *= exp(-gap/tau_s)\nCa *= exp(-gap/tau_Ca)"
    residue = "(s_f + s_s)/P_0"
