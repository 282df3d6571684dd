"""The network of the distal reward problem: 1000 cells at random, one synapse of which is rewarded, seconds later, for what it caused.

All of it runs inside the compiled program: `reward cells` keep the time of cell 0's last spike; when cell 1 spikes within the
coincidence window after it, the next of them is given a time to fire at, a random delay later. Their spikes release dopamine.
"""

import numpy as np

from ..neurons.izhikevich import Izhikevich

CELLS, INHIBITORY, SYNAPSES = 1000, 200, 100  # cells, how many of them inhibit, synapses of each cell
REWARD_CELLS = 256  # rewards that may be due at the same time
NEVER = 1e9  # s
REWARD = """
first : second
due : second
seen : integer
window : second (shared, constant)
delay_min : second (shared, constant)
delay_max : second (shared, constant)
"""
# The next reward cell in turn takes the coincidence; half a step keeps the window's end apart from rounding.
COINCIDENCE = """
hit = int(t - first_post > 0*second and t - first_post < window_post - 0.5*dt)
mine = int(hit > 0 and seen_post % N_post == j)
due_post = due_post + mine*(t + delay_min_post + (delay_max_post - delay_min_post)*rand() - due_post)
seen_post += hit
"""


def build(name, rule, *, advance):
    """Objects NAME_cells, NAME (plastic synapses), NAME_inhibition, NAME_reward; the monitors NAME_chosen, NAME_weights, NAME_spikes,
    NAME_rewards, whose clocks are NAME_often and NAME_seldom.

    Synapse 0 of NAME goes from cell 0 to cell 1; all others, and those of the inhibitory cells (the last), end at random. `arrived`
    of a synapse is when its weight was first seen above 95 % of w_max, at a tick of NAME_often, and -1 s where it never was.
    An input of 1 mV/ms is a weight of 1. A spike acts on v in the next step, 1 ms later.
    """
    from brian2 import Clock, Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, ms, second

    excitatory = CELLS - INHIBITORY
    neuron, fast = Izhikevich(), Izhikevich.fast_spiking()
    cells = neuron.group(
        CELLS, vary=("a", "u_jump"), extra="input : volt/second (shared, constant)", name=f"{name}_cells"
    )
    for parameter in ("a", "u_jump"):
        values = [getattr(neuron, parameter)] * excitatory + [getattr(fast, parameter)] * INHIBITORY
        cells.variables[parameter].set_value(np.array(values))
    cells.run_regularly("I_ext = C_m*input*(rand() - 0.5)", when="groups", order=1)

    target = "int(i + k > 0)*int(rand()*N_post) + int(i + k == 0)"
    synapses = rule.connect(
        cells[:excitatory], cells, w=1, where={"j": f"{target} for k in range({SYNAPSES})"},
        effect="I_ext_post += w*C_m_post*mV/ms", advance=advance, model="arrived : second", name=name,
    )  # fmt: skip
    inhibition = Synapses(
        cells[excitatory:], cells, "strength : volt/second (shared, constant)", on_pre="I_ext_post -= strength*C_m_post",
        namespace={}, name=f"{name}_inhibition",
    )  # fmt: skip
    inhibition.connect(j=f"int(rand()*{excitatory}) for k in range({SYNAPSES})")

    reward = NeuronGroup(
        REWARD_CELLS, REWARD, threshold="t >= due", reset=f"due = {NEVER!r}*second", namespace={}, name=f"{name}_reward"
    )
    reward.due, reward.first = NEVER * second, -1 * second
    network = Network(cells, synapses, inhibition, reward, rule.modulate(reward, synapses))
    for order, (which, text) in enumerate((("first", "first_post = t"), ("second", COINCIDENCE))):
        seen = Synapses(cells, reward, on_pre=text, namespace={}, name=f"{name}_{which}")
        seen.connect(i=order, j=range(REWARD_CELLS))
        seen.pre.order = order  # a spike of cell 0 in the same step comes first, and is no cause
        network.add(seen)
    often, seldom = (Clock(dt=1000 * ms, name=f"{name}_{which}") for which in ("often", "seldom"))
    synapses.arrived = -1 * second
    synapses.run_regularly(
        "arrived += int(w >= 0.95*w_max and arrived < 0*second)*(t - arrived)", clock=often, when="start", order=2
    )
    network.add(
        StateMonitor(synapses, rule.state, record=[0], clock=often, name=f"{name}_chosen"),
        StateMonitor(
            synapses, rule.state, record=np.arange(excitatory * SYNAPSES), clock=seldom, name=f"{name}_weights"
        ),
        SpikeMonitor(cells, record=False, name=f"{name}_spikes"),
        SpikeMonitor(reward, name=f"{name}_rewards"),
    )
    return network
