r"""A layered network as a graph of the Neuromorphic Intermediate Representation (NIR), and as a file of one.

NIR's nodes are equations in continuous time, in SI. With S a sum of Dirac pulses, one for each spike that arrives, its CubaLIF is

    tau_syn dI/dt = -I + w_in S,    tau_mem dv/dt = v_leak - v + r I,    at v > v_threshold: spike, v -> v_reset

so a pulse of weight w adds w w_in/tau_syn to I. A SynapticLIF adds w, hence w_in = tau_syn (in s), r = 1 and v_leak = bias; a LeakyIntegrator is a
CubaLI with the same. Weights are (neuron after, neuron before) in a Linear, a layer's delay is one Delay after all its weights, recurrence is a
second Linear from the layer to itself. What NIR has no word for (which parameters learn, which weights are fixed, the mask of sparse ones)
is metadata of the nodes; how the network learned is in a second file. Source: Pedersen et al. 2024, doi 10.1038/s41467-024-52259-9.
"""

import io
import json
from numbers import Real
from pathlib import Path

import numpy as np

from . import __version__
from .catalogue import file_name
from .errors import ExportError
from .files import whole
from .learning_protocol import shapes_of
from .neurons.leaky_integrator import LeakyIntegrator
from .neurons.synaptic_lif import SynapticLIF
from .trained import Trained

NODES = {
    SynapticLIF: ("CubaLIF", {"tau_mem": "tau_mem", "tau_syn": "tau_syn", "v_th": "v_threshold", "v_reset": "v_reset", "bias": "v_leak"}),
    LeakyIntegrator: ("CubaLI", {"tau_mem": "tau_mem", "tau_syn": "tau_syn", "bias": "v_leak"}),
}  # fmt: skip
LEGAL = "SynapticLIF (NIR's CubaLIF), LeakyIntegrator (CubaLI)"
KEPT = ("gain", "mean", "recurrent_gain", "density", "fixed", "spikes", "train")  # of a Layer, as metadata
SCHEMES = {
    "clock": "Brian2's exponential_euler with step dt: what arrives is added to I, v is reset where the step before spiked, "
    "v <- e^(-dt/tau_mem) v + (1 - e^(-dt/tau_mem))(r I + v_leak), I <- e^(-dt/tau_syn) I, then the threshold; "
    "a spike arrives in the next step, plus Delay/dt steps; v and I start at 0",
    "events": "no clock: closed form between events, spikes at the roots of v - v_threshold; v and I start at 0",
    "unknown": "not stated",
}


def to_nir(network, weights=None, dt=None):
    """The nir.NIRGraph of a Trained, or of a LayeredNetwork with `weights`.

    weights   {name: array}: connections (neurons before, neurons after), or flat where sparse; trained parameters of neurons (one each, or one for all)
    dt        time step, s: a layer's delay is `delay` dt; a Trained knows its own

    Parameters and weights are float64. Raises ExportError where NIR has no equal of a layer, where weights are missing, of another size or not finite,
    or where the package nir is missing.
    """
    network, weights, learning = _parts(network, weights, dt)
    return _graph(network, weights, learning)


def write_nir(network, path, *, weights=None, dt=None):
    """Write `to_nir(network, weights, dt)` as PATH.nir, and beside it PATH.nir.json: how the network learned (see LearningProtocol.learning_settings;
    null where a LayeredNetwork is given), since NIR has no node for plasticity.

    Both are written under temporary names first: an error leaves what was there. Returns both paths. Raises ExportError as `to_nir`, and where a file
    cannot be written.
    """
    return write_files(*_parts(network, weights, dt), path)


def check_dt(dt):
    if isinstance(dt, bool) or not isinstance(dt, Real) or not np.isfinite(dt) or dt <= 0:
        raise ExportError(f"dt = {dt!r} is not legal; legal: a time step in s, above 0")


def _parts(network, weights, dt):
    """(network, weights, learning) of what a user gives."""
    learning = {}
    if isinstance(network, Trained):
        network, weights, learning = (
            network.network,
            network.weights if weights is None else weights,
            dict(network.learning),
        )
    if not hasattr(network, "initial_weights"):
        raise ExportError(f"{type(network).__name__} is not a network; legal: a Trained, a LayeredNetwork")
    if weights is None:
        raise ExportError(f"weights are missing; legal: {', '.join(network.groups())}")
    if dt is not None:
        check_dt(dt)
        learning |= {"dt": float(dt), "scheme": "clock"}
    return network, weights, learning


