"""CA3 axons onto CA1 pyramidal cells: one cell, or several, per condition, several pathways on it, an electrode in it.

Each pathway has its own axon and its own synapses, with AMPA, NMDA and calcium of their own, so that
two pathways on one cell share nothing but the membrane (input specificity). `build` is the cell that a pipette records;
`build_slice` the population that a field electrode records, with feed-forward inhibition.
"""

import numpy as np

from ..neurons.ca1_pyramidal import CA1Pyramidal
from ..neurons.electrode import Electrode
from ..neurons.field_electrode import FieldElectrode
from ..neurons.listed_spikes import ListedSpikes
from ..receptors.ampa import AMPA
from ..receptors.nmda import NMDA
from . import feedforward, quiet_gaps

RECEPTORS = (AMPA(), NMDA())
# Per window of compressed time: potential at its start and its largest value; samples of v in two stretches.
SAMPLED = """
sample_1 : second (shared, constant)
sample_2 : second (shared, constant)
"""
RECORD = f"v_start : volt\nv_peak : volt{SAMPLED}"
EPSP = 2e-3  # s of each test window in which a pipette's v is sampled: the rise of the EPSP


def build(
    name,
    rule,
    n,
    *,
    pathways=2,
    populations=1,
    efficacy="1",
    model="",
    vary=(),
    capacity,
    window,
    wave=0.15,
    sample_every=5,
):
    """Objects NAME_axons, NAME_cells, NAME (synapses) and the monitors NAME_epsp, NAME_w, NAME_wave.

    Synapse s belongs to pathway s // populations of all cells together, which is pathway (s // populations) % pathways of
    cell s // (populations pathways). `wave` s of v are sampled every `sample_every` steps in the `pathways` windows from
    sample_1 and from sample_2 on.
    """
    from brian2 import Clock, EventMonitor, StateMonitor, second

    neuron = CA1Pyramidal()
    clock = Clock(dt=window * second, name=f"{name}_windows")
    stretch = f"(t >= {{0}} and t < {{0}} + {window * pathways!r}*second)"
    early = f"(t + 0.5*dt) % ({window!r}*second) < {wave!r}*second and t_in_timesteps % {sample_every} == 0"
    sampled = f"({stretch.format('sample_1')} or {stretch.format('sample_2')}) and {early}"
    cells = neuron.group(
        n,
        synaptic_receptors=RECEPTORS,
        electrode=Electrode(),
        extra=RECORD + quiet_gaps.CELLS,
        name=f"{name}_cells",
        events={"sample": sampled},
    )
    axons = ListedSpikes(capacity=capacity).group(n * pathways, name=f"{name}_axons")
    s = np.arange(n * pathways * populations)
    synapses = rule.connect(
        axons, cells, w=0, where={"i": s // populations, "j": s // (populations * pathways)}, receptors=RECEPTORS, efficacy=efficacy,
        vary=vary, model=f"{model}\n{quiet_gaps.SYNAPSES}\nCa_peak : mmolar", name=name,
    )  # fmt: skip
    quiet_gaps.skip(cells, neuron, synapses, rule, RECEPTORS, clock, window)
    cells.run_regularly("v_start = v\nv_peak = v", clock=clock, when="start", order=1)
    cells.run_regularly("v_peak = clip(v, v_peak, 1*volt)", when="end")
    synapses.run_regularly("Ca_peak = clip(Ca, Ca_peak, 1*molar)", when="end")
    return [
        axons, cells, synapses,
        StateMonitor(cells, ["v_start", "v_peak"], record=True, clock=clock, when="start", order=-1, name=f"{name}_epsp"),
        StateMonitor(synapses, rule.state, record=np.arange(s.size), clock=clock, when="start", order=1, name=f"{name}_w"),
        EventMonitor(cells, "sample", variables=["v"], name=f"{name}_wave"),
    ]  # fmt: skip


def build_slice(name, rule, n, *, each, pathways=2, latency, efficacy="1", model="", vary=(), capacity, window, wave=0.03, pipette=0):
    """`n` populations of `each` cells. `latency` (s) has a row per cell of a population: when each bundle of the fibres of a
    pathway arrives there. Objects NAME_axons, NAME_cells, NAME (synapses), NAME_inhibition, NAME_field (electrodes) and the
    monitors NAME_w, NAME_wave (samples of the field in the first `wave` s of each test window) and NAME_spikes. With a `pipette`
    in each cell, NAME_epsp: samples of v in the first EPSP s of each test window, and in `pipette` s from sample_1 and sample_2 on.

    Pathway p of population k has axon k pathways + p; the synapses are ordered by cell, pathway and bundle. The number
    of fibres that a bundle stands for is the scale of its synapse: g_max_ampa and g_max_nmda are values of the run.
    """
    from brian2 import Clock, EventMonitor, SpikeMonitor, StateMonitor, second

    neuron = CA1Pyramidal()
    clock = Clock(dt=window * second, name=f"{name}_windows")
    outside = "(t < dense_from - 0.5*dt or t > dense_to - 0.5*dt)"
    early = f"(t + 0.5*dt) % ({window!r}*second) < {{!r}}*second and {outside}"
    whole = " or ".join(f"(t >= sample_{k} and t < sample_{k} + {window * pathways!r}*second)" for k in (1, 2))
    recorded = f"({early.format(EPSP)}) or ({early.format(pipette)} and ({whole}))"
    cells = neuron.group(
        n * each, receptors=feedforward.INHIBITORY, synaptic_receptors=RECEPTORS, electrode=Electrode(), vary=("v_th", "g_leak"),
        extra=quiet_gaps.CELLS + SAMPLED * bool(pipette), name=f"{name}_cells", **({"events": {"sample": recorded}} if pipette else {}),
    )  # fmt: skip
    axons = ListedSpikes(capacity=capacity).group(n * pathways, name=f"{name}_axons")
    latency = np.asarray(latency)
    bundles = latency.shape[1]
    cell, pathway, bundle = (k.ravel() for k in np.indices((n * each, pathways, bundles)))
    axon, delay = cell // each * pathways + pathway, latency[cell % each, bundle]
    synapses = rule.connect(
        axons, cells, w=0, where={"i": axon, "j": cell}, receptors=RECEPTORS, efficacy=efficacy, delay=delay * second,
        vary=("g_max_ampa", "g_max_nmda", *vary), model=f"{model}\n{quiet_gaps.SYNAPSES}\nCa_peak : mmolar", name=name,
    )  # fmt: skip
    once = bundle == 0
    inhibition, terminal = feedforward.build(
        axons, cells, i=axon[once], j=cell[once], latency=latency.mean(1)[cell[once] % each], name=f"{name}_inhibition"
    )  # fmt: skip
    quiet_gaps.skip(
        cells, neuron, synapses, rule, RECEPTORS, clock, window, on_cells=feedforward.INHIBITORY, terminals=[(inhibition, terminal)]
    )  # fmt: skip
    synapses.run_regularly("Ca_peak = clip(Ca, Ca_peak, 1*molar)", when="end")
    field = FieldElectrode().group(
        n, name=f"{name}_field", extra=quiet_gaps.CELLS, events={"sample": early.format(wave)},
    )  # fmt: skip
    field.run_regularly(quiet_gaps.gap_text(window) + FieldElectrode.rest, clock=clock, when="start")
    heard = FieldElectrode.listen(cells, field, each=each, current="I_ampa_pre + I_nmda_pre", name=f"{name}_heard")
    return [
        axons, cells, synapses, inhibition, field, heard,
        StateMonitor(synapses, rule.state, record=True, clock=clock, when="start", order=1, name=f"{name}_w"),
        EventMonitor(field, "sample", variables=["field", "field_epsp"], name=f"{name}_wave"),
        SpikeMonitor(cells, name=f"{name}_spikes"),
        *([EventMonitor(cells, "sample", variables=["v"], name=f"{name}_epsp")] if pipette else []),
    ]  # fmt: skip
