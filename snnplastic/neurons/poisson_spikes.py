"""Poisson spike trains with one rate per neuron."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class PoissonSpikes(Parameterised):
    r"""Neuron i spikes in a step with probability rate_i dt, independently; rates are an array of the run."""

    source = Source("Softky & Koch", 1993, "J. Neurosci. 13:334", doi="10.1523/JNEUROSCI.13-01-00334.1993")

    rate: float = param(10, "Hz", "rate of each train", "free", low=0)

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n trains with the declared rate."""
        from brian2 import NeuronGroup

        named = {"name": name} if name else {}
        made = NeuronGroup(n, "rate : Hz (constant)", threshold="rand() < rate*dt", namespace={}, clock=clock, **named)
        made.rate = self.quantity("rate")
        return made
