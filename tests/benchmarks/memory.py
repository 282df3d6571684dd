"""Memory of a training over many steps: the most that the program holds, for two lengths, and what a step adds.

    python tests/benchmarks/memory.py [--steps 10000] [--batch 256]

A network of 100-128-10, single precision. The program works off a batch in blocks of 4 samples, and keeps for each step of a block the states that the
gradient needs, so memory grows with the steps but not with the batch (its input spikes, 8 bytes each, apart). Nothing is computed a second time.
"""

import argparse
import os
import re
import threading
from pathlib import Path

import training

SIZES = (100, 128, 10)


def run(steps, batch, epochs):
    """CPU seconds of the epochs, and input spikes."""
    case = {"sizes": SIZES, "steps": steps, "batch": batch, "n": batch, "p": 0.05, "gain": (6.0, 2.0)}
    samples, weights = training.data(case)
    return training.ours(case, samples, weights, epochs)["cpu"], samples.time.size


def measured(steps, batch):
    """(MiB, CPU seconds an epoch, input spikes) of a run from a cached build, whose only child is the program."""
    most, running = [0], threading.Event()

    def watch():
        while not running.wait(0.01):
            most[0] = max([most[0], *map(peak, below(os.getpid()))])

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds, spikes = run(steps, batch, 1)
    running.set()
    watcher.join()
    return most[0] / 1024, seconds, spikes


def below(process):
    """Numbers of all processes that a process has started, and so on."""
    try:
        children = [c for file in Path(f"/proc/{process}/task").glob("*/children") for c in file.read_text().split()]
    except OSError:
        return []
    return children + [further for c in children for further in below(c)]


def peak(process):
    """The most memory that a program has held since it was started (not what the process was that started it), KiB."""
    try:
        status, command = (Path(f"/proc/{process}/{name}").read_text() for name in ("status", "comm"))
    except OSError:
        return 0  # it has ended
    return int(re.search(r"VmHWM:\s*(\d+)", status + "VmHWM: 0")[1]) * (not command.startswith("python"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--batch", type=int, default=256)
    given = parser.parse_args()
    run(100, given.batch, 1)  # builds
    print(f"{'steps':>8} {'MiB':>8} {'of it input spikes':>20} {'CPU s an epoch':>16} {'us a step and sample':>22}")
    for steps in (given.steps // 10, given.steps):
        memory, seconds, spikes = measured(steps, given.batch)
        print(f"{steps:8d} {memory:8.0f} {spikes * 8 / 2**20:20.0f} {seconds:16.3f} {seconds / steps / given.batch * 1e6:22.2f}")


if __name__ == "__main__":
    main()
