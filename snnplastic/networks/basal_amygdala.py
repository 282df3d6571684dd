"""Basal amygdala: excitatory cells, two groups of which hear a context each, inhibitory cells, and cues that reach all of them.

Cells 0 .. n_group - 1 are group A, the next n_group are group B, then come the other excitatory cells and the inhibitory ones. Every
cell has a cue train of its own, cells of A and B also a context train. Weights are in nS. All of them are drawn when a run begins, so
that each replicate has its own and their means are values of the run.
"""

import numpy as np

from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.switched_poisson import SwitchedPoisson
from ..receptors.alpha_conductance import AlphaConductance

# Constants of Carvalho et al.'s re-implementation, after Kumar et al. 2008.
NEURON = {"C_m": 250, "g_leak": 16.7, "E_leak": -70, "v_th": -50, "v_reset": -70, "tau_ref": 2}
EXCITATION, INHIBITION = AlphaConductance(E=0), AlphaConductance(E=-80, name="inhibition")
SPREAD = 0.1e-9  # S, standard deviation of static weights
DELAY, DELAY_SPREAD = 2.0, 0.1  # ms, of synapses between cells, and its standard deviation
SIGNALS = (
    "cue",
    "A",
    "B",
)  # what is switched: signal k on by spikes of neuron 2 k of the switches, off by those of 2 k + 1
MODULATOR = 2 * len(SIGNALS)  # the switches' neuron whose spikes release the neuromodulator
CAPACITY = 256  # switching events of a run
PATHWAYS = ("EE", "EI", "IE", "II")  # from, to
DRAWN = "mean : 1 (shared, constant)\nspread : 1 (shared, constant)"
BEGINS = "int(t < 1*second)"
BACKGROUND = "rate_background : Hz (constant)\nw_background : siemens (shared, constant)"


def build(name, rule, *, n_excitatory, n_inhibitory, n_group, p):
    """A Network. `p`: {pathway: connection probability}, of which `share`, a value of the run, transmits.

    NAME_cells; NAME_switch (a ListedSpikes); NAME_cue, NAME_context (the trains); NAME_EE .. NAME_II (static synapses), NAME_cue_I (cue
    onto inhibitory cells); NAME_cue_w, NAME_context_w (the weights of both inputs, one synapse of the rule per cell);
    monitors NAME_spikes, NAME_cue_seen, NAME_context_seen (w of groups A and B) with the clock NAME_seen.
    """
    from brian2 import Clock, Network, SpikeMonitor, StateMonitor, ms, second

    n, both = {"E": n_excitatory, "I": n_inhibitory}, 2 * n_group
    cells = LIF(**NEURON).group(
        sum(n.values()), receptors=(EXCITATION, INHIBITION), extra=BACKGROUND, name=f"{name}_cells"
    )
    cells.v = "E_leak + 3*mV*randn()"
    cells.run_regularly(
        "x_excitation += e*w_background*poisson(rate_background*dt)", when="synapses", name=f"{name}_background"
    )
    group = {"E": cells[: n["E"]], "I": cells[n["E"] :]}
    # Ticks when the run begins: only then are its values known. A much longer interval would round the run's end to this clock's
    # tick 0, at which Brian2 may then stop.
    once = Clock(dt=100 * second, name=f"{name}_once")
    switch = ListedSpikes(capacity=CAPACITY).group(MODULATOR + 1, name=f"{name}_switch")
    cue = SwitchedPoisson().group(len(cells), name=f"{name}_cue")
    context = SwitchedPoisson().group(n["E"], name=f"{name}_context")
    reached = (cue, context[:n_group], context[n_group:both])
    network = Network(cells, switch, cue, context)
    for k, (signal, trains) in enumerate(zip(SIGNALS, reached, strict=True)):
        network.add(SwitchedPoisson.switch(switch, trains, on=2 * k, off=2 * k + 1, name=f"{name}_switch_{signal}"))

    for pathway in PATHWAYS:
        pre, post = pathway
        receptor = EXCITATION if pre == "E" else INHIBITION
        static = _static(f"{name}_{pathway}", group[pre], group[post], receptor, once, p=p[pathway])
        static.delay = f"clip({DELAY} + {DELAY_SPREAD}*randn(), 0, inf)*ms"
        network.add(static)
    network.add(_static(f"{name}_cue_I", cue[n["E"] :], group["I"], EXCITATION, once))

    seen = Clock(dt=10 * ms, name=f"{name}_seen")
    for signal, size, axons in (("cue", n["E"], cue), ("context", both, context)):
        weights = rule.connect(
            cue[:size], context[:size], w=0, where={"j": "i"}, model=DRAWN, name=f"{name}_{signal}_w"
        )
        weights.run_regularly(f"w += {BEGINS}*(mean + spread*randn() - w)", clock=once, when="start")
        transmitting = _transmitting(f"{name}_{signal}_E", axons[:size], cells[:size], weights)
        watch = StateMonitor(weights, "w", record=np.arange(both), clock=seen, when="end", name=f"{name}_{signal}_seen")
        network.add(weights, transmitting, watch)
        if rule.on_modulator:
            network.add(rule.modulate(switch, weights, where={"condition": f"i == {MODULATOR}"}))
    network.add(SpikeMonitor(cells, name=f"{name}_spikes"))
    return network


