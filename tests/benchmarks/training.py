"""Training speed: an epoch of this package's compiled program beside a PyTorch loop, snnTorch and a jit-compiled JAX scan of the same network.

    python tests/benchmarks/training.py [--repeats 5] [--only yin_yang] [--json FILE]

CPU seconds of an epoch (forward, gradient, Adam), single precision, one thread, compile time beside them. The implementations take turns in one run;
each row is the median over the repeats, ratios are of medians. All compute the same network: losses of the first batch must agree to 1e-4, or the
row says so. "bytes" counts what elementwise code and spikes must read and write in each step, and the bound is that at the measured bandwidth of
copying a buffer as large as a block's states and tapes. Bars are reported, never asserted. Needs PyTorch; snnTorch and JAX where they are installed.
"""

import argparse
import json
import os
import re
import statistics
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np  # noqa: E402

DT, TAU_MEM, TAU_SYN, BETA, RATE = 1e-3, 10e-3, 5e-3, 10.0, 1e-3
A, B = float(np.exp(-DT / TAU_MEM)), float(np.exp(-DT / TAU_SYN))
CASES = {
    "100-128-10": {"sizes": (100, 128, 10), "steps": 100, "batch": 256, "n": 256, "p": 0.05, "gain": (6.0, 2.0)},
    "100-4-2": {"sizes": (100, 4, 2), "steps": 200, "batch": 256, "n": 256, "p": 0.005, "gain": (20.0, 2.0)},
    "yin_yang": {"sizes": (5, 120, 3), "steps": 80, "batch": 100, "n": 5000, "p": None, "gain": (4.0, 1.0)},
}


def data(case):
    """(Samples, initial weights) of a case."""
    from snnplastic.tasks.samples import Samples
    from snnplastic.tasks.yin_yang import YinYang

    rng = np.random.default_rng(1)
    n_in, n_hidden, n_out = case["sizes"]
    if case["p"] is None:
        samples = YinYang(n_valid=0, n_test=0).samples()
    else:
        sample, step, channel = np.nonzero(rng.random((case["n"], case["steps"], n_in)) < case["p"])
        samples = Samples(
            case["steps"],
            n_in,
            n_out,
            (case["n"], 0, 0),
            step,
            channel,
            sample,
            label=rng.integers(0, n_out, case["n"]),
        )
    weights = [
        rng.normal(g / n_pre, g / np.sqrt(n_pre), (n_pre, n)).astype("f4")
        for g, n_pre, n in zip(case["gain"], (n_in, n_hidden), (n_hidden, n_out), strict=True)
    ]
    return samples, weights


def ours(case, samples, weights, epochs):
    from snnplastic.learning.surrogates import SuperSpike
    from snnplastic.networks.layered import Layer, LayeredNetwork
    from snnplastic.neurons.leaky_integrator import LeakyIntegrator
    from snnplastic.neurons.synaptic_lif import SynapticLIF
    from snnplastic.training import train

    times = {"tau_mem": f"{TAU_MEM} s", "tau_syn": f"{TAU_SYN} s"}
    _, n_hidden, n_out = case["sizes"]
    network = LayeredNetwork(
        inputs=case["sizes"][0],
        layers=(Layer(n=n_hidden, neuron=SynapticLIF(**times)), Layer(n=n_out, neuron=LeakyIntegrator(**times))),
    )
    start = time.perf_counter()
    trained = train(
        network, samples, epochs=epochs, batch=case["batch"], rate=RATE, dt=DT, shuffle=False, surrogate=SuperSpike(beta=BETA),
        weights={"to_hidden_1": weights[0], "to_output": weights[1]}, evaluate_every=10**6, quiet=True,
    )  # fmt: skip
    whole = time.perf_counter() - start
    spent = trained.data.cpu.values[0]
    return {
        "cpu": statistics.median(spent),
        "loss": trained.data.loss.values[0, :, 0],
        "compile": max(0.0, whole - float(spent.sum())),
        "spikes": float(trained.data.spikes[0, 0, 0]),
    }


