"""Layered networks in PyTorch: each neuron's step written by hand, gradients by autograd, weights by torch's own optimisers.

The order of a step is Brian2's: what the synapses of the last step brought, reset, update, threshold. A spike of step t is added to the next
layer's state at the end of step t + delay, so that the update of the step after sees it. PyTorch is imported when first used.
"""

import numpy as np


def available():
    """Why there is no PyTorch, or an empty text."""
    try:
        import torch  # noqa: F401
    except Exception as error:  # a broken installation fails in its own ways
        return f"PyTorch cannot be imported ({type(error).__name__}: {error})"
    return ""


def number(value):
    import torch

    return torch.as_tensor(value, dtype=torch.float64)


def decay(dt, tau):
    import torch

    return torch.exp(-dt / number(tau))


# Surrogate derivatives of the step, in x = g/unit.
def derivative_of(name, beta, x):
    import torch

    if name == "SuperSpike":
        return 1 / (1 + beta * x.abs()) ** 2
    if name == "Sigmoid":
        s = torch.sigmoid(beta * x)
        return beta * s * (1 - s)
    if name == "Triangular":
        return torch.relu(1 - beta * x.abs())
    return torch.exp(-((beta * x) ** 2) / 2)  # Gaussian


def step_function(name, beta, unit, damping=1.0):
    """The function [g > 0] whose derivative is the surrogate."""
    import torch

    class Spike(torch.autograd.Function):
        @staticmethod
        def forward(context, g):
            context.save_for_backward(g)
            return (g > 0).to(g.dtype)

        @staticmethod
        def backward(context, error):
            (g,) = context.saved_tensors
            return error * damping * derivative_of(name, beta, g / unit) / unit

    return Spike.apply


# Neurons: (states at the start, step). A step takes states after synapses, the spikes of the last step, parameters p and dt; it gives
# the states after reset and update, and the distance to threshold (None of a read-out).
def leaky_integrator(x, s, p, dt):
    alpha = decay(dt, p["tau_mem"])
    v = alpha * x["v"] + (1 - alpha) * (x["I_syn"] + p["bias"])
    return {"v": v, "I_syn": decay(dt, p["tau_syn"]) * x["I_syn"]}, None


def synaptic_lif(x, s, p, dt):
    after, _ = leaky_integrator(x | {"v": x["v"] * (1 - s) + p["v_reset"] * s}, s, p, dt)
    return after, after["v"] - p["v_th"]


def adaptive_lif(x, s, p, dt):
    after, _ = leaky_integrator(x | {"v": x["v"] - p["v_th"] * s}, s, p, dt)
    a = decay(dt, p["tau_adapt"]) * (x["a"] + s)
    return after | {"a": a}, after["v"] - p["v_th"] - p["beta"] * a


def adex(x, s, p, dt):
    """Midpoint rule."""
    import torch

    def slope(v, w):
        upstroke = p["g_leak"] * p["Delta_T"] * torch.exp(torch.clamp((v - p["V_T"]) / p["Delta_T"], -100, 7))
        return (
            (p["g_leak"] * (p["E_leak"] - v) + upstroke - w + p["I_ext"]) / p["C_m"],
            (p["a"] * (v - p["E_leak"]) - w) / p["tau_w"],
        )

    v, w = x["v"] * (1 - s) + p["v_reset"] * s, x["w_ad"] + p["b"] * s
    dv, dw = slope(v, w)
    dv, dw = slope(v + dt / 2 * dv, w + dt / 2 * dw)
    return {"v": v + dt * dv, "w_ad": w + dt * dw}, v + dt * dv - p["v_cut"]


def conductance_lif(x, s, p, dt):
    """The conductance is constant within a step."""
    import torch

    v, g = x["v"] * (1 - s) + p["v_reset"] * s, x["g_e"]
    total = p["g_leak"] + g
    goal = (p["g_leak"] * p["E_leak"] + g * p["E_e"]) / total
    v = goal + (v - goal) * torch.exp(-dt * total / p["C_m"])
    return {"v": v, "g_e": g * decay(dt, p["tau_e"])}, v - p["v_th"]