def _graph(network, weights, learning):
    nir, dt = library(), learning.get("dt")
    check_network(network, learning)
    weights, wiring = _checked_weights(network, weights), network.wiring()
    nodes, edges = {"inputs": nir.Input(np.array([network.inputs]))}, []
    before, n_before = "inputs", network.inputs
    for name, layer in zip(network.names(), network.layers, strict=True):
        into = name  # where the layer's weights lead: two edges into one node add up in NIR
        if layer.delay:
            if dt is None:
                raise ExportError(
                    f"{name} has a delay of {layer.delay} steps, and the step is not known; give dt, in s"
                )
            into = f"delay_{name}"
            nodes[into] = nir.Delay(np.full(layer.n, layer.delay * dt))
            edges.append((into, name))
        for kind, source, n_from in (("to", before, n_before), ("within", name, layer.n)):
            if kind == "within" and not layer.recurrent:
                continue
            connection = f"{kind}_{name}"
            matrix, mask = _dense(connection, weights[connection], wiring, (n_from, layer.n))
            nodes[connection] = nir.Linear(np.ascontiguousarray(matrix.T), metadata=mask)
            edges += [(source, connection), (connection, into)]
        nodes[name] = _node(nir, name, layer, weights)
        before, n_before = name, layer.n
    nodes["outputs"] = nir.Output(np.array([n_before]))
    edges.append((before, "outputs"))
    told = {
        "software": f"snnplastic {__version__}", "pulse": "dirac", "time_stepping": SCHEMES[learning.get("scheme", "unknown")],
        "wiring_seed": int(network.wiring_seed),
    }  # fmt: skip
    return nir.NIRGraph(nodes, edges, metadata=told | ({} if dt is None else {"dt": dt}))


def library():
    try:
        import nir
    except ImportError:
        raise ExportError("the package nir is not installed; pip install 'snnplastic[nir]'") from None
    return nir


def check_network(network, learning):
    """Raise ExportError, naming layer and field, where NIR cannot say what the network does."""
    if learning.get("smooth"):
        raise ExportError(
            "the network was trained with smooth=True, without spikes, and NIR's neurons spike; legal: smooth=False"
        )
    if network.read != "v":
        raise ExportError(f"the network reads {network.read!r}, and the output of NIR's CubaLI is v; legal: read='v'")
    last = network.names()[-1]
    for name, layer in zip(network.names(), network.layers, strict=True):
        kind = type(layer.neuron)
        if kind not in NODES:
            raise ExportError(f"{name} is made of {kind.__name__}: {_why(layer.neuron)}; legal: {LEGAL}")
        for field, legal, why in (
            ("drive", "I_syn", "NIR's neurons have synapses that add to their current"), ("unit", 1.0, "NIR's weights are pure numbers"),
        ):  # fmt: skip
            if getattr(layer, field) != legal:
                raise ExportError(f"{name} has {field} = {getattr(layer, field)!r}, and {why}; legal: {legal!r}")
        if layer.fixed == "one to one":
            raise ExportError(
                f"{name} is driven one to one, a filter for which NIR has no node; legal: fixed=True or False"
            )
        unknown = [p for p in layer.train if p.rstrip("*") not in NODES[kind][1]]
        if unknown:
            raise ExportError(
                f"{name} trains {unknown[0]}, which is no parameter of NIR's {NODES[kind][0]}; legal: {', '.join(NODES[kind][1])}"
            )
        if kind is LeakyIntegrator and (name != last or layer.recurrent):
            raise ExportError(
                f"{name} is made of LeakyIntegrator, which never spikes, and other neurons listen to it; legal: SynapticLIF"
            )
    if learning.get("reads") == "state" and type(network.layers[-1].neuron) is SynapticLIF:
        raise ExportError(
            f"{last} spikes, and the loss read its v, while NIR's CubaLIF puts out spikes; legal: LeakyIntegrator, or the loss FirstSpike"
        )


def _why(neuron):
    if file_name(type(neuron)).endswith(".py"):
        return "its equations are of a user's own file, and NIR's nodes have theirs"
    if neuron.refractory is not False:
        return "it has a refractory period, and NIR's neurons have none"
    if "beta*a" in neuron.threshold:
        return "its threshold adapts, and NIR's thresholds are constant"
    return "no node of NIR has its equations"


