"""A file of NIR as a layered network and its weights; see nir_exchange.py for what is equal to what."""

import json
from pathlib import Path

import numpy as np

from .errors import ExportError, SnnplasticError
from .networks.layered import Layer, LayeredNetwork
from .nir_exchange import KEPT, NODES, check_dt, drawn, library

BACK = {node: (cls, {theirs: ours for ours, theirs in names.items()}) for cls, (node, names) in NODES.items()}
RUNS = ("Input", "Output", "Linear", "Affine (bias 0)", "Delay", *BACK)
ROW = "legal: layers in a row, each driven by the one before it by one Linear, and by itself"


def read_nir(path, *, dt=None, pulse=None):
    """(LayeredNetwork, weights) of a file of NIR, for `train(network, task, weights=weights, ...)`.

    dt      time step of the network, s, by which delays are counted in steps; the file's own by default
    pulse   what S of a spike is in NIR's tau_syn dI/dt = -I + w_in S: "dirac", of area 1, so that I jumps by w_in/tau_syn (NIR's equation as it
            stands, and the default), or "step", of height 1 for a step dt, so that it jumps by w_in dt/tau_syn (w_in = tau_syn/dt of some exporters)

    Weights are (neurons before, neurons after); where r w_in/tau_syn (of the pulse) is not 1, it is multiplied into them. A parameter that differs
    between neurons and does not learn is in `each` of the layer; v_leak (`bias`) becomes a trained one, with its values in `weights`. Layers are named hidden_1, ..., output.
    Raises ExportError where the file is damaged or no NIR, or where its graph is no LayeredNetwork of SynapticLIF and LeakyIntegrator.
    """
    path = Path(path)
    graph = _load(path)
    try:
        about = {key: _plain(value) for key, value in graph.metadata.items()}
        pulse, dt = about.get("pulse", "dirac") if pulse is None else pulse, about.get("dt") if dt is None else dt
        _check_settings(dt, pulse)
        n_in, n_out, chain = _chain(graph)
        layers, weights, masks, n_before = [], {}, {}, n_in
        for k, (node, incoming) in enumerate(chain):
            name = "output" if k == len(chain) - 1 else f"hidden_{k + 1}"
            made, found, mask = _layer(graph, node, name, incoming, n_before, dt, pulse)
            n_before = made.n
            layers.append(made)
            weights |= found
            masks |= mask
        if n_before != n_out:
            raise ExportError(
                f"the graph's Output has {n_out} values and the layer before it {n_before}; legal: the same"
            )
        network = LayeredNetwork(inputs=n_in, layers=tuple(layers), wiring_seed=_seed(about))
        return network, _sparse(network, weights, masks)
    except SnnplasticError as error:
        raise ExportError(f"{path}: {error}") from None


def _load(path):
    nir = library()
    if not path.is_file():
        raise ExportError(f"{path} does not exist")
    try:
        graph = nir.read(path, type_check=False)  # shapes are compared below, where the node that is at fault is known
    except Exception as error:  # assertions, missing keys, errors of HDF5: the reader raises many kinds
        told = " ".join(str(error).split()) or "a node that this version of nir does not know"
        raise ExportError(f"{path} is damaged or not a file of NIR: {type(error).__name__}: {told}") from None
    if not isinstance(graph, nir.NIRGraph):
        raise ExportError(f"{path} holds a single {type(graph).__name__}; legal: a NIRGraph")
    return graph


def _plain(value):
    return value.item() if isinstance(value, (np.generic, np.ndarray)) and np.size(value) == 1 else value


def _check_settings(dt, pulse):
    if dt is not None:
        check_dt(dt)
    if not isinstance(pulse, str) or pulse not in ("dirac", "step"):
        raise ExportError(f"pulse = {pulse!r} is not legal; legal: 'dirac', 'step'")
    if pulse == "step" and dt is None:
        raise ExportError("pulse='step' needs the time step; give dt, in s")


