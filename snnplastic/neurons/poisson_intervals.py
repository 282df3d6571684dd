"""Poisson spike trains drawn by their intervals: a comparison per step, a random number per spike."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class PoissonIntervals(Parameterised):
    r"""Neuron i spikes at intervals drawn from the exponential distribution of mean 1/rate_i; rates are an array of the run.

    The same process as `PoissonSpikes`, several times faster where thousands of trains fire far below one spike per step.
    A spike is due in the step that holds its time; of two in one step the second comes one step later.
    """

    source = Source("Softky & Koch", 1993, "J. Neurosci. 13:334", doi="10.1523/JNEUROSCI.13-01-00334.1993")

    rate: float = param(10, "Hz", "rate of each train", "free", low=1e-9)

    model = "rate : Hz (constant)\nt_next : second\ndrawn : 1"
    threshold = "drawn > 0 and timestep(t, dt) >= timestep(t_next, dt)"
    reset = "t_next -= log(1 - rand())/rate"
    first = "t_next = t - int(drawn < 1)*log(1 - rand())/rate + int(drawn > 0)*(t_next - t)\ndrawn = 1"

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n trains with the declared rate."""
        from brian2 import Clock, NeuronGroup, second

        named = {"name": name} if name else {}
        made = NeuronGroup(
            n, self.model, threshold=self.threshold, reset=self.reset, namespace={}, clock=clock, **named
        )
        made.rate = self.quantity("rate")
        # once, when the run begins: the rates are known only then
        made.run_regularly(self.first, clock=Clock(dt=1e6 * second), when="start")
        return made
