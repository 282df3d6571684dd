"""Cost of every rule of spike times: nanoseconds per plastic event (one synapse, one spike of either side) at a million synapses.

1000 x 1000 Poisson neurons at 10 Hz, all to all, dt 0.1 ms, by default 2 s; the time of the same network without synapses is
taken off. Three rules stand beside a version that a Brian2 user would write by hand, compiled in the same way, the runs of the pair in turn.
CPU seconds of the simulation loop (user + system), best of the repeats. Rules that read the neurons all the time are listed per synapse and step.

    python tests/benchmarks/rules.py [NAME ...] [--seconds 2] [--repeats 3] [--json FILE]
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor

N, RATE, DT = 1000, 10.0, 1e-4
BEFORE = "timespec _b, _e; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &_b);"
AFTER = 'clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &_e); printf("loop %.6f\\n", _e.tv_sec - _b.tv_sec + 1e-9*(_e.tv_nsec - _b.tv_nsec));'

# By hand, as Brian2's documentation and examples write them: event-driven traces on the synapse.
BY_HAND = {
    "pair_stdp": dict(
        model="w : 1\ndx/dt = -x/tau_p : 1 (event-driven)\ndy/dt = -y/tau_m : 1 (event-driven)",
        on_pre="x += A_p\nw = clip(w + y, 0, 1)", on_post="y += A_m\nw = clip(w + x, 0, 1)",
        namespace={"A_p": 0.005, "A_m": -0.00525}, times={"tau_p": 20, "tau_m": 20},
    ),
    "triplet_stdp": dict(
        model="w : 1\n" + "\n".join(f"d{x}/dt = -{x}/tau_{x} : 1 (event-driven)" for x in ("r1", "r2", "o1", "o2")),
        on_pre="w = clip(w - o1*(A2m + A3m*r2), 0, 10)\nr1 += 1\nr2 += 1", on_post="w = clip(w + r1*(A2p + A3p*o2), 0, 10)\no1 += 1\no2 += 1",
        namespace={"A2p": 5e-10, "A3p": 6.2e-3, "A2m": 7e-3, "A3m": 2.3e-4}, times={"tau_r1": 16.8, "tau_r2": 101, "tau_o1": 33.7, "tau_o2": 125},
    ),
    "inhibitory_stdp": dict(
        model="w : 1\ndx/dt = -x/tau : 1 (event-driven)\ndy/dt = -y/tau : 1 (event-driven)",
        on_pre="x += 1\nw = clip(w + (y - alpha)*eta, 0, 100)", on_post="y += 1\nw = clip(w + x*eta, 0, 100)",
        namespace={"alpha": 0.12, "eta": 1e-2}, times={"tau": 20},
    ),
}  # fmt: skip


def rules():
    from snnplastic.catalogue import find_class, names
    from snnplastic.oracles.rule_trains import of_spike_times

    return [name for name in names("rules") if of_spike_times(find_class("rules", name))]


def build(name, by_hand, seconds, folder):
    """Generate and compile one program in a process of its own."""
    from brian2 import BrianLogger, Hz, Network, PoissonGroup, Synapses, defaultclock, device, ms, second, set_device

    from snnplastic.catalogue import find_class
    from snnplastic.device.build import compile_units

    BrianLogger.log_level_error()
    set_device("cpp_standalone", directory=folder, build_on_run=False)
    defaultclock.dt = DT * second
    device.insert_code("after_start", "brian::_random_generators[0].seed(1);")
    pre, post = (PoissonGroup(N, RATE * Hz, name=side, namespace={}) for side in ("inputs", "cells"))
    network = Network(pre, post)
    if name and by_hand:
        given = BY_HAND[name]
        namespace = given["namespace"] | {key: value * ms for key, value in given["times"].items()}
        synapses = Synapses(pre, post, given["model"], on_pre=given["on_pre"], on_post=given["on_post"], namespace=namespace, name="plastic")
        synapses.connect()
        synapses.w = 0.5
        network.add(synapses)
    elif name:
        rule = find_class("rules", name)()
        network.add(rule.connect(pre, post, w=float(rule.starts(0.5)[0]), name="plastic"))
    device.insert_code("before_network_run", BEFORE)
    device.insert_code("after_network_run", AFTER)
    network.run(seconds * second, namespace={})
    device.build(directory=folder, compile=False, run=False, direct_call=False)
    compile_units(folder)


def loop(folder):
    """CPU seconds of one run."""
    out = subprocess.run(["./main", "--results_dir", "results/"], cwd=folder, capture_output=True, text=True, check=True).stdout
    return float(next(line for line in out.splitlines() if line.startswith("loop")).split()[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    events = 2 * N * N * RATE * options.seconds
    place, table = tempfile.mkdtemp(), []

    def made(name, by_hand=False):
        folder = os.path.join(place, f"{name}_{by_hand}")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            pool.submit(build, name, by_hand, options.seconds, folder).result()
        return folder

    try:
        empty = min(loop(made("")) for _ in range(1))
        print(f"{'rule':26}{'ns / event':>12}{'by hand':>10}{'ratio':>8}")
        for name in options.names or rules():
            pair = [made(name), *([made(name, True)] if name in BY_HAND else [])]
            best = [float("inf")] * len(pair)
            for _ in range(options.repeats):  # in turn
                best = [min(b, loop(folder)) for b, folder in zip(best, pair)]
            ns = [(b - empty) / events * 1e9 for b in best]
            row = {"rule": name, "ns": round(ns[0], 2)} | ({"by_hand": round(ns[1], 2), "ratio": round(ns[0] / ns[1], 3)} if len(ns) > 1 else {})
            table.append(row)
            hand = f"{ns[1]:10.1f}{ns[0] / ns[1]:8.2f}" if len(ns) > 1 else ""
            print(f"{name:26}{ns[0]:12.1f}{hand}", flush=True)
            for folder in pair:
                shutil.rmtree(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"synapses": N * N, "seconds": options.seconds, "rules": table}, file, indent=1)


if __name__ == "__main__":
    main()
