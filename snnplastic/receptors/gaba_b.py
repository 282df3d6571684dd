"""GABA_B autoreceptor: what an inhibitory terminal has released makes it release less for about a second."""

from dataclasses import dataclass

from ..errors import ParameterError, RuleError
from ..parameter import Source, param
from .receptor import Receptor


@dataclass(frozen=True, kw_only=True)
class GABA_B(Receptor):
    r"""Presynaptic GABA_B receptor on the terminals of interneurons; no conductance of its own.

    Each release adds to the bound receptors the time course e^{-t/tau_decay} - e^{-t/tau_rise}, normalised to peak 1;
    release = 1 - D_max bound/(bound + b_half), which factors the GABA of the next spike. So the second of two inputs
    200 ms apart meets less inhibition than the first (priming of theta bursts), and one 2 s later does not.
    The form and its constants are free; the source shows that blocking the autoreceptor blocks the induction of LTP.
    """

    source = Source("Davies, Starkey, Pozza & Collingridge", 1991, "Nature 349:609", doi="10.1038/349609a0")
    name = "gaba_b"
    provides = ("release",)
    plastic = False

    D_max: float = param(0.8, "1", "largest fraction of release that is suppressed", "free", low=0, high=1)
    b_half: float = param(0.6, "1", "bound receptors that suppress half of it, one release = 1", "free", low=1e-6)
    tau_rise: float = param(50, "ms", "rise of the suppression", "free: it is small within a burst", low=1e-6)
    tau_decay: float = param(400, "ms", "decay of the suppression", "free: about gone after 2 s", low=1e-6)

    def check_fields(self):
        if not self.tau_rise < self.tau_decay:
            raise ParameterError(
                f"GABA_B.tau_rise = {self.tau_rise:g} s must be below GABA_B.tau_decay = {self.tau_decay:g} s"
            )

    model = """
    db/dt = -b/tau_decay : 1 (clock-driven)
    dc/dt = -c/tau_rise : 1 (clock-driven)
    t_peak = tau_rise*tau_decay/(tau_decay - tau_rise)*log(tau_decay/tau_rise) : second
    norm = 1/(exp(-t_peak/tau_decay) - exp(-t_peak/tau_rise)) : 1
    bound = norm*(b - c) : 1
    release = 1 - D_max*bound/(bound + b_half) : 1
    """
    on_spike = "b += 1\nc += 1"
    rest = "b *= exp(-gap/tau_decay)\nc *= exp(-gap/tau_rise)"

    def cell_equations(self, v_syn, *, states, vary=()):
        raise RuleError("GABA_B is a receptor of terminals; give it to a synapse of an interneuron, not to a cell")
