"""What network.py and scaling.py share: the circuit in Brian2, its compilation, a clock around the simulation loop, tables.

The circuit: excitatory and, a quarter as many, inhibitory leaky integrate-and-fire neurons with exponential synaptic currents (Vogels & Abbott 2005,
J. Neurosci. 25:10786, their current-based network in the form of Brian2's CUBA example), every pair connected with probability p, delay 1.5 ms, dt 0.1 ms.
The excitatory-to-excitatory synapses carry additive pair STDP (all-to-all pairing, hard bounds 0 and 2 w_0, amplitudes .0025 and .002625 of the upper bound).

The clock is inserted into the generated main() right before and right after Network::run: user + system CPU seconds of this process
(CLOCK_PROCESS_CPUTIME_ID). What comes before it, connecting above all, is "construction". Peak memory is VmHWM, which the kernel starts anew for
a new program; ru_maxrss would begin with the memory of the Python process that started it. Linux and g++ only.
"""
from __future__ import annotations

import json
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

A_PLUS, A_MINUS, W_EXCITATORY, W_INHIBITORY = 0.0025, 0.002625, 0.35, -3.0


@dataclass(frozen=True)
class Circuit:
    """4000 excitatory cells with p = 0.1 have 1.6 million plastic synapses; weights scale with 1 / inputs, so that other sizes fire alike."""
    excitatory: int = 4000
    p: float = 0.1
    seconds: float = 5.0
    tau_minus: float = 20.0

    @property
    def scale(self) -> float:
        return 400 / (self.p * self.excitatory)


def textbook(pre, post, circuit: Circuit, p: float):
    """STDP as in Brian2's own example (examples/synapses/STDP): event-driven traces on the synapse, amplitudes folded into them."""
    from brian2 import Synapses, ms
    w_0 = W_EXCITATORY * circuit.scale
    synapses = Synapses(pre, post, """w : 1
                                      dApre/dt = -Apre / tau_plus : 1 (event-driven)
                                      dApost/dt = -Apost / tau_minus : 1 (event-driven)""",
                        on_pre="""ge_post += w
                                  Apre += dApre
                                  w = clip(w + Apost, 0, w_max)""",
                        on_post="""Apost += dApost
                                   w = clip(w + Apre, 0, w_max)""",
                        delay=1.5 * ms, name="plastic",
                        namespace=dict(tau_plus=20 * ms, tau_minus=circuit.tau_minus * ms, w_max=2 * w_0,
                                       dApre=A_PLUS * 2 * w_0, dApost=-A_MINUS * 2 * w_0))
    synapses.connect(p=p)
    synapses.w = w_0
    return synapses


def ours(pre, post, circuit: Circuit, p: float):
    """The same rule as snnplastic declares it. (Without connections, for memory, "auto" would leave the traces on the synapses.)"""
    from brian2 import ms

    from snnplastic.rules.pair_stdp import PairSTDP
    w_0 = W_EXCITATORY * circuit.scale
    rule = PairSTDP(A_plus=A_PLUS, A_minus=A_MINUS, tau_plus="20 ms", tau_minus=f"{circuit.tau_minus} ms", w_min=0, w_max=2 * w_0)
    return rule.connect(pre, post, w=w_0, where={"p": p}, effect="ge_post += w", delay=1.5 * ms, name="plastic", traces="auto" if p else "neurons")


BEFORE = "timespec _bench_begin, _bench_end; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &_bench_begin);"
AFTER = """clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &_bench_end);
double _bench_construction = _bench_begin.tv_sec + 1e-9*_bench_begin.tv_nsec, _bench_total = _bench_end.tv_sec + 1e-9*_bench_end.tv_nsec;
double _bench_events = 0, _bench_squares = 0, _bench_kB = 0;
long _bench_spikes = 0;
for (int i = 0; i < %(N)d; i++) _bench_spikes += %(count)s[i];
for (int i = 0; i < %(NE)d; i++) _bench_events += double(%(count)s[i]) * (%(outgoing)s[i] + %(incoming)s[i]);
for (double w : %(w)s) _bench_squares += (w/%(w_0)r - 1) * (w/%(w_0)r - 1);
std::ifstream _bench_status("/proc/self/status");
for (std::string word; _bench_status >> word;) if (word == "VmHWM:") _bench_status >> _bench_kB;
printf("{\\"construction\\": %%.6f, \\"loop\\": %%.6f, \\"spikes\\": %%ld, \\"events\\": %%.0f, \\"plastic\\": %%zu, \\"synapses\\": %%zu, \\"dw\\": %%.6f, \\"peak_MB\\": %%.3f}\\n",
       _bench_construction, _bench_total - _bench_construction, _bench_spikes, _bench_events, %(w)s.size(), %(sizes)s,
       %(w)s.size() ? sqrt(_bench_squares/%(w)s.size()) : 0., _bench_kB/1024);"""


