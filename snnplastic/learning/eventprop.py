"""EventProp: exact gradients of spike times, with no clock and no surrogate."""

from dataclasses import dataclass

from ..errors import GradientError
from ..parameter import Source, param
from . import optimisers
from .eventprop_kernels import loop
from .kernels import HEAD
from .online import LearningRule
from .program import Program, made

SHOWN = 4  # test samples whose spikes are recorded before and after training
INPUTS = {
    "control": "float64",
    "first": "int64",
    "at": "float64",
    "channel": "int32",
    "label": "int32",
    "neuron": "float64",
}


@dataclass(frozen=True, kw_only=True)
class EventProp(LearningRule):
    r"""Exact gradient of a loss on spike times by an adjoint system that jumps at spikes.

    Forward, between events: tau_mem dV/dt = -V + I, tau_syn dI/dt = -I; an arrival adds w to I; at V = v_th: spike, V -> v_reset.
    In reverse, between events: tau_mem dl_V/ds = -l_V, tau_syn dl_I/ds = -l_I + l_V. At a spike of neuron n at t:

        l_V^- = l_V^+ + [(v_th - v_reset) l_V^+ + sum_m w_nm (l_V - l_I)_m + dL/dt] / (tau_mem dV/dt^-)

    with m the targets of n, and dL/dw_ij = -tau_syn sum over arrivals from i of l_I,j. In the program a_V = -tau_mem l_V and a_I = -tau_syn l_I are
    kept, the derivatives of the loss by V and by I, whose course between events is closed too; so nothing is integrated in steps.

    Loss of a sample with first output spikes t_c and class y: -log softmax(-t/tau_0)_y + alpha (e^{t_y/tau_1} - 1). An output without
    a spike counts with the end of the sample; if it is output y, the sample has the loss of a guess, log(classes), plus the cost, and
    no gradient. The gradient does not see spikes appear: after a batch in which the share of neurons without a spike, over all its
    samples, exceeds `silent_hidden` (in the last layer: `silent_output`), `bump` is added to all weights to that layer, the first such
    layer alone. Thresholds and bump are those of the authors' code; how it counts that share was not read.
    """

    source = Source("Wunderlich & Pehle", 2021, "Sci. Rep. 11:12829", doi="10.1038/s41598-021-91786-z")

    tau_0: float = param(0.5, "ms", "time in the softmax of first spikes", "their code, Yin-Yang", low=1e-6)
    tau_1: float = param(6.4, "ms", "time of the cost of a late right spike", "their code, Yin-Yang", low=1e-6)
    alpha: float = param(0.003, "1", "weight of that cost", "their code, Yin-Yang", low=0)
    bump: float = param(5e-3, "1", "added to the weights to a silent layer", "their code", low=0)
    silent_hidden: float = param(
        0.3, "1", "share of neurons without a spike that a hidden layer may have", "their code", low=0, high=1
    )
    silent_output: float = param(
        0, "1", "share of neurons without a spike that the last layer may have", "their code", low=0, high=1
    )


def check_network(network):
    """Layers must be of the one neuron whose course between events is known, and feed forward."""
    wanted = {
        "drive": "I_syn",
        "unit": 1.0,
        "recurrent": False,
        "delay": 0,
        "density": 1,
        "fixed": False,
        "spikes": (),
        "train": (),
    }
    for name, layer in zip(network.names(), network.layers, strict=True):
        kind = type(layer.neuron)
        if kind.__name__ != "SynapticLIF" or not kind.__module__.endswith("neurons.synaptic_lif"):
            raise GradientError(
                f"EventProp: {name} is made of {kind.__name__}, whose spike times have no closed form here; legal: SynapticLIF in every layer, the last too"
            )
        for field, legal in wanted.items():
            if getattr(layer, field) != legal:
                raise GradientError(f"EventProp: {name} has {field} = {getattr(layer, field)!r}; legal: {legal!r}")
        if not layer.neuron.v_th > max(0, layer.neuron.v_reset):
            raise GradientError(
                f"EventProp: {name} has v_th = {layer.neuron.v_th:g} and v_reset = {layer.neuron.v_reset:g}; legal: v_th above 0 and above v_reset"
            )


def build(structure):
    """The Program of a structure (imports Brian2): the loop does neurons and adjoint, Brian2's code the optimiser."""
    from brian2 import Network, NeuronGroup

    equations, update = made(optimisers, structure["optimiser"]).code()
    n_in, objects, layers = structure["inputs"], [], []
    for layer in structure["layers"]:
        name = f"to_{layer['name']}"
        group = NeuronGroup(n_in * layer["n"], equations, name=name, namespace={})
        group.run_regularly(update, when="groups", name=f"{name}_update")
        objects.append(group)
        layers.append((name, layer["n"]))
        n_in = layer["n"]
    head = HEAD.replace("REAL", "float" if structure["single"] else "double").replace("REPLICAS", "4")
    outputs = {
        "history": ("float64", 6), "spent": ("float64", None), "spikes": ("float64", len(layers)), "scores": ("float64", n_in),
        "gradients": ("float64", None), "done": ("float64", None), "raster": ("float64", 5),
    }  # fmt: skip
    return Program(Network(objects), head + loop(layers, structure["inputs"], shown=SHOWN), INPUTS, outputs, layers)
