"""Distal reward: which of 80 000 synapses grows when dopamine arrives seconds after what it is paid for?"""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.distal_reward_figure import draw
from snnplastic.errors import ProtocolError
from snnplastic.networks import distal_reward as network
from snnplastic.networks.pairing import room
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, compare, rule_from, rule_label, rule_spec, rules_param, select
from snnplastic.targets import read_targets

HOUR = 3600.0  # s, the published length
HALF = 1500.0  # s; ranks of shorter runs are not compared with targets
PAIR_LAG = 0.01  # s, of the pairings in the eligibility window
TAIL = 8.0  # s after the last event of that window: eligibility and dopamine are gone
BINS = 80
SNAPSHOTS = 18
SILENT = 20.0  # s simulated without dopamine: weights cannot move at all


@dataclass(frozen=True, kw_only=True)
class DistalReward(Protocol):
    r"""Two experiments with dopamine-modulated STDP.

    Window: one pairing (lag +10 or -10 ms) and one dopamine spike `delay` after it; the change against the closed form.
    Network: 1000 cells with random input. Each time cell 1 spikes within 20 ms after cell 0, dopamine is released 1 to 3 s later.
    The synapse from cell 0 to cell 1 starts at 0, all others at 1. Two controls run the same program: `late`, the same rewards 20 to
    60 s after the coincidence, so at times that have nothing to do with it, and `none`, no dopamine, phasic or tonic (20 s).
    Networks are replicates with seeds of their own: paired networks first, then late, then none.

    The published hour, which takes 26 s of one core for each network:

        snnplastic run distal_reward --set "seconds=3600 s" --set networks=10 --set controls=6

    rank is the percentage of the other synapses above the chosen one (equal ones count half), arrival_rank the percentage that
    reached 95 % of w_max before it did. Both are 50 by chance for weights that do not differ.
    Deviations from the published program: cell 1 is always excitatory, spikes of both sides in the same ms count as causal
    (there as acausal), and the integral over each 10 ms stands for its end value times 10 ms.
    """

    title = "reward seconds after a coincidence selects the synapse that made it, in a network of 1000 cells"
    source = Source("Izhikevich", 2007, "Cereb. Cortex 17:2443", doi="10.1093/cercor/bhl152")
    targets = ("distal_reward",)

    rule: object = rules_param("dopamine_stdp:published_program", "rule under test")
    seconds: float = param(1800, "s", "length of the network's run", "3600 s in the paper", low=30)
    networks: int = param(3, "1", "networks with reward after coincidences", "free", low=1)
    controls: int = param(1, "1", "networks whose rewards come 20 to 60 s late", "free", low=0)
    coincidence: float = param(
        20, "ms", "longest lag from cell 0 to cell 1 that is rewarded", "published program", low=1
    )
    reward_delay: tuple = param([1, 3], "s", "shortest and longest delay of the reward", "published program", low=0)
    late_delay: tuple = param([20, 60], "s", "the same of the control", "design", low=0)
    input: float = param(13, "mV/ms", "range of the uniform input of each ms, around 0", "published program", low=0)
    inhibition: float = param(1, "mV/ms", "what an inhibitory spike takes from the input", "published program", low=0)
    advance: float = param(10, "ms", "how often all weights are updated", "published program", low=1)
    delays: tuple = param(
        [*np.arange(-1.5, 0, 0.25), 0, 0.15, 0.3, 0.45, 0.6, *np.arange(0.8, 2.01, 0.2), 2.5, 3, 4, 5], "s",
        "dopamine after the pairing", "0.3 to 2 s effective in Yagishita et al. 2014", low=-20, high=20,
    )  # fmt: skip

    def check_fields(self):
        label = rule_label(self.rule)
        if not (self.rule.on_modulator and self.rule.between and self.rule.modulator_model):
            raise ProtocolError(
                f"distal_reward: rule {label} has no modulator; legal: rules with on_modulator, such as dopamine_stdp"
            )
        for name in ("reward_delay", "late_delay"):
            given = getattr(self, name)
            if len(given) != 2 or given[0] > given[1]:
                raise ProtocolError(
                    f"distal_reward.{name} = {list(given)} s is not legal; legal: the shortest and the longest delay"
                )

    def structure(self):
        spikes = 2 * len(self.delays)
        return {
            "rule": rule_spec(self.rule),
            "n": room(spikes),
            "capacity": ListedSpikes.capacity_for(spikes),
            "advance": self.advance,
        }

    @staticmethod
    def build(structure):
        from brian2 import Clock, Network, ms

        rule = rule_from(structure["rule"])
        axon, cell = (
            ListedSpikes(capacity=structure["capacity"]).group(structure["n"], name=f"window_{side}")
            for side in ("axon", "cell")
        )
        dopamine = ListedSpikes(capacity=1).group(1, name="window_dopamine")
        synapses = rule.connect(axon, cell, w=1, where={"j": "i"}, name="window")
        rule.catch_up(synapses, clock=Clock(dt=1 * ms, name="window_read"))
        window = Network(axon, cell, dopamine, synapses, rule.modulate(dopamine, synapses))
        return [window, network.build("main", rule, advance=structure["advance"])]

    def time_step(self):
        return 1e-3

    def _window(self):
        """Delays (ms grid) and lags of the window's conditions, the time of its dopamine spike and its length, s."""
        delay, lag = (part.ravel() for part in np.meshgrid(np.round(self.delays, 3), [PAIR_LAG, -PAIR_LAG]))
        pulse = np.round(max(0, delay.max()) + 0.1, 3)
        return delay, lag, pulse, float(np.ceil(pulse - min(0, delay.min()) + TAIL))

    def duration(self):
        return self._window()[-1], self.seconds

    def values(self):
        delay, lag, pulse, length = self._window()
        second = np.round(pulse - delay, 3)  # the later spike of a pairing
        first = np.round(second - PAIR_LAG, 3)
        trains = {"axon": np.where(lag > 0, first, second), "cell": np.where(lag > 0, second, first)}
        padding = [()] * (room(delay.size) - delay.size)
        found = {"window_read.dt": length - self.time_step(), **ListedSpikes.values("window_dopamine", [[pulse]])}
        for side, times in trains.items():
            found |= ListedSpikes.values(f"window_{side}", [*([t] for t in times), *padding])
        found |= self.rule.values("window") | self.rule.values("main")
        w = np.ones((network.CELLS - network.INHIBITORY) * network.SYNAPSES)
        w[0] = 0
        return found | {
            "window.w": self._middle(), "window.d_tonic": 0.0, "main.w": w, "main_cells.input": self.input,
            "main_inhibition.strength": self.inhibition, "main_reward.window": self.coincidence,
            "main_reward.delay_min": self.reward_delay[0], "main_reward.delay_max": self.reward_delay[1],
            "main_often.dt": 5.0, "main_seldom.dt": max(1.0, np.floor(self.seconds / SNAPSHOTS)),
        }  # fmt: skip

    def _middle(self):
        return (self.rule.w_min + self.rule.w_max) / 2

    def replicates(self):
        late = {"main_reward.delay_min": self.late_delay[0], "main_reward.delay_max": self.late_delay[1]}
        none = {"main.release": 0.0, "main.d_tonic": 0.0, "duration": (self._window()[-1], SILENT)}
        return [{}] * self.networks + [late] * self.controls + [none]

    read = (
        "window.w", "main.w", "main.arrived", "main_chosen.t", "main_chosen.w", "main_weights.t", "main_weights.w", "main_spikes.count",
        "main_rewards.t",
    )  # fmt: skip

    def measure(self, data):
        import xarray as xr

        delay, lag, *_ = self._window()
        reward = np.array(["paired"] * self.networks + ["late"] * self.controls + ["none"])
        ds = xr.Dataset(
            {"change": (("sign", "delay"), data["window.w"][0][: delay.size].reshape(2, -1) - self._middle())},
            coords={"delay": ("delay", delay[: delay.size // 2], {"units": "s"}), "sign": ["causal", "acausal"], "reward": ("network", reward)},
        )  # fmt: skip
        ds["closed_form"] = ds.change.dims, _closed_form(self.rule, delay, lag).reshape(2, -1)
        peak = np.abs(ds.closed_form).max()
        ds["relative_change"] = np.abs(ds.change.sel(sign="causal", drop=True)) / _closed_form(self.rule, 0.3, PAIR_LAG)
        ds["window_error"] = np.abs(ds.change - ds.closed_form).max() / peak
        return ds.merge(self._networks(data, reward)).assign_attrs(seconds=self.seconds, w_max=self.rule.w_max)

    def _networks(self, data, reward):
        import xarray as xr

        rows, edges = [], np.linspace(self.rule.w_min, self.rule.w_max, BINS + 1)
        times, grid = data["main_weights.t"][0], data["main_chosen.t"][0]
        for k, kind in enumerate(reward):
            w, arrived = data["main.w"][k], data["main.arrived"][k]
            snapshots = data["main_weights.w"][k].reshape(-1, w.size)
            chosen = data["main_chosen.w"][k].ravel()
            before = (arrived >= 0) & ((arrived < arrived[0]) | (arrived[0] < 0))
            spikes = data["main_spikes.count"][k] / (self.seconds if kind != "none" else SILENT)
            last = chosen[max(0, int(chosen.size * 0.9)) :]
            rows.append({
                "w_end": w[0], "w_late": last.mean(), "w_largest": chosen.max(), "rank": _rank(w), "arrival": arrived[0] if arrived[0] >= 0 else np.nan,
                "arrival_rank": 100 * before[1:].mean(), "at_max": 100 * (w[1:] >= 0.95 * self.rule.w_max).mean(),
                "moved": np.abs(w[1:] - 1).max() if kind == "none" else np.nan, "rewards": data["main_rewards.t"][k].size,
                "rate": spikes.mean(), "chosen": _padded(chosen, grid.size), "mean": _padded(snapshots.mean(1), times.size),
                "top": _padded(np.quantile(snapshots, 0.99, axis=1), times.size), "histogram": np.histogram(w[1:], edges)[0],
            })  # fmt: skip
        dims = {
            "chosen": ("network", "time"),
            "mean": ("network", "snapshot"),
            "top": ("network", "snapshot"),
            "histogram": ("network", "bin"),
        }
        ds = xr.Dataset(
            {name: (dims.get(name, ("network",)), np.array([row[name] for row in rows])) for name in rows[0]},
            coords={"time": ("time", grid, {"units": "s"}), "snapshot": ("snapshot", times, {"units": "s"}), "bin": ("bin", (edges[1:] + edges[:-1]) / 2)},
        )  # fmt: skip
        paired, late, none = (np.flatnonzero(reward == kind) for kind in ("paired", "late", "none"))
        rank = ds["rank"].values
        compared = self.seconds >= HALF
        means = [rank[part].mean() if part.size and compared else np.nan for part in (paired, late)]
        ds["rank_mean"] = "condition", means
        ds["above_late"] = _share_above(ds.w_late.values[paired], ds.w_late.values[late]) if compared else np.nan
        ds["moved_without_dopamine"] = float(np.abs(ds.moved[none]).max())
        ds["mean_rate"] = float(ds.rate[paired].mean())
        if self.seconds >= HOUR:  # rows of their own, see `check`
            ds["networks_at_max"] = 100 * float((ds.w_largest[paired] >= 0.95 * self.rule.w_max).mean())
            for percent in (1, 5):
                ds[f"in_top_{percent}"] = 100 * float((rank[paired] <= percent).mean())
        return ds.assign_coords(condition=["paired", "late"])

    @classmethod
    def check(cls, data):
        """Rows of the published hour join where the run is that long."""
        rows = [(row, select(data, row["quantity"], row["condition"])) for row in read_targets("distal_reward_hour")]
        return super().check(data) + [compare(row["quantity"], found, row) for row, found in rows if found is not None]

    def without_compiler(self):
        return self.replace(seconds=30, networks=1, controls=0), "with one network and 30 s"

    @staticmethod
    def figure(data):
        return draw(data)


def _closed_form(rule, delay, lag):
    """Change by one pairing with the lag `lag` and one dopamine spike `delay` s after it."""
    c_0 = np.where(
        lag > 0,
        rule.A_plus * np.exp(-np.abs(lag) / rule.tau_plus),
        -rule.A_minus * np.exp(-np.abs(lag) / rule.tau_minus),
    )
    together = rule.tau_c * rule.tau_d / (rule.tau_c + rule.tau_d)
    return (
        rule.gain * c_0 * rule.release * together * np.exp(np.where(delay < 0, delay / rule.tau_d, -delay / rule.tau_c))
    )


def _rank(w):
    """Percentage of the other weights above the first; equal ones count half."""
    return 100 * ((w[1:] > w[0]).mean() + 0.5 * (w[1:] == w[0]).mean())


def _share_above(these, those):
    """Percentage of pairs in which the first is larger; NaN without pairs."""
    return 100 * float(np.mean(these[:, None] > those)) if those.size else np.nan


def _padded(values, size):
    return np.r_[values, np.full(max(0, size - values.size), np.nan)][:size]


PROTOCOL = DistalReward
