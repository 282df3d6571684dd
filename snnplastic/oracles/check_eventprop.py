"""Checks of EventProp: spike times against spike-response sums and SciPy, the gradient against differences of a loss computed without it."""

from dataclasses import dataclass

import numpy as np

from ..eventprop_protocol import EventPropProtocol
from ..learners.eventprop import EventProp
from ..networks.layered import Layer, LayeredNetwork
from ..neurons.synaptic_lif import SynapticLIF
from ..parameter import param
from ..tasks.samples import Samples
from .tables import row

NAME, LEARNER = "eventprop_yin_yang", "eventprop"
END, INPUTS, OUTPUTS, SAMPLES = 0.06, 5, 3, 3
# hidden layers, time constants (ms), reset, size of the weights to the first layer and to later ones; time constants are
# far apart, equal, one twice the other, and the wrong way round
NETWORKS = {
    "1 hidden layer": ((8,), 20, 5, 0.0, 8, 10),
    "2 hidden layers": ((6, 5), 20, 5, 0.0, 9, 10),
    "1 hidden layer, tau_mem = tau_syn, reset -0.3": ((6,), 8, 8, -0.3, 4, 3),
    "1 hidden layer, tau_mem = 2 tau_syn": ((8,), 10, 5, 0.0, 6, 4),
    "1 hidden layer, tau_mem < tau_syn": ((8,), 5, 9, 0.0, 3, 2.5),
}
SEEDS = (0, 1, 2)
WEIGHTS = 6  # of a connection that are moved, drawn at random


@dataclass(frozen=True, kw_only=True, eq=False)
class Small(EventPropProtocol):
    """A small network of random weights, three samples of random input times, and no update."""

    which: str = param("1 hidden layer", None, "network", "check")
    seed: int = param(0, "1", "of weights and inputs", "check")

    def network(self):
        hidden, tau_mem, tau_syn, v_reset, first, later = NETWORKS[self.which]
        neuron, layers, n_in = SynapticLIF(tau_mem=tau_mem, tau_syn=tau_syn, v_reset=v_reset), [], INPUTS
        for n in (*hidden, OUTPUTS):
            layers.append(Layer(n=n, neuron=neuron, mean=(later if layers else first) / n_in, gain=2 / n_in**0.5))
            n_in = n
        return LayeredNetwork(inputs=INPUTS, layers=tuple(layers))

    def samples(self):
        rng = np.random.default_rng(1000 + self.seed)
        count = SAMPLES * 2 * INPUTS
        exact = rng.uniform(0.002, 0.04, count)
        return Samples(
            n_steps=round(END / 1e-3), n_in=INPUTS, n_out=OUTPUTS, counts=(SAMPLES, 0, 0), time=np.floor(exact / 1e-3).astype(int),
            channel=np.tile(np.arange(INPUTS), 2 * SAMPLES), sample=np.repeat(np.arange(SAMPLES), 2 * INPUTS), label=np.arange(SAMPLES) % OUTPUTS,
            exact_time=exact,
        )  # fmt: skip

    def rule(self):
        return EventProp(tau_0=3, tau_1=20, alpha=0.1)

    def hyperparameters(self):
        return {"epochs": 0, "batch": SAMPLES, "rate": 0, "seed": self.seed}


def spike_times(arrivals, neuron):
    """Spikes of one neuron whose potential is a sum of responses to arrivals [(t, w)] and to its own spikes: scan, then bisection by SciPy."""
    from scipy.optimize import brentq

    at, w = np.array(arrivals, float).reshape(-1, 2).T
    tm, ts, fired = neuron.tau_mem, neuron.tau_syn, []

    def potential(t):
        s = np.maximum(np.subtract.outer(t, at), 0)
        if tm == ts:
            found = s / tm * np.exp(-s / tm) @ w
        else:
            found = (np.exp(-s / tm) - np.exp(-s / ts)) @ w * ts / (tm - ts)
        for spike, jump in fired:
            found = found + jump * np.exp(-np.maximum(t - spike, 0) / tm) * (t >= spike)
        return found

    start, grid = 0.0, np.union1d(np.linspace(0, END, 601), at)
    while True:
        # a spike leaves the neuron below threshold; the next crossing is the first upwards from there
        later = grid[grid > start + 1e-13]
        above = np.flatnonzero(potential(later) >= neuron.v_th)
        if not above.size:
            return np.array([spike for spike, _ in fired])
        low = later[above[0] - 1] if above[0] else start + 1e-13
        start = brentq(
            lambda t: float(potential(np.array([t]))[0]) - neuron.v_th, low, later[above[0]], xtol=1e-18, rtol=8.9e-16
        )
        fired.append((start, neuron.v_reset - float(potential(np.array([start]))[0])))


def integrated(arrivals, neuron):
    """The same by integration of the differential equations, restarted at each arrival and spike."""
    from scipy.integrate import solve_ivp

    at, w = np.array(sorted(arrivals), float).reshape(-1, 2).T
    state, found = np.zeros(2), []

    def slope(t, y):
        return (y[1] - y[0]) / neuron.tau_mem, -y[1] / neuron.tau_syn

    def crossed(t, y):
        return y[0] - neuron.v_th

    crossed.terminal, crossed.direction = True, 1
    for t, weight, stop in zip(at, w, [*at[1:], END], strict=True):
        state = state + [0, weight]
        while t < stop:
            done = solve_ivp(
                slope, (t, stop), state, events=crossed, method="DOP853", rtol=1e-12, atol=1e-14, max_step=1e-3
            )
            t, state = done.t[-1], done.y[:, -1]
            if done.status == 1:
                found.append(t)
                state = np.array([neuron.v_reset, state[1]])
    return np.array(found)


