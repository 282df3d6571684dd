"""Hebb's postulate in three words: the change is causal, it takes repetition, and it is gradual, which rejects noise."""

from dataclasses import dataclass

import numpy as np

from snnplastic.networks import pairing, spike_patterns
from snnplastic.parameter import Source, param
from snnplastic.protocol import rule_label, rules_param
from snnplastic.rules.weight_dependent_stdp import WeightDependentSTDP
from snnplastic.train_protocol import TrainProtocol, Trains, check_rules

RULES = [
    "pair_stdp:bi_poo_time_constants",
    "weight_dependent_stdp",
    "triplet_stdp:hippocampus_nearest",
    "graupner_brunel:dp",
]


@dataclass(frozen=True, kw_only=True)
class HebbPostulate(TrainProtocol):
    r"""Three experiments on one synapse.

    "causal": `n_pairs` pairs with the presynaptic spike first, last, or at a random phase of the period (mean of `n_random` trains).
    "repetitive": the change after 1 to 100 pairings (the dose curve).
    "gradual": synapses of weight-dependent STDP (nearest pairs) under Poisson firing of both sides; in the "signal" synapses a share of the
    postsynaptic spikes follows a presynaptic one by 5 ms, in the "noise" synapses none does. d' = difference of the mean
    weights over their standard deviation, to which whoever reads the weights adds `readout_noise`. A large learning rate
    separates them soon and no better later (its weights follow the last few spikes); a small one takes longer and separates them better.
    """

    title = "causal, repetitive, gradual: order, dose curve, and learning rate against noise"
    source = Source(
        "Caporale & Dan",
        2008,
        "Annu. Rev. Neurosci. 31:25 (on Hebb 1949)",
        doi="10.1146/annurev.neuro.31.060407.125639",
    )
    targets = ("hebb_postulate",)

    rules: tuple = rules_param(RULES, "rules of the first two experiments")
    lag: float = param(10, "ms", "between the spikes of a pair", "free", low=0.1, high=100)
    rate: float = param(1, "Hz", "rate of the pairs", "1 Hz in culture", low=0.1, high=4)
    n_pairs: int = param(60, "1", "pairs of `causal`", "60 in culture", low=1)
    n_random: int = param(20, "1", "trains with random phases", "free", low=2)
    doses: tuple = param([1, 2, 5, 10, 20, 50, 100], "1", "numbers of pairings", "free", low=1, high=1000)
    learning_rates: tuple = param(
        [0.003, 0.01, 0.03, 0.1, 0.3], "1", "learning rates eta of `gradual`", "free", low=1e-5, high=1
    )
    lengths: tuple = param([2, 10, 50, 200], "s", "how long both sides fire", "free", low=0.1, high=1000)
    firing: float = param(10, "Hz", "rate of each side", "free", low=0.1, high=100)
    share: float = param(
        0.2,
        "1",
        "share of postsynaptic spikes that a presynaptic one causes, in signal synapses",
        "free",
        low=0,
        high=1,
    )
    n_synapses: int = param(40, "1", "synapses of each kind", "free", low=2)
    readout_noise: float = param(0.05, "1", "standard deviation of a reading of w", "free", low=0)
    trains_seed: int = param(1, "1", "seed of the random trains", "free", low=0)

    def check_fields(self):
        check_rules(self.rules, "hebb_postulate")

    def conditions(self):
        found = []
        for rule in self.rules:
            found += [Trains(rule, *trains, pairing.inside(rule), labels) for labels, trains in self._pairings()]
        for kind in ("signal", "noise"):
            for synapse in range(self.n_synapses):
                pre, post = self._firing(kind, synapse)
                for length in self.lengths:
                    for eta in self.learning_rates:
                        labels = {
                            "experiment": "gradual",
                            "order": kind,
                            "count": length,
                            "eta": eta,
                            "repeat": synapse,
                        }
                        found.append(
                            Trains(
                                WeightDependentSTDP(eta=eta, pairing="nearest"),
                                pre[pre < length],
                                post[post < length],
                                0.5,
                                labels,
                            )
                        )
        return found

    def _pairings(self):
        lag, period, draw = self.lag * 1e3, 1e3 / self.rate, np.random.default_rng(self.trains_seed)
        for order, sign in (("pre first", 1), ("post first", -1)):
            yield (
                {"experiment": "causal", "order": order, "count": self.n_pairs},
                spike_patterns.pairs(self.rate, sign * lag, self.n_pairs),
            )
        for repeat in range(self.n_random):
            pre, _ = spike_patterns.pairs(self.rate, 0.0, self.n_pairs)
            post = np.sort(pre + draw.uniform(0, period * 1e-3, self.n_pairs))
            yield {"experiment": "causal", "order": "random", "count": self.n_pairs, "repeat": repeat}, (pre, post)
        for count in self.doses:
            trains = spike_patterns.pairs(self.rate, lag, int(count))
            yield {"experiment": "repetitive", "order": "pre first", "count": count}, trains

    def _firing(self, kind, synapse):
        """Spike trains of the longest run; a shorter one takes their beginning."""
        draw = np.random.default_rng([self.trains_seed, kind == "signal", synapse])
        longest, caused = max(self.lengths), self.share if kind == "signal" else 0.0
        pre = np.flatnonzero(draw.random(int(longest / self.step)) < self.firing * self.step)
        free = np.flatnonzero(draw.random(int(longest / self.step)) < (1 - caused) * self.firing * self.step)
        post = np.unique(np.r_[free, pre[draw.random(pre.size) < caused] + round(0.005 / self.step)])
        return pre * self.step, post * self.step

    def measure(self, data):
        import xarray as xr

        labels = [c.labels for c in self._conditions]
        coords = {"rule": ("condition", [rule_label(c.rule) for c in self._conditions])}
        for name, missing in (("experiment", ""), ("order", ""), ("count", np.nan), ("eta", np.nan), ("repeat", -1)):
            coords[name] = ("condition", [row.get(name, missing) for row in labels])
        ds = xr.Dataset({"dw": ("condition", self.change(data), {"long_name": "w/w_0 - 1"})}, coords=coords)
        self._causal(ds)
        gradual = ds.isel(condition=np.flatnonzero(ds.experiment == "gradual"))
        w = 0.5 * (1 + gradual.dw.values.reshape(2, self.n_synapses, len(self.lengths), len(self.learning_rates)))
        spread = np.sqrt(w.var(1, ddof=1).mean(0) + self.readout_noise**2)
        ds = ds.assign_coords(length=list(self.lengths), learning_rate=list(self.learning_rates))
        ds["d_prime"] = (
            ("length", "learning_rate"),
            (w[0].mean(0) - w[1].mean(0)) / spread,
            {"long_name": "signal against noise"},
        )
        ds["d_prime_sem"] = ((), np.sqrt(2 / self.n_synapses), {"long_name": "standard error of d' near 0"})
        best = ds.d_prime.values.argmax(1)
        ds["best_rate"] = ("length", np.array(self.learning_rates)[best])
        # to the longest run: how many times smaller the best rate is than in the shortest
        ds["best_rate_ratio"] = (
            (),
            float(ds.best_rate[np.argmin(self.lengths)] / ds.best_rate[np.argmax(self.lengths)]),
        )
        return ds

    def _causal(self, ds):
        """Means over random phases, and whether the first pairing alone does little: its share of the change of the longest dose."""
        rules = [rule_label(rule) for rule in self.rules]
        orders = ["pre first", "post first", "random"]
        table, errors = np.full((2, len(rules), len(orders)), np.nan)
        for i, rule in enumerate(rules):
            for j, order in enumerate(orders):
                mine = ds.dw.values[(ds.rule == rule) & (ds.experiment == "causal") & (ds.order == order)]
                table[i, j], errors[i, j] = mine.mean(), mine.std(ddof=1) / np.sqrt(mine.size) if mine.size > 1 else 0.0
        ds.coords["rule_name"], ds.coords["order_name"] = rules, orders
        ds["causal"], ds["causal_sem"] = ((("rule_name", "order_name"), x) for x in (table, errors))
        first = []
        for rule in rules:
            mine = ds.isel(condition=np.flatnonzero((ds.rule == rule) & (ds.experiment == "repetitive")))
            first.append(float(mine.dw[np.argmin(mine["count"].values)] / mine.dw[np.argmax(mine["count"].values)]))
        ds["first_share"] = (
            "rule_name",
            first,
            {"long_name": "change after the smallest dose over that after the largest"},
        )

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 3.8))
        causal, dose, gradual = figure.subplots(1, 3)
        orders = list(data.order_name.values)
        for k, rule in enumerate(data.rule_name.values):
            x = np.arange(len(orders)) + (k - (data.rule_name.size - 1) / 2) * 0.72 / data.rule_name.size
            causal.bar(x, data.causal.sel(rule_name=rule), 0.64 / data.rule_name.size, color=f"C{k}", label=rule)
            causal.errorbar(
                x, data.causal.sel(rule_name=rule), data.causal_sem.sel(rule_name=rule), fmt="none", color="0.2", lw=1
            )
            mine = data.isel(condition=np.flatnonzero((data.rule == rule) & (data.experiment == "repetitive"))).sortby(
                "count"
            )
            dose.plot(mine["count"], mine.dw, "o-", color=f"C{k}", ms=3)
        causal.axhline(0, color="0.6", lw=0.8)
        causal.set_xticks(range(len(orders)), orders)
        causal.set(ylabel="dw = w/w_0 - 1", title="Causal: the order decides")
        causal.margins(y=0.35)
        causal.legend(loc="upper right", fontsize=6.5)
        dose.set(xscale="log", xlabel="number of pairings", ylabel="dw", title="Repetitive: the dose curve")
        dose.axhline(0, color="0.6", lw=0.8)
        for k, length in enumerate(data.length.values):
            gradual.plot(
                data.learning_rate,
                data.d_prime.sel(length=length),
                "o-",
                color=f"C{k}",
                ms=3,
                label=f"after {length:g} s",
            )
        gradual.axhspan(-2 * float(data.d_prime_sem), 2 * float(data.d_prime_sem), color="0.93", zorder=0)
        gradual.text(data.learning_rate[0], 0, " chance (2 sem)", fontsize=7, va="center", color="0.4")
        gradual.set(
            xscale="log",
            xlabel="learning rate eta",
            ylabel="d', signal against noise",
            title="Gradual: slow learning rejects noise",
        )
        gradual.legend()
        return figure


PROTOCOL = HebbPostulate
