"""Checks of trained networks: gradients and trainings against PyTorch, gradients against differences, spikes against plain Brian2."""

import sys
from dataclasses import replace

import numpy as np

from ..device.execute import execute
from ..device.target import choose
from ..learning.optimisers import SGD
from . import torch_network
from .gradient_cases import COUNTS, DT, OUTPUTS, STEPS, Plain, Training, cases, smooth_cases
from .tables import row

NEURONS = {
    "SynapticLIF": "synaptic_lif", "AdaptiveLIF": "adaptive_lif", "LeakyIntegrator": "leaky_integrator", "AdEx": "adex",
    "LIFExponentialCurrent": "lif_exponential_current",
}  # fmt: skip
NORM = 25  # epochs of two batches: 50 updates


def left_out(what, why):
    """A check that cannot run leaves no row, but says so."""
    print(f"verify: bptt: {what} not checked: {why}", file=sys.stderr)


def reason(device, *, torch=False):
    """Why a check cannot run here, or an empty text."""
    if choose(device) != "cpp":
        return f"a training is a C++ program, which the target {choose(device)!r} has not"
    return torch_network.available() if torch else ""


def first_gradients(data):
    """{name: arrays of a Case's program without epochs}, run once a call of verify."""
    if "gradients" not in data:
        data["gradients"] = {name: execute(Training(case=case), quiet=True).data for name, case in cases().items()}
    return data["gradients"]


def relative(mine, reference):
    """Largest difference, of the largest reference; infinite if there is nothing to compare."""
    largest = np.abs(reference).max()
    return float(np.abs(np.ravel(mine) - np.ravel(reference)).max() / largest) if largest > 0 else np.inf


def autograd_errors(case, found):
    """{loss or array: relative error} of a program's first gradient."""
    loss, reference, spikes = torch_network.gradients(Training(case=case))
    errors = {"loss": abs(found["out.history"][0, 0] / loss - 1)}
    errors |= {name: relative(found[f"{name[:-2]}.g"], g) for name, g in reference.items()}
    silent = [f"hidden_{k + 1} is silent" for k, count in enumerate(spikes) if not count]
    return errors | dict.fromkeys(silent, np.inf)


def worst(errors):
    name = max(errors, key=lambda key: errors[key] if errors[key] == errors[key] else np.inf)
    return name, errors[name]


def check_autograd(device, data):
    """Loss and gradient of a batch: the neuron's text in reverse against autograd of steps written by hand."""
    if why := reason(device, torch=True):
        left_out("gradients against PyTorch", why)
        return
    for name, found in first_gradients(data).items():
        _, error = worst(autograd_errors(cases()[name], found))
        yield row("bptt", f"{name}: loss and all arrays against autograd, relative", error, 1e-10)


def check_training(device, _):
    """Weights after 50 updates against torch's optimisers."""
    if why := reason(device, torch=True):
        left_out("weights after training against PyTorch", why)
        return
    name, first = next(iter(cases().items()))
    for case in (first, replace(first, optimiser=SGD(momentum=0.9), rate=1e-2)):
        protocol = Training(case=case, epochs=NORM)
        found = execute(protocol, quiet=True).data
        reference, updates = torch_network.trained(protocol)
        errors = {array: np.abs(found[array] - w).max() for array, w in reference.items()}
        errors["updates"] = abs(found["out.done"][1] - updates) + abs(updates - 50)
        initial = protocol.initial()
        errors |= {f"{a} did not learn": np.inf for a, w in reference.items() if np.all(w == initial[a].ravel())}
        optimiser = type(case.optimiser).__name__
        yield row("bptt", f"{name}: weights after 50 updates by {optimiser} against PyTorch", worst(errors)[1], 1e-9)


