"""A plastic network in four implementations: CPU seconds of the simulation loop.

    python tests/benchmarks/network.py [--quick] [--repeats 5] [--wait S] [--json FILE]

4000 excitatory and 1000 inhibitory neurons, 1.6 million synapses with additive pair STDP, 5 s at about 1.6 Hz, dt 0.1 ms, float64, one thread
(the circuit: bench.py). Compared:

ours       PairSTDP(...).connect(...): traces on the neurons, decayed every step; compiled as by snnplastic.device
textbook   Brian2's own STDP example: event-driven traces on the synapse; compiled by Brian2's make with the same flags
NEST       stdp_synapse and iaf_psc_exp of the installed wheel, local_num_threads = 1. Its delay is dendritic (ours: axonal): lags shift by 3 ms,
           the work does not. Its spikes are counted by the kernel, no recorder is attached
C++        network.cpp, a loop written by hand for this one network, compiled with the same flags

ours and textbook run with equal time constants (20 and 20 ms: the compiler may share one exponential) and with different ones (20 and 33.7 ms), the
others with equal ones. All run alternately, each in a fresh process, repeat k with seed k; the best repeat counts. Measured is user + system time of
the loop alone (Brian2: around Network::run; C++: around its loop; NEST: around nest.Run); construction stands beside it, compilation too.
An event is one spike at one plastic synapse, from either side (NEST: estimated from the mean rate). dw is the root mean square of w / w_0 - 1 at the end
(NEST: of the synapses of 100 neurons), a check that all four learn alike. peak of NEST includes Python. Firing rates must agree within 10 %. others is the number
of cores that other programs used meanwhile (median of the runs): memory traffic from outside slows the implementations unequally. Bars are reported, never asserted.
"""
import argparse
import os
import resource
import subprocess
import tempfile
import time
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median

from bench import (
    A_MINUS,
    A_PLUS,
    W_EXCITATORY,
    W_INHIBITORY,
    Circuit,
    bar,
    build,
    execute,
    isolated,
    machine,
    report,
    watched,
)

BARS = [("ours / textbook, equal taus", ("ours", 20.0), ("textbook", 20.0), 0.60),
        ("ours / textbook, different taus", ("ours", 33.7), ("textbook", 33.7), 0.45),
        ("ours / NEST", ("ours", 20.0), ("NEST", 20.0), 1 / 6),
        ("ours / hand-written C++", ("ours", 20.0), ("C++", 20.0), 1.6)]


def compile_by_hand(directory: str) -> float:
    from snnplastic.device.target import FLAGS
    begin = time.perf_counter()
    subprocess.run(["g++", *FLAGS, str(Path(__file__).with_name("network.cpp")), "-o", "main"], cwd=directory, check=True)
    return time.perf_counter() - begin


