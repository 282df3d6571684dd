"""Time and memory of our plastic synapses, from ten thousand to ten million.

    python tests/benchmarks/scaling.py [--quick] [--repeats 3] [--seconds 5] [--wait S] [--json FILE]

The circuit of bench.py with p = 0.1 and 316 to 10000 excitatory neurons, weights in inverse proportion to the number of inputs. Each size is compiled
twice, with connections and with connection probability 0 (its twin: same neurons, same objects, no synapse; silent, for without inhibition it would fire ten times as much).

Time is user + system CPU seconds of the simulation loop alone (around Network::run, as in network.py), best of the repeats, per biological second and per
plastic event (one spike at one plastic synapse, from either side). "all in" charges everything to these events: neurons, static synapses, the step's fixed cost.
"synapses" leaves out what the twin needs for the same time.
Memory is the peak resident set of the program (VmHWM, over its whole life: connecting, running) minus that of its twin, divided by all its synapses; beside it the same
divided by the plastic ones alone, which charges them for the static ones. The compiler's memory cannot count, nor that of this script (ru_maxrss inherits it).
Bar at ten million: at most 32 bytes per synapse. Reported, never asserted.
"""
import argparse
import os
import tempfile
from dataclasses import asdict
from statistics import median

from bench import Circuit, bar, build, execute, isolated, machine, report, watched

SIZES = {1e4: 316, 1e5: 1000, 1e6: 3162, 1e7: 10000}  # plastic synapses: excitatory neurons at p = 0.1
BYTES = 32


def measure(circuit: Circuit, repeats: int, patience: float, folder: str, say) -> dict:
    """One size: the program and its twin, alternating."""
    runs = {}
    directories = {name: os.path.join(folder, f"{circuit.excitatory}_{name}") for name in ("connected", "twin")}
    for name, directory in directories.items():
        say(f"{circuit.excitatory} excitatory neurons: building {name}")
        isolated(build, "ours", circuit, directory, name == "connected")
        runs[name] = []
    for seed in range(1, repeats + 1):
        for name, directory in directories.items():
            say(f"{circuit.excitatory} excitatory neurons: repeat {seed}, {name}")
            runs[name].append(watched(lambda seed: execute(["./main"], directory, seed), seed, patience))
    best = {name: min(found, key=lambda run: run["loop"] / max(run["events"], 1)) for name, found in runs.items()}
    twin = min(run["loop"] for run in runs["twin"])
    MB = max(run["peak_MB"] for run in runs["connected"]) - min(run["peak_MB"] for run in runs["twin"])
    run = best["connected"]
    return {"circuit": asdict(circuit), "plastic": run["plastic"], "synapses": run["synapses"], "rate": run["spikes"] / (circuit.excitatory * 5 // 4) / circuit.seconds,
            "construction": run["construction"], "seconds_per_second": run["loop"] / circuit.seconds, "twin_per_second": twin / circuit.seconds,
            "ns_all_in": run["loop"] / run["events"] * 1e9, "ns_synapses": (run["loop"] - twin) / run["events"] * 1e9, "peak_MB": max(run["peak_MB"] for run in runs["connected"]),
            "bytes_per_synapse": MB * 2**20 / run["synapses"], "bytes_per_plastic": MB * 2**20 / run["plastic"], "runs": runs}


def main():
    parser = argparse.ArgumentParser(description="time and memory from 1e4 to 1e7 plastic synapses")
    parser.add_argument("--quick", action="store_true", help="smoke test: the two smallest sizes, 0.5 s, one repeat")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="biological seconds")
    parser.add_argument("--wait", type=float, default=0, metavar="S", help="before each run wait at most so many seconds for an idle machine")
    parser.add_argument("--json", metavar="FILE", help="write everything measured to FILE")
    options = parser.parse_args()
    sizes, repeats, seconds = (list(SIZES)[:2], 1, 0.5) if options.quick else (list(SIZES), options.repeats, options.seconds)

    from rich.console import Console
    before, rows = machine(), []
    with Console(stderr=True).status("") as status:
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="bench_scaling_") as folder:
                rows.append(measure(Circuit(excitatory=SIZES[size], seconds=seconds), repeats, options.wait, folder, lambda text: status.update(text)))

    others = max(median(run["others"] for run in row["runs"]["connected"]) for row in rows)
    warnings = [f"others used {others:.1f} cores during the runs; --wait 60 waits for quiet moments"] if others > 0.3 and not options.quick else []
    if options.quick:
        warnings.append("--quick stops at 1e5 synapses: the bar is for 1e7")
    report(f"p = 0.1, {seconds:g} s, best of {repeats}",
           ["plastic", "all synapses", "rate", "construction", "CPU s / s", "without synapses", "ns / event, all in", "synapses", "peak", "bytes / synapse", "/ plastic"],
           [[f"{row['plastic']:,}", f"{row['synapses']:,}", f"{row['rate']:.2f} Hz", f"{row['construction']:.2f} s", f"{row['seconds_per_second']:.4f}",
             f"{row['twin_per_second']:.4f}", f"{row['ns_all_in']:.1f}", f"{row['ns_synapses']:.1f}", f"{row['peak_MB']:.1f} MB",
             f"{row['bytes_per_synapse']:.1f}", f"{row['bytes_per_plastic']:.1f}"] for row in rows],
           [bar("peak bytes / synapse at 1e7 plastic", rows[-1]["bytes_per_synapse"], BYTES)] if sizes[-1] == 1e7 else [],
           warnings, {"repeats": repeats, "before": before, "rows": rows}, options.json)


if __name__ == "__main__":
    main()
