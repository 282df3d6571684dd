"""Axons that report where the animal is: active in one context, silent in the others."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class ContextFibres(Parameterised):
    r"""Poisson spikes at `rate` while the animal is in the fibre's context, else none: a hippocampal place-like input.

    `enter` connects the contexts, one neuron each: its spike means that the animal has come to that context and left the others.
    """

    source = Source("Hobin, Goosens & Maren", 2003, "J. Neurosci. 23:8410", doi="10.1523/JNEUROSCI.23-23-08410.2003")

    rate: float = param(15, "Hz", "rate in the fibre's own context", "free", low=0)

    def group(self, n, *, name):
        """A Brian2 NeuronGroup of n fibres; `context` is an array of the run."""
        from brian2 import NeuronGroup

        made = NeuronGroup(
            n, "rate : Hz (shared, constant)\ncontext : integer (constant)\nhere : 1", threshold="rand() < here*rate*dt",
            namespace={}, name=name,
        )  # fmt: skip
        made.rate = self.quantity("rate")
        return made

    @staticmethod
    def enter(contexts, fibres, *, name):
        """A Brian2 Synapses by which a spike of neuron k of `contexts` puts the animal into context k."""
        from brian2 import Synapses, ms

        made = Synapses(
            contexts, fibres, on_pre="here_post = int(context_post == i)", delay=0 * ms, namespace={}, name=name
        )
        made.connect()
        return made
