"""AMPA receptor: fast, voltage independent, the conductance that plasticity changes."""

from dataclasses import dataclass

from ..errors import ParameterError
from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class AMPA(Receptor):
    r"""AMPA receptor, difference of two exponentials.

    G(t) = g_max norm (e^{-t/tau_decay} - e^{-t/tau_rise}), norm such that the peak of one event is g_max;
    I = G (E - v). State `g` decays with tau_decay and `r` with tau_rise, both in siemens, G = g - r.
    On a cell, ``effect="g_ampa_post += w*nS"`` gives an instantaneous rise (r untouched) and
    ``effect=AMPA().effect("w")`` the full waveform.
    """

    source = Source("Wang", 2002, "Neuron 36:955", doi="10.1016/S0896-6273(02)01092-9")
    name = "ampa"

    E: float = param(0, "mV", "reversal potential", "Experimental Procedures")
    g_max: float = param(
        3, "nS", "peak conductance of one event at efficacy 1", "free: gives an EPSP of 3.3 mV in CA1Pyramidal", low=0
    )
    tau_rise: float = param(0.5, "ms", "rise", "free", low=1e-6)
    tau_decay: float = param(3, "ms", "decay (2 ms in the source; 2 to 3 ms in CA1 patches)", "free", low=1e-6)

    def check_fields(self):
        if not self.tau_rise < self.tau_decay:
            raise ParameterError(
                f"AMPA.tau_rise = {self.tau_rise:g} s must be below AMPA.tau_decay = {self.tau_decay:g} s"
            )

    model = """
    dg/dt = -g/tau_decay : siemens (clock-driven)
    dr/dt = -r/tau_rise : siemens (clock-driven)
    t_peak = tau_rise*tau_decay/(tau_decay - tau_rise)*log(tau_decay/tau_rise) : second
    norm = 1/(exp(-t_peak/tau_decay) - exp(-t_peak/tau_rise)) : 1
    """
    conductance = "g - r"
    current = "G*(E - v)"
    on_spike = "g += g_max*norm*efficacy\nr += g_max*norm*efficacy"
    rest = "g *= exp(-gap/tau_decay)\nr *= exp(-gap/tau_rise)"
