"""A lateral amygdala that learns to fear a tone, and an intercalated and infralimbic circuit that learns not to.

Tone fibres (thalamic first, cortical later) excite principal cells through plastic synapses, and interneurons (PV) that inhibit
these; a shock excites principal cells through a relay, and cells (VIP) that silence the interneurons. Principal cells excite basal
fear cells, these the central nucleus, whose rate is read as freezing and which weakens the relay. Extinction cells (intercalated and
basal) fire at rest only with two inputs together: infralimbic cells and the context they have learned. They inhibit principal cells,
the terminals on them, and the central nucleus.

What changes slowly: the weights of tone and of context synapses, by the calcium of each synapse, and the excitability of
infralimbic cells, which fear cells raise, shocks lower, and days undo.

The numbers below are free, but for what the parts' own files say: chosen by hand so that the protocols on this circuit show what is
known of the amygdala. That dorsal cells get more thalamic and ventral cells more cortical inputs follows Kim, Pare & Nair 2013 (Learn. Mem. 20:421).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..neurons.adapting_pyramidal import AdaptingPyramidal
from ..neurons.context_fibres import ContextFibres
from ..neurons.excitable_lif import ExcitableLIF
from ..neurons.lif import LIF
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.tone_fibres import ToneFibres
from ..receptors.ampa import AMPA
from ..receptors.gaba_a import GABA_A
from ..receptors.gaba_b_terminals import GABA_BTerminals
from ..receptors.girk import GIRK
from ..receptors.nmda_conductance import NMDAConductance
from ..receptors.spine_calcium import SpineCalcium
from ..rules.calcium_control import CalciumControl

DT, STEP, TRIAL = (
    5e-4,
    1e-3,
    1.0,
)  # s: of the cells, of the plastic synapses, from one record of the weights to the next
TONES, CONTEXTS = 8, 3
EVENTS = {"tone": TONES, "shock": 1, "where": CONTEXTS, "gap": 3}  # kinds of events and how many neurons report each
GAPS = (60.0, 3600.0, 86400.0)  # s that one spike of each gap neuron lets pass
SIZES = {
    "thalamic": 120, "cortical": 120, "context": 120, "principal": 200, "pv": 40, "vip": 20, "relay": 40,
    "basal": 40, "extinction": 60, "infralimbic": 40, "central": 40,
}  # fmt: skip
CAPACITY = 1024  # events of a kind in one run
DORSAL = 120  # principal cells, the first; the others are ventral
OCTAVES, TUNING = 4.0, 0.35  # range of best frequencies, standard deviation of a fibre's tuning
LATENCY, JITTER = (
    {"thalamic": 7.8e-3, "cortical": 18e-3},
    {"thalamic": 0.4e-3, "cortical": 2e-3},
)  # s, of fibres' first spikes
G_TONE = {"thalamic": 0.32e-9, "cortical": 0.3e-9}  # S, of a synapse of weight W_0
V_TH_SPREAD = {"principal": 2e-3, "extinction": 1.5e-3, "basal": 3e-3, "central": 3e-3}  # V, half range
SHOCKED = 0.55  # share of principal cells that the shock excites


@dataclass(frozen=True)
class Link:
    """A static connection: `inputs` presynaptic cells of each postsynaptic one, `g` S a spike onto `receptor`."""

    inputs: int
    receptor: str
    g: float
    extra: str = ""


# (pre, post): connection
LINKS = {
    ("thalamic", "pv"): Link(40, "ampa", 0.2e-9),
    ("cortical", "pv"): Link(40, "ampa", 0.08e-9),
    ("principal", "pv"): Link(60, "ampa", 0.5e-9),
    ("pv", "principal"): Link(20, "gaba_a", 0.8e-9),
    ("relay", "principal"): Link(20, "ampa", 2.2e-9),
    ("relay", "pv"): Link(20, "ampa", 0.0),
    ("vip", "pv"): Link(20, "gaba_a", 12e-9),
    ("principal", "basal"): Link(100, "ampa", 2.4e-9),
    ("basal", "central"): Link(40, "ampa", 0.8e-9),
    ("extinction", "central"): Link(30, "gaba_a", 0.2e-9),
    ("extinction", "principal"): Link(30, "gaba_a", 0.12e-9, "terminals"),
    ("principal", "extinction"): Link(60, "ampa", 0.03e-9),
    ("infralimbic", "extinction"): Link(40, "ampa", 0.47e-9),
    ("basal", "infralimbic"): Link(40, "ampa", 0.1e-9, "raise"),
    ("central", "relay"): Link(20, "girk", 0.06e-9),
}
SHOCK = {"relay": 15e-9, "vip": 20e-9, "extinction": 60e-9}  # S, of one pulse of a shock; the last inhibits
PER_CELL = {
    ("relay", "principal"): "shocked",
    ("extinction", "principal"): "gated",
}  # factors of each postsynaptic cell
GATED = {"dorsal": 1.0, "ventral": 0.4}  # how much of the extinction cells' inhibition reaches principal cells
PLASTIC = {"dorsal": {"thalamic": 48, "cortical": 30}, "ventral": {"thalamic": 24, "cortical": 48}}
CONTEXT_INPUTS = 60

AMPA_, GABA_ = AMPA(tau_decay=5), GABA_A(E=-75, tau_decay=8)
CURRENT = NMDAConductance(g_max=0.15)
SPINE, TERMINALS = SpineCalcium(P_0=0.2, G_Ca=0.0007), GABA_BTerminals(b_half=80, D_max=0.5)
G_CA_CONTEXT = 1.6  # mol/(m^3 s V), of context synapses
G_CONTEXT = 1.3e-9  # S, of a context synapse of weight 1
W_CONTEXT = 0.1  # weight of a context synapse before it has learned
RULE = dict(W_0=0.4, alpha_1=0.42, alpha_2=0.53, P_1=0.006, P_2=1e-11, P_3=10, P_4=0.2)
SLOW = {"W_0": W_CONTEXT, "P_1": 0.02, "P_4": 3.0}  # of context synapses, where it differs
BACKGROUND = {  # Hz, S of the random input
    "principal": (200.0, 1.83e-9), "pv": (500.0, 0.9e-9), "vip": (200.0, 0.5e-9), "extinction": (800.0, 0.15e-9),
    "infralimbic": (200.0, 1.0e-9), "basal": (200.0, 1.2e-9), "central": (200.0, 1.2e-9), }  # fmt: skip
CELLS = {
    "principal": AdaptingPyramidal(),
    "extinction": AdaptingPyramidal(b_ahp=0.3),
    "infralimbic": ExcitableLIF(I_h=200, eta_h=0.0003),
    "pv": LIF(C_m=100, g_leak=10, E_leak=-68, v_th=-52, v_reset=-62, tau_ref=2),
    "vip": LIF(C_m=100, g_leak=8, tau_ref=2),
    "relay": LIF(C_m=100, g_leak=10, tau_ref=4),
    "basal": LIF(C_m=150, g_leak=10, tau_ref=3),
    "central": LIF(C_m=150, g_leak=10, tau_ref=3),
}
INPUT = "rate_bg : Hz (shared, constant)\ng_bg : siemens (shared, constant)"


@lru_cache
def wiring():
    """{(pre, post): (i, j)} of static and plastic connections, the same in all animals since it shapes the program.

    Each cell has a fixed number of inputs, drawn without repetition.
    """
    draw = np.random.default_rng([0, 2024])

    def inputs(pre, targets, count):
        i = np.concatenate([np.sort(draw.choice(SIZES[pre], count, replace=False)) for _ in targets])
        return i, np.repeat(targets, count)

    found = {pair: inputs(pair[0], np.arange(SIZES[pair[1]]), link.inputs) for pair, link in LINKS.items()}
    parts = {"dorsal": np.arange(DORSAL), "ventral": np.arange(DORSAL, SIZES["principal"])}
    for pathway in ("thalamic", "cortical"):
        each = [inputs(pathway, cells, PLASTIC[part][pathway]) for part, cells in parts.items()]
        found[pathway, "principal"] = tuple(np.concatenate(k) for k in zip(*each, strict=True))
    found["context", "extinction"] = inputs("context", np.arange(SIZES["extinction"]), CONTEXT_INPUTS)
    return found


def build(name):
    """Objects NAME_KIND for each of EVENTS, NAME_POPULATION for each of SIZES, NAME_PRE_POST for each connection, and monitors.

    The plastic ones are NAME_thalamic_principal, NAME_cortical_principal and NAME_context_extinction; they follow the
    clock NAME_plasticity.
    """
    from brian2 import Clock, Network, SpikeMonitor, StateMonitor, Synapses, ms, second

    plasticity, trials = (
        Clock(dt=STEP * second, name=f"{name}_plasticity"),
        Clock(dt=TRIAL * second, name=f"{name}_trials"),
    )
    part = {kind: ListedSpikes(capacity=CAPACITY).group(n, name=f"{name}_{kind}") for kind, n in EVENTS.items()}
    groups = {p: ToneFibres().group(SIZES[p], name=f"{name}_{p}") for p in ("thalamic", "cortical")}
    groups["context"] = ContextFibres().group(SIZES["context"], name=f"{name}_context")
    receptors = {p: (AMPA_, GABA_) for p in CELLS} | {
        "principal": (AMPA_, GABA_, CURRENT, TERMINALS),
        "relay": (AMPA_, GIRK()),
    }
    for p, cell in CELLS.items():
        spines = {"synaptic_receptors": (SPINE,)} if p in ("principal", "extinction") else {}
        vary = ("v_th",) if p in V_TH_SPREAD else ()
        extra = (INPUT if p in BACKGROUND else "") + (
            "\nshocked : 1 (constant)\ngated : 1 (constant)" if p == "principal" else ""
        )
        groups[p] = cell.group(SIZES[p], receptors=receptors[p], **spines, vary=vary, extra=extra, name=f"{name}_{p}")
        if p in BACKGROUND:
            groups[p].run_regularly("g_ampa += g_bg*int(rand() < rate_bg*dt)", when="start")
    groups["principal"].shocked = groups["principal"].gated = 1

    made = [
        ToneFibres.hear(part["tone"], groups["thalamic"], name=f"{name}_heard_thalamic"),
        ToneFibres.hear(part["tone"], groups["cortical"], name=f"{name}_heard_cortical"),
        ContextFibres.enter(part["where"], groups["context"], name=f"{name}_entered"),
    ]

    def connect(pre, post, on_pre, label, where, delay=1 * ms):
        synapses = Synapses(
            pre,
            post,
            "g : siemens (shared, constant)",
            on_pre=on_pre,
            delay=delay,
            namespace={},
            name=f"{name}_{label}",
        )
        synapses.connect(**where)
        made.append(synapses)
        return synapses

    wires = wiring()
    for (pre, post), link in LINKS.items():
        factor = f"*{PER_CELL[pre, post]}_post" if (pre, post) in PER_CELL else ""
        text = f"{'r' if link.receptor == 'girk' else 'g'}_{link.receptor}_post += g{factor}"
        if link.extra == "terminals":
            text += f"\n{TERMINALS.effect(f'{PER_CELL[pre, post]}_post')}"
        elif link.extra == "raise":
            text += f"\n{ExcitableLIF.raise_by}"
        i, j = wires[pre, post]
        connect(groups[pre], groups[post], text, f"{pre}_{post}", {"i": i, "j": j})
    for post in SHOCK:
        receptor = "gaba_a" if post == "extinction" else "ampa"
        connect(part["shock"], groups[post], f"g_{receptor}_post += g", f"shock_{post}", {})
    connect(part["shock"], groups["infralimbic"], ExcitableLIF.lower_by, "shock_infralimbic", {})
    passed = Synapses(
        part["gap"], groups["infralimbic"], "length : second (constant)", on_pre="gap = length\nh_post *= exp(-gap/tau_h_post)",
        delay=0 * ms, namespace={}, name=f"{name}_gaps",
    )  # fmt: skip
    passed.connect()
    made.append(passed)

    plastic = {}
    for pathway in ("thalamic", "cortical"):
        i, j = wires[pathway, "principal"]
        plastic[pathway, "principal"] = CalciumControl(**RULE).connect(
            groups[pathway], groups["principal"], w=RULE["W_0"], where={"i": i, "j": j}, receptors=(SPINE,), delay=1 * ms,
            effect=f"g_ampa_post += release_post*g_tone*w/W_0\n{CURRENT.effect('release_post')}", efficacy="release_post",
            model="g_tone : siemens (constant)", clock=plasticity, name=f"{name}_{pathway}_principal",
        )  # fmt: skip
    i, j = wires["context", "extinction"]
    plastic["context", "extinction"] = CalciumControl(**RULE | SLOW).connect(
        groups["context"], groups["extinction"], w=W_CONTEXT, where={"i": i, "j": j}, receptors=(SPINE,), delay=1 * ms,
        effect="g_ampa_post += g_context*w", model="g_context : siemens (shared, constant)", clock=plasticity,
        name=f"{name}_context_extinction",
    )  # fmt: skip
    recorded = {"clock": trials, "when": "start", "order": 1}
    monitors = [SpikeMonitor(groups[p], name=f"{name}_{p}_spikes") for p in ("principal", "pv", "extinction", "central", "relay")]
    for pair, synapses in plastic.items():
        every = np.arange(wires[pair][0].size)
        monitors.append(StateMonitor(synapses, ["w"], record=every, **recorded, name=f"{synapses.name}_w"))
    monitors.append(StateMonitor(groups["infralimbic"], ["h"], record=True, **recorded, name=f"{name}_h"))
    return Network(*part.values(), *groups.values(), *made, *plastic.values(), *monitors)


def animal(name, number, *, spread=1.0):
    """Values of one animal: fibres' tuning and latency, contexts of the context fibres, thresholds, weights at the start.

    number   the animal's; all it has at random is drawn from this
    spread   factor on the spread of the excitability of principal cells
    """
    draw = np.random.default_rng([number, 11])
    wires = wiring()
    found = {}
    for pathway in ("thalamic", "cortical"):
        n = SIZES[pathway]
        best = draw.permutation(OCTAVES * (np.arange(n) + 0.5) / n)
        distance = best[None] - OCTAVES * (np.arange(TONES)[:, None] + 0.5) / TONES
        found[f"{name}_heard_{pathway}.tuning"] = np.exp(-0.5 * (distance / TUNING) ** 2).ravel()
        found[f"{name}_{pathway}.latency"] = np.round(draw.normal(LATENCY[pathway], JITTER[pathway], n) / DT) * DT
        found[f"{name}_{pathway}.gain"] = np.ones(n)
        i, j = wires[pathway, "principal"]
        found[f"{name}_{pathway}_principal.g_tone"] = G_TONE[pathway] * draw.uniform(0.7, 1.3, i.size)
        found[f"{name}_{pathway}_principal.w"] = np.full(i.size, RULE["W_0"])
    found[f"{name}_context.context"] = draw.permutation(np.arange(SIZES["context"]) % CONTEXTS)
    found[f"{name}_context_extinction.w"] = np.full(wires["context", "extinction"][0].size, W_CONTEXT)
    for p, half in V_TH_SPREAD.items():
        factor = spread if p == "principal" else 1
        found[f"{name}_{p}.v_th"] = CELLS[p].v_th + factor * half * draw.permutation(np.linspace(-1, 1, SIZES[p]))
    found[f"{name}_principal.shocked"] = draw.permutation(np.arange(SIZES["principal"]) < round(SHOCKED * SIZES["principal"]))
    found[f"{name}_principal.gated"] = np.where(
        np.arange(SIZES["principal"]) < DORSAL, GATED["dorsal"], GATED["ventral"]
    )
    return found


def hears(name, number, pathway, tone):
    """Whether each plastic synapse of a pathway comes from a fibre that, in this animal, responds to a tone by more than half."""
    tuning = animal(name, number)[f"{name}_heard_{pathway}.tuning"].reshape(TONES, -1)[tone]
    return tuning[wiring()[pathway, "principal"][0]] > 0.5


def constants(name):
    """Values that all animals share: conductances of the links, background, parameters of cells and rules."""
    found = {f"{name}_{pre}_{post}.g": link.g for (pre, post), link in LINKS.items()}
    found[f"{name}_context_extinction.g_context"] = G_CONTEXT
    found |= {f"{name}_shock_{post}.g": g for post, g in SHOCK.items()}
    for p, (rate, g) in BACKGROUND.items():
        found |= {f"{name}_{p}.rate_bg": rate, f"{name}_{p}.g_bg": g}
    found[f"{name}_context_extinction.G_Ca_spine"] = G_CA_CONTEXT
    found[f"{name}_gaps.length"] = np.repeat(GAPS, SIZES["infralimbic"])
    return found
