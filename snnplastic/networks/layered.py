"""A layered network: populations of neurons and all-to-all connections between them, with initial weights. It knows no learning."""

from dataclasses import dataclass, field, fields

import numpy as np

from ..catalogue import file_name
from ..errors import ParameterError
from ..neurons.leaky_integrator import LeakyIntegrator
from ..neurons.neuron import Neuron
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
    density     share of the pairs of neurons that are connected, drawn once from `wiring_seed` of the network
    fixed       the weights to this layer stay; "one to one": they are the identity (a filter of each neuron before it)
    spikes      (fewest, most, strength): strength/2 times the mean over neurons and samples of (fewest - n)^2 or (n - most)^2 is added to the
                loss where the number n of a neuron's spikes in a sample is outside
    each        {parameter: n values, SI}: parameters of the neuron that differ from neuron to neuron, and do not learn
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
    density: float = 1.0
    fixed: object = False
    spikes: tuple = ()
    each: dict = field(default_factory=dict)
    train: tuple = ()

    def __post_init__(self):
        for name in ("n", "delay"):
            value, least = getattr(self, name), 1 if name == "n" else 0
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise ParameterError(f"Layer.{name} = {value!r} is not legal; legal: a whole number from {least}")
        if not isinstance(self.neuron, Neuron):
            raise ParameterError(f"Layer.neuron = {self.neuron!r} is not legal; legal: a Neuron with its values, such as SynapticLIF()")
        for name in ("unit", "gain", "mean", "recurrent_gain"):
            if not np.isfinite(getattr(self, name)):
                raise ParameterError(f"Layer.{name} = {getattr(self, name)!r} is not legal; legal: a finite number")
        if not 0 < self.density <= 1:
            raise ParameterError(f"Layer.density = {self.density!r} is not legal; legal: above 0, at most 1")
        if self.fixed not in (True, False, "one to one"):
            raise ParameterError(f"Layer.fixed = {self.fixed!r} is not legal; legal: True, False, 'one to one'")
        if self.spikes and (len(self.spikes) != 3 or not 0 <= self.spikes[0] <= self.spikes[1] or self.spikes[2] < 0):
            raise ParameterError(f"Layer.spikes = {self.spikes!r} is not legal; legal: (fewest, most, strength), 0 <= fewest <= most")
        for name, values in self.each.items():
            if name not in self.neuron.declared() or name in {p.rstrip("*") for p in self.train}:
                raise ParameterError(f"Layer.each names {name!r}; legal: a parameter of {type(self.neuron).__name__} that does not learn")
            if np.shape(values) != (self.n,) or not np.all(np.isfinite(values)):
                raise ParameterError(f"Layer.each[{name!r}] has the shape {np.shape(values)}; legal: a finite number for each of {self.n} neurons")
        object.__setattr__(self, "each", {name: tuple(map(float, values)) for name, values in self.each.items()})
        if isinstance(self.train, str):
            raise ParameterError(f"Layer.train = {self.train!r} must be a list of names, such as ({self.train!r},)")
        if len({p.rstrip("*") for p in self.train}) < len(self.train):
            raise ParameterError(f"Layer.train = {self.train!r} names a parameter twice; legal: each once, with * or without")


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
    wiring_seed: int = 0

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
        before, n_before = None, self.inputs
        for k, (name, layer) in enumerate(zip(self.names(), self.layers, strict=True)):
            plain = {
                f.name: getattr(layer.neuron, f.name)
                for f in fields(layer.neuron)
                if f.name not in layer.neuron.declared()
            }
            layers.append({
                "name": name, "n": int(layer.n), "neuron": file_name(type(layer.neuron)), "class": type(layer.neuron).__name__, "fields": plain, "drives": {layer.drive: layer.unit},
                "trained": {p.rstrip("*"): 1 if p.endswith("*") else int(layer.n) for p in layer.train}, "read": self.read, "regularised": bool(layer.spikes), "each": sorted(layer.each),
            })  # fmt: skip
            if layer.fixed == "one to one" and layer.n != n_before:
                raise ParameterError(f"{name} has {layer.n} neurons and is driven one to one by {n_before}; legal: {n_before}")
            common = {"post": name, "target": layer.drive, "delay": int(layer.delay), "fixed": bool(layer.fixed)}
            to, within = self._synapses(k)
            connections.append({"name": f"to_{name}", "pre": before, "synapses": to, **common})
            if layer.recurrent:
                connections.append({"name": f"within_{name}", "pre": name, "synapses": within, **common})
            before, n_before = name, layer.n
        return {"inputs": int(self.inputs), "layers": layers, "connections": connections}

    def _synapses(self, k):
        """Numbers of synapses of layer k: from the layer before, within it."""
        n, density = self.layers[k].n, self.layers[k].density
        n_pre = self.layers[k - 1].n if k else self.inputs
        return [int(round(density * pairs)) if density < 1 else int(pairs) for pairs in (n_pre * n, n * n)]

    def wiring(self):
        """{data.first_NAME, data.to_NAME} of the connections that are not all to all: synapses sorted by the neuron before."""
        rng, found = np.random.default_rng(self.wiring_seed), {}
        for k, (name, layer) in enumerate(zip(self.names(), self.layers, strict=True)):
            n_pre = self.layers[k - 1].n if k else self.inputs
            for kind, n_from, synapses in zip(("to", "within"), (n_pre, layer.n), self._synapses(k), strict=True):
                if layer.density < 1 and (kind == "to" or layer.recurrent):
                    pairs = np.sort(rng.choice(n_from * layer.n, synapses, replace=False))
                    found[f"data.first_{kind}_{name}"] = np.searchsorted(pairs, np.arange(n_from + 1) * layer.n)
                    found[f"data.to_{kind}_{name}"] = pairs % layer.n
        return found

    def groups(self):
        """Names of what has weights: connections and trained parameters, in the order of `initial_weights`."""
        found = []
        for name, layer in zip(self.names(), self.layers, strict=True):
            found += [f"to_{name}"] + ([f"within_{name}"] if layer.recurrent else [])
            found += [f"{name}_{p.rstrip('*')}" for p in layer.train]
        return found

    def initial_weights(self, seed):
        """{connection.w: flat array, by neuron before, then after} and the starting values of trained parameters."""
        rng, found = np.random.default_rng(seed), {}
        for k, (name, layer) in enumerate(zip(self.names(), self.layers, strict=True)):
            n_pre = (self.layers[k - 1].n if k else self.inputs) * min(layer.density, 1)
            to, within = self._synapses(k)
            found[f"to_{name}.w"] = layer.mean + rng.normal(0, layer.gain / np.sqrt(n_pre), to)
            if layer.fixed == "one to one":
                found[f"to_{name}.w"] = np.eye(layer.n).ravel()
            if layer.recurrent:
                found[f"within_{name}.w"] = rng.normal(0, layer.recurrent_gain / np.sqrt(layer.n * min(layer.density, 1)), within)
            for p in layer.train:
                bare = p.rstrip("*")
                found[f"{name}_{bare}.w"] = np.full(1 if p.endswith("*") else layer.n, getattr(layer.neuron, bare, 0.0))
        return found

    def parameters(self):
        """{layer.parameter: SI value} of the neurons, but for what learns or is in `each`."""
        found = {
            f"{name}.{k}": v
            for name, layer in zip(self.names(), self.layers, strict=True)
            for k, v in zip(("fewest", "most", "strength"), layer.spikes, strict=False)
        }
        return found | {
            f"{name}.{p}": getattr(layer.neuron, p)
            for name, layer in zip(self.names(), self.layers, strict=True)
            for p in layer.neuron.declared()
            if p not in layer.each and p not in {t.rstrip("*") for t in layer.train}
        }
