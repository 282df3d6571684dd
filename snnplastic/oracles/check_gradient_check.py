"""Check of gradient_check: BPTT and e-prop of its network of two hidden layers against NumPy, in reverse and with the paths of each rule."""

import numpy as np

from .tables import row

NAME = "gradient_check"


def gradients(made, given, back=None):
    """{connection: gradient} of one run's first batch; with `back`, {layer: feedback}, no error goes through other neurons' spikes."""
    network, n_steps = made.network(), made.n_steps
    sizes = [network.inputs, *(layer.n for layer in network.layers)]
    w_1, w_2, w_out = (given[f"to_{name}.w"].reshape(-1, n) for name, n in zip(network.names(), sizes[1:], strict=True))
    w_in = given["within_hidden_1.w"].reshape(w_2.shape[0], -1)
    x, truth = _inputs(given, n_steps, sizes[0]), np.eye(sizes[-1])
    batch = len(x) - 1  # the last sample is of another split
    x, truth = x[:batch], truth[given["data.label"][:batch]]
    attention = given.get("data.attention", np.ones(n_steps))
    neurons = [layer.neuron for layer in network.layers]
    mem, syn = (np.exp([-made.dt / getattr(n, tau) for n in neurons]) for tau in ("tau_mem", "tau_syn"))
    v, current, drive = ([np.zeros((batch, n)) for n in sizes[1:]] for _ in range(3))
    spikes, slopes = ([np.zeros((n_steps, batch, n)) for n in sizes[1:3]] for _ in range(2))
    errors, spiked = np.zeros((n_steps, batch, sizes[-1])), [np.zeros((batch, n)) for n in sizes[1:3]] + [0]
    for t in range(n_steps):
        for k in range(3):
            arrived = current[k] + drive[k]
            v[k] = mem[k] * v[k] * (1 - spiked[k]) + (1 - mem[k]) * arrived
            current[k] = syn[k] * arrived
            if k < 2:
                spikes[k][t] = spiked[k] = (v[k] > 1).astype(float)
                slopes[k][t] = 1 / (1 + made.beta * np.abs(v[k] - 1)) ** 2
        drive = [x[:, t] @ w_1 + spiked[0] @ w_in, spiked[0] @ w_2, spiked[1] @ w_out]
        p = np.exp(v[2])
        errors[t] = attention[t] / n_steps * (p / p.sum(1, keepdims=True) - truth) / batch

    found = {
        name: np.zeros_like(given[f"{name}.w"])
        for name in ("to_hidden_1", "within_hidden_1", "to_hidden_2", "to_output")
    }
    by_v, by_current, by_drive = ([np.zeros((batch, n)) for n in sizes[1:]] for _ in range(3))
    for t in range(n_steps - 1, 0, -1):
        if back is None:
            by_spike = by_drive[0] @ w_in.T + by_drive[1] @ w_2.T, by_drive[2] @ w_out.T
        else:
            by_spike = [by_drive[2] @ back[f"hidden_{k}"].T for k in (1, 2)]
        by_v = [by_v[0] + slopes[0][t] * by_spike[0], by_v[1] + slopes[1][t] * by_spike[1], by_v[2] + errors[t]]
        by_drive = [(1 - mem[k]) * by_v[k] + syn[k] * by_current[k] for k in range(3)]
        by_current = list(by_drive)
        by_v = [mem[k] * by_v[k] * (1 - spikes[k][t - 1] if k < 2 else 1) for k in range(3)]
        before = x[:, t - 1], spikes[0][t - 1], spikes[0][t - 1], spikes[1][t - 1]
        for name, z, k in zip(found, before, (0, 0, 1, 2), strict=True):
            found[name] += (z.T @ by_drive[k]).ravel()
    return found


def _inputs(given, n_steps, n_in):
    """Spikes (sample, step, channel) from the lists that the program reads."""
    first = given["data.first"]
    found = np.zeros((len(first) - 1, n_steps, n_in))
    np.add.at(
        found, (np.repeat(np.arange(len(first) - 1), np.diff(first)), given["data.time"], given["data.channel"]), 1
    )
    return found


def check_paths(device, _):
    from ..device.execute import execute
    from ..protocol import find

    made = find(NAME)(networks=2, draws=1, directions=1, timed=1)
    parts = made.parts({})
    for name in ("BPTT", "e-prop"):
        data, errors = execute(parts[name], target=device, quiet=True).data, {}
        for k, ((what, *_), given) in enumerate(made.runs(name).items()):
            if what in ("training", "nothing"):
                continue
            n_out = made.network().layers[-1].n
            back = (
                {f"hidden_{n}": given[f"feedback_hidden_{n}.w"].reshape(-1, n_out) for n in (1, 2)}
                if name == "e-prop"
                else None
            )
            for c, g in gradients(made, given, back).items():
                error = np.abs(data[f"{c}.g"][k] - g).max() / np.abs(g).max()
                errors[what] = max(errors.get(what, 0), error)
        for what, error in errors.items():
            yield row(NAME, f"{name}, {SHOWN[what]}: gradients against NumPy, relative", error, 1e-10)


SHOWN = {"start": "errors of all steps", "random": "random feedback", "only": "errors of one step"}
CHECKS = {NAME: check_paths}