def _static(name, pre, post, receptor, once, p=None):
    """Synapses whose weights are drawn when the run begins; at random with the probability p, or one to one."""
    from brian2 import Synapses, ms

    share = "share : 1 (shared, constant)"
    made = Synapses(pre, post, f"w : 1\n{DRAWN}\n{share}", on_pre=receptor.effect("w"), delay=None if p else 0 * ms, namespace={}, name=name)  # fmt: skip
    made.connect(**({"condition": "i != j", "p": p} if p and pre is post else {"p": p} if p else {"j": "i"}))
    made.share = 1
    made.run_regularly(f"w += {BEGINS}*((mean + spread*randn())*int(rand() < share) - w)", clock=once, when="start")
    return made


def _transmitting(name, axons, cells, weights):
    """Synapses, one to one, whose w is that of the plastic synapses `weights` with the same number."""
    from brian2 import Synapses, ms

    made = Synapses(axons, cells, on_pre=EXCITATION.effect("w"), delay=0 * ms, namespace={}, name=name)
    made.variables.add_reference("w", weights, "w")
    made.connect(j="i")
    return made


def switching(name, signals, modulator):
    """The value of the switches: `signals` {signal: [(on, off), ...]} and the releases of the neuromodulator, in s."""
    trains = [np.array([pair[end] for pair in signals.get(s, ())]) for s in SIGNALS for end in (0, 1)]
    return ListedSpikes.values(f"{name}_switch", [*trains, np.array(modulator)])


def values(
    name,
    rule,
    *,
    n_excitatory,
    n_inhibitory,
    background,
    w_background,
    w,
    w_cue,
    w_context,
    rate_cue,
    rate_context,
    share,
):
    """Values of a network without its switching, which begins with all off: rates in Hz, weights in S.

    background   rate of all background inputs of an excitatory and of an inhibitory cell
    w            {"E", "I"}: mean weight of the synapses that such a cell makes; w_cue, w_context: (mean, standard deviation)
    share        {pathway: transmitting share of its synapses}
    """
    n = n_excitatory, n_inhibitory
    found = {
        f"{name}_cells.rate_background": np.repeat(background, n), f"{name}_cells.w_background": w_background,
        f"{name}_cue.rate": np.full(sum(n), rate_cue), f"{name}_context.rate": np.full(n_excitatory, rate_context),
    }  # fmt: skip
    drawn = {pathway: (w[pathway[0]], SPREAD) for pathway in PATHWAYS}
    for part, (mean, spread) in (drawn | {"cue_I": w_cue, "cue_w": w_cue, "context_w": w_context}).items():
        found |= {f"{name}_{part}.mean": mean / 1e-9, f"{name}_{part}.spread": spread / 1e-9}
    found |= {f"{name}_{pathway}.share": share[pathway] for pathway in PATHWAYS}
    for signal in ("cue", "context"):
        found |= rule.values(f"{name}_{signal}_w")
    return found