def lif_exponential_current(x, s, p, dt):
    """Exact solution of the linear equations."""
    v, current = x["v"] * (1 - s) + p["v_reset"] * s, x["I_syn"]
    tau_m, tau_s = number(p["C_m"] / p["g_leak"]), number(p["tau_syn"])
    slow, fast = decay(dt, tau_m), decay(dt, tau_s)
    rest = p["E_leak"] + p["I_ext"] / p["g_leak"]
    v = rest + (v - rest) * slow + current / p["C_m"] * (slow - fast) / (1 / tau_s - 1 / tau_m)
    return {"v": v, "I_syn": current * fast}, v - p["v_th"]


# Class of a neuron: step, states and where they start (a number or a parameter), parameters that are 0 unless given, refractory time.
NEURONS = {
    "LeakyIntegrator": (leaky_integrator, {"v": 0.0, "I_syn": 0.0}, ("bias",), None),
    "SynapticLIF": (synaptic_lif, {"v": 0.0, "I_syn": 0.0}, ("bias",), None),
    "AdaptiveLIF": (adaptive_lif, {"v": 0.0, "I_syn": 0.0, "a": 0.0}, ("bias",), None),
    "AdEx": (adex, {"v": "E_leak", "w_ad": 0.0}, ("I_ext",), None),
    "ConductanceLIF": (conductance_lif, {"v": "E_leak", "g_e": 0.0}, (), None),
    "LIFExponentialCurrent": (lif_exponential_current, {"v": "E_leak", "I_syn": 0.0}, ("I_ext",), "tau_ref"),
}


class TorchNetwork:
    """The network of a LearningProtocol with its starting weights, `w` {array: tensor}. `spikes` [count of each hidden layer]."""

    def __init__(self, protocol):
        import torch

        network, surrogate = protocol.network(), protocol.surrogate()
        self.dt, self.detach, self.loss = protocol.time_step(), protocol.detach_reset, protocol.loss()
        self.layers = list(zip(network.names(), network.layers, strict=True))
        self.fire = step_function(type(surrogate).__name__, surrogate.beta, surrogate.unit, surrogate.damping)
        self.w, before = {}, network.inputs
        for name, layer in self.layers:
            shapes = {f"to_{name}.w": (before, layer.n), f"within_{name}.w": (layer.n, layer.n)}
            for k, v in protocol.initial().items():
                if k in shapes or k.startswith(f"{name}_"):
                    flat = torch.tensor(np.asarray(v, float).reshape(shapes.get(k, -1)), dtype=torch.float64)
                    self.w[k] = flat.requires_grad_()
            before = layer.n
        self.spikes = []

    def parameters(self, name, layer):
        _, _, absent, _ = NEURONS[type(layer.neuron).__name__]
        p = dict.fromkeys(absent, 0.0) | {f: getattr(layer.neuron, f) for f in layer.neuron.declared()}
        p |= {parameter: number(values) for parameter, values in layer.each.items()}
        return p | {bare: self.w[f"{name}_{bare}.w"] for bare in (t.rstrip("*") for t in layer.train)}

    def readout(self, inputs):
        """Potentials of the read-out (sample, step, output) for input counts (sample, step, channel)."""
        import torch

        n_samples, n_steps, _ = inputs.shape
        inputs = number(inputs)
        given = [self.parameters(name, layer) for name, layer in self.layers]
        kinds = [NEURONS[type(layer.neuron).__name__] for _, layer in self.layers]
        zeros = [torch.zeros(n_samples, layer.n, dtype=torch.float64) for _, layer in self.layers]
        states = [
            {k: z + (p[v] if isinstance(v, str) else v) for k, v in kind[1].items()}
            for kind, p, z in zip(kinds, given, zeros, strict=True)
        ]
        spikes, last = list(zeros), [z - 10**9 for z in zeros]
        history, seen = [[] for _ in self.layers], []
        for t in range(n_steps):
            for k, (name, layer) in enumerate(self.layers):
                step, _, _, refractory = kinds[k]
                arrived, due = zeros[k], t - 1 - layer.delay  # what left `delay` steps before the end of the last step
                if due >= 0:
                    before = inputs[:, due] if k == 0 else history[k - 1][due]
                    arrived = before @ self.w[f"to_{name}.w"]
                    if layer.recurrent:
                        arrived = arrived + history[k][due] @ self.w[f"within_{name}.w"]
                x = dict(states[k])
                x[layer.drive] = x[layer.drive] + layer.unit * arrived
                gate = spikes[k].detach() if self.detach else spikes[k]
                after, distance = step(x, gate, given[k], self.dt)
                free = 1.0
                if refractory:
                    steps = int(given[k][refractory] / self.dt + 1e-3)
                    free = (t - last[k] >= steps).double()
                    p = given[k]
                    held = x["v"] * (1 - gate) + p["v_reset"] * gate
                    after["v"] = torch.where(free > 0, after["v"], held)
                    distance = after["v"] - p["v_th"]
                states[k] = after
                if distance is not None:
                    spikes[k] = self.fire(distance) * free
                    last[k] = torch.where(spikes[k] > 0, float(t), last[k])
            for k in range(len(self.layers) - 1):
                history[k].append(spikes[k])
            seen.append(states[-1]["v"])
        self.spikes = [float(sum(h.detach().sum() for h in hidden)) for hidden in history[:-1]]
        return torch.stack(seen, 1)

    def error(self, inputs, label=None, goal=None, attention=None):
        """The loss of a batch."""
        import torch

        v, kind = self.readout(inputs), type(self.loss).__name__
        if kind == "SquaredError":
            weight = 1.0 if attention is None else number(attention)[None, :, None]
            return 0.5 * (weight * (v - number(goal)) ** 2).sum() / len(inputs)
        if kind == "MaxOverTime":
            first = torch.as_tensor(np.argmax(v.detach().numpy(), axis=1))
            score = v.gather(1, first[:, None, :])[:, 0]
        else:
            score = v.mean(1) if kind == "MeanOverTime" else v[:, -1]
        return torch.nn.functional.cross_entropy(self.loss.scale * score, torch.as_tensor(label, dtype=torch.long))


