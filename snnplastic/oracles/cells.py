"""Neurons, receptors and continuous rules in one network, recorded at every step for comparison with SciPy."""

from dataclasses import dataclass

import numpy as np

from ..neurons.adex import AdEx
from ..neurons.ca1_pyramidal import CA1Pyramidal
from ..neurons.electrode import Electrode
from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.poisson_spikes import PoissonSpikes
from ..neurons.regular_spikes import RegularSpikes
from ..parameter import param
from ..protocol import Protocol
from ..receptors.ampa import AMPA
from ..receptors.gaba_a import GABA_A
from ..receptors.nmda import NMDA
from ..rules.calcium_control import CalciumControl
from ..rules.graupner_brunel_nmda import GraupnerBrunelNMDA
from .tables import BLOCK, TAU

CURRENTS = np.array([0.15, 0.25, 0.5]) * 1e-9  # A, into LIF
ADEX_CURRENT = 1e-9
POISSON = (2000, 20.0)  # trains, Hz
STIMULI = (0.02, 0.12, 0.22, 0.5)
PULSES = (0.1, 0.1, 4)  # first, length (s), count; period 0.2 s


@dataclass(frozen=True, kw_only=True)
class Cells(Protocol):
    """CA1 cells: first one per table entry (at t = 0), then stimuli alone, clamp pulses, spiking current pulses; both continuous rules."""

    length: float = param(1, "s", "simulated time", "", low=0.1)
    dt: float = param(0.02, "ms", "time step", "", low=0.001, high=0.1)

    EXPERIMENTS = ("stimuli alone", "stimuli and clamp pulses", "stimuli and spiking current pulses")

    def time_step(self):
        return self.dt

    def duration(self):
        return self.length

    def structure(self):
        return {"tables": len(BLOCK), "experiments": len(self.EXPERIMENTS)}

    @staticmethod
    def build(structure):
        from brian2 import Network, PopulationRateMonitor, SpikeMonitor, StateMonitor, Synapses, ms

        tables, n = structure["tables"], structure["tables"] + structure["experiments"]
        network, receptors = Network(), (AMPA(), NMDA())
        for name, rule, w in (
            ("calcium_control", CalciumControl(), 0.25),
            ("graupner_brunel", GraupnerBrunelNMDA(), 0.5),
        ):
            cells = CA1Pyramidal().group(n, synaptic_receptors=receptors, electrode=Electrode(), name=f"{name}_cells")
            axons = ListedSpikes().group(n, name=f"{name}_axons")
            synapses = rule.connect(axons, cells, w=w, where={"j": "i"}, receptors=receptors, efficacy="1", name=name)
            inside = ["Ca", "Omega", "eta", "w"] if name == "calcium_control" else ["Ca", "rho"]
            network.add(cells, axons, synapses)
            network.add(StateMonitor(cells, ["v", "v_spine", "B_nmda"], record=np.arange(n), name=f"{name}_seen"))
            network.add(StateMonitor(synapses, inside, record=np.arange(n), name=f"{name}_inside"))
            network.add(SpikeMonitor(cells[tables:], name=f"{name}_spikes"))
        gaba = GABA_A()
        inhibited = LIF().group(1, receptors=(gaba,), name="inhibited")
        source = ListedSpikes().group(1, name="inhibition")
        inhibit = Synapses(source, inhibited, on_pre=gaba.effect("5"), namespace={}, delay=0 * ms, name="inhibit")
        inhibit.connect()
        lif, adex = LIF().group(len(CURRENTS), name="lif"), AdEx().group(1, name="adex")
        regular, poisson = (
            RegularSpikes().group(1, name="regular"),
            PoissonSpikes(rate=POISSON[1]).group(POISSON[0], name="poisson"),
        )
        network.add(
            inhibited,
            source,
            inhibit,
            lif,
            adex,
            regular,
            poisson,
            StateMonitor(inhibited, "v", record=[0], name="inhibited_seen"),
        )
        network.add(
            SpikeMonitor(lif, name="lif_spikes"),
            SpikeMonitor(adex, name="adex_spikes"),
            SpikeMonitor(regular, name="regular_spikes"),
        )
        network.add(PopulationRateMonitor(poisson, name="poisson_rate"))
        return network

    def values(self):
        found, tables, experiments = {}, len(BLOCK), len(self.EXPERIMENTS)
        n = tables + experiments
        current = np.r_[np.zeros(tables), 0, 0, 0.6e-9]
        for name in ("calcium_control", "graupner_brunel"):
            found |= ListedSpikes.values(f"{name}_axons", [()] * tables + [STIMULI] * experiments)
            found |= Electrode.values(
                f"{name}_cells",
                n,
                first=PULSES[0],
                length=PULSES[1],
                period=0.2,
                count=np.r_[np.zeros(tables), 0, PULSES[2], PULSES[2]],
                clamping=(current == 0),
                V_cmd=0,
                I_pulse=current,
            )
            found[f"{name}_cells.v"] = np.r_[np.array(list(BLOCK)) * 1e-3, np.full(experiments, CA1Pyramidal().E_leak)]
            found[f"{name}_cells.sodium"] = (current > 0).astype(float)
            found[f"{name}.Ca"] = np.r_[np.array(list(TAU)) * 1e-3, np.zeros(n - len(TAU))]
        found |= ListedSpikes.values("inhibition", [[0.1, 0.2]])
        found |= RegularSpikes.values(
            "regular", 1, first=[0.01], period=[0.02], count=[5], bouts=[3], bout_period=[0.3]
        )
        return found | {"lif.I_ext": CURRENTS, "adex.I_ext": ADEX_CURRENT}

    read = (
        "lif_spikes.i", "lif_spikes.t", "adex_spikes.t", "regular_spikes.t", "poisson_rate.rate", "inhibited_seen.v", "inhibited_seen.t",
        *(f"{rule}_seen.{name}" for rule in ("calcium_control", "graupner_brunel") for name in ("t", "v", "v_spine", "B_nmda")),
        *(f"{rule}_spikes.{name}" for rule in ("calcium_control", "graupner_brunel") for name in ("i", "t")),
        *(f"calcium_control_inside.{name}" for name in ("Ca", "Omega", "eta", "w")), "graupner_brunel_inside.Ca", "graupner_brunel_inside.rho",
    )  # fmt: skip

    def measure(self, data):
        """The arrays as they are: the comparison is made where they are read."""
        import xarray as xr

        found = {}
        for name, values in data.items():
            short = name.replace(".", "_")
            found[short] = ([f"{short}_{k}" for k in range(values.ndim)], values)
        return xr.Dataset(found)


PROTOCOL = Cells
