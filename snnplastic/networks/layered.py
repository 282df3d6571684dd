"""A layered network: populations of neurons and all-to-all connections between them, with initial weights. It knows no learning."""

from dataclasses import dataclass, field, fields

import numpy as np

from ..catalogue import file_name
from ..errors import ParameterError
from ..neurons.leaky_integrator import LeakyIntegrator
from ..neurons.synaptic_lif import SynapticLIF


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One population and the synapses that reach it.

    n           neurons
    neuron      a Neuron: equations as text
    drive       the state that a synapse adds to, and `unit`, what a weight of 1 adds, SI
    gain, mean  initial weights are normal with mean `mean` and standard deviation gain/sqrt(number of inputs)
    recurrent   also connected with itself, with `recurrent_gain`
    delay       steps of the clock that a spike takes to this layer
    train       parameters of the neuron that learn, one value for each neuron; a name with * shares one value: "tau_mem*"
    """

    n: int
    neuron: object = field(default_factory=SynapticLIF)
    drive: str = "I_syn"
    unit: float = 1.0
    gain: float = 1.0
    mean: float = 0.0
    recurrent: bool = False
    recurrent_gain: float = 1.0
    delay: int = 0
    train: tuple = ()

    def __post_init__(self):
        for name in ("n", "delay"):
            value, least = getattr(self, name), 1 if name == "n" else 0
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise ParameterError(f"Layer.{name} = {value!r} is not legal; legal: a whole number from {least}")
        if isinstance(self.train, str):
            raise ParameterError(f"Layer.train = {self.train!r} must be a list of names, such as ({self.train!r},)")


@dataclass(frozen=True, kw_only=True)
class LayeredNetwork:
    """Inputs and layers in a row; the last layer is the read-out, whose state `read` the loss is about.

    sizes       (inputs, hidden, ..., outputs), with one neuron for all hidden layers and a leaky integrator as read-out; or
    inputs and layers, each a Layer
    """

    sizes: tuple = ()
    neuron: object = None
    readout: object = None
    inputs: int = 0
    layers: tuple = ()
    read: str = "v"
    recurrent: bool = False

    def __post_init__(self):
        if bool(self.sizes) == bool(self.layers):
            raise ParameterError(
                "LayeredNetwork needs either sizes=(inputs, hidden, ..., outputs) or inputs= and layers="
            )
        if self.sizes:
            if len(self.sizes) < 2:
                raise ParameterError(
                    f"LayeredNetwork.sizes = {self.sizes!r} names no read-out; legal: (inputs, ..., outputs)"
                )
            neuron, readout = self.neuron or SynapticLIF(), self.readout or LeakyIntegrator()
            hidden = [Layer(n=n, neuron=neuron, recurrent=self.recurrent) for n in self.sizes[1:-1]]
            object.__setattr__(self, "inputs", self.sizes[0])
            object.__setattr__(self, "layers", (*hidden, Layer(n=self.sizes[-1], neuron=readout)))
        if isinstance(self.inputs, bool) or not isinstance(self.inputs, (int, np.integer)) or self.inputs < 1:
            raise ParameterError(f"LayeredNetwork.inputs = {self.inputs!r} is not legal; legal: a whole number from 1")

    def names(self):
        """Names of the layers: hidden_1, ..., output."""
        return [f"hidden_{k + 1}" for k in range(len(self.layers) - 1)] + ["output"]

    def structure(self):
        """Plain JSON of what shapes a program: layers and connections."""
        layers, connections = [], []
        before = None
        for name, layer in zip(self.names(), self.layers, strict=True):
            plain = {
                f.name: getattr(layer.neuron, f.name)
                for f in fields(layer.neuron)
                if f.name not in layer.neuron.declared()
            }
            layers.append({
                "name": name, "n": int(layer.n), "neuron": file_name(type(layer.neuron)), "fields": plain, "drives": {layer.drive: layer.unit},
                "trained": {p.rstrip("*"): 1 if p.endswith("*") else int(layer.n) for p in layer.train}, "per_neuron": [], "read": self.read,
            })  # fmt: skip
            connections.append(
                {"name": f"to_{name}", "pre": before, "post": name, "target": layer.drive, "delay": int(layer.delay)}
            )
            if layer.recurrent:
                connections.append(
                    {
                        "name": f"within_{name}",
                        "pre": name,
                        "post": name,
                        "target": layer.drive,
                        "delay": int(layer.delay),
                    }
                )
            before = name
        return {"inputs": int(self.inputs), "layers": layers, "connections": connections}

    def initial_weights(self, seed):
        """{connection.w: array (pre, post)} and the starting values of trained parameters."""
        rng, found, n_pre = np.random.default_rng(seed), {}, self.inputs
        for name, layer in zip(self.names(), self.layers, strict=True):
            found[f"to_{name}.w"] = layer.mean + rng.normal(0, layer.gain / np.sqrt(n_pre), (n_pre, layer.n))
            if layer.recurrent:
                found[f"within_{name}.w"] = rng.normal(0, layer.recurrent_gain / np.sqrt(layer.n), (layer.n, layer.n))
            for p in layer.train:
                bare = p.rstrip("*")
                found[f"{name}_{bare}.w"] = np.full(1 if p.endswith("*") else layer.n, getattr(layer.neuron, bare, 0.0))
            n_pre = layer.n
        return found

    def parameters(self):
        """{layer.parameter: SI value} of the neurons."""
        return {
            f"{name}.{p}": getattr(layer.neuron, p)
            for name, layer in zip(self.names(), self.layers, strict=True)
            for p in layer.neuron.declared()
            if p not in {t.rstrip("*") for t in layer.train}
        }
