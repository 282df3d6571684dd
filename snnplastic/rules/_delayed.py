"""What a neuron's variable was a while ago: one ring buffer per variable, exact to the time step on every target.

The buffer belongs to a helper group of the rule, so nothing is added to the neurons::

    store    element (k % length)*N + i of `line` holds sample k of neuron i; samples are taken at the start of each step
    read     every reader (a synapse, or one per neuron) has the place of its own sample, and looks it up

The cost per step is one write per neuron and one look-up per reader, whatever the delay. The delay is a value of a
run, and may differ between readers; only the longest possible one shapes the network.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Delayed:
    """A variable of one side's neurons as it was some time ago; before the start, as it was at the start.

    A low-pass filter that is itself read late needs no second buffer: the filter of the late value is the late value
    of the filter, exactly.

    side   "pre" or "post": whose variable it is
    of     the variable, which the rule also names in reads_pre or reads_post
    by     the name of the parameter that is the delay; its `high` sets the length of the buffer
    unit   of the variable, as in Brian2's equations
    """

    name: str
    side: str
    of: str
    by: str
    unit: str = "volt"

    def equations(self):
        """What a reader carries."""
        return f"{self.name} : {self.unit}\n{self.name}_at : integer"


def store(delayed, group, longest, name):
    """A NeuronGroup that keeps the last samples of a variable of `group`, back to `longest` (s); returns it and the number kept."""
    from brian2 import NeuronGroup

    length = int(np.ceil(longest / float(group.clock.dt_) - 1e-6)) + 1
    made = NeuronGroup(
        group.N, "samples : integer (shared)\nsample_step : second (shared)\nplace : integer", clock=group.clock, namespace={}, name=name
    )  # fmt: skip
    made.variables.add_reference("sampled", group, delayed.of)
    made.variables.add_array("line", group.N * length, dimensions=group.variables[delayed.of].dim)
    made.variables.add_reference("newest", made, "line", index="place")
    made.variables["place"].unique = True  # each neuron writes a place of its own
    # three blocks, since a block looks a place up before it runs
    made.run_regularly(f"place = (samples % {length})*N + i", when="start", order=-3)
    made.run_regularly("newest = sampled", when="start", order=-2)
    made.run_regularly("samples += 1\nsample_step = dt", when="start", order=-1)
    return made, length


def read(delayed, reader, kept, length):
    """Make a Synapses with `delayed.equations()` look its values up at the start of each step."""
    name, late = delayed.name, f"timestep({delayed.by}, {delayed.name}_step)"
    reader.variables.add_reference(f"{name}_line", kept, "line", index=f"{name}_at")
    reader.variables.add_reference(f"{name}_samples", kept, "samples")
    reader.variables.add_reference(f"{name}_step", kept, "sample_step")
    reader.run_regularly(
        f"sample = {name}_samples - 1 - {late}\n"
        f"{name}_at = ((sample*int(sample > 0)) % {length})*{kept.N} + _{delayed.side}synaptic_idx",
        when="start", order=1,
    )  # fmt: skip
    # a run with a shorter step than the build may ask for more than is kept: not finite, so an error and no wrong value
    reader.run_regularly(f"{name} = {name}_line/int({late} < {length})", when="start", order=2)
