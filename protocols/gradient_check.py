"""Gradient check: how right is the gradient of every learning rule, against differences of the loss and against backpropagation through time?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snnplastic.analysis import gradient_quality as quality
from snnplastic.eventprop_protocol import EventPropProtocol
from snnplastic.learners.bptt import BPTT
from snnplastic.learners.eprop import EProp
from snnplastic.learners.eventprop import EventProp
from snnplastic.learners.ottt import OTTT
from snnplastic.learners.superspike import SuperSpike
from snnplastic.learning.losses import EveryStep
from snnplastic.learning.optimisers import Adam
from snnplastic.learning.surrogates import Sigmoid
from snnplastic.learning.surrogates import SuperSpike as FastSigmoid
from snnplastic.learning_protocol import Training
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol
from snnplastic.tasks.samples import Samples

OUTPUTS, SAMPLES = 3, 4
CONNECTIONS = ("to_hidden_1", "within_hidden_1", "to_hidden_2", "to_output")
ONLINE = {"e-prop": EProp(feedback="adaptive"), "SuperSpike": SuperSpike(), "OTTT": OTTT()}
RULES = ("e-prop, symmetric", "e-prop, random", "e-prop, adaptive", "SuperSpike", "OTTT")
PROGRAMS = ("smooth", "EventProp")
ALONE = "to_hidden_1", "to_output"  # of the network of one hidden layer
LATE = {"e-prop, symmetric": "e-prop", "SuperSpike": "SuperSpike", "OTTT": "OTTT"}


@dataclass(frozen=True, kw_only=True, eq=False)
class SpikeTimeTraining(Training, EventPropProtocol):
    """A Training by exact gradients of spike times."""


@dataclass(frozen=True, kw_only=True)
class GradientCheck(Protocol):
    r"""Two questions. Is a gradient g that of the loss L? Central differences along random directions d tell:

        error(h) = |(L(w + h d) - L(w - h d))/2h - g.d| / (root mean square of g.d over directions)

    which falls as h^2 by truncation and rises as 1/h by rounding; d has the size of each connection's weights, so h is a relative change. It is asked
    of BPTT where sigma stands in place of the step, and of EventProp; a pair of losses between which a spike appeared or vanished is left out.

    How near is a rule to the surrogate gradient by BPTT? Told by the cosine of the two, for each connection of a network of two hidden layers, the
    first one recurrent, before training; and for the loss of one single step, after inputs that have ceased. Symmetric feedback is that of the
    weights to the read-out, in the first hidden layer the product of the weights on the way; adaptive feedback starts as random feedback, so it is
    looked at after a training by itself, and compared with BPTT at those weights. With one hidden layer without recurrence, e-prop is BPTT.

    Random vectors of n entries have cosines of standard deviation 1/sqrt(n). Gradients share their few input traces and errors, so
    random feedback, whose mean cosine is 0 by the symmetry B -> -B, spreads wider.
    """

    title = "gradients of all learning rules: against differences of the loss, and against BPTT by layer and over time"
    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    targets = ("gradient_check",)

    networks: int = param(5, "1", "networks of random weights, inputs and labels", "free", low=2)
    draws: int = param(4, "1", "random feedbacks of each network", "free", low=1)
    directions: int = param(3, "1", "directions of differences", "free", low=1)
    timed: int = param(3, "1", "networks whose errors are looked at step by step", "free", low=1)
    inputs: int = param(20, "1", "input channels", "free", low=1)
    hidden_1: int = param(24, "1", "neurons of the first hidden layer", "free", low=1)
    hidden_2: int = param(16, "1", "neurons of the second", "free", low=1)
    n_steps: int = param(60, "1", "steps of 1 ms in a sample", "free", low=20)
    n_cue: int = param(20, "1", "steps with input, where errors are looked at step by step", "free", low=1, high=59)
    n_times: int = param(6, "1", "steps whose error is looked at alone", "free", low=2)
    probability: float = param(0.1, "1", "of an input spike in a step", "free", low=0, high=1)
    updates: int = param(200, "1", "updates before adaptive feedback is looked at", "free", low=1)
    rate: float = param(5e-3, "1", "learning rate of Adam in them", "free", low=0)
    decay: float = param(
        0.02, "1", "share that B and the read-out's weights lose with each update", "free", low=0, high=1
    )
    beta: float = param(10, "1", "steepness of the surrogate", "free", low=1e-3)
    beta_smooth: float = param(4, "1", "steepness of the sigmoid in place of the step", "free", low=1e-3)
    first: int = param(0, "1", "number of the first network", "free", low=0)

    dt = 1e-3  # step of the clock, s

    # networks and samples

    def network(self, deep=True):
        first = Layer(n=self.hidden_1, gain=6.0, recurrent=deep, recurrent_gain=2.0)
        readout = Layer(n=OUTPUTS, neuron=LeakyIntegrator(), gain=3.0)
        hidden = (first, Layer(n=self.hidden_2, gain=6.0)) if deep else (first,)
        return LayeredNetwork(inputs=self.inputs, layers=(*hidden, readout))

    def samples(self, number, steps=None):
        """Random spikes in the first `steps` steps, and random labels."""
        rng, n = np.random.default_rng((number, 1)), 2 * SAMPLES + 1
        sample, time, channel = np.nonzero(rng.random((n, steps or self.n_steps, self.inputs)) < self.probability)
        label = rng.integers(0, OUTPUTS, n)
        return Samples(self.n_steps, self.inputs, OUTPUTS, (2 * SAMPLES, 1, 0), time, channel, sample, label=label)

    def numbers(self):
        return range(self.first, self.first + self.networks)

    def times(self):
        """Steps whose error is looked at alone, from 10 on: sooner, few spikes have gone through both hidden layers."""
        return np.linspace(10, self.n_steps - 1, self.n_times).round().astype(int)

    def start(self, number, deep=True):
        """Weights of a network, its inputs, and no feedback yet."""
        return self.network(deep).initial_weights(number) | self.samples(number).values()

    def only(self, number, step):
        """Input that ceases, and the error of one step alone (of none: -1)."""
        attention = np.where(np.arange(self.n_steps) == step, float(self.n_steps), 0.0)
        return self.samples(number, self.n_cue).values() | {"data.attention": attention}

    def symmetric(self, weights):
        """The feedback of the weights themselves."""
        back = weights["to_output.w"].reshape(-1, OUTPUTS)
        through = weights["to_hidden_2.w"].reshape(self.hidden_1, self.hidden_2) @ back
        return {"feedback_hidden_2.w": back.ravel(), "feedback_hidden_1.w": through.ravel()}

    def random(self, number, draw):
        rng = np.random.default_rng((number, 2, draw))
        sizes = {"feedback_hidden_1.w": self.hidden_1, "feedback_hidden_2.w": self.hidden_2}
        return {name: rng.normal(0, OUTPUTS**-0.5, n * OUTPUTS) for name, n in sizes.items()}

    # programs

    def runs(self, name):
        """{(what, network, which): values} of the runs of a program of the network of two hidden layers."""
        back = self.symmetric if name == "e-prop" else lambda weights: {}
        found = {}
        for number in self.numbers():
            begin = self.start(number)
            found["start", number, 0] = begin | back(begin)
            if name == "e-prop":
                found |= {("random", number, k): begin | self.random(number, k) for k in range(self.draws)}
                found["training", number, 0] = begin | self.random(number, 0) | {"data.control": self._training}
        for number in list(self.numbers())[: self.timed]:
            begin = self.start(number)
            found |= {("only", number, t): begin | back(begin) | self.only(number, t) for t in self.times()}
        begin = self.start(self.first)
        return found | {("nothing", self.first, 0): begin | back(begin) | self.only(self.first, -1)}

    def trained(self, data, name):
        """{(what, network, which): values} at the weights that the training by adaptive feedback ended with."""
        found, after = {}, [*CONNECTIONS, *(["feedback_hidden_1", "feedback_hidden_2"] if name == "e-prop" else [])]
        for k, (what, number, _) in enumerate(self.runs("e-prop")):
            if what == "training":
                weights = {f"{c}.w": data[f"e-prop/{c}.w"][k] for c in after}
                found["trained", number, 0] = self.start(number) | weights
        return found

    @cached_property
    def _training(self):
        part = self._part(ONLINE["e-prop"], [])
        control = part.control()
        control[part.order("epochs")] = self.updates
        return control

    def _part(self, rule, runs, *, deep=True, smooth=False):
        if isinstance(rule, EProp) and rule.feedback == "adaptive":
            rule = EProp(feedback="adaptive", decay=self.decay)
        return Training(
            given={
                "network": self.network(deep), "samples": self.samples(self.first), "loss": EveryStep(), "rule": rule, "optimiser": Adam(),
                "surrogate": Sigmoid(beta=self.beta_smooth) if smooth else FastSigmoid(beta=self.beta), "replicates": list(runs), "time_step": self.dt,
                "hyperparameters": {"epochs": 0, "batch": 2 * SAMPLES, "rate": self.rate, "seed": 0},
            },
            settings={
                "smooth": smooth, "detach_reset": not smooth, "replicas": 2 * SAMPLES, "dtype": "float64", "shuffle": False,
                "evaluate_every": self.updates + 1,
            },
        )  # fmt: skip

    def _spike_times(self):
        """EventProp on a small network in which all outputs spike; its test samples are those it is trained on, since spikes of tests are recorded."""
        n_in, n, rng = 5, 8, np.random.default_rng((self.first, 3))
        neuron = SynapticLIF()
        hidden, out = (
            Layer(n=k, neuron=neuron, mean=m / size, gain=2 / size**0.5)
            for k, m, size in ((n, 8, n_in), (OUTPUTS, 10, n))
        )
        exact = np.tile(rng.uniform(0.002, 0.04, SAMPLES * 2 * n_in), 2)
        samples = Samples(
            60, n_in, OUTPUTS, (SAMPLES, 0, SAMPLES), (exact * 1e3).astype(int), np.tile(np.arange(n_in), 4 * SAMPLES),
            np.repeat(np.arange(2 * SAMPLES), 2 * n_in), label=np.arange(2 * SAMPLES) % SAMPLES % OUTPUTS, exact_time=exact,
        )  # fmt: skip
        network = LayeredNetwork(inputs=n_in, layers=(hidden, out))
        given = {
            "network": network, "samples": samples, "rule": EventProp(tau_0=3, tau_1=20, alpha=0.1), "optimiser": Adam(),
            "hyperparameters": {"epochs": 0, "batch": SAMPLES, "rate": 0, "seed": self.first},
            "replicates": list(self._moved(network.initial_weights(self.first))),
        }  # fmt: skip
        return SpikeTimeTraining(given=given, settings={})

    def steps(self):
        """Relative changes h of the weights."""
        return 10.0 ** -np.arange(1, 10)

    def _ways(self, weights):
        """Random directions in all weights together, scaled by each connection's size."""
        rng = np.random.default_rng((self.first, 4))
        sizes = {name: np.sqrt(np.mean(w**2)) for name, w in weights.items()}
        return [{n: rng.normal(size=w.shape) * sizes[n] for n, w in weights.items()} for _ in range(self.directions)]

    def _moved(self, weights):
        """The weights, then those of all differences: by direction, step and sign."""
        yield weights
        for way in self._ways(weights):
            for h in self.steps():
                for sign in (1, -1):
                    yield {name: w + sign * h * way[name] for name, w in weights.items()}

    def parts(self, data):
        if not data:
            start = self.start(self.first)
            smooth = self._moved(self.network().initial_weights(self.first))
            found = {
                "smooth": self._part(BPTT(), ({**start, **moved} for moved in smooth), smooth=True),
                "EventProp": self._spike_times(),
            }
            alone = [self.start(number, deep=False) for number in self.numbers()]
            found |= {
                "alone, BPTT": self._part(BPTT(), alone, deep=False),
                "alone, e-prop": self._part(EProp(), alone, deep=False),
            }
            return found | {
                n: self._part(rule, self.runs(n).values()) for n, rule in ({"BPTT": BPTT()} | ONLINE).items()
            }
        if "trained, BPTT/out.done" in data:
            return {}
        both = {"BPTT": BPTT(), "e-prop": ONLINE["e-prop"]}
        return {f"trained, {n}": self._part(rule, self.trained(data, n).values()) for n, rule in both.items()}

    # measurement

    def measure(self, data):
        """error, same_spikes (program, direction, h), cosine (rule, connection, network), random_cosine, late_cosine by step, some gradients of synapses,
        and what targets are about (`gradient_quality.summarised`)."""
        import xarray as xr

        numbers, layers = list(self.numbers()), (self.hidden_1, self.hidden_2)
        starts = self.network().initial_weights(self.first), self._spike_times().network().initial_weights(self.first)
        differences = [self._differences(data, part, weights) for part, weights in zip(PROGRAMS, starts, strict=True)]
        found = {name: _gradients(data, name, self.runs(name)) for name in ("BPTT", *ONLINE)}
        after = {name: _gradients(data, f"trained, {name}", self.trained(data, name)) for name in ("BPTT", "e-prop")}
        alone = {
            name: [_of(data, f"alone, {name}", ALONE, k) for k in range(self.networks)] for name in ("BPTT", "e-prop")
        }
        shown = "start", self.first, 0
        losses = (
            _losses(data, "e-prop", self.runs("e-prop")),
            _losses(data, "trained, e-prop", self.trained(data, "e-prop")),
        )
        made = xr.Dataset(
            {
                "error": (("program", "direction", "h"), [error for error, _ in differences]),
                "same_spikes": (("program", "direction", "h"), [kept for _, kept in differences]),
                "alone_error": ("network", [quality.largest(a, b) for a, b in zip(alone["e-prop"], alone["BPTT"], strict=True)]),
                "chance": ("connection", [quality.chance(found["BPTT"][shown][c].size) for c in CONNECTIONS]),
                "nothing": ("control", [max(np.abs(g).max() for g in of["nothing", self.first, 0].values()) for of in found.values()]),
                "scatter_alone": (("which", "synapse_alone"), [alone[name][0]["to_hidden_1"] for name in ("e-prop", "BPTT")]),
                "scatter_deep": (("which", "synapse"), [found[name][shown]["to_hidden_1"] for name in ("e-prop", "BPTT")]),
                "spikes": (("network", "layer"), [_spikes(data["BPTT/out.raster"][k], layers) for k in range(self.networks)]),
                "learned": ("network", [1 - losses[1]["trained", k, 0] / losses[0]["start", k, 0] for k in numbers]),
                **self._cosines(found, after),
            },
            coords={
                "program": list(PROGRAMS), "h": self.steps(), "rule": list(RULES), "connection": list(CONNECTIONS), "network": numbers,
                "timed": numbers[: self.timed], "online": list(LATE), "time": self.times().astype(float), "control": list(found),
                "which": ["e-prop", "BPTT"],
            },
            attrs={"n_cue": self.n_cue, "n_steps": self.n_steps, "updates": self.updates},
        )  # fmt: skip
        return quality.summarised(made)

    def _cosines(self, found, after):
        """Cosines to BPTT with the same weights, inputs and errors: of each rule, of all random feedbacks, and of errors of one step."""
        exact, numbers = found["BPTT"], list(self.numbers())

        def cosines(mine, theirs):
            """(connection, pair)."""
            return np.array(
                [[quality.cosine(a[c], b[c]) for a, b in zip(mine, theirs, strict=True)] for c in CONNECTIONS]
            )

        begun = [exact["start", n, 0] for n in numbers]
        random = [cosines([found["e-prop"]["random", n, k] for n in numbers], begun) for k in range(self.draws)]
        by_rule = {rule: cosines([found[name]["start", n, 0] for n in numbers], begun) for rule, name in LATE.items()}
        by_rule["e-prop, random"] = random[0]
        by_rule["e-prop, adaptive"] = cosines(
            *([after[name]["trained", n, 0] for n in numbers] for name in ("e-prop", "BPTT"))
        )
        late = [
            [
                cosines(*([found[name]["only", n, t] for t in self.times()] for name in (rule, "BPTT")))
                for n in numbers[: self.timed]
            ]
            for rule in LATE.values()
        ]
        return {
            "cosine": (("rule", "connection", "network"), [by_rule[rule] for rule in RULES]),
            "random_cosine": (("draw", "connection", "network"), random),
            "late_cosine": (("online", "timed", "connection", "time"), late),
        }

    def _differences(self, data, part, weights):
        """(error, whether no spike appeared or vanished) of each direction and step."""
        shape = self.directions, len(self.steps()), 2
        loss = [np.ravel(h)[0] for h in data[f"{part}/out.history"][1:]]
        slope = -np.diff(np.reshape(loss, shape))[..., 0] / (2 * self.steps())
        gradient = _of(data, part, [name.removesuffix(".w") for name in weights], 0)
        derived = np.array(
            [sum((gradient[n[:-2]] * move).sum() for n, move in way.items()) for way in self._ways(weights)]
        )
        same = np.ones(len(loss), bool)
        if part == "EventProp":
            base, *moved = (quality.spike_counts(raster) for raster in data[f"{part}/out.raster"])
            same = np.array([counts == base for counts in moved])
        return np.abs(slope - derived[:, None]) / np.sqrt(np.mean(derived**2)), same.reshape(shape).all(-1)

    @staticmethod
    def figure(data):
        from snnplastic.analysis.gradient_check_figure import draw

        return draw(data)


def _of(data, part, connections, k):
    """{connection: gradient} of run k."""
    return {c: data[f"{part}/{c}.g"][k] for c in connections}


def _gradients(data, part, labels):
    return {label: _of(data, part, CONNECTIONS, k) for k, label in enumerate(labels)}


def _losses(data, part, labels):
    return {label: np.ravel(data[f"{part}/out.history"][k])[0] for k, label in enumerate(labels)}


def _spikes(raster, layers):
    """Spikes of a neuron in a sample before training, by layer."""
    rows = np.reshape(raster, (-1, 5))
    return [((rows[:, 0] == 0) & (rows[:, 1] == k)).sum() / n / (2 * SAMPLES) for k, n in enumerate(layers)]


PROTOCOL = GradientCheck