def _checked_weights(network, given):
    """{group: float64 array} of all groups of the network."""
    sizes = {name.removesuffix(".w"): value.size for name, value in network.initial_weights(0).items()}
    shapes = {name.removesuffix(".w"): shape for name, shape in shapes_of(network.structure()).items()}
    legal = ", ".join(f"{name} ({size} values)" for name, size in sizes.items())
    found = {}
    for name, value in given.items():
        name, value = name.removesuffix(".w"), np.asarray(value, float)
        if name.startswith("feedback_"):  # of an online rule: no part of the network
            continue
        if name not in sizes or value.size != sizes[name] or (value.ndim > 1 and value.shape != shapes.get(name)):
            raise ExportError(f"weights[{name!r}] has shape {value.shape}; legal: {shapes.get(name, legal)}")
        if not np.all(np.isfinite(value)):
            raise ExportError(f"weights[{name!r}] holds {value[~np.isfinite(value)][0]}; legal: finite numbers")
        if name.endswith(("_tau_mem", "_tau_syn")) and np.any(value <= 0):
            raise ExportError(f"weights[{name!r}] holds {value.min():g}; legal: times above 0, in s")
        found[name] = value.ravel()
    if set(found) != set(sizes):
        raise ExportError(
            f"weights are missing: {', '.join(name for name in sizes if name not in found)}; legal: {legal}"
        )
    return found


def drawn(wiring, connection, shape):
    """Which pairs (neuron before, neuron after) the wiring of a sparse connection connects; its weights are in the order of rows."""
    found = np.zeros(shape, bool)
    before = np.repeat(np.arange(shape[0]), np.diff(wiring[f"data.first_{connection}"]))
    found[before, wiring[f"data.to_{connection}"]] = True
    return found


def _dense(connection, values, wiring, shape):
    """(matrix by neuron before and after, {mask} where it is sparse)."""
    if f"data.first_{connection}" not in wiring:
        return values.reshape(shape), {}
    matrix, mask = np.zeros(shape), drawn(wiring, connection, shape)
    matrix[mask] = values
    return matrix, {"mask": np.ascontiguousarray(mask.T, dtype=np.uint8)}


def _node(nir, name, layer, weights):
    """The NIR node of a layer's neurons: each parameter an array of one value a neuron."""
    kind, names = NODES[type(layer.neuron)]
    values = {}
    for ours, theirs in names.items():
        found = layer.each.get(ours, weights.get(f"{name}_{ours}", getattr(layer.neuron, ours, 0.0)))
        values[theirs] = np.array(np.broadcast_to(np.asarray(found, float), layer.n))
    # NIR's arrays tell neither what learns nor what it started from
    kept = {field: getattr(layer, field) for field in KEPT}
    kept["start"] = {p.rstrip("*"): getattr(layer.neuron, p.rstrip("*"), 0.0) for p in layer.train}
    return getattr(nir, kind)(
        **values, r=np.ones(layer.n), w_in=values["tau_syn"].copy(), metadata={"layer": json.dumps(kept, default=float)}
    )


def write_files(network, weights, learning, path):
    """Write a graph and what is told beside it, both whole or not at all; see write_nir."""
    path = Path(path)
    if path.suffix != ".nir":
        raise ExportError(f"{path}: a file of NIR is written with the ending .nir; legal: {path.with_suffix('.nir')}")
    # made in memory, for the HDF5 library crashes on a full disk
    nir, graph, buffer = library(), _graph(network, weights, learning), io.BytesIO()
    nir.write(buffer, graph)
    told = {
        "file": path.name,
        "software": graph.metadata["software"],
        "time_stepping": graph.metadata["time_stepping"],
        "learning": learning or None,
    }
    beside = path.with_name(f"{path.name}.json")
    contents = {path: buffer.getvalue(), beside: (json.dumps(told, indent=1, default=float) + "\n").encode()}
    for target in contents:  # the one failure that would come after the first of the two renames
        if target.is_dir():
            raise ExportError(f"{target} cannot be written: it is a folder")
    with whole(*contents, error=ExportError) as temporary:
        path.parent.mkdir(parents=True, exist_ok=True)
        for made, content in zip(temporary, contents.values(), strict=True):
            made.write_bytes(content)
    return path, beside
