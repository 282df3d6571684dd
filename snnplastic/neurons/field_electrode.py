"""Field electrode: the potential of a population, a synaptic wave with the spikes of the cells riding on it."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class FieldElectrode(Parameterised):
    r"""Extracellular electrode at the cell bodies of a population, one per population.

    tau_e dfield_epsp/dt = R_e I - field_epsp, I the mean inward synaptic current of the cells; each spike of a cell
    subtracts A_spike/(cells) times a unit waveform, (t/tau_u) e^{1 - t/tau_u}. So the population spike is the histogram of
    the cells' spikes convolved with that waveform, and its size says how many fire together.
    field = field_epsp - A_spike u, positive at the cell bodies, where the current of the dendritic sink leaves the cells.
    """

    source = Source("Andersen, Bliss & Skrede", 1971, "Exp. Brain Res. 13:208", doi="10.1007/BF00234086")

    R_e: float = param(5, "Mohm", "field per mean synaptic current of a cell", "free: sets the scale only", low=0)
    tau_e: float = param(4, "ms", "low pass of the way from the dendrites to the cell bodies", "free", low=1e-6)
    A_spike: float = param(20, "mV", "population spike if all cells fire at once", "free: sets the scale only", low=0)
    tau_u: float = param(0.5, "ms", "time to peak of the unit waveform", "free", low=1e-6)

    model = """
    I : amp
    dfield_epsp/dt = (R_e*I - field_epsp)/tau_e : volt
    dq/dt = -q/tau_u : 1
    du/dt = (q - u)/tau_u : 1
    field = field_epsp - A_spike*u : volt
    """

    rest = "field_epsp *= exp(-gap/tau_e)\nu = (u + q*gap/tau_u)*exp(-gap/tau_u)\nq *= exp(-gap/tau_u)"

    def group(self, n, *, extra="", name=None, **kwargs):
        """A Brian2 NeuronGroup of n electrodes; `listen` connects them to cells. kwargs go to NeuronGroup."""
        from brian2 import NeuronGroup

        from ..receptors.receptor import parameter_lines

        lines = [parameter_lines(self, self.declared()), self.model, extra]
        made = NeuronGroup(
            n, "\n".join(lines), method="exact", namespace={}, **({"name": name} if name else {}), **kwargs
        )
        for parameter in self.declared():
            setattr(made, parameter, self.quantity(parameter))
        return made

    @staticmethod
    def listen(cells, electrodes, *, each, current, name):
        """Electrode k hears the `each` cells k each .. (k + 1) each - 1; `current` is the text of their synaptic current."""
        from brian2 import Synapses

        made = Synapses(
            cells, electrodes, f"I_post = ({current})/{each} : amp (summed)", on_pre=f"q_post += {2.718281828459045 / each!r}",
            namespace={}, name=name,
        )  # fmt: skip
        made.connect(j=f"i // {each}")
        return made