def forward(made, weights, spikes_of=spike_times, first=SAMPLES):
    """[sample][layer][neuron]: spike times of the first samples."""
    samples, network, found = made.samples(), made.network(), []
    for k in range(first):
        mine = samples.sample == k
        events, layers = list(zip(samples.exact_time[mine], samples.channel[mine], strict=True)), []
        for name, layer in zip(network.names(), network.layers, strict=True):
            w = weights[f"to_{name}.w"].reshape(-1, layer.n)
            layers.append([spikes_of([(t, w[i, j]) for t, i in events], layer.neuron) for j in range(layer.n)])
            events = [(t, j) for j, times in enumerate(layers[-1]) for t in times]
        found.append(layers)
    return found


def loss(made, found):
    """Mean loss of the samples from the first spikes of the outputs."""
    rule, total = made.rule(), 0.0
    for label, layers in zip(made.samples().label, found, strict=True):
        t = np.array([times[0] if len(times) else END for times in layers[-1]])
        if not len(layers[-1][label]):
            t[:] = END  # a guess
        total += np.log(np.exp((t[label] - t) / rule.tau_0).sum()) + rule.alpha * (np.exp(t[label] / rule.tau_1) - 1)
    return total / SAMPLES


def counts(found):
    return [[len(times) for layer in layers for times in layer] for layers in found]


def differences(made, weights, step=2e-5):
    """({array: (some weights, derivative of the loss by each)}, did the numbers of spikes stay): four-point differences of the oracle's loss."""
    base, found, same, rng = counts(forward(made, weights)), {}, True, np.random.default_rng(made.seed)
    for name, values in weights.items():
        which = rng.choice(values.size, min(WEIGHTS, values.size), replace=False)
        slopes = np.zeros(which.size)
        for n, k in enumerate(which):
            for shift, factor in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                moved = values.copy()
                moved[k] += shift * step
                seen = forward(made, {**weights, name: moved})
                same = same and counts(seen) == base
                slopes[n] += factor * loss(made, seen) / (12 * step)
        found[name] = which, slopes
    return found, same


def _program(device, data, which, seed):
    """(protocol, arrays of the program) of one small network."""
    from ..device.execute import execute

    if ("eventprop", which, seed) not in data:
        made = Small(which=which, seed=seed)
        data["eventprop", which, seed] = made, execute(made, target=device, quiet=True).data
    return data["eventprop", which, seed]


def _raster(arrays, made):
    """[sample][layer][neuron]: spike times of the program before training."""
    rows = np.reshape(arrays["out.raster"], (-1, 5))
    rows = rows[rows[:, 0] == 0]
    return [
        [
            [rows[(rows[:, 1] == k) & (rows[:, 2] == s) & (rows[:, 4] == j), 3] for j in range(layer.n)]
            for k, layer in enumerate(made.network().layers)
        ]
        for s in range(SAMPLES)
    ]


def _apart(one, other):
    """Largest distance of spike times in s; not a number if the numbers of spikes differ."""
    if counts(one) != counts(other):
        return np.nan
    pairs = zip(
        (t for s in one for layer in s for t in layer), (t for s in other for layer in s for t in layer), strict=True
    )
    return max((np.abs(a - b).max() for a, b in pairs if len(a)), default=0.0)


def check_times(device, data):
    for which in NETWORKS:
        errors, exact = [], []
        for seed in SEEDS:
            made, arrays = _program(device, data, which, seed)
            errors.append(_apart(_raster(arrays, made), forward(made, made.initial())))
            exact.append(abs(np.ravel(arrays["out.history"])[0] - loss(made, forward(made, made.initial()))))
        yield row(NAME, f"{which}: spike times and sums of responses (s)", np.max(errors), 1e-14)
        yield row(NAME, f"{which}: loss of these times", np.max(exact), 1e-11)
    for which in list(NETWORKS)[:3:2]:
        made, arrays = _program(device, data, which, 0)
        yield row(
            NAME,
            f"{which}: spike times and integration by SciPy (s)",
            _apart(_raster(arrays, made)[:1], forward(made, made.initial(), integrated, first=1)),
            1e-12,
        )


def check_gradient(device, data):
    for which in NETWORKS:
        errors = []
        for seed in SEEDS:
            made, arrays = _program(device, data, which, seed)
            expected, same = differences(made, made.initial())
            for name, (some, slopes) in expected.items():
                got, largest = np.ravel(arrays[name.replace(".w", ".g")])[some], np.abs(slopes).max()
                errors.append(
                    np.max(np.abs(got - slopes) / (np.abs(slopes) + 1e-3 * largest)) if same and largest > 0 else np.nan
                )
        yield row(LEARNER, f"{which}: gradient and differences of the loss, relative", np.max(errors), 1e-6)


CHECKS = {NAME: check_times, LEARNER: check_gradient}