def build(rule: str, circuit: Circuit, directory: str, connected: bool = True) -> float:
    """Generate and compile one program (`textbook`: Brian2's make; `ours`: the two units of snnplastic.device). Run it in a process of its own: see `isolated`.

    Without `connected`: its twin for `scaling.py`, no synapses and (as the inhibition is gone) no spikes."""
    from brian2 import (
        BrianLogger,
        Network,
        NeuronGroup,
        SpikeMonitor,
        Synapses,
        defaultclock,
        device,
        ms,
        prefs,
        second,
        set_device,
    )

    from snnplastic.device.build import compile_units
    from snnplastic.device.target import FLAGS
    BrianLogger.log_level_error()
    prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    prefs.devices.cpp_standalone.extra_make_args_unix = ["-j1"]
    set_device("cpp_standalone", directory=directory, build_on_run=False)
    defaultclock.dt = 0.1 * ms
    device.insert_code("after_start", 'brian::_random_generators[0].seed(strtoul(getenv("BENCH_SEED"), 0, 10));')

    NE, p = circuit.excitatory, circuit.p if connected else 0.0
    neurons = NeuronGroup(NE + NE // 4, """dv/dt = (ge + gi - (v + 49)) / (20*ms) : 1 (unless refractory)
                                           dge/dt = -ge / (5*ms) : 1
                                           dgi/dt = -gi / (10*ms) : 1""",
                          threshold="v > -50" if connected else "v > 0", reset="v = -60", refractory=5 * ms, method="exact", name="neurons", namespace={})
    neurons.v = "-60 + 10*rand()"
    E, I = neurons[:NE], neurons[NE:]
    plastic = {"textbook": textbook, "ours": ours}[rule](E, E, circuit, p)
    fixed = []
    for name, pre, post, effect in (("to_inhibitory", E, I, "ge_post += w_e"), ("inhibitory", I, neurons, "gi_post += w_i")):
        fixed.append(Synapses(pre, post, on_pre=effect, delay=1.5 * ms, name=name,
                              namespace=dict(w_e=W_EXCITATORY * circuit.scale, w_i=W_INHIBITORY * circuit.scale)))
        fixed[-1].connect(p=p)
    spikes = SpikeMonitor(neurons, record=False, name="spikes")

    array = lambda owner, variable: device.get_array_name(owner.variables[variable], access_data=False)
    device.insert_code("before_network_run", BEFORE)
    device.insert_code("after_network_run", AFTER % dict(
        N=len(neurons), NE=NE, w_0=W_EXCITATORY * circuit.scale, count=array(spikes, "count"), w=array(plastic, "w"),
        outgoing=array(plastic, "N_outgoing"), incoming=array(plastic, "N_incoming"),
        sizes=" + ".join(array(synapses, "_synaptic_pre") + ".size()" for synapses in (plastic, *fixed))))
    Network(neurons, plastic, *fixed, spikes).run(circuit.seconds * second, namespace={})
    device.build(directory=directory, compile=False, run=False, direct_call=False)
    begin = time.perf_counter()
    if rule == "ours":
        compile_units(directory)
    else:
        device.compile_source(directory, "unix", False, False)
    return time.perf_counter() - begin


def isolated(function, *arguments):
    """function(*arguments) in a fresh Python process that ends with it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def execute(command: list[str], directory, seed: int) -> dict:
    """Run one benchmark program to its end and read the line of JSON it prints."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, env={**os.environ, "BENCH_SEED": str(seed)})
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or len(lines) != 1:
        raise RuntimeError(f"{command[0]} in {directory} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return json.loads(lines[0])


def _busy() -> float:
    """CPU seconds this machine has spent on anything (on its host's other guests too, where it can tell)."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def watched(job, seed: int, patience: float = 0) -> dict:
    """job(seed), with the number of cores that others used meanwhile; waits at most `patience` seconds for a second in which they use less than 0.1."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = _busy()
        time.sleep(1)
        if _busy() - before < 0.1:
            break
    busy, own, begin = _busy(), sum(os.times()[:4]), time.monotonic()
    result = job(seed)
    return result | {"seed": seed, "others": (_busy() - busy - sum(os.times()[:4]) + own) / (time.monotonic() - begin)}


def machine() -> dict:
    """What a reader needs to judge the numbers."""
    cpuinfo = Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    model = next((line.split(":")[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")), platform.processor())
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return {"cpu": model, "cores": os.cpu_count(), "compiler": compiler, "python": platform.python_version(), "load": os.getloadavg()[0]}


def bar(name: str, measured: float, limit: float, note: str = "") -> dict:
    """A figure beside the bar it is held to: reported, never an assertion."""
    return {"bar": name, "measured": measured, "limit": limit, "ok": measured <= limit, "note": note}


def report(title: str, columns: list[str], rows: list[list[str]], bars: list[dict], warnings: list[str], result: dict, json_path: str | None) -> None:
    """The tables on the terminal, and everything measured as JSON."""
    from rich.console import Console
    from rich.table import Table
    console = Console(width=None if sys.stdout.isatty() else 150)
    table = Table(title=title)
    for k, column in enumerate(columns):
        table.add_column(column, justify="right" if k else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    table = Table("bar", "measured", "at most", "", "note", title="bars")
    for entry in bars:
        table.add_row(entry["bar"], f"{entry['measured']:.3g}", f"{entry['limit']:.3g}", "[green]ok" if entry["ok"] else "[bold red]MISSED", entry["note"])
    if bars:
        console.print(table)
    for warning in warnings:
        console.print(f"[bold red]WARNING: {warning}")
    if json_path:
        Path(json_path).write_text(json.dumps({**result, "bars": bars, "warnings": warnings, "machine": machine()}, indent=1) + "\n")
