"""Poisson spike trains that others switch on and off."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class SwitchedPoisson(Parameterised):
    r"""Neuron i spikes in a step with probability rate_i dt while it is on; all are off at the start.

    Two spike trains hold the times at which trains go on and off, so that stages of an experiment are values of a run. A train
    that is switched in a step may spike from the next step on, up to and including the step in which it is switched off.
    """

    source = Source("Softky & Koch", 1993, "J. Neurosci. 13:334", doi="10.1523/JNEUROSCI.13-01-00334.1993")

    rate: float = param(10, "Hz", "rate of each train while it is on", "free", low=0)

    model = "rate : Hz (constant)\non : 1"
    threshold = "on > 0 and rand() < rate*dt"

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n trains with the declared rate."""
        from brian2 import NeuronGroup

        named = {"name": name} if name else {}
        made = NeuronGroup(n, self.model, threshold=self.threshold, namespace={}, clock=clock, **named)
        made.rate = self.quantity("rate")
        return made

    @staticmethod
    def switch(switches, trains, *, on, off, name=None):
        """A Brian2 Synapses by which neurons `on` and `off` of the group `switches` act on all `trains`."""
        from brian2 import Synapses, ms

        made = Synapses(
            switches,
            trains,
            "goes : 1",
            on_pre="on_post = goes",
            delay=0 * ms,
            namespace={},
            **({"name": name} if name else {}),
        )
        for source in (on, off):
            made.connect(condition=f"i == {source}")
        made.goes = f"int(i == {on})"
        return made
