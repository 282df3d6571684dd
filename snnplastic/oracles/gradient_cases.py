"""Small layered networks whose gradients are compared: what each of them trains, and the same networks as plain Brian2."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..catalogue import find_class, load_file
from ..learning import losses, optimisers, surrogates
from ..learning_protocol import LearningProtocol
from ..networks.layered import Layer, LayeredNetwork
from ..neurons.adaptive_lif import AdaptiveLIF
from ..neurons.adex import AdEx
from ..neurons.leaky_integrator import LeakyIntegrator
from ..neurons.lif_exponential_current import LIFExponentialCurrent
from ..neurons.listed_spikes import ListedSpikes
from ..neurons.synaptic_lif import SynapticLIF
from ..parameter import param
from ..protocol import Protocol
from ..tasks.samples import Samples

DT, STEPS, INPUTS, OUTPUTS = 0.5e-3, 60, 12, 3
COUNTS = (20, 2, 8)  # train, valid, test; the raster is of the test samples
UNIT = {"I_syn": "1", "v": "volt", "g_e": "siemens"}  # of the states that synapses drive; LIFExponentialCurrent's is below


@dataclass(frozen=True)
class Case:
    """A network and how it is trained. `start` {array: (lowest, highest)} of what does not start as the network says."""

    layers: tuple
    surrogate: object
    loss: object
    optimiser: object = field(default_factory=optimisers.Adam)
    detach: bool = True
    smooth: bool = False
    goal: str = "label"  # or shared, each: a goal over time for all samples or for each
    start: dict = field(default_factory=dict)
    rate: float = 1e-3
    batch: int = 10  # not a multiple of the replicas of a block


def readout(**more):
    return Layer(n=OUTPUTS, neuron=LeakyIntegrator(tau_mem=8, tau_syn=4), gain=3.0, **more)


def conductance_lif(**values):
    """A neuron from a file, as a user's own is."""
    return load_file(Path(__file__).with_name("conductance_lif.py")).ConductanceLIF(**values)


def cases():
    """{name: Case}: six neurons, four surrogates, reset detached or not, delays, recurrence, one to three hidden layers, four losses."""
    fast = {"tau_mem": 10, "tau_syn": 5}
    lif, adaptive = SynapticLIF(**fast), AdaptiveLIF(tau_adapt=30, beta=0.3, **fast)
    adex, cond = AdEx(v_cut=-40), conductance_lif()
    # a current of 1000 pA for a weight of 1
    current = LIFExponentialCurrent(tau_ref=2, v_th=5)
    return {
        "1 layer LIF, SuperSpike, maximum, detached": Case(
            (Layer(n=18, neuron=lif, gain=8, train=("bias", "tau_mem*", "v_th")), readout(train=("bias", "tau_mem*"))),
            surrogates.SuperSpike(beta=10), losses.MaxOverTime(), start={"hidden_1_bias.w": (0.0, 0.6), "hidden_1_v_th.w": (0.8, 1.2)},
        ),
        "2 layers LIF, Sigmoid, mean, recurrent, delay 3": Case(
            (
                Layer(n=18, neuron=lif, gain=8, recurrent=True, recurrent_gain=3, delay=3, train=("tau_syn",)),
                Layer(n=14, neuron=lif, gain=8, mean=1, train=("v_th*", "v_reset")), readout(delay=2),
            ),
            surrogates.Sigmoid(beta=4), losses.MeanOverTime(scale=3), detach=False,
        ),
        "3 layers adaptive LIF, Triangular, last value": Case(
            (
                Layer(n=18, neuron=adaptive, gain=9, train=("tau_adapt", "beta*")),
                Layer(n=14, neuron=adaptive, gain=9, mean=1, train=("bias",), each={"beta": np.linspace(0, 0.6, 14)}),
                Layer(n=11, neuron=adaptive, gain=9, mean=1, recurrent=True, train=("v_th", "tau_adapt*")), readout(train=("tau_syn",)),
            ),
            surrogates.Triangular(beta=0.7, damping=0.3), losses.LastValue(), detach=False, start={"hidden_2_bias.w": (0.2, 0.9)},
        ),
        "2 layers adaptive LIF and LIF, Gaussian, squared error": Case(
            (
                Layer(n=18, neuron=adaptive, gain=8, recurrent=True, recurrent_gain=2, delay=1, train=("beta", "tau_mem")),
                Layer(n=14, neuron=lif, gain=9, mean=1), readout(train=("bias",)),
            ),
            surrogates.Gaussian(beta=2), losses.SquaredError(), goal="each",
        ),
        "1 layer AdEx, SuperSpike, maximum, detached": Case(
            (Layer(n=18, neuron=adex, drive="v", unit=1e-3, gain=12, train=("I_ext", "V_T", "b*")), readout()),
            surrogates.SuperSpike(beta=0.3, unit=1e-3), losses.MaxOverTime(), start={"hidden_1_I_ext.w": (0.8e-9, 2.0e-9)},
        ),
        "2 layers AdEx, Sigmoid, squared error, recurrent, delay 2": Case(
            (
                Layer(n=18, neuron=adex, drive="v", unit=1e-3, gain=10, mean=1, recurrent=True, recurrent_gain=4, delay=2, train=("I_ext",)),
                Layer(n=14, neuron=adex, drive="v", unit=1e-3, gain=14, mean=4, train=("g_leak*", "tau_w")), readout(),
            ),
            surrogates.Sigmoid(beta=0.3, unit=1e-3), losses.SquaredError(), detach=False, goal="shared",
            start={"hidden_1_I_ext.w": (0.8e-9, 2.0e-9)},
        ),
        "2 layers conductance LIF, Triangular, mean": Case(
            (
                Layer(n=18, neuron=cond, drive="g_e", unit=1e-9, gain=12, mean=8, train=("tau_e*", "v_th")),
                Layer(n=14, neuron=cond, drive="g_e", unit=1e-9, gain=12, mean=8, delay=1, train=("E_leak",)), readout(),
            ),
            surrogates.Triangular(beta=0.2, unit=1e-3), losses.MeanOverTime(), detach=False,
        ),
        "3 layers exact LIF with refractory period, SuperSpike, maximum": Case(
            (
                Layer(n=18, neuron=current, unit=1e-12, gain=400, mean=60, train=("I_ext",)),
                Layer(n=14, neuron=current, unit=1e-12, gain=400, mean=60, recurrent=True, recurrent_gain=100, delay=1, train=("tau_syn", "v_th")),
                Layer(n=11, neuron=current, unit=1e-12, gain=400, mean=60, recurrent=True, recurrent_gain=100, train=("C_m*",)), readout(),
            ),
            surrogates.SuperSpike(beta=2, unit=1e-3), losses.MaxOverTime(scale=2), detach=False, start={"hidden_1_I_ext.w": (0.0, 15e-12)},
        ),
    }  # fmt: skip


