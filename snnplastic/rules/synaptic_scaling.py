"""Synaptic scaling: a neuron multiplies all its weights until its activity is at its goal."""

from dataclasses import dataclass

from ..parameter import Source, param
from ._homeostasis import Homeostasis


@dataclass(frozen=True, kw_only=True)
class SynapticScaling(Homeostasis):
    r"""dw/dt = beta w (a_goal - a) + gamma w int (a_goal - a) dt, with the activity tau da/dt = -a + sum of postsynaptic spikes.

    Acts beside another rule: ``SynapticScaling(a_goal=5).attach(synapses, every=1)``. The activity follows every spike exactly; the
    weights of a neuron are multiplied by one factor per interval, the exponential of the right-hand side over it, so
    their ratios stay. Activity starts at the goal, so that nothing happens before it is known. Bounds belong to the
    other rule, which applies them at its next event.
    """

    source = Source(
        "van Rossum, Bi & Turrigiano", 2000, "J. Neurosci. 20:8812", doi="10.1523/JNEUROSCI.20-23-08812.2000"
    )

    a_goal: float = param(10, "Hz", "goal of the activity", "free", low=0)
    tau: float = param(100, "s", "time constant of the activity", "Methods, as quoted by a reimplementation", low=1e-6)
    beta: float = param(4e-5, "1", "proportional gain (1/(s Hz))", "Methods, as quoted by a reimplementation", low=0)
    gamma: float = param(1e-7, "Hz", "integral gain (1/(s^2 Hz))", "Methods, as quoted by a reimplementation", low=0)

    # `below` is a_goal - a, so that a new goal needs no new start.
    neuron = """
    below : Hz
    a = a_goal - below : Hz
    integral : 1
    factor : 1
    t_spike : second
    t_tick : second
    """
    on_spike = """
    below = a_goal - (a_goal - below)*exp(-(t - t_spike)/tau) - 1/tau
    t_spike = t
    """
    on_neuron = """
    below = a_goal - (a_goal - below)*exp(-(t - t_spike)/tau)
    t_spike = t
    passed = t - t_tick
    t_tick = t
    integral += below*passed
    factor = exp((beta*below + gamma*integral)*passed)
    """
    on_synapse = "w *= factor"

    def oracle(self, t_post, every, t_end):
        """ln(w/w_0) after the last tick up to t_end, for the listed spikes of the neuron: the filter summed anew at every tick."""
        import numpy as np

        spikes, grown, integral = np.asarray(t_post, float), 0.0, 0.0
        for k in range(1, int(t_end / every + 1e-9) + 1):
            now = k * every
            a = (
                self.a_goal * np.exp(-now / self.tau)
                + np.exp(-(now - spikes[spikes <= now]) / self.tau).sum() / self.tau
            )
            integral += (self.a_goal - a) * every
            grown += every * (self.beta * (self.a_goal - a) + self.gamma * integral)
        return grown
