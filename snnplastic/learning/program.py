"""A network's training program: forward, adjoint and optimiser groups of Brian2, and the C++ loop that runs them."""

from dataclasses import dataclass, fields

from ..catalogue import find_class, load_file
from ..errors import GradientError
from . import losses, optimisers, surrogates
from .eligibility import plain_kernel, trace_code
from .kernels import HEAD
from .loop import loop
from .online_kernels import OnlineKernels
from .time_step import layer_code


@dataclass
class Program:
    """What `build` of a training gives the device.

    network   all groups; it runs for no time, so that its code and its values exist
    loop      C++ of `_run_training()`, with `@group.variable@` for arrays and `@run:object@` for generated code
    inputs    {name: dtype} of the arrays that the loop reads, given by `values()` as data.NAME
    outputs   {name: (dtype, columns or None)} of what it writes, read as out.NAME
    layers    of the network with their code, which keeps what Brian2 must not lose
    """

    network: object
    loop: str
    inputs: dict
    outputs: dict
    layers: list


# derivative of the penalty by each spike of a neuron that has too few or too many in a sample
PENALTY = "penalty = strength*(clip(count - most, 0, 1e9) - clip(fewest - count, 0, 1e9))"
INPUTS = {
    "control": "float64",
    "first": "int64",
    "time": "int32",
    "channel": "int32",
    "label": "int32",
    "goal": "float64",
    "attention": "float64",
}


def made(module, spec):
    """An object of `{"class": name, field: SI value, ...}`."""
    cls, fields = getattr(module, spec["class"]), {k: v for k, v in spec.items() if k != "class"}
    return cls(**fields)


def rule_of(spec):
    """The Learner of `{"class": its file, choice: value, ...}`."""
    return find_class("learners", spec["class"])(**{k: v for k, v in spec.items() if k != "class"})


def spec_of(thing):
    return {"class": type(thing).__name__, **{f.name: getattr(thing, f.name) for f in fields(thing)}}


def network_names(structure):
    """[(name, neurons)] of the layers of a structure and [{name, pre, n_pre, post, n_post, target, delay}] of its connections."""
    layers = [(layer["name"], layer["n"]) for layer in structure["layers"]]
    sizes = dict(layers)
    connections = [
        {**c, "n_pre": structure["inputs"] if c["pre"] is None else sizes[c["pre"]], "n_post": sizes[c["post"]]}
        for c in structure["connections"]
    ]
    return layers, connections


def _codes(structure, rule, surrogate, loss):
    """{layer: its Brian2 text} by the rule. An online rule asks the read-out first, whose response is the kernel of the others."""
    codes, kernel, last = {}, None, structure["layers"][-1]
    for given in reversed(structure["layers"]):
        common = {
            "drives": given["drives"], "surrogate": surrogate, "detach_reset": structure["detach_reset"],
            "loss": loss if given is last else None, "read": given["read"], "each": given["each"],
        }  # fmt: skip
        try:
            if rule.online:
                code = trace_code(_neuron(given), trained=given["trained"], kernel=kernel, rule=rule, **common)
                kernel = kernel or code.kernel or plain_kernel(rule.kernel)
            else:
                code = layer_code(
                    _neuron(given), trainable=list(given["trained"]), smooth=structure["smooth"], regularised=given["regularised"], **common
                )  # fmt: skip
        except GradientError as error:
            raise GradientError(f"layer {given['name']}: {error}") from None
        codes[given["name"]] = code
    return codes


def _neuron(given):
    path = given["neuron"]
    cls = getattr(load_file(path), given["class"]) if path.endswith(".py") else find_class("neurons", path)
    return cls(**given["fields"])


def build(structure):
    """The Program of a structure (imports Brian2)."""
    from brian2 import Network, NeuronGroup

    surrogate, loss = made(surrogates, structure["surrogate"]), made(losses, structure["loss"])
    optimiser = made(optimisers, structure["optimiser"])
    rule = rule_of(structure["rule"])
    rule.check(loss, structure)
    replicas, smooth = structure["replicas"], structure["smooth"]
    codes = _codes(structure, rule, surrogate, loss)
    layers, objects = [], []
    for given in structure["layers"]:
        code = codes[given["name"]]
        group = NeuronGroup(replicas * given["n"], code.equations, name=given["name"], namespace={})
        for phase in ("begin", "forward", "backward", "trace", "error"):
            if getattr(code, phase, ""):
                group.run_regularly(getattr(code, phase), when="groups", name=f"{given['name']}_{phase}")
        for p, statements in getattr(code, "traces", {}).items():
            group.run_regularly(statements, when="groups", name=f"{given['name']}_{p}_trace")
        if given["regularised"]:
            group.run_regularly(PENALTY, when="groups", name=f"{given['name']}_penalty")
        layers.append({"regularised": given["regularised"], "name": given["name"], "n": given["n"], "code": code, "trained": given["trained"]})
        objects.append(group)
    sizes, connections = network_names(structure)
    feedback = rule.feedback_connections(dict(sizes), structure["connections"][-1]["delay"])
    connections += [c for c in feedback if not c["fixed"]]
    weights = [(c["name"], c["synapses"]) for c in connections]
    weights += [(f"{layer['name']}_{p}", size) for layer in layers for p, size in layer["trained"].items()]
    fixed = {c["name"] for c in connections if c["fixed"]}
    equations, update = optimiser.code()
    for name, size in weights:
        decays = name in rule.decaying(dict(sizes))
        group = NeuronGroup(size, equations + "\ndecay : 1 (shared)" * decays, name=name, namespace={})
        objects.append(group)
        if name in fixed:
            continue
        group.run_regularly(update + "\nw = w - decay*w" * decays, when="groups", name=f"{name}_update")
    objects += [NeuronGroup(c["synapses"], "w : 1", name=c["name"], namespace={}) for c in feedback if c["fixed"]]
    head = HEAD.replace("REAL", "float" if structure["single"] else "double").replace("REPLICAS", str(replicas))
    text = head + loop(
        layers, connections, loss, read=structure["layers"][-1]["read"], smooth=smooth,
        online=OnlineKernels(rule, layers, connections) if rule.online else None,
    )  # fmt: skip
    n_out = layers[-1]["n"]
    sparse = [c["name"] for c in connections if c["synapses"] < c["n_pre"] * c["n_post"]]
    inputs = INPUTS | {f"{kind}_{name}": "int32" for kind in ("first", "to") for name in sparse}
    outputs = {
        "history": ("float64", 6), "spent": ("float64", None), "spikes": ("float64", len(layers)), "scores": ("float64", n_out),
        "gradients": ("float64", None), "done": ("float64", None), "raster": ("int32", 5), "trace": ("float32", n_out),
    }  # fmt: skip
    return Program(Network(objects), text, inputs, outputs, layers)
