"""The parts of the lateral amygdala alone: one principal cell on listed spikes, slow potassium, excitability, tone and context fibres."""

from dataclasses import dataclass

import numpy as np

from ..neurons.adapting_pyramidal import AdaptingPyramidal
from ..neurons.context_fibres import ContextFibres
from ..neurons.electrode import Electrode
from ..neurons.excitable_lif import ExcitableLIF
from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.tone_fibres import ToneFibres
from ..parameter import param
from ..protocol import Protocol
from ..receptors.ampa import AMPA
from ..receptors.gaba_a import GABA_A
from ..receptors.gaba_b_terminals import GABA_BTerminals
from ..receptors.girk import GIRK
from ..receptors.nmda_conductance import NMDAConductance
from ..receptors.spine_calcium import SpineCalcium
from ..rules.calcium_control import CalciumControl

RECEPTORS = (AMPA(), GABA_A(), NMDAConductance(), GABA_BTerminals(b_half=3))
SPINE = SpineCalcium(P_0=0.2)
G_AMPA, G_GABA, G_GIRK = 10e-9, 3e-9, 2e-9  # S of one event
PULSE = (0.5, 0.25, 0.3e-9)  # first, length (s) and current (A) of a pulse into the principal cell
DT = 2e-5  # s
N = 1000  # fibres of a kind
TONES = ((0, 0.1), (1, 0.1), (0, 0.9))  # (tone, s): two tones at once, then one
TUNING = (0.5, 0.25)  # of all fibres to the two tones
LATENCIES = (8e-3, 18e-3)  # s, of the even and the odd fibres
PLACES = ((0, 0.0), (1, 0.5), (0, 1.2))  # (context, s)
RAISES, SHOCKS, GAPS = (
    np.arange(0.05, 1.5, 0.013),
    np.array([0.4, 0.41, 1.0]),
    np.array([0.7, 1.2]),
)  # s, for the excitable cell
GAP = 5 * 86400.0  # s that each gap lets pass


def trains(seed=5):
    """Excitatory and inhibitory spikes of the principal cell, s; never two at once, for the order of these would matter."""
    times = np.random.default_rng(seed).choice(np.arange(100, 14000), 290, replace=False) * 1e-4
    return np.sort(times[:250]), np.sort(times[250:])


@dataclass(frozen=True, kw_only=True)
class AmygdalaParts(Protocol):
    """All parts in one network."""

    length: float = param(1.5, "s", "simulated time", "", low=1.5)
    dt: float = param(DT * 1e3, "ms", "time step", "", low=0.01)

    def time_step(self):
        return self.dt

    def duration(self):
        return self.length

    def structure(self):
        return {"capacity": ListedSpikes.capacity_for(400)}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, StateMonitor, Synapses, ms

        def listed(name, n):
            return ListedSpikes(**structure).group(n, name=name)

        axons, events, tones, places = listed("axons", 2), listed("events", 3), listed("tones", 2), listed("places", 2)
        cell = AdaptingPyramidal().group(
            1, receptors=RECEPTORS, synaptic_receptors=(SPINE,), electrode=Electrode(), name="cell"
        )
        spines = CalciumControl().connect(
            axons, cell, w=0.25, where={"i": 0, "j": 0}, receptors=(SPINE,), efficacy="release_post", delay=0 * ms, name="spines",
            effect=f"g_ampa_post += release_post*{G_AMPA!r}*siemens\n{RECEPTORS[2].effect('release_post')}",
        )  # fmt: skip
        slow = LIF().group(1, receptors=(GIRK(),), name="slow")
        excitable = ExcitableLIF().group(1, name="excitable")
        fibres = ToneFibres(spontaneous=2).group(N, name="fibres")
        context = ContextFibres().group(N, name="context")
        hear, enter = ToneFibres.hear(tones, fibres, name="heard"), ContextFibres.enter(places, context, name="entered")
        made = [axons, events, tones, places, cell, spines, slow, excitable, fibres, context, hear, enter]
        for label, i, target, text in (
            ("inhibits", 1, cell, f"g_gaba_a_post += {G_GABA!r}*siemens\n{RECEPTORS[3].effect('1')}"),
            ("opens", 1, slow, f"r_girk_post += {G_GIRK!r}*siemens"),
        ):
            made.append(Synapses(axons, target, on_pre=text, delay=0 * ms, namespace={}, name=label))
            made[-1].connect(i=i, j=0)
        gap = f"gap = {GAP!r}*second\nh_post *= exp(-gap/tau_h_post)"
        for i, (label, text) in enumerate(
            {"raises": ExcitableLIF.raise_by, "lowers": ExcitableLIF.lower_by, "passes": gap}.items()
        ):
            made.append(Synapses(events, excitable, on_pre=text, delay=0 * ms, namespace={}, name=label))
            made[-1].connect(i=i, j=0)
        return Network(
            *made, SpikeMonitor(cell, name="spikes"), SpikeMonitor(fibres, name="heard_spikes"), SpikeMonitor(context, name="place_spikes"),
            StateMonitor(cell, ["v", "g_ahp", "release"], record=[0], name="seen", when="end"),
            StateMonitor(spines, ["Ca", "w"], record=[0], name="inside", when="end"),
            StateMonitor(slow, ["g_girk"], record=[0], name="girk", when="end"), StateMonitor(excitable, ["h", "v"], record=[0], name="h", when="end"),
        )  # fmt: skip

    def values(self):
        times = {"tones": TONES, "places": PLACES}
        found = ListedSpikes.values("axons", list(trains())) | ListedSpikes.values("events", [RAISES, SHOCKS, GAPS])
        for name, listed in times.items():
            found |= ListedSpikes.values(name, [np.array([t for k, t in listed if k == n]) for n in (0, 1)])
        gain = np.ones(N)
        gain[: N // 4] = 0
        first, length, current = PULSE
        found |= Electrode.values("cell", 1, first=first, length=length, count=1, I_pulse=current)
        return found | {
            "heard.tuning": np.repeat(TUNING, N), "fibres.gain": gain, "fibres.latency": np.resize(LATENCIES, N),
            "context.context": np.repeat([0, 1], N // 2),
        }  # fmt: skip

    read = (
        *(f"{m}.{k}" for m in ("spikes", "heard_spikes", "place_spikes") for k in "it"), "seen.v", "seen.g_ahp", "seen.release",
        "inside.Ca", "inside.w", "girk.g_girk", "h.h", "h.v",
    )  # fmt: skip


PROTOCOL = AmygdalaParts
