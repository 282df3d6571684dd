"""A small recurrent network in NumPy and the gradient that e-prop computes, found in reverse: spikes of other neurons are constants.

Nothing here is shared with `learning`: no eligibility vectors, no derived code. Neurons are `synaptic_lif`, or with `beta` a variant whose threshold
adapts; the read-out is `leaky_integrator`.
"""

from dataclasses import dataclass

import numpy as np

from ..learners.bptt import BPTT
from ..learning import losses
from ..learning_protocol import LearningProtocol
from ..networks.layered import Layer, LayeredNetwork
from ..neurons.leaky_integrator import LeakyIntegrator
from ..neurons.synaptic_lif import SynapticLIF
from ..parameter import param
from ..tasks.samples import Samples

N_IN, N, N_OUT, T, SAMPLES, BATCH, SCALE = 20, 32, 4, 50, 20, 14, 1.3
TAU = {"tau_mem": 0.02, "tau_syn": 0.01, "out_mem": 0.015, "out_syn": 0.01, "tau_adapt": 0.1}


def samples(seed=0):
    rng = np.random.default_rng(seed)
    sample, time, channel = np.nonzero(rng.random((SAMPLES, T, N_IN)) < 0.1)
    goal, label = rng.normal(size=(SAMPLES, T, N_OUT)), rng.integers(0, N_OUT, SAMPLES)
    return Samples(T, N_IN, N_OUT, (16, 2, 2), time, channel, sample, label=label, goal=goal, attention=rng.random(T))


@dataclass(frozen=True, kw_only=True, eq=False)
class OnlineCase(LearningProtocol):
    """One gradient of a batch by a rule; `epochs` for a training."""

    learning_rule: object = BPTT()
    loss_name: str = param("EveryStep", None, "loss")
    recurrent: bool = param(False, None, "whether the hidden layer is recurrent")
    deep: bool = param(False, None, "whether there are two hidden layers")
    neuron: object = SynapticLIF()
    hidden: dict = None
    detached: bool = param(True, None, "detach_reset")
    start: dict = None
    task: object = None
    epochs: int = param(0, "1", "epochs")
    seed: int = param(0, "1", "seed")

    dtype = "float64"
    shuffle = False

    @property
    def detach_reset(self):
        return self.detached

    def rule(self):
        return self.learning_rule

    def loss(self):
        return getattr(losses, self.loss_name)(scale=SCALE)

    def network(self):
        first = {
            "n": N,
            "gain": 8.0,
            "neuron": self.neuron,
            "recurrent": self.recurrent,
            "recurrent_gain": 3.0,
            **(self.hidden or {}),
        }
        hidden = [Layer(**first)] + [Layer(n=24, gain=8.0)] * self.deep
        readout = LeakyIntegrator(tau_mem="15 ms", tau_syn="10 ms")
        return LayeredNetwork(inputs=N_IN, layers=(*hidden, Layer(n=N_OUT, neuron=readout, gain=3.0, train=("bias",))))

    def samples(self):
        return self.task or samples()

    def initial(self):
        return super().initial() | (self.start or {})

    def hyperparameters(self):
        return {"epochs": self.epochs, "batch": BATCH, "rate": 5e-3, "seed": self.seed}


def gradients(case, *, beta=0.0, subtract=False, adapt=True):
    """{connection: gradient} of the first batch of a case with one hidden layer, of its loss EveryStep."""
    weights, made, dt = case.initial(), case.samples(), case.time_step()
    w_in, w_out = weights["to_hidden_1.w"].reshape(N_IN, N), weights["to_output.w"].reshape(N, N_OUT)
    w_rec = weights["within_hidden_1.w"].reshape(N, N) if case.recurrent else np.zeros((N, N))
    a, b, k, l, r = (np.exp(-dt / TAU[name]) for name in ("tau_mem", "tau_syn", "out_mem", "out_syn", "tau_adapt"))
    x, truth = made.dense(slice(0, BATCH)), np.eye(N_OUT)[made.label[:BATCH]]
    v, current, adapted, s, drive = (np.zeros((BATCH, N)) for _ in range(5))
    y, y_current, y_drive = (np.zeros((BATCH, N_OUT)) for _ in range(3))
    spikes, slopes, errors = np.zeros((T, BATCH, N)), np.zeros((T, BATCH, N)), np.zeros((T, BATCH, N_OUT))
    for t in range(T):
        arrived = current + drive
        v = a * (v - s if subtract else v * (1 - s)) + (1 - a) * arrived
        current, adapted = b * arrived, r * (adapted + s)
        far = v - 1 - beta * adapted
        s = (far > 0).astype(float)
        spikes[t], slopes[t] = s, 1 / (1 + 10 * np.abs(far)) ** 2
        arrived = y_current + y_drive
        y, y_current = k * y + (1 - k) * arrived, l * arrived
        drive, y_drive = x[:, t] @ w_in + s @ w_rec, s @ w_out
        p = np.exp(SCALE * y)
        errors[t] = made.attention[t] / T * SCALE * (p / p.sum(1, keepdims=True) - truth) / BATCH

    found = {"to_hidden_1": np.zeros((N_IN, N)), "within_hidden_1": np.zeros((N, N)), "to_output": np.zeros((N, N_OUT))}
    by_v, by_current, by_adapted, by_own = (np.zeros((BATCH, N)) for _ in range(4))
    by_y, by_y_current, by_y_drive = (np.zeros((BATCH, N_OUT)) for _ in range(3))
    for t in range(T - 1, -1, -1):
        by_gap = slopes[t] * (by_y_drive @ w_out.T + by_own)  # nothing comes back through w_rec
        by_v, by_adapted = by_v + by_gap, by_adapted - beta * by_gap
        by_y = by_y + errors[t]
        before = spikes[t - 1] if t else np.zeros((BATCH, N))
        by_drive = (1 - a) * by_v + b * by_current
        by_v, by_current, by_adapted = a * by_v * (1 if subtract else 1 - before), by_drive, r * by_adapted
        by_own = by_adapted if adapt else 0 * by_adapted
        by_y_drive = (1 - k) * by_y + l * by_y_current
        by_y, by_y_current = k * by_y, by_y_drive
        if t:
            found["to_hidden_1"] += x[:, t - 1].T @ by_drive
            found["within_hidden_1"] += before.T @ by_drive
            found["to_output"] += before.T @ by_y_drive
    return {name: g.ravel() for name, g in found.items() if case.recurrent or name != "within_hidden_1"}
