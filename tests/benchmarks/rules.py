"""Cost of every rule at a million synapses: nanoseconds per plastic event, or per synapse and step for rules in continuous time.

1000 x 1000 neurons, all to all, dt 0.1 ms; the time of the same network without synapses is taken off. Rules of spike times: Poisson
neurons at 10 Hz for 2 s; an event is one synapse and one spike of a side at which the rule acts. Rules that read rates, voltages or
calcium: 20 ms, their neurons hold values at which the rule is at work; with AMPA and NMDA receptors on each synapse where it reads calcium.
Rules that attach to other synapses (scaling, normalisation): per synapse and tick.
Three rules stand beside a version that a Brian2 user would write by hand, compiled in the same way, the runs of the pair in turn.
CPU seconds of the simulation loop (user + system), best of the repeats.

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


# What rules read of the neurons: the equation, and a value at which they are at work.
VARIABLES = {
    "r": ("r : 1 (constant)", 1.0), "rate": ("rate : Hz (constant)", 20.0), "plateau": ("plateau : 1 (constant)", 1.0),
    "onset": ("onset : 1 (constant)", 1.0), "v": ("v : volt (constant)", -0.03),
}  # fmt: skip
DENSE = 0.02  # s simulated of rules in continuous time


def kind_of(rule):
    """"events", "steps" or "ticks": what the cost is per."""
    if hasattr(rule, "attach"):
        return "ticks"
    return "steps" if rule.reads or rule.reads_pre or rule.reads_post else "events"


def groups(rule):
    """Presynaptic and postsynaptic neurons for a rule, and what connect needs."""
    from brian2 import Hz, NeuronGroup, PoissonGroup

    if rule.reads:
        from snnplastic import AMPA, NMDA, CA1Pyramidal

        receptors = (AMPA(), NMDA())
        cells = CA1Pyramidal().group(N, synaptic_receptors=receptors, name="cells")
        return PoissonGroup(N, RATE * Hz, name="inputs", namespace={}), cells, {"receptors": receptors}
    made = []
    for name, reads in (("inputs", rule.reads_pre), ("cells", rule.reads_post)):
        if not reads:
            made.append(PoissonGroup(N, RATE * Hz, name=name, namespace={}))
            continue
        text = "\n".join(VARIABLES[variable][0] for variable in reads)
        made.append(NeuronGroup(N, text, threshold="rand() < 10*Hz*dt", reset="", name=name, namespace={}))
        for variable in reads:
            made[-1].variables[variable].set_value(VARIABLES[variable][1])
    return (*made, {})


def build(name, like, by_hand, seconds, folder):
    """Generate and compile one program in a process of its own; without a `name` the neurons of `like` alone."""
    from brian2 import BrianLogger, Network, Synapses, defaultclock, device, ms, second, set_device

    from snnplastic.catalogue import find_class
    from snnplastic.device.build import compile_units

    BrianLogger.log_level_error()
    set_device("cpp_standalone", directory=folder, build_on_run=False)
    defaultclock.dt = DT * second
    device.insert_code("after_start", "brian::_random_generators[0].seed(1);")
    rule = find_class("rules", like)()
    pre, post, given = groups(rule)
    network = Network(pre, post)
    if by_hand:
        text = BY_HAND[name]
        namespace = text["namespace"] | {key: value * ms for key, value in text["times"].items()}
        synapses = Synapses(pre, post, text["model"], on_pre=text["on_pre"], on_post=text["on_post"], namespace=namespace, name="plastic")
        synapses.connect()
        synapses.w = 0.5
        network.add(synapses)
    elif name and kind_of(rule) == "ticks":
        network.add(rule.connect(pre, post, w=0.5, every=DT, name="plastic"))
    elif name:
        network.add(rule.connect(pre, post, w=float(rule.starts(0.5)[0]), name="plastic", **given))
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
    from snnplastic.catalogue import find_class, names

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    place, table = tempfile.mkdtemp(), []

    def made(name, like, seconds, by_hand=False):
        folder = os.path.join(place, f"{name or 'alone'}_{like}_{by_hand}")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            pool.submit(build, name, like, by_hand, seconds, folder).result()
        return folder

    try:
        print(f"{'rule':28}{'ns':>8}  {'per':34}{'by hand':>10}{'ratio':>8}")
        for name in options.names or names("rules"):
            rule = find_class("rules", name)()
            kind = kind_of(rule)
            seconds = options.seconds if kind == "events" else DENSE
            sides = [side for side in ("pre", "post") if getattr(rule, f"on_{side}") or (side == "pre" and rule.before_effect)]
            count = N * N * (len(sides) * RATE * seconds if kind == "events" else seconds / DT)
            per = {"events": f"event ({' and '.join(sides)})", "steps": "synapse and step", "ticks": "synapse and tick"}[kind]
            folders = [made(name, name, seconds), made("", name, seconds)]
            folders += [made(name, name, seconds, True)] if name in BY_HAND else []
            best = [float("inf")] * len(folders)
            for _ in range(options.repeats):  # in turn
                best = [min(b, loop(folder)) for b, folder in zip(best, folders)]
            ns = [(b - best[1]) / count * 1e9 for b in best]
            row = {"rule": name, "ns": round(ns[0], 2), "per": per}
            row |= {"by_hand": round(ns[2], 2), "ratio": round(ns[0] / ns[2], 3)} if len(ns) > 2 else {}
            table.append(row)
            hand = f"{ns[2]:10.1f}{ns[0] / ns[2]:8.2f}" if len(ns) > 2 else ""
            print(f"{name:28}{ns[0]:8.1f}  {per:34}{hand}", flush=True)
            for folder in folders:
                shutil.rmtree(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"synapses": N * N, "seconds": options.seconds, "rules": table}, file, indent=1)


if __name__ == "__main__":
    main()
