"""The program of EventProp: networks that it takes, and what is built of them."""

from ..errors import GradientError
from . import optimisers
from .eventprop_kernels import loop
from .kernels import HEAD
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