def _seed(about):
    seed = about.get("wiring_seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ExportError(f"metadata wiring_seed = {seed!r} is not legal; legal: a whole number from 0")
    return seed


def _kind(node):
    return type(node).__name__


def _chain(graph):
    """(number of inputs, of outputs, [(node of neurons, {"to": path, "within": path})] in order); a path is the names of the nodes between two of neurons."""
    for name, node in graph.nodes.items():
        if _kind(node) not in ("Input", "Output", "Linear", "Affine", "Delay", *BACK):
            raise ExportError(f"node {name} is a {_kind(node)}, which does not run here; legal: {', '.join(RUNS)}")
    strange = [end for edge in graph.edges for end in edge if end not in graph.nodes]
    if strange:
        raise ExportError(f"an edge names the node {strange[0]}, which is not there; legal: {', '.join(graph.nodes)}")
    before = {name: [a for a, b in graph.edges if b == name] for name in graph.nodes}
    ends = {kind: [name for name, node in graph.nodes.items() if _kind(node) == kind] for kind in ("Input", "Output")}
    for kind, found in ends.items():
        if len(found) != 1:
            raise ExportError(f"the graph has {len(found)} nodes {kind} ({', '.join(found) or 'none'}); legal: one")
    (start,), (stop,) = ends.values()
    if len(before[stop]) != 1 or _kind(graph.nodes[before[stop][0]]) not in BACK:
        raise ExportError(
            f"{stop} gets {', '.join(before[stop]) or 'nothing'}; legal: one layer of neurons ({', '.join(BACK)})"
        )
    # from the output back, since each layer has one before it
    chain, here, seen = [], before[stop][0], set()
    while here != start:
        if here in seen:
            raise ExportError(f"layers form a cycle through {here}; {ROW}")
        seen.add(here)
        incoming, source = {}, None
        for origin, way in _ways(graph, before, here, ()):
            kind = "within" if origin == here else "to"
            if kind in incoming:
                raise ExportError(
                    f"{here} is driven by {source or here} and by {origin} (cycles longer than one layer are not legal); {ROW}"
                )
            incoming[kind], source = way, origin if kind == "to" else source
        if source is None:
            raise ExportError(f"{here} is driven by no layer before it and by no input; {ROW}")
        chain.append((here, incoming))
        here = source
    unused = [name for name, node in graph.nodes.items() if _kind(node) in BACK and name not in seen]
    if unused:
        raise ExportError(f"{unused[0]} does not lead to {stop} by layers in a row; {ROW}")
    sizes = [_size(name, next(iter(graph.nodes[name].input_type.values()))) for name in (start, stop)]
    return *sizes, chain[::-1]


def _size(name, shape):
    shape = np.atleast_1d(shape)
    if shape.size != 1 or shape.dtype.kind not in "iu" or shape[0] < 1:
        raise ExportError(f"node {name} has shape {shape.tolist()}; legal: one whole number, a flat list of channels")
    return int(shape[0])


def _ways(graph, before, name, way):
    """(source, names of the nodes between) of all that reaches a node."""
    for previous in before[name]:
        if previous in way:
            raise ExportError(f"{previous} leads back to itself without a neuron; {ROW}")
        if _kind(graph.nodes[previous]) in ("Input", *BACK):
            yield previous, way
        else:
            yield from _ways(graph, before, previous, (*way, previous))


def _layer(graph, node, name, incoming, n_before, dt, pulse):
    """(Layer, {group: values}, {connection: mask}) of a node of neurons."""
    cls, names = BACK[_kind(graph.nodes[node])]
    values = _parameters(graph.nodes[node], node)
    n = values["tau_mem"].size
    kept = _metadata(graph.nodes[node], node)
    start, train = kept.pop("start", {}), list(kept.pop("train", ()))
    unknown = [p for p in train if p.rstrip("*") not in names.values()]
    if unknown:
        raise ExportError(f"node {node}: its metadata trains {unknown[0]!r}; legal: {', '.join(names.values())}")
    fields, weights, each = {}, {}, {}
    for theirs, ours in names.items():
        found, starred = values[theirs], f"{ours}*" in train
        constant = bool(np.all(found == found[0]))
        if starred and not constant:
            raise ExportError(
                f"node {node}: {theirs} is one value for all neurons by the node's metadata, and it holds several; legal: one value"
            )
        fixed = not starred and ours not in train
        if fixed and not constant and ours in cls.declared():
            each[ours] = found
        elif fixed and ours == "bias" and np.any(found != 0):
            train.append(ours)
        if starred or ours in train:
            weights[f"{name}_{ours}"] = found[:1] if starred else found
        if ours in cls.declared():
            fields[ours] = f"{float(start.get(ours, found[0]))!r}{' s' if theirs.startswith('tau') else ''}"
    # I and its weights in units of v: then r = 1, and a pulse of weight w adds w
    scale = values["r"] * values["w_in"] * (dt if pulse == "step" else 1.0) / values["tau_syn"]
    delays, masks = {}, {}
    for kind, way in incoming.items():
        matrix, masks[f"{kind}_{name}"], delays[kind] = _connection(
            graph, node, (n, n if kind == "within" else n_before), way, dt
        )
        weights[f"{kind}_{name}"] = (matrix if np.all(scale == 1) else matrix * scale[:, None]).T.copy()
    if len(set(delays.values())) > 1:
        raise ExportError(
            f"node {node}: its inputs have a delay of {delays['to']} steps, its recurrence of {delays['within']}; legal: the same"
        )
    if "within" not in incoming:
        kept.pop("recurrent_gain", None)
    made = Layer(
        n=n, neuron=cls(**fields), recurrent="within" in incoming, delay=delays["to"], train=tuple(train), each=each, **kept
    )
    return made, weights, {c: mask for c, mask in masks.items() if mask is not None}


def _parameters(found, node):
    """{NIR's name: flat float64 array} of the parameters of a node of neurons, checked."""
    names = [*BACK[_kind(found)][1], "r", "w_in"]
    values = {name: np.asarray(getattr(found, name), float) for name in names}
    for name, value in values.items():
        if value.ndim != 1 or value.size != values["tau_mem"].size or not value.size:
            raise ExportError(
                f"node {node}: {name} has shape {value.shape}; legal: one value for each neuron, {values['tau_mem'].shape}"
            )
        if not np.all(np.isfinite(value)):
            raise ExportError(f"node {node}: {name} holds {value[~np.isfinite(value)][0]}; legal: finite numbers")
        if name.startswith("tau") and np.any(value <= 0):
            raise ExportError(f"node {node}: {name} holds {value.min():g}; legal: times above 0, in s")
    return values


def _metadata(found, node):
    """Fields of the Layer that a node's metadata keeps; none in files of others."""
    text = found.metadata.get("layer")
    if text is None:
        return {}
    try:
        kept = json.loads(text)
        numbers = [kept[name] for name in ("gain", "mean", "recurrent_gain", "density") if name in kept]
        numbers += [*kept.get("spikes", ()), *kept.get("start", {}).values()]
        assert set(kept) <= {*KEPT, "start"} and all(isinstance(value, (int, float)) for value in numbers)
        assert isinstance(kept.get("fixed", False), bool) and all(isinstance(p, str) for p in kept.get("train", ()))
        return kept | {name: tuple(kept[name]) for name in ("spikes", "train") if name in kept}
    except (ValueError, TypeError, AttributeError, AssertionError):
        raise ExportError(
            f"node {node}: its metadata layer = {text!r} cannot be read; legal: JSON of {', '.join(KEPT)}, start"
        ) from None


def _connection(graph, node, shape, way, dt):
    """(matrix by neuron after and before, mask or None, steps of delay) of the nodes between two layers."""
    linear = [name for name in way if _kind(graph.nodes[name]) in ("Linear", "Affine")]
    if len(linear) != 1:
        raise ExportError(
            f"node {node} is reached by {len(linear)} nodes of weights in a row ({', '.join(linear) or 'none'}); legal: one Linear"
        )
    found = graph.nodes[linear[0]]
    matrix = np.asarray(found.weight, float)
    if matrix.shape != shape:
        raise ExportError(
            f"node {linear[0]}: weight has shape {matrix.shape}; legal: {shape}, neurons after and before"
        )
    if not np.all(np.isfinite(matrix)):
        raise ExportError(f"node {linear[0]}: weight holds {matrix[~np.isfinite(matrix)][0]}; legal: finite numbers")
    if _kind(found) == "Affine" and np.any(found.bias != 0):
        raise ExportError(
            f"node {linear[0]}: an Affine adds its bias to the synaptic current, which no layer here does; legal: bias 0, or v_leak"
        )
    steps = sum(_steps(graph.nodes[name], name, shape, dt) for name in way if name != linear[0])
    mask = found.metadata.get("mask")
    return matrix, mask, steps


def _steps(found, name, sizes, dt):
    if np.size(found.delay) not in sizes:
        raise ExportError(
            f"node {name}: delay has {np.size(found.delay)} values; legal: {sizes[0]} for the neurons after, {sizes[1]} for those before"
        )
    delay = np.unique(found.delay)
    if delay.size != 1 or not np.isfinite(delay[0]) or delay[0] < 0:
        raise ExportError(
            f"node {name}: delay holds {', '.join(f'{value:g}' for value in delay[:3])}; legal: one time for all neurons, from 0, in s"
        )
    if dt is None:
        raise ExportError(f"node {name}: a delay of {delay[0]:g} s, and the file tells no time step; give dt, in s")
    steps = round(delay[0] / dt)
    if abs(delay[0] / dt - steps) > 1e-6:
        raise ExportError(
            f"node {name}: a delay of {delay[0]:g} s is {delay[0] / dt:g} steps of dt = {dt:g} s; legal: a whole number"
        )
    return steps


def _sparse(network, weights, masks):
    """The weights with those of sparse connections flat, in the order of the network's wiring, which must be the file's."""
    wiring = network.wiring()
    sparse = {name.removeprefix("data.first_") for name in wiring if name.startswith("data.first_")}
    for name in sorted(sparse | set(masks)):
        matrix = weights[name]
        here = drawn(wiring, name, matrix.shape) if name in sparse else None
        if here is None or np.shape(masks.get(name)) != here.T.shape or not np.array_equal(here.T, masks[name] != 0):
            raise ExportError(
                f"{name}: the file's mask of sparse weights is not the one that density and wiring_seed draw here; legal: the same"
            )
        outside = matrix[~here]
        if np.any(outside != 0):
            raise ExportError(f"{name}: a weight outside the mask is {outside[outside != 0][0]:g}; legal: 0")
        weights[name] = matrix[here]
    return weights