def batch(samples, which):
    """Inputs and what they are compared with, of the samples `which`."""
    goal = samples.goal
    return {
        "inputs": samples.dense(which), "label": None if samples.label is None else np.asarray(samples.label)[which],
        "goal": goal[which] if np.ndim(goal) == 3 else goal, "attention": samples.attention,
    }  # fmt: skip


def gradients(protocol):
    """(loss, {array.w: gradient}, spikes of each hidden layer) of the protocol's first batch."""
    network, samples = TorchNetwork(protocol), protocol.samples()
    n = min(protocol.hyperparameters()["batch"], samples.counts[0])
    loss = network.error(**batch(samples, slice(0, n)))
    loss.backward()
    return float(loss.detach()), {name: w.grad.numpy().ravel() for name, w in network.w.items()}, network.spikes


def trained(protocol, epochs=None):
    """({array.w: weights}, updates) after the protocol's training without shuffling, or after `epochs` of it."""
    import torch

    network, samples, chosen = TorchNetwork(protocol), protocol.samples(), protocol.hyperparameters()
    optimiser, rate, n = protocol.optimiser(), chosen["rate"], samples.counts[0]
    if type(optimiser).__name__ == "Adam":
        betas = (optimiser.beta_1, optimiser.beta_2)
        made = torch.optim.Adam(network.w.values(), lr=rate, betas=betas, eps=optimiser.epsilon)
    else:
        made = torch.optim.SGD(network.w.values(), lr=rate, momentum=optimiser.momentum)
    updates = 0
    for epoch in range(chosen["epochs"] if epochs is None else epochs):
        for group in made.param_groups:
            group["lr"] = rate * chosen["rate_decay"] ** epoch
        for first in range(0, n, chosen["batch"]):
            made.zero_grad()
            network.error(**batch(samples, slice(first, min(first + chosen["batch"], n)))).backward()
            made.step()
            updates += 1
    return {name: w.detach().numpy().ravel() for name, w in network.w.items()}, updates
