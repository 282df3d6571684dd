"""Izhikevich's simple neuron: two equations that fire like cortical cells."""

from dataclasses import dataclass

from ..parameter import Source, named, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class Izhikevich(Neuron):
    r"""dv/dt = (0.04 v^2/mV + 5 v + 140 mV)/ms - u + I/C_m; du/dt = a (b v - u); at v >= v_peak: v -> v_reset, u += u_jump.

    Integrated as in the published programs: two Euler steps of dt/2 for v with u held, then one of dt for u with the new v.
    The parameters were chosen for that scheme at dt = 1 ms; another step gives another rate (so does an exact integrator).
    v_reset and u_jump are c and d in the paper, letters that belong to the synapse of several rules.
    In the paper I is in mV/ms; C_m, which it does not have, turns the current of receptors and electrodes into that.
    """

    source = Source("Izhikevich", 2003, "IEEE Trans. Neural Netw. 14:1569", doi="10.1109/TNN.2003.820440")

    a: float = param(0.02, "1/ms", "rate of recovery", "regular spiking, section II", low=0)
    b: float = param(0.2, "1/ms", "recovery per potential", "regular spiking, section II")
    v_reset: float = param(-65, "mV", "potential after a spike", "c, regular spiking, section II")
    u_jump: float = param(8, "mV/ms", "recovery added by a spike", "d, regular spiking, section II")
    v_peak: float = param(30, "mV", "top of a spike", "equation 3")
    C_m: float = param(100, "pF", "capacitance", "free: 100 pA give 1 mV/ms", low=1e-9)

    model = """
    I_ext : amp
    v : volt
    u : volt/second
    """
    step = """
    v += 0.5*dt*(((0.04/mV*v + 5)*v + 140*mV)/ms - u + (I_rec + I_electrode + I_ext)/C_m)
    v += 0.5*dt*(((0.04/mV*v + 5)*v + 140*mV)/ms - u + (I_rec + I_electrode + I_ext)/C_m)
    u += dt*a*(b*v - u)
    """
    threshold = "v >= v_peak"
    reset = "v = v_reset\nu += u_jump"
    initial = {"v": "v_reset", "u": "b*v_reset"}

    @named
    def fast_spiking(cls):
        """Inhibitory cells that fire without adaptation."""
        return cls(a=0.1, u_jump=2)

    @named
    def intrinsically_bursting(cls):
        """A burst first, then single spikes."""
        return cls(v_reset=-55, u_jump=4)

    @named
    def chattering(cls):
        """Bursts of closely spaced spikes."""
        return cls(v_reset=-50, u_jump=2)
