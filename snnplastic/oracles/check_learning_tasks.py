"""Checks of the protocols that learn tasks: what a trained network does is computed again, in NumPy, from its weights and the samples."""

import numpy as np

from ..device.execute import execute
from ..device.target import choose
from ..protocol import find
from .tables import row

# Fields for a short training, and how a class is told from the read-out's course.
TASKS = {
    "learn_random_patterns": ({"epochs": 20}, "largest"),
    "learn_randman": ({"epochs": 2}, "largest"),
    "learn_images": ({"epochs": 5}, "largest"),
    "learn_evidence": ({"epochs": 2, "n_train": 256}, "attended"),
    "learn_store_recall": ({"epochs": 2, "n_train": 256}, "recalled"),
}


def walk(network, weights, spikes, dt, changed):
    """Spikes of the first layer (sample, step, neuron) and course of the read-out (sample, step, output) for input spikes (sample, step, channel):
    in a step a layer gets what was sent in the step before, is reset where it spiked, decays, and spikes above its threshold."""
    hidden, out = network.layers
    n, steps, _ = spikes.shape
    p = {f: np.asarray(hidden.each.get(f, getattr(hidden.neuron, f))) for f in hidden.neuron.declared()}
    p |= {name.partition(".")[2]: np.asarray(value) for name, value in changed.items() if name.startswith("hidden_1.")}
    keep = {tau: np.exp(-dt / p[tau]) for tau in p if tau.startswith("tau")}
    keep_v, keep_i = (np.exp(-dt / getattr(out.neuron, tau)) for tau in ("tau_mem", "tau_syn"))
    v, current, adapted, fired = (np.zeros((n, hidden.n)) for _ in range(4))
    y, drive = np.zeros((n, out.n)), np.zeros((n, out.n))
    all_fired, course = np.zeros((n, steps, hidden.n), bool), np.zeros((n, steps, out.n))
    for t in range(steps):
        before = fired
        if t:
            current = current + spikes[:, t - 1] @ weights["to_hidden_1"]
            if hidden.recurrent:
                current = current + before @ weights["within_hidden_1"]
            drive = drive + before @ weights["to_output"]
        if "beta" in p:
            v, adapted = v - p["v_th"] * before, adapted + before
            adapted = adapted * keep["tau_adapt"]
        else:
            v = np.where(before > 0, p["v_reset"], v)
        v = keep["tau_mem"] * v + (1 - keep["tau_mem"]) * current
        current = keep["tau_syn"] * current
        fired = (v > p["v_th"] + p.get("beta", 0) * adapted).astype(float)
        y, drive = keep_v * y + (1 - keep_v) * drive, keep_i * drive
        all_fired[:, t], course[:, t] = fired > 0, y
    return all_fired, course


def told(how, course, samples, which):
    """Share of the samples `which` that are told rightly from the read-out's course."""
    if how == "recalled":
        recalled = samples.about["recalled"][which]
        means = course.reshape(len(course), recalled.shape[1], -1, course.shape[-1]).mean(2)
        asked = recalled >= 0
        return (means.argmax(-1) == recalled)[asked].mean()
    score = course.max(1) if how == "largest" else (course * samples.attention[None, :, None]).sum(1)
    return (score.argmax(1) == np.asarray(samples.label)[which]).mean()


def check(name):
    def rows(device, _):
        if choose(device) != "cpp":
            return
        fields, how = TASKS[name]
        protocol = find(name)(seeds=1, **fields)
        object.__setattr__(protocol, "dtype", "float64")
        arrays = execute(protocol, quiet=True).data
        network, samples, dt = protocol.network(), protocol.samples(), protocol.time_step()
        for k, (condition, changed) in enumerate(protocol.conditions().items()):
            weights = {g: arrays[f"{g}.w"][k].reshape(-1, network.layers[g.endswith("output")].n) for g in network.groups()}
            which = np.array(samples.looked_at if samples.counts[2] else samples.looked_at[: protocol.replicas])
            fired, course = walk(network, weights, samples.dense(which), dt, changed)
            shown = protocol.shown or protocol.replicas
            raster = arrays["out.raster"][k].reshape(-1, 5)
            mine = np.zeros((shown, *fired.shape[1:]), bool)
            after = raster[(raster[:, 0] == 1) & (raster[:, 1] == 0)]
            mine[after[:, 2], after[:, 3], after[:, 4]] = True
            assert fired.any() or k, f"{name}: nothing spikes, so nothing is compared"
            yield row(name, f"{condition}: spikes after training that differ from NumPy's", float((mine != fired[:shown]).sum()), 0)
            found = protocol._courses(arrays["out.trace"][k])[1].transpose(1, 0, 2)
            error = np.abs(found - course[:shown]).max() / max(np.abs(course[:shown]).max(), 1e-12)
            yield row(name, f"{condition}: course of the read-out against NumPy, relative (kept in single precision)", error, 1e-6)
            if samples.counts[2] and not protocol.best:
                reported = float(protocol.measure(arrays).final[k, 0])
                yield row(name, f"{condition}: share told rightly against NumPy", abs(reported - told(how, course, samples, which)), 1e-12)
            if "to_hidden_1.pace" in changed:
                start = network.initial_weights(protocol.first)["to_hidden_1.w"]
                yield row(name, f"{condition}: change of the hidden weights", float(np.abs(weights["to_hidden_1"].ravel() - start).max()), 0)

    return rows


CHECKS = {name: check(name) for name in TASKS}
