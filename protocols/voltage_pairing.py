"""Voltage-based STDP: pairs, bursts and voltage clamp in a cell whose potential the rule reads."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from snnplastic.analysis import voltage_figure
from snnplastic.errors import ProtocolError
from snnplastic.networks import stimulated_cells
from snnplastic.networks.pairing import room
from snnplastic.neurons.adaptive_threshold_adex import AdaptiveThresholdAdEx
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, rule_from, rule_spec, rules_param
from snnplastic.targets import read_targets

NAME = "voltage"
START = 0.06  # s; the first pair of a bout
SETTLED = 0.1  # s; a clamped cell and its filters are at rest
SPIKES = 5  # pairs of a bout
BOUT_PERIOD = 10.0  # s
SLOW = 1.0  # Hz; below, the pairs of a bout do not meet, and one pair stands for all
BOUTS, SLOW_BOUTS, BURSTS = 15, 10, 60
NEST = {  # NEST's test: ms; the weight is read at the last presynaptic spike, so its last postsynaptic spike is left out
    (10, -10): ((29, 129, 229, 329, 429), (19, 119, 219, 319, 419)),
    (30, -10): ((29, 62.3, 95.7, 129, 162.3), (19, 52.3, 85.7, 119, 152.3)),
    (50, -10): ((29, 49, 69, 89, 109), (19, 39, 59, 79, 99)),
    (10, 10): ((129, 229, 329, 429, 529, 629), (139, 239, 339, 439, 539)),
    (30, 10): ((62.3, 95.6, 129, 162.3, 195.6, 229), (72.3, 105.6, 139, 172.3, 205.6)),
    (50, 10): ((49, 69, 89, 109, 129, 149), (59, 79, 99, 119, 139)),
}
# Pieces of the authors' program, most of which the paper does not name or names otherwise: (changes of the neuron, of the rule).
WITHOUT = {
    "as in the code": ({}, {}),
    "no delay": ({}, {"delay_u": 0}),
    "spike of 1 ms": ({"t_spike": 1}, {}),
    "no afterpotential": ({"I_sp": 0}, {}),
    "b = 80.5 pA": ({"b": 80.5}, {}),
}


@dataclass(frozen=True)
class Condition:
    """One cell: what it gets (s), how often the experiment repeats that, and its coordinates."""

    experiment: str
    pre: object
    post: object
    repeats: int
    neuron: object
    rule: object
    coords: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VoltagePairing(Protocol):
    r"""Weight change of the voltage rule in eight experiments, each condition one cell in one network.

    frequency   bouts of 5 pairs, lag +10 and -10 ms, 15 bouts every 10 s (50 single pairs at 0.1 Hz), beside Sjöström's data
    nest        the six aeif trains of NEST's test of its Clopath synapse
    modeldb     the same schedule as the authors' program makes it: at -10 ms each of its bouts has a sixth postsynaptic spike
    lags        bouts of 5 pairs over the lag, at three rates
    clamp       25 presynaptic spikes at 50 Hz at a cell held at a potential
    bursts      one presynaptic spike 10 ms before the first or after the last spike of a burst, 60 times
    without     the authors' cell and rule without one piece each; controls   spikes of one side alone
    As the authors do, `bouts` bouts (default one) are simulated and the change is scaled to the whole: between bouts nothing
    changes, and no bound acts on the scaled change. The whole protocol, without scaling, simulates 150 s::

        snnplastic run voltage_pairing --set bouts=15 --set "rates=20, 40 Hz" --set experiments=frequency
    """

    title = "voltage-based STDP: pairing rate, lag, bursts and voltage clamp, beside two reference programs"
    source = Source("Clopath, Büsing, Vasilaki & Gerstner", 2010, "Nat. Neurosci. 13:344", doi="10.1038/nn.2479")
    targets = ("clopath_nest", "clopath_modeldb", "voltage_pairing")
    read = stimulated_cells.reads(NAME)

    rule: object = rules_param("voltage_stdp", "rule under test, with the authors' parameters")
    experiments: str = param("all", None, "experiments to run: all, or some of the names above with commas", "free")
    rates: tuple = param(
        [0.1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50],
        "Hz",
        "rates of the pairs",
        "FrequencyDependence.m; more added",
        low=0.01,
        high=100,
    )
    lags: tuple = param([*range(-50, 51, 5)], "ms", "t_post - t_pre", "free", low=-50, high=50)
    lag_rates: tuple = param([10, 20, 50], "Hz", "rates of the pairs over the lag", "free", low=1, high=100)
    voltages: tuple = param([*range(-80, -27, 4)], "mV", "holding potentials", "free", low=-100, high=20)
    burst_rates: tuple = param([20, 40, 60, 80, 100], "Hz", "rates within a burst", "free", low=10, high=200)
    bouts: int = param(1, "1", "bouts simulated; the change is scaled to all", "authors' practice", low=1, high=50)
    w_0: float = param(0.5, "1", "weight at the start", "VoTri.m", low=1e-6)
    I_pulse: float = param(100, "nA", "current of a pulse of 1 ms that makes one spike", "VoTri.m: 1000 nA for 1 ms")
    dt: float = param(0.1, "ms", "time step", "free; 1 ms in VoTri.m", low=0.005, high=1)

    EXPERIMENTS = ("frequency", "nest", "modeldb", "lags", "clamp", "bursts", "without", "controls")

    def check_fields(self):
        for name in self._chosen():
            if name not in self.EXPERIMENTS:
                raise ProtocolError(
                    f"voltage_pairing.experiments: no experiment is called {name!r}; legal: all, {', '.join(self.EXPERIMENTS)}"
                )
        if "v" not in self.rule.reads_post or self.rule.state != "w" or self.rule.reads:
            raise ProtocolError(
                "voltage_pairing.rule: legal: rules with the state w that read v of the postsynaptic neuron, such as voltage_stdp"
            )

    def _chosen(self):
        return self.EXPERIMENTS if self.experiments == "all" else tuple(n.strip() for n in self.experiments.split(","))

    @cached_property
    def _conditions(self):
        return [c for name in self._chosen() for c in getattr(self, f"_{name}")(AdaptiveThresholdAdEx(), self.rule)]

    # -- experiments

    def _pairs(self, experiment, rate, lag, neuron, rule, *, last=False, **coords):
        """A bout of pairs; `last` adds one more postsynaptic spike."""
        count, repeats = (SPIKES, BOUTS) if rate >= SLOW else (1, SPIKES * SLOW_BOUTS)
        first = START + np.arange(count) / rate
        pre, post = first + max(-lag, 0), first + max(lag, 0)
        if last and rate >= SLOW:
            post = np.append(post, post[-1] + 1 / rate)
        return Condition(experiment, pre, post, repeats, neuron, rule, {"rate": rate, "lag": lag * 1e3, **coords})

    def _frequency(self, neuron, rule):
        return [self._pairs("frequency", rate, lag, neuron, rule) for lag in (0.01, -0.01) for rate in self.rates]

    def _nest(self, _, rule):
        return [
            Condition("nest", np.array(pre) * 1e-3, np.array(post) * 1e-3, BOUTS, AdaptiveThresholdAdEx.nest(), rule, {"rate": rate, "lag": lag})
            for (rate, lag), (pre, post) in NEST.items()
        ]  # fmt: skip

    def _modeldb(self, neuron, rule):
        return [
            self._pairs("modeldb", rate, lag, neuron, rule, last=lag < 0)
            for lag in (0.01, -0.01)
            for rate in (0.1, 10, 20, 40, 50)
        ]

    def _lags(self, neuron, rule):
        return [self._pairs("lags", rate, lag, neuron, rule) for rate in self.lag_rates for lag in self.lags]

    def _clamp(self, neuron, rule):
        train = SETTLED + np.arange(25) / 50
        return [Condition("clamp", train, (), 1, neuron, rule, {"V_cmd": held * 1e3}) for held in self.voltages]

    def _bursts(self, neuron, rule):
        found = []
        for count, lag in ((1, 10), (1, -10), (2, 10), (2, -10), (3, 10), (3, -10)):
            for rate in self.burst_rates if count > 1 else self.burst_rates[:1]:
                burst = START + np.arange(count) / rate
                pre = [burst[0] - 0.01 if lag > 0 else burst[-1] + 0.01]
                coords = {"burst": count, "burst_rate": rate, "lag": lag}
                found.append(Condition("bursts", np.array(pre), burst, BURSTS, neuron, rule, coords))
        return found

    def _without(self, neuron, rule):
        return [
            self._pairs(
                "without", rate, lag, neuron.replace(**cell), rule.replace(**synapse), last=lag < 0, variant=label
            )
            for label, (cell, synapse) in WITHOUT.items()
            for rate in (10, 50)
            for lag in (0.01, -0.01)
        ]

    def _controls(self, neuron, rule):
        train = SETTLED + np.arange(25) / 50
        return [
            Condition("controls", (), train, BOUTS, neuron, rule, {"variant": "post alone"}),
            Condition("controls", train, (), BOUTS, neuron, rule, {"variant": "pre alone"}),
            # held at rest, where the upstroke of the exponential does not lift the cell a hair above theta_minus
            Condition("controls", train, (), BOUTS, neuron, rule, {"variant": "pre alone, held at rest", "V_cmd": rule.theta_minus * 1e3}),
        ]  # fmt: skip

    # -- network

    def time_step(self):
        return self.dt

    def _trains(self, side):
        """Times of all bouts of each condition, on the grid."""
        shift = np.arange(self.bouts)[:, None] * BOUT_PERIOD
        return [
            np.rint((np.asarray(getattr(c, side), float) + shift).ravel() / self.dt) * self.dt
            for c in self._conditions
        ]

    def structure(self):
        spikes = max(sum(train.size for train in self._trains(side)) for side in ("pre", "post"))
        return {
            "rule": rule_spec(self.rule),
            "n": room(len(self._conditions)),
            "capacity": ListedSpikes.capacity_for(spikes),
        }

    @staticmethod
    def build(structure):
        from brian2 import Network

        rule = rule_from(structure["rule"])
        return Network(stimulated_cells.build(NAME, rule, structure["n"], capacity=structure["capacity"]))

    def duration(self):
        last = max(train.max(initial=0) for side in ("pre", "post") for train in self._trains(side))
        return np.ceil((last + 0.1) / self.dt) * self.dt

    def values(self):
        found = self._conditions
        return stimulated_cells.values(
            NAME, self.structure()["n"], neurons=[c.neuron for c in found], rules=[c.rule for c in found],
            pre=self._trains("pre"), post=self._trains("post"), w_0=np.full(len(found), self.w_0), I_pulses=self.I_pulse,
            V_cmd=[c.coords.get("V_cmd", np.nan) * 1e-3 for c in found], duration=float(self.duration()),
        )  # fmt: skip

    def measure(self, data):
        import xarray as xr

        found, size = self._conditions, len(self._conditions)
        count = data[f"{NAME}_spikes.count"][:size]
        for c, spikes, pulses in zip(found, count, self._trains("post"), strict=True):
            if spikes != pulses.size:
                raise ProtocolError(
                    f"voltage_pairing, {c.experiment} {c.coords}: {spikes} spikes for {pulses.size} pulses; legal: one for each, so change I_pulse"
                )
        w = data[f"{NAME}.w"][:size]
        for c, end in zip(found, w, strict=True):
            if hasattr(c.rule, "w_max") and not c.rule.w_min < end < c.rule.w_max:
                raise ProtocolError(
                    f"voltage_pairing, {c.experiment} {c.coords}: the weight reached a bound (w_min {c.rule.w_min:g}, w_max {c.rule.w_max:g}); "
                    "legal: w_0 inside the bounds, and bounds wide enough or bouts few enough not to reach them"
                )
        repeats = np.array([c.repeats for c in found])
        dw = (w / self.w_0 - 1) * repeats / self.bouts
        names = {"rate": "Hz", "lag": "ms", "V_cmd": "mV", "burst": "1", "burst_rate": "Hz"}
        coords = {
            "experiment": ("condition", [c.experiment for c in found]), "variant": ("condition", [c.coords.get("variant", "") for c in found]),
            **{name: ("condition", [float(c.coords.get(name, np.nan)) for c in found], {"units": unit}) for name, unit in names.items()},
        }  # fmt: skip
        return xr.Dataset(
            {"dw": ("condition", dw), "percent": ("condition", 100 + 100 * dw, {"units": "%"}), "repeats": ("condition", repeats),
             "v_end": ("condition", data[f"{NAME}_cells.v_m"][:size] * 1e3, {"units": "mV"})},
            coords=coords, attrs={"theta_minus": self.rule.theta_minus * 1e3, "theta_plus": self.rule.theta_plus * 1e3},
        )  # fmt: skip

    @staticmethod
    def figure(data):
        return voltage_figure.draw(
            data, {name: read_targets(name) for name in ("sjostrom_2001_frequency", "clopath_nest", "clopath_modeldb")}
        )


PROTOCOL = VoltagePairing