def difference_errors(case, *, step=1e-6, directions=4, singles=2):
    """{array or direction: error} of a smooth network's gradient against central differences, relative to the largest derivative.

    Directions are random in all arrays together, scaled by each array's largest value; and `singles` entries of each array.
    """
    protocol = Training(case=case)
    start, found = protocol.initial(), execute(protocol, quiet=True).data
    gradient = {name: found[f"{name[:-2]}.g"].reshape(start[name].shape) for name in start}
    rng, moves = np.random.default_rng(11), {}
    for k in range(directions):
        moves[f"direction {k + 1}"] = {n: rng.normal(size=w.shape) * size_of(w) for n, w in start.items()}
    for name, w in start.items():
        for k in rng.choice(w.size, min(singles, w.size), replace=False):
            one = np.zeros(w.size)
            one[k] = size_of(w)
            moves[f"{name}[{k}]"] = {name: one.reshape(w.shape)}
    changes = tuple(
        {name: start[name] + sign * step * move for name, move in moved.items()}
        for moved in moves.values()
        for sign in (1, -1)
    )
    losses = [h[0, 0] for h in execute(Training(case=case, changes=changes), quiet=True).data["out.history"]]
    measured = {name: (losses[2 * k] - losses[2 * k + 1]) / (2 * step) for k, name in enumerate(moves)}
    derived = {name: sum((gradient[n] * move).sum() for n, move in moved.items()) for name, moved in moves.items()}
    scale = max(abs(value) for value in derived.values())
    return {name: abs(measured[name] - derived[name]) / scale for name in moves}


def size_of(values):
    """Scale on which an array's values change."""
    return np.abs(values).max() or 1.0


def check_differences(device, _):
    """With sigma in place of the step the loss is smooth, and its gradient is that of differences."""
    if why := reason(device):
        left_out("gradients against differences", why)
        return
    for name, case in smooth_cases().items():
        _, error = worst(difference_errors(case))
        yield row("bptt", f"{name}, smooth: gradient against central differences, relative", error, 1e-6)


def check_forward(device, data):
    """Spikes of the program one by one, and its read-out, against the same network of Brian2's own groups and synapses."""
    if why := reason(device):
        left_out("spikes against plain Brian2", why)
        return
    known, found = cases(), first_gradients(data)
    if "plain" not in data:
        data["plain"] = execute(Plain(given=tuple(known.values())), target="numpy", quiet=True).data
    plain, by_neuron = data["plain"], {}
    for k, (name, case) in enumerate(known.items()):
        different, total, error = forward_errors(case, k, found[name], plain)
        yield row("surrogate_gradient", f"{name}: spikes that differ from plain Brian2", different if total else np.inf, 0)
        yield row("surrogate_gradient", f"{name}: read-out against plain Brian2, relative", error, 1e-6)
        for layer in case.layers:
            neuron = NEURONS.get(type(layer.neuron).__name__)
            if neuron:
                so_far = by_neuron.get(neuron, (0, 0))
                by_neuron[neuron] = (max(so_far[0], different if total else np.inf), max(so_far[1], error))
    for neuron, (different, error) in by_neuron.items():
        yield row(neuron, "spikes of layered networks that differ from plain Brian2", different, 0)
        yield row(neuron, "read-out of layered networks against plain Brian2, relative", error, 1e-6)


def forward_errors(case, k, found, plain):
    """(spikes that differ, spikes, relative error of the read-out's potential) of case `k` before training."""
    raster, different, total = found["out.raster"], 0, 0
    raster = raster[raster[:, 0] == 0]
    for number, layer in enumerate(case.layers[:-1]):
        monitor = f"case_{k}_hidden_{number + 1}_spikes"
        i, t = plain[f"{monitor}.i"], np.round(plain[f"{monitor}.t"] / DT).astype(int)
        theirs = set(zip(i // layer.n, t, i % layer.n, strict=True))
        mine = set(map(tuple, raster[raster[:, 1] == number][:, 2:]))
        different, total = different + len(mine ^ theirs), total + len(theirs)
    trace = found["out.trace"].reshape(2, STEPS, COUNTS[2], OUTPUTS)[0]
    reference = plain[f"case_{k}_seen.v"].reshape(STEPS, COUNTS[2], OUTPUTS)
    return different, total, relative(trace, reference)


CHECKS = {"bptt": (check_autograd, check_training, check_differences), "surrogate_gradient": check_forward} | {
    neuron: check_forward for neuron in NEURONS.values()
}
