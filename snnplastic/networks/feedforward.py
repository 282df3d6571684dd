"""Feed-forward inhibition: what excites a cell also excites interneurons, whose GABA arrives 2 ms later."""

from ..receptors.gaba_a import GABA_A
from ..receptors.gaba_b import GABA_B

FULL = 40  # nS, GABA_A conductance of one volley when all interneurons are recruited; free, the same in all protocols
RECRUITED_BY = 8  # fibres that recruit all interneurons; free
LAG = 2e-3  # s, of the inhibition behind the excitation; one more synapse, usual value
INHIBITORY = (GABA_A(g_max=FULL),)


def recruited(fibres):
    """Share of the interneurons that a volley of that many fibres fires; they have lower thresholds than the cells."""
    return min(fibres / RECRUITED_BY, 1.0)


def build(axons, cells, *, i, j, latency, name):
    """Synapses of the interneurons that axon i recruits, onto cell j, with `latency` (s, one per synapse) of the excitation.

    The interneurons follow every volley, so they are not simulated themselves. `recruited` is a value of the run.
    """
    from brian2 import Synapses, second

    terminal = GABA_B()
    effect = INHIBITORY[0].effect(f"recruited*{terminal.provides[0]}")
    made = Synapses(
        axons, cells, f"{terminal.synapse_equations('v')}\nrecruited : 1", on_pre=f"{effect}\n{terminal.spike_text()}",
        namespace={}, name=name,
    )  # fmt: skip
    made.connect(i=i, j=j)
    terminal.assign(made, terminal.synapse_parameters())
    made.pre.delay = (latency + LAG) * second
    return made, terminal