def run_nest(circuit: Circuit, seed: int) -> dict:
    """The circuit in NEST; call it in a process of its own."""
    os.environ["PYNEST_QUIET"] = "1"
    import nest
    import numpy as np

    def cpu() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    begin = cpu()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(local_num_threads=1, resolution=0.1, rng_seed=seed)
    NE, w_e, w_i = circuit.excitatory, W_EXCITATORY * circuit.scale, W_INHIBITORY * circuit.scale
    # C_m = tau_m in numbers, so a current of 1 pA moves V_m towards E_L + 1 mV
    neurons = nest.Create("iaf_psc_exp", NE + NE // 4, dict(C_m=20.0, tau_m=20.0, E_L=-49.0, V_th=-50.0, V_reset=-60.0, t_ref=5.0, tau_syn_ex=5.0, tau_syn_in=10.0))
    neurons.V_m = nest.random.uniform(-60, -50)
    E, I = neurons[:NE], neurons[NE:]
    E.tau_minus = circuit.tau_minus
    nest.CopyModel("stdp_synapse", "plastic", {"tau_plus": 20.0, "lambda": A_PLUS, "alpha": A_MINUS / A_PLUS, "mu_plus": 0.0, "mu_minus": 0.0, "Wmax": 2 * w_e})
    rule = {"rule": "pairwise_bernoulli", "p": circuit.p}
    nest.Connect(E, E, rule, {"synapse_model": "plastic", "weight": w_e, "delay": 1.5})
    nest.Connect(E, I, rule, {"weight": w_e, "delay": 1.5})
    nest.Connect(I, neurons, rule, {"weight": w_i, "delay": 1.5})
    nest.Prepare()
    ready = cpu()
    nest.Run(1000 * circuit.seconds)
    end = cpu()
    spikes, plastic = nest.local_spike_counter, nest.GetDefaults("plastic", "num_connections")
    nest.Cleanup()
    peak_kB = next(float(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    weights = np.array(nest.GetConnections(source=E[:100], synapse_model="plastic").get("weight"))
    return {"construction": ready - begin, "loop": end - ready, "spikes": spikes, "events": 2 * plastic * spikes / len(neurons), "plastic": plastic,
            "synapses": nest.num_connections, "dw": float(np.sqrt(np.mean((weights / w_e - 1) ** 2))), "peak_MB": peak_kB / 1024}


def measure(circuit: Circuit, repeats: int, taus: list[float], patience: float, folder: str, say) -> dict:
    """{(implementation, tau_minus): {"compile": s, "runs": [...]}}, all implementations alternating."""
    jobs, found = {}, {}
    for tau in taus:
        here = replace(circuit, tau_minus=tau)
        for name in ("ours", "textbook"):
            directory = os.path.join(folder, f"{name}_{tau:g}")
            say(f"building {name}, {tau:g} ms")
            found[name, tau] = {"compile": isolated(build, name, here, directory), "runs": []}
            jobs[name, tau] = lambda seed, directory=directory: execute(["./main"], directory, seed)
    by_hand = os.path.join(folder, "by_hand")
    os.mkdir(by_hand)
    found["C++", 20.0] = {"compile": compile_by_hand(by_hand), "runs": []}
    numbers = [str(value) for value in (circuit.excitatory, circuit.p, circuit.seconds, circuit.tau_minus, circuit.scale)]
    jobs["C++", 20.0] = lambda seed: execute(["./main", *numbers], by_hand, seed)
    if find_spec("nest"):
        found["NEST", 20.0] = {"compile": 0.0, "runs": []}
        jobs["NEST", 20.0] = lambda seed: isolated(run_nest, circuit, seed)
    for seed in range(1, repeats + 1):
        for key, job in jobs.items():
            say(f"repeat {seed}: {key[0]}, {key[1]:g} ms")
            found[key]["runs"].append(watched(job, seed, patience))
    return found


def summary(found: dict, circuit: Circuit) -> dict:
    rows = {}
    for key, entry in found.items():
        runs = entry["runs"]
        rows[key] = {"loop": min(run["loop"] for run in runs), "median": median(run["loop"] for run in runs),
                     "ns": min(run["loop"] / run["events"] for run in runs) * 1e9, "construction": min(run["construction"] for run in runs),
                     "compile": entry["compile"], "rate": mean(run["spikes"] for run in runs) / (circuit.excitatory * 5 // 4) / circuit.seconds,
                     "dw": mean(run["dw"] for run in runs), "peak_MB": max(run["peak_MB"] for run in runs), "others": median(run["others"] for run in runs)}
    return rows


def pairs(found: dict, a, b) -> str:
    """The ratio within each repeat, which another program's load touches less than the ratio of two best times."""
    ratios = sorted(x["loop"] / y["loop"] for x, y in zip(found[a]["runs"], found[b]["runs"]))
    return f"within a repeat {ratios[0]:.3g} to {ratios[-1]:.3g}, median {median(ratios):.3g}"


def main():
    parser = argparse.ArgumentParser(description="CPU seconds of a 1.6-million-synapse plastic network: ours, textbook Brian2, NEST, hand-written C++")
    parser.add_argument("--quick", action="store_true", help="smoke test: 400 neurons, 0.5 s, one repeat, equal time constants only")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--wait", type=float, default=0, metavar="S", help="before each run wait at most so many seconds for an idle machine")
    parser.add_argument("--json", metavar="FILE", help="write everything measured to FILE")
    options = parser.parse_args()
    circuit = Circuit(excitatory=400, seconds=0.5) if options.quick else Circuit()
    repeats, taus = (1, [20.0]) if options.quick else (options.repeats, [20.0, 33.7])

    from rich.console import Console
    before = machine()
    with tempfile.TemporaryDirectory(prefix="bench_network_") as folder, Console(stderr=True).status("") as status:
        found = measure(circuit, repeats, taus, options.wait, folder, lambda text: status.update(text))
    rows = summary(found, circuit)

    warnings = []
    if ("NEST", 20.0) not in rows:
        warnings.append("NEST is not installed (pip install nest-simulator): its row is left out")
    rates = [row["rate"] for row in rows.values()]
    if options.quick:
        warnings.append("--quick shows that all of it runs; the network is too small and the run too short for the bars and for equal rates")
    elif max(rates) > 1.1 * min(rates):
        warnings.append(f"FIRING RATES DIFFER BY {100 * (max(rates) / min(rates) - 1):.0f} %, MORE THAN 10 %: the times are not of the same work")
    if not options.quick and max(row["others"] for row in rows.values()) > 0.3:
        warnings.append("others used more than 0.3 cores during half of the runs of some implementation; --wait 60 waits for quiet moments")
    report(f"{found['ours', 20.0]['runs'][0]['plastic']:,} plastic synapses, {circuit.seconds:g} s, best of {repeats}",
           ["implementation", "tau_minus", "loop (CPU s)", "median", "ns / event", "construction", "compile", "rate", "dw (rms)", "peak", "others"],
           [[name, f"{tau:g} ms", f"{row['loop']:.3f}", f"{row['median']:.3f}", f"{row['ns']:.1f}", f"{row['construction']:.2f} s", f"{row['compile']:.1f} s" if row["compile"] else "-",
             f"{row['rate']:.3f} Hz", f"{row['dw']:.5f}", f"{row['peak_MB']:.0f} MB", f"{row['others']:.2f}"] for (name, tau), row in rows.items()],
           [bar(name, rows[a]["loop"] / rows[b]["loop"], limit, pairs(found, a, b)) for name, a, b, limit in BARS if a in rows and b in rows and not options.quick], warnings,
           {"circuit": asdict(circuit), "repeats": repeats, "before": before,
            "rows": [{"implementation": name, "tau_minus_ms": tau, **row, "runs": found[name, tau]["runs"]} for (name, tau), row in rows.items()]}, options.json)


if __name__ == "__main__":
    main()
