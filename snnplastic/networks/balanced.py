"""Balanced networks side by side: excitatory and inhibitory cells, plastic synapses from the inhibitory onto the excitatory ones.

Block k has n_excitatory cells and n_inhibitory; blocks share no synapse but the Poisson inputs, so each is a condition.
"""

import numpy as np

from ..neurons.lif import LIF
from ..neurons.poisson_spikes import PoissonSpikes
from ..receptors.ampa import AMPA
from ..receptors.gaba_a import GABA_A

# Constants of the published code of Vogels et al. 2011.
NEURON = {"C_m": 200, "g_leak": 10, "E_leak": -60, "v_th": -50, "v_reset": -60, "tau_ref": 5}
INPUTS, P_INPUT, RATE = 2000, 0.01, 10.0  # Poisson inputs of all blocks together, connection probability, Hz
VARIED = (
    "eta",
    "rho_0",
)  # of the rule, one value per block; the others are shared, so that traces can live on the neurons
STATIC = {"EE": "g_ampa", "EI": "g_ampa", "II": "g_gaba_a"}


def targets_per_cell(n_excitatory, p_plastic):
    """Excitatory cells that an inhibitory cell reaches: a fixed number, so that arrays of synapses have a known size."""
    return round(p_plastic * n_excitatory)


def build(name, rule, blocks, *, n_excitatory, n_inhibitory, p, p_plastic):
    """A Network with NAME_cells (the excitatory cells of all blocks, then the inhibitory ones), NAME (plastic synapses), NAME_spikes.

    n_excitatory, n_inhibitory   cells of a block
    p, p_plastic                 connection probability of static and of plastic synapses

    The plastic synapses are in the order of their inhibitory cells, `targets_per_cell` each.
    """
    from brian2 import Network, SpikeMonitor, Synapses, ms

    size = {"E": n_excitatory, "I": n_inhibitory}
    cells = LIF(**NEURON).group(
        blocks * sum(size.values()), receptors=(AMPA(tau_decay=5), GABA_A(E=-80, tau_decay=10)), name=f"{name}_cells"
    )
    cells.v = "E_leak + (v_th - E_leak)*rand()"
    group = {"E": cells[: blocks * n_excitatory], "I": cells[blocks * n_excitatory :]}
    inputs = PoissonSpikes(rate=RATE).group(INPUTS, name=f"{name}_inputs")
    external = Synapses(
        inputs,
        cells,
        "g : siemens (shared, constant)",
        on_pre="g_ampa_post += g",
        delay=0 * ms,
        namespace={},
        name=f"{name}_external",
    )
    external.connect(p=P_INPUT)
    network = Network(inputs, external, cells, SpikeMonitor(cells, name=f"{name}_spikes"))

    def within(pre, post, how):
        """Connections inside each block."""
        block = f"(i//{size[pre]})"
        return {"j": f"k for k in sample({block}*{size[post]}, ({block} + 1)*{size[post]}, {how})"}

    for (pre, post), conductance in STATIC.items():
        static = Synapses(
            group[pre], group[post], "g : siemens (shared, constant)", on_pre=f"{conductance}_post += g", delay=0 * ms,
            namespace={}, name=f"{name}_{pre}{post}",
        )  # fmt: skip
        static.connect(**within(pre, post, f"p={p!r}"))
        network.add(static)
    plastic = rule.connect(
        group["I"], group["E"], w=0, where=within("I", "E", f"size={targets_per_cell(n_excitatory, p_plastic)}"),
        effect="g_gaba_a_post += w*nS", vary=VARIED, traces="neurons", delay=0 * ms, name=name,
    )  # fmt: skip
    network.add(plastic)
    return network


def values(name, rules, *, n_excitatory, n_inhibitory, p_plastic, w_0, g_excitatory, g_inhibitory, g_external):
    """Values of a network: the rule of each block, the weight at the start, conductances (S) of the static synapses."""
    repeats = n_inhibitory * targets_per_cell(n_excitatory, p_plastic)
    found = {f"{name}_{pair}.g": g_excitatory if pair[0] == "E" else g_inhibitory for pair in STATIC}
    found |= {f"{name}_external.g": g_external, f"{name}.w": np.full(repeats * len(rules), float(w_0))}
    for parameter in rules[0].declared():
        each = [getattr(rule, parameter) for rule in rules]
        found[f"{name}.{parameter}"] = np.repeat(each, repeats) if parameter in VARIED else each[0]
    return found