def torch_loop(case, samples, weights, epochs):
    """A Python loop over steps with a surrogate as custom autograd.Function."""
    import torch

    torch.set_num_threads(1)

    class Spike(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x > 0).to(x.dtype)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g / (1 + BETA * x.abs()) ** 2

    x_all, y_all = torch.tensor(samples.dense(), dtype=torch.float32), torch.tensor(samples.label, dtype=torch.long)
    w1, w2 = (torch.tensor(w, requires_grad=True) for w in weights)
    optimiser = torch.optim.Adam([w1, w2], lr=RATE)
    spent, losses = [], []
    for _ in range(epochs):
        start, total = time.process_time(), 0.0
        for k in range(0, len(x_all), case["batch"]):
            x, y = x_all[k : k + case["batch"]], y_all[k : k + case["batch"]]
            drive = torch.einsum("bti,ij->btj", x, w1)
            n, zero = len(x), torch.zeros
            i1, v1, s, i2, v2 = (
                zero(n, w1.shape[1]),
                zero(n, w1.shape[1]),
                zero(n, w1.shape[1]),
                zero(n, w2.shape[1]),
                zero(n, w2.shape[1]),
            )
            d1, d2, out = zero(n, w1.shape[1]), zero(n, w2.shape[1]), []
            for t in range(samples.n_steps):
                i1, i2 = i1 + d1, i2 + d2
                v1 = A * v1 * (1 - s.detach()) + (1 - A) * i1
                v2 = A * v2 + (1 - A) * i2
                i1, i2 = B * i1, B * i2
                s = Spike.apply(v1 - 1)
                d1, d2 = drive[:, t], s @ w2
                out.append(v2)
            best = torch.stack(out, 1).max(1)[0]
            loss = torch.nn.functional.cross_entropy(best, y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(x)
        spent.append(time.process_time() - start)
        losses.append(total / len(x_all))
    return {"cpu": statistics.median(spent[1:] or spent), "loss": np.array(losses), "compile": 0.0}


def snntorch_loop(case, samples, weights, epochs):
    """snnTorch's Leaky cells for the membrane (their reset is subtractive and delayed by a step, so the network is a near relative, not the same)."""
    import snntorch
    import torch
    from snntorch import surrogate

    torch.set_num_threads(1)
    x_all, y_all = torch.tensor(samples.dense(), dtype=torch.float32), torch.tensor(samples.label, dtype=torch.long)
    w1, w2 = (torch.tensor(w, requires_grad=True) for w in weights)
    hidden = snntorch.Synaptic(alpha=B, beta=A, spike_grad=surrogate.fast_sigmoid(slope=BETA))
    readout = snntorch.Synaptic(alpha=B, beta=A, reset_mechanism="none")
    optimiser = torch.optim.Adam([w1, w2], lr=RATE)
    spent = []
    for _ in range(epochs):
        start = time.process_time()
        for k in range(0, len(x_all), case["batch"]):
            x, y = x_all[k : k + case["batch"]], y_all[k : k + case["batch"]]
            drive, out = torch.einsum("bti,ij->btj", x, w1) * (1 - A), []
            (syn, mem), (syn2, mem2) = hidden.reset_mem(), readout.reset_mem()
            for t in range(samples.n_steps):
                s, syn, mem = hidden(drive[:, t], syn, mem)
                _, syn2, mem2 = readout(s @ w2 * (1 - A), syn2, mem2)
                out.append(mem2)
            loss = torch.nn.functional.cross_entropy(torch.stack(out, 1).max(1)[0], y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        spent.append(time.process_time() - start)
    return {"cpu": statistics.median(spent[1:] or spent), "loss": None, "compile": 0.0}


def jax_scan(case, samples, weights, epochs):
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def spike(x):
        return (x > 0).astype(jnp.float32)

    @spike.defjvp
    def _(primals, tangents):
        (x,) = primals
        return spike(x), tangents[0] / (1 + BETA * jnp.abs(x)) ** 2

    def loss_of(w, x, y):
        n = x.shape[0]

        def step(state, drive):
            i1, v1, s, i2, v2, d1, d2 = state
            i1, i2 = i1 + d1, i2 + d2
            v1 = A * v1 * (1 - jax.lax.stop_gradient(s)) + (1 - A) * i1
            v2 = A * v2 + (1 - A) * i2
            s = spike(v1 - 1)
            return (B * i1, v1, s, B * i2, v2, drive @ w[0], s @ w[1]), v2

        h, o = jnp.zeros((n, w[0].shape[1])), jnp.zeros((n, w[1].shape[1]))
        _, course = jax.lax.scan(step, (h, h, h, o, o, h, o), jnp.swapaxes(x, 0, 1))
        return -jnp.take_along_axis(jax.nn.log_softmax(course.max(0)), y[:, None], 1).mean()

    @jax.jit
    def update(w, m, v, k, x, y):
        value, g = jax.value_and_grad(loss_of)(w, x, y)
        m = [0.9 * a + 0.1 * b for a, b in zip(m, g, strict=True)]
        v = [0.999 * a + 0.001 * b * b for a, b in zip(v, g, strict=True)]
        w = [
            p - RATE * (a / (1 - 0.9**k)) / (jnp.sqrt(b / (1 - 0.999**k)) + 1e-8)
            for p, a, b in zip(w, m, v, strict=True)
        ]
        return w, m, v, value

    x_all, y_all = jnp.array(samples.dense(), jnp.float32), jnp.array(samples.label)
    w = [jnp.array(a) for a in weights]
    m, v, k, spent, losses = [jnp.zeros_like(a) for a in w], [jnp.zeros_like(a) for a in w], 0, [], []
    begin, compiled = time.perf_counter(), None
    for _ in range(epochs):
        start, total = time.process_time(), 0.0
        for j in range(0, len(x_all), case["batch"]):
            k += 1
            w, m, v, value = update(w, m, v, float(k), x_all[j : j + case["batch"]], y_all[j : j + case["batch"]])
            total += float(value) * min(case["batch"], len(x_all) - j)
            compiled = compiled or time.perf_counter() - begin
        spent.append(time.process_time() - start)
        losses.append(total / len(x_all))
    return {"cpu": statistics.median(spent[1:] or spent), "loss": np.array(losses), "compile": compiled}


def streamed(case, n_inputs, n_hidden_spikes, replicas=4):
    """(bytes that the elementwise code and the spikes' rows of weights read and write in an epoch, bytes of a block's working set)."""
    from brian2 import BrianLogger

    from snnplastic.learning.losses import MaxOverTime
    from snnplastic.learning.surrogates import SuperSpike
    from snnplastic.learning.time_step import layer_code
    from snnplastic.neurons.leaky_integrator import LeakyIntegrator
    from snnplastic.neurons.synaptic_lif import SynapticLIF

    BrianLogger.log_level_error()
    _, n_hidden, n_out = case["sizes"]
    codes = [
        (n_hidden, layer_code(SynapticLIF(), drives={"I_syn": 1}, surrogate=SuperSpike())),
        (
            n_out,
            layer_code(LeakyIntegrator(), drives={"I_syn": 1}, surrogate=SuperSpike(), loss=MaxOverTime(), read="v"),
        ),
    ]
    # a spike reads a row of weights and changes a row of drives; in reverse it changes a row of the gradient and reads one of errors
    rows = 6 * 4 * (n_inputs * n_hidden + n_hidden_spikes * n_out)
    errors = (
        4 * (2 * n_hidden + n_out + n_hidden * n_out / replicas) * case["n"] * case["steps"]
    )  # of the hidden layer, from the read-out's
    total, block = rows + errors, 4 * (case["sizes"][0] + n_out) * n_hidden * 2
    for n, code in codes:
        arrays = {line.split(" :")[0] for line in code.equations.splitlines() if "shared" not in line}
        for text in (code.forward, code.backward):
            written = {line.split(" = ")[0] for line in text.splitlines()} & arrays
            read = {
                word for line in text.splitlines() for word in re.findall(r"[A-Za-z_]\w*", line.split(" = ", 1)[1])
            } & arrays
            total += 4 * n * (len(written) + len(read)) * case["n"] * case["steps"]
        block += 4 * n * replicas * (len(arrays) + len(code.taped) * case["steps"])
    return total, block


def bandwidth(size):
    """Bytes a second of copying a buffer of this size, read and written, best of many."""
    a, b = np.ones(size // 8), np.ones(size // 8)
    best = np.inf
    for _ in range(200):
        start = time.perf_counter()
        for _ in range(10):
            np.copyto(b, a)
        best = min(best, time.perf_counter() - start)
    return 10 * 2 * a.nbytes / best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=CASES, action="append")
    parser.add_argument("--json")
    options = parser.parse_args()
    found = {}
    for name in options.only or CASES:
        case = CASES[name]
        samples, weights = data(case)
        epochs = 4 if name == "yin_yang" else 8
        others = {"PyTorch loop": torch_loop, "snnTorch": snntorch_loop, "JAX scan": jax_scan}
        rows, first = {}, {}
        for _ in range(options.repeats):
            for label, function in {"snnplastic": ours, **others}.items():
                try:
                    row = function(case, samples, weights, (10 if label == "snnplastic" else 1) * epochs)
                except ImportError as error:
                    print(f"{label}: left out, {error}", file=sys.stderr)
                    continue
                rows.setdefault(label, []).append(row["cpu"])
                first.setdefault(label, row)
        median = {label: statistics.median(values) for label, values in rows.items()}
        hidden_spikes = first["snnplastic"]["spikes"] * case["sizes"][1] * case["n"]
        total, block = streamed(case, samples.time.size, hidden_spikes)
        bound = total / bandwidth(block)
        print(
            f"\n{name}: {case['n']} samples, {case['steps']} steps, batch {case['batch']}, {first['snnplastic']['spikes']:.2f} spikes a hidden neuron"
        )
        print(f"{'':14}{'CPU s / epoch':>14}{'compile s':>11}{'others / ours':>15}   same losses")
        for label, value in median.items():
            loss, mine = first[label]["loss"], first["snnplastic"]["loss"]
            same = (
                "not compared"
                if loss is None
                else "yes"
                if np.allclose(loss[:3], mine[:3], rtol=1e-3)
                else f"NO {loss[:3]} {mine[:3]}"
            )
            print(
                f"{label:14}{value:14.4f}{first[label]['compile']:11.1f}{value / median['snnplastic']:15.1f}   {same}"
            )
        print(
            f"streamed {total / 1e6:.0f} MB an epoch, block {block / 1024:.0f} KiB: bound {bound:.4f} s, reached {median['snnplastic'] / bound:.2f} times (aim 2.5)"
        )
        for label, limit in (("PyTorch loop", 15), ("snnTorch", 15), ("JAX scan", 3)):
            if label in median:
                ratio = median[label] / median["snnplastic"]
                print(f"bar: {label} at least {limit} times: {ratio:.1f} {'ok' if ratio >= limit else 'MISSED'}")
        found[name] = {"cpu": rows, "compile": {label: row["compile"] for label, row in first.items()}, "bound": bound}
    if options.json:
        with open(options.json, "w") as file:
            json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
