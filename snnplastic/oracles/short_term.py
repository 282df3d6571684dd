"""Short-term plasticity on listed spike trains: the release of every spike, and NEST's two published voltage traces."""

from dataclasses import dataclass

import numpy as np

from ..neurons.lif_exponential_current import LIFExponentialCurrent
from ..neurons.listed_spikes import ListedSpikes
from ..parameter import param
from ..protocol import Protocol
from ..rules.tsodyks_markram import TsodyksMarkram
from .rule_trains import random_trains

RATES = (10.0, 20.0, 50.0, 70.0)
NEGLIGIBLE = 1e-6  # ms, tau_inact of the steady states
VOLTAGE = {  # name: rule, amplitude (pA), tau_m = C_m/g_leak (ms), tau_syn (ms), first, interval (ms) of 20 spikes
    "depressing": (TsodyksMarkram.depressing(), 250.0, 40.0, 3.0, 98.0, 50.0),
    "facilitating": (TsodyksMarkram.facilitating(), 1540.0, 60.0, 1.5, 98.1, 50.1),
}
DELAY = 1.1  # ms from the listed spike to its effect there: 1 ms to the relay neuron and 0.1 ms to the cell


@dataclass(frozen=True, kw_only=True)
class ShortTerm(Protocol):
    """Condition: a rule and a train of presynaptic spikes; the last conditions are the two voltage traces and an unused synapse."""

    length: float = param(8, "s", "simulated time", "", low=1.2)

    def time_step(self):
        return 1e-4

    def conditions(self):
        """[(label, rule, spike times)]: steady trains in both conventions, random trains, the two voltage traces, silence."""
        found, dt = [], self.time_step()
        sets = {
            "depressing": TsodyksMarkram.depressing(),
            "facilitating": TsodyksMarkram.facilitating(),
            "facilitating_from_rest": TsodyksMarkram.facilitating_from_rest(),
        }
        for name, rule in sets.items():
            for rate in RATES:
                period = np.rint(1 / rate / dt) * dt
                steady = rule.replace(tau_inact=NEGLIGIBLE)
                found.append((f"{name} steady", steady, period * np.arange(1, int(self.length / period))))
            for seed, rate in enumerate((15.0, 60.0)):
                found.append((f"{name} random", rule, random_trains((rate, 0), 2.0, dt, seed)[0]))
        for name, (rule, _, _, _, first, interval) in VOLTAGE.items():
            arrival = first + DELAY + interval * np.arange(20)
            # the effect of a spike is seen one step later, as the step's own update comes first
            found.append((f"{name} voltage", rule, np.rint(arrival * 1e-3 / dt - 1) * dt))
        return [*found, ("silent", TsodyksMarkram.depressing(), np.zeros(0))]

    def structure(self):
        found = self.conditions()
        return {"n": len(found), "capacity": ListedSpikes.capacity_for(sum(len(times) for _, _, times in found))}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, StateMonitor, ms

        n, rule = structure["n"], TsodyksMarkram()
        axons = ListedSpikes(capacity=structure["capacity"]).group(n, name="axons")
        cells = LIFExponentialCurrent().group(n, vary=("C_m", "g_leak", "tau_syn", "v_th"), name="cells")
        synapses = rule.connect(
            axons, cells, w=0, where={"j": "i"}, vary=tuple(rule.declared()), model="released : 1",
            effect="I_syn_post += w*release*pA\nreleased = release", name="synapses",
        )  # fmt: skip
        return Network(
            axons, cells, synapses, SpikeMonitor(axons, name="spikes"),
            StateMonitor(synapses, "released", record=np.arange(n), name="seen", when="end"),
            StateMonitor(cells, "v", record=np.arange(n), dt=25 * ms, name="voltage"),
        )  # fmt: skip

    def duration(self):
        return self.length

    def values(self):
        found = self.conditions()
        n = len(found)
        values = ListedSpikes.values("axons", [times for _, _, times in found])
        for name in TsodyksMarkram.declared():
            values[f"synapses.{name}"] = np.array([getattr(rule, name) for _, rule, _ in found])
        w, membrane, synaptic = np.full(n, 1.0), np.full(n, 40.0), np.full(n, 3.0)
        for k, (label, _, _) in enumerate(found):
            if label.endswith("voltage"):
                _, w[k], membrane[k], synaptic[k], _, _ = VOLTAGE[label.split()[0]]
        values |= {"synapses.w": w, "cells.C_m": membrane * 1e-12, "cells.g_leak": np.full(n, 1e-9)}
        values |= {"cells.tau_syn": synaptic * 1e-3, "cells.v_th": np.full(n, 0.015)}
        return values

    read = ("spikes.i", "spikes.t", "seen.released", "synapses.w", "voltage.v", "voltage.t", "synapses.y", "synapses.f")

    def measure(self, data):
        import xarray as xr

        n = len(self.conditions())
        released = np.array(data["seen.released"]).reshape(-1, n)
        i, step = np.array(data["spikes.i"]), np.rint(np.array(data["spikes.t"]) / self.time_step()).astype(int)
        return xr.Dataset({
            "cell": ("spike", i), "release": ("spike", released[step, i]), "w": ("condition", np.array(data["synapses.w"])),
            "v": (("time", "condition"), np.array(data["voltage.v"]).reshape(-1, n)), "time": ("time", np.array(data["voltage.t"])),
            "y": ("condition", np.array(data["synapses.y"])), "f": ("condition", np.array(data["synapses.f"])),
        })  # fmt: skip


PROTOCOL = ShortTerm