def smooth_cases():
    """{name: Case} with sigma in place of the step, whose gradient is exact."""
    fast = {"tau_mem": 10, "tau_syn": 5}
    lif, adaptive = SynapticLIF(**fast), AdaptiveLIF(tau_adapt=30, beta=0.3, **fast)
    given = {"detach": False, "smooth": True}
    return {
        "SuperSpike, LIF": Case(
            (Layer(n=10, neuron=lif, gain=4, recurrent=True, train=("tau_mem*", "v_th")), readout(delay=1)),
            surrogates.SuperSpike(beta=2), losses.MeanOverTime(), **given,
        ),
        "Sigmoid, adaptive LIF": Case(
            (Layer(n=10, neuron=adaptive, gain=4, train=("beta", "bias")), Layer(n=9, neuron=adaptive, gain=4, delay=2, recurrent=True), readout()),
            surrogates.Sigmoid(beta=4), losses.SquaredError(), goal="each", **given,
        ),
        "Triangular, conductance LIF": Case(
            (Layer(n=10, neuron=conductance_lif(), drive="g_e", unit=1e-9, gain=5, mean=5, train=("v_th",)), readout()),
            surrogates.Triangular(beta=1, unit=2e-2), losses.LastValue(), **given,
        ),
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Training(LearningProtocol):
    """The program of a Case: its first gradient (no epochs), or a training. `changes`: a run for each {array: values}."""

    case: object = field(default=None)
    epochs: int = param(0, "1", "epochs", "", low=0)
    changes: tuple = field(default=())

    dtype = "float64"
    shuffle = False
    replicas = COUNTS[2]

    @property
    def smooth(self):
        return self.case.smooth

    @property
    def detach_reset(self):
        return self.case.detach

    def network(self):
        return LayeredNetwork(inputs=INPUTS, layers=self.case.layers)

    def samples(self):
        rng, n = np.random.default_rng(3), sum(COUNTS)
        sample, time, channel = np.nonzero(rng.random((n, STEPS, INPUTS)) < 0.08)
        label = rng.integers(0, OUTPUTS, n)
        course = rng.normal(0, 0.5, (n, STEPS, OUTPUTS))
        goal = {"label": None, "shared": course[0], "each": course}[self.case.goal]
        weight = rng.random(STEPS)
        return Samples(
            STEPS, INPUTS, OUTPUTS, COUNTS, time, channel, sample, label=label if goal is None else None, goal=goal,
            attention=None if goal is None else weight,
        )  # fmt: skip

    def surrogate(self):
        return self.case.surrogate

    def loss(self):
        return self.case.loss

    def optimiser(self):
        return self.case.optimiser

    def hyperparameters(self):
        return {
            "epochs": self.epochs, "batch": self.case.batch, "rate": self.case.rate, "rate_decay": 0.98, "seed": 1,
        }  # fmt: skip

    def initial(self):
        found, rng = super().initial(), np.random.default_rng(5)
        for name, (low, high) in self.case.start.items():
            found[name] = rng.uniform(low, high, found[name].shape)
        return found

    def time_step(self):
        return DT

    def replicates(self):
        return [dict(change) for change in self.changes] or None


@dataclass(frozen=True, kw_only=True)
class Plain(Protocol):
    """The networks of some cases as groups and synapses of Brian2, one copy for each test sample; weights stay as they are."""

    given: tuple = field(default=())  # Cases

    @property
    def read(self):
        found = []
        for k, case in enumerate(self.given):
            for name in LayeredNetwork(inputs=INPUTS, layers=case.layers).names()[:-1]:
                found += [f"case_{k}_{name}_spikes.i", f"case_{k}_{name}_spikes.t"]
            found.append(f"case_{k}_seen.v")
        return tuple(found)

    def structure(self):
        networks = []
        for case in self.given:
            plain = LayeredNetwork(inputs=INPUTS, layers=case.layers).structure()
            for layer in plain["layers"]:
                layer["trained"] = list(layer["trained"])
            networks.append(plain)
        return {"networks": networks, "copies": COUNTS[2], "capacity": ListedSpikes.capacity_for(self._listed()[1].size)}

    @staticmethod
    def build(structure):
        from brian2 import Network, SpikeMonitor, StateMonitor, Synapses, second

        network, copies = Network(), structure["copies"]
        for k, plain in enumerate(structure["networks"]):
            source = ListedSpikes(capacity=structure["capacity"]).group(copies * plain["inputs"], name=f"case_{k}_inputs")
            groups, sizes = {None: source}, {None: plain["inputs"]}
            network.add(source)
            for layer in plain["layers"]:
                neuron, name = find_class("neurons", layer["neuron"])(**layer["fields"]), f"case_{k}_{layer['name']}"
                declared = [p for p in (*layer["trained"], *layer["each"]) if p in neuron.declared()]
                group = neuron.group(copies * layer["n"], vary=declared, name=name)
                groups[layer["name"]], sizes[layer["name"]] = group, layer["n"]
                network.add(group)
                if layer is plain["layers"][-1]:
                    network.add(StateMonitor(group, "v", record=list(range(len(group))), when="end", name=f"case_{k}_seen"))
                else:
                    network.add(SpikeMonitor(group, name=f"{name}_spikes"))
            drives = {layer["name"]: layer["drives"] for layer in plain["layers"]}
            for c in plain["connections"]:
                ((state, unit),) = drives[c["post"]].items()
                dimension = "amp" if unit == 1e-12 else UNIT[state]
                synapses = Synapses(
                    groups[c["pre"]], groups[c["post"]], "w : 1", on_pre=f"{state}_post += w*{unit!r}*{dimension}",
                    delay=c["delay"] * DT * second, namespace={}, name=f"case_{k}_{c['name']}",
                )  # fmt: skip
                synapses.connect(condition=f"i//{sizes[c['pre']]} == j//{sizes[c['post']]}")
                network.add(synapses)
        return network

    def _listed(self):
        samples = Training(case=self.given[0]).samples()
        mine = samples.sample >= COUNTS[0] + COUNTS[1]
        return (samples.sample[mine] - COUNTS[0] - COUNTS[1]) * INPUTS + samples.channel[mine], samples.time[mine] * DT

    def values(self):
        found = {}
        for k, case in enumerate(self.given):
            protocol = Training(case=case)
            network = protocol.network()
            found[f"case_{k}_inputs.spikes"] = self._listed()
            found |= {f"case_{k}_{name}": value for name, value in network.parameters().items()}
            for name, layer in zip(network.names(), network.layers, strict=True):
                found |= {f"case_{k}_{name}.{p}": np.tile(values, COUNTS[2]) for p, values in layer.each.items()}
            for name, value in protocol.initial().items():
                owner = name.removesuffix(".w")
                if owner.startswith(("to_", "within_")):
                    found[f"case_{k}_{owner}.w"] = np.tile(value.ravel(), COUNTS[2])
                else:
                    layer = next(n for n in network.names() if owner.startswith(f"{n}_"))
                    size = network.layers[network.names().index(layer)].n
                    parameter = owner.removeprefix(f"{layer}_")
                    spread = np.tile(np.broadcast_to(value, size), COUNTS[2])
                    found[f"case_{k}_{layer}.{parameter}"] = spread
        return found

    def time_step(self):
        return DT

    def duration(self):
        return STEPS * DT

    def measure(self, data):
        return None
