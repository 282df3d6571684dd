"""Basal amygdala: a context decides whether the cue of a learned fear excites fear cells or extinction cells."""

from dataclasses import dataclass

import numpy as np

from snnplastic.analysis.basal_amygdala_figure import draw
from snnplastic.analysis.spectrum import counts, floor, synchrony, welch
from snnplastic.errors import ProtocolError
from snnplastic.networks import basal_amygdala as network
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, rule_from, rule_spec, rules_param
from snnplastic.rules.context_gated_hebb import ContextGatedHebb

BACKGROUND = 1000  # inputs of a cell from elsewhere
LEAD = 0.1  # s before the first stage, and left out of the rates at rest
LOWEST = 20.0  # Hz; the rhythm of the cues, 5 Hz and its harmonics, is no peak of the network
CONTROLS = ("no context", "no cue", "no neuromodulator")
STAGES = ("conditioning", "extinction", "renewal")
RASTER = 60  # cells of each population in the raster


@dataclass(frozen=True, kw_only=True)
class BasalAmygdalaSwitch(Protocol):
    r"""3400 excitatory and 600 inhibitory cells. Cells of A hear context A, those of B context B, all hear the cue; both inputs learn.

    Conditioning: cues in context A. Extinction: cues in context B. Renewal: one cue back in A. No shock is simulated: the cue stands
    for cue and shock, as in the paper. Kinds of networks, each a replicate with a seed of its own:

    trained            all three stages
    frozen             the same, but no neuromodulator at renewal, so that no weight can move there
    no context, no cue, no neuromodulator    controls, conditioning only
    rest               background alone
    dense              p_dense from and to inhibitory cells, n_gamma cues in context A: gamma rhythm of the last four
    dense II           p_dense among inhibitory cells only

    The paper's text raises p_II alone to 0.5; the program whose spectrum peaks at 66.4 Hz raises p_EI and p_IE as well, and so does
    `dense`. The numbers are those of that program, a re-implementation, since the paper leaves many unstated.
    ratio is the rate of A over that of B at the last cue of a stage (means over networks, B at least one spike in all of them).
    More networks: snnplastic run basal_amygdala_switch --set networks=30 --set dense=20 (the published 30 take 2 min of two cores).
    """

    title = (
        "context switches between fear and extinction cells in the basal amygdala, with hardly any change of weights"
    )
    source = Source(
        "Vlachos, Herry, Lüthi, Aertsen & Kumar",
        2011,
        "PLoS Comput. Biol. 7:e1001104",
        doi="10.1371/journal.pcbi.1001104",
    )
    targets = ("vlachos_2011",)

    rule: object = rules_param("context_gated_hebb:during_the_cue", "rule of cue and context inputs")
    networks: int = param(5, "1", "trained networks", "30 in the paper", low=1)
    frozen: int = param(2, "1", "networks without neuromodulator at renewal", "design", low=0)
    dense: int = param(4, "1", "networks with dense inhibition", "1 in the re-implementation", low=0)
    dense_II: int = param(1, "1", "networks with p_dense among inhibitory cells only", "the paper's text", low=0)
    n_excitatory: int = param(3400, "1", "excitatory cells", "Methods", low=10)
    n_inhibitory: int = param(600, "1", "inhibitory cells", "Methods", low=2)
    group_share: float = param(0.2, "1", "share of excitatory cells in A, and in B", "Methods", low=0.01, high=0.5)
    p_EE: float = param(0.01, "1", "connection probability", "Methods", low=0, high=1)
    p_EI: float = param(0.15, "1", "excitatory to inhibitory", "Methods", low=0, high=1)
    p_IE: float = param(0.15, "1", "inhibitory to excitatory", "Methods", low=0, high=1)
    p_II: float = param(0.1, "1", "among inhibitory cells", "Methods", low=0, high=1)
    p_dense: float = param(0.5, "1", "of dense inhibition", "Fig. 8", low=0.01, high=1)
    w_E: float = param(
        1.25,
        "nS",
        "mean weight of an excitatory synapse, and of a background input",
        "re-implementation, after Table S1",
        low=0,
    )
    w_I: float = param(2.5, "nS", "mean weight of an inhibitory synapse", "re-implementation, after Table S1", low=0)
    w_cue: tuple = param(
        [0.9, 0.1], "nS", "mean and standard deviation of the cue's weights at the start", "re-implementation", low=0
    )
    w_context: tuple = param([0.4, 0.05], "nS", "the same of the contexts", "re-implementation", low=0)
    rate_E: float = param(
        5, "Hz", f"rate of each of {BACKGROUND} background inputs, excitatory cells", "re-implementation", low=0
    )
    rate_I: float = param(6, "Hz", "the same, inhibitory cells", "re-implementation", low=0)
    rate_cue: float = param(500, "Hz", "rate of the cue's input to a cell", "re-implementation", low=0)
    rate_context: float = param(300, "Hz", "rate of a context's input to a cell", "re-implementation", low=0)
    n_conditioning: int = param(5, "1", "cues in context A", "Fig. 5", low=1)
    n_extinction: int = param(6, "1", "cues in context B", "Fig. 5", low=1)
    n_gamma: int = param(10, "1", "cues of dense networks", "re-implementation", low=4, high=100)
    cue_length: float = param(
        50, "ms", "length of a cue; the neuromodulator lasts as long as the rule says", "Methods", low=1
    )
    cue_period: float = param(200, "ms", "from cue to cue", "Methods", low=1)
    pause: float = param(100, "ms", "without context between stages", "Methods", low=0)
    rest: float = param(1, "s", "length of the run at rest", "re-implementation", low=0.1)

    def check_fields(self):
        if not isinstance(self.rule, ContextGatedHebb):
            raise ProtocolError(
                f"basal_amygdala_switch: rule {type(self.rule).__name__} does not pair a cue with a context; legal: context_gated_hebb"
            )
        for name in ("w_cue", "w_context"):
            if len(getattr(self, name)) != 2:
                raise ProtocolError(
                    f"basal_amygdala_switch.{name} has {len(getattr(self, name))} numbers; legal: mean and standard deviation"
                )
        if not self.cue_length < self.cue_period:
            raise ProtocolError(
                f"basal_amygdala_switch.cue_length = {self.cue_length:g} s must be below cue_period = {self.cue_period:g} s"
            )
        events = 4 * max(self.n_gamma, self.n_conditioning + self.n_extinction + 1)
        if events > network.CAPACITY:
            raise ProtocolError(
                f"basal_amygdala_switch: {events // 4} cues are too many; legal: {network.CAPACITY // 4} in all"
            )

    # -- the network

    def _p(self):
        return {pathway: getattr(self, f"p_{pathway}") for pathway in network.PATHWAYS}

    def _p_dense(self):
        return self._p() | {pathway: max(self._p()[pathway], self.p_dense) for pathway in ("EI", "IE", "II")}

    @property
    def n_group(self):
        """Cells of A, and of B."""
        return max(1, round(self.group_share * self.n_excitatory))

    def structure(self):
        sizes = {"n_excitatory": self.n_excitatory, "n_inhibitory": self.n_inhibitory, "n_group": self.n_group}
        return {"rule": rule_spec(self.rule), "sizes": sizes, "p": {"stages": self._p(), "dense": self._p_dense()}}

    @staticmethod
    def build(structure):
        rule, sizes = rule_from(structure["rule"]), structure["sizes"]
        return [network.build(name, rule, p=p, **sizes) for name, p in structure["p"].items()]

    def _cues(self):
        """{stage: times at which cues begin}, s."""
        second = LEAD + self.n_conditioning * self.cue_period + self.pause
        third = second + self.n_extinction * self.cue_period + self.pause
        return dict(zip(STAGES, (
            LEAD + np.arange(self.n_conditioning) * self.cue_period, second + np.arange(self.n_extinction) * self.cue_period, np.array([third])
        ), strict=True))  # fmt: skip

    def _gamma_cues(self):
        return LEAD + np.arange(self.n_gamma) * self.cue_period

    def _switching(self, name, stages, releasing=STAGES):
        """Cues, their contexts and the neuromodulator of some stages."""
        contexts = {s: (t[0], t[-1] + self.cue_period) for s, t in stages.items()}
        on = np.concatenate(list(stages.values()))
        signals = {
            "cue": [(t, t + self.cue_length) for t in on], "B": [contexts[s] for s in contexts if s == "extinction"],
            "A": [contexts[s] for s in contexts if s != "extinction"],
        }  # fmt: skip
        released = np.concatenate([np.zeros(0), *(t for s, t in stages.items() if s in releasing)])
        return network.switching(name, signals, released)

    def duration(self):
        return self._cues()["renewal"][0] + self.cue_period, 0.0

    def values(self):
        found = {}
        for name, p in (("stages", self._p()), ("dense", self._p_dense())):
            found |= network.values(
                name, self.rule, n_excitatory=self.n_excitatory, n_inhibitory=self.n_inhibitory,
                background=(BACKGROUND * self.rate_E, BACKGROUND * self.rate_I), w_background=self.w_E, w={"E": self.w_E, "I": self.w_I},
                w_cue=self.w_cue, w_context=self.w_context, rate_cue=self.rate_cue, rate_context=self.rate_context, share=dict.fromkeys(p, 1.0),
            )  # fmt: skip
        return found

    def _kinds(self):
        """The kind of each replicate."""
        counted = {"trained": self.networks, "frozen": self.frozen, "dense": self.dense, "dense II": self.dense_II}
        return np.array([k for k, n in counted.items() for _ in range(n)] + [*CONTROLS, "rest"])

    def replicates(self):
        cues = self._cues()
        first = {"conditioning": cues["conditioning"]}
        short = {"duration": (self._length("no cue"), 0.0)}
        gamma = self._switching("dense", {"conditioning": self._gamma_cues()}) | {
            "duration": (0.0, self._length("dense"))
        }
        sparse_E = {f"dense_{pathway}.share": self._p()[pathway] / self._p_dense()[pathway] for pathway in ("EI", "IE")}
        silent = {"stages_context.rate": np.zeros(self.n_excitatory)}
        deaf = {"stages_cue.rate": np.zeros(self.n_excitatory + self.n_inhibitory)}
        made = {
            "trained": self._switching("stages", cues), "frozen": self._switching("stages", cues, STAGES[:2]),
            "no context": self._switching("stages", first) | silent | short, "no cue": self._switching("stages", first) | deaf | short,
            "no neuromodulator": self._switching("stages", first, ()) | short, "rest": {"duration": (self._length("rest"), 0.0)},
            "dense": gamma, "dense II": gamma | sparse_E,
        }  # fmt: skip
        return [made[kind] for kind in self._kinds()]

    def _length(self, kind):
        """Simulated time of a network of a kind, s."""
        if kind.startswith("dense"):
            return LEAD + self.n_gamma * self.cue_period
        if kind == "rest":
            return LEAD + self.rest
        return self.duration()[0] if kind in ("trained", "frozen") else LEAD + self.n_conditioning * self.cue_period

    @property
    def read(self):
        seen = [f"stages_{signal}_seen.w" for signal in ("cue", "context")]
        return "stages_spikes.i", "stages_spikes.t", "dense_spikes.i", "dense_spikes.t", *seen, "stages_cue_seen.t"

    # -- what is measured

    def _cells(self):
        """{population: (first cell, one past its last)}."""
        edges = 0, self.n_group, 2 * self.n_group, self.n_excitatory, self.n_excitatory + self.n_inhibitory
        return {"A": edges[:2], "B": edges[1:3], "other": edges[2:4], "inhibitory": edges[3:]}

    def _rates(self, i, t, on, length):
        """Rates (population, cue), Hz; not a number for cues that were not simulated."""
        rows = []
        for first, end in self._cells().values():
            mine = np.sort(t[(i >= first) & (i < end)])
            edges = np.searchsorted(
                mine, [on + 1e-6, on + self.cue_length + 1e-6]
            )  # a train spikes up to its last step
            rows.append(np.diff(edges, axis=0)[0] / (max(1, end - first) * self.cue_length))
        return np.where(on + self.cue_length <= length + 1e-9, rows, np.nan)

    def measure(self, data):
        import xarray as xr

        kinds, cues = self._kinds(), self._cues()
        mine = [k for k, kind in enumerate(kinds) if not kind.startswith("dense")]
        on = np.concatenate(list(cues.values()))
        spikes = {k: (data["stages_spikes.i"][k], data["stages_spikes.t"][k]) for k in mine}
        rate = [self._rates(*spikes[k], on, self._length(kinds[k])) for k in mine]
        trained = [k for k in mine if kinds[k] == "trained"]
        time = data["stages_cue_seen.t"][trained[0]]
        weights = np.full((len(mine), 2, 2, time.size), np.nan)  # network, input, group, time
        gains = np.full((len(mine), 2), 0.0)  # smallest and largest change of any weight
        for n, k in enumerate(mine):
            both = np.stack([data[f"stages_{signal}_seen.w"][k] for signal in ("cue", "context")])
            weights[n, :, :, : both.shape[1]] = both.reshape(2, -1, 2, self.n_group).mean(-1).transpose(0, 2, 1)
            gains[n] = (both[:, -1] - both[:, 0]).min(), (both[:, -1] - both[:, 0]).max()
        ds = xr.Dataset(
            {
                "rate": (("network", "population", "cue"), np.array(rate), {"units": "Hz"}),
                "weight": (("network", "input", "group", "time"), weights, {"units": "nS"}),
            },
            coords={
                "network_kind": ("network", kinds[mine]), "population": list(self._cells()), "input": ["cue", "context"], "group": ["A", "B"],
                "cue_on": ("cue", on, {"units": "s"}), "cue_stage": ("cue", np.repeat(STAGES, [len(c) for c in cues.values()])),
                "time": ("time", time, {"units": "s"}), "stage": list(STAGES), "kind": ["trained", "frozen", *CONTROLS],
            },
        )  # fmt: skip
        self._at_rest(ds, *spikes[mine[-1]])
        self._switch(ds, gains)
        self._spectra(ds, data, kinds)
        chosen = np.concatenate([np.arange(a, min(b, a + RASTER)) for a, b in self._cells().values()])
        i, t = spikes[trained[0]]
        row = np.full(self.n_excitatory + self.n_inhibitory, -1)
        row[chosen] = np.arange(chosen.size)
        shown = row[i] >= 0
        ds["raster"] = ("spike", "column"), np.stack([row[i[shown]], t[shown]], 1)
        rows = [min(b - a, RASTER) for a, b in self._cells().values()]
        return ds.assign_attrs(
            cue_length=self.cue_length,
            cue_period=self.cue_period,
            rows=rows,
            networks=self.networks,
            lasting=self.rule.lasting,
        )

    def _at_rest(self, ds, i, t):
        late = i[t > LEAD]
        rates = [
            (late < self.n_excitatory).sum() / self.n_excitatory,
            (late >= self.n_excitatory).sum() / self.n_inhibitory,
        ]
        ds["rest_rate"] = "type", np.array(rates) / self.rest, {"units": "Hz"}
        ds.coords["type"] = ["excitatory", "inhibitory"]

    def _switch(self, ds, gains):
        """Rates of A and B at the last cue of each stage, and what weights did, for each kind of network."""
        last = [int(np.flatnonzero(ds.cue_stage == stage)[-1]) for stage in STAGES]
        empty = np.full((len(ds.kind), len(STAGES)), np.nan)
        ratio, difference, gain = empty.copy(), empty.copy(), np.full((len(ds.kind), 2), np.nan)
        for k, kind in enumerate(ds.kind.values):
            mine = np.flatnonzero(ds.network_kind == kind)
            if not mine.size:
                continue
            A, B = (ds.rate.sel(population=p).values[mine][:, last].mean(0) for p in "AB")
            ratio[k] = A / np.maximum(B, 1 / (self.n_group * self.cue_length * mine.size))
            difference[k], gain[k] = A - B, (gains[mine, 0].min(), gains[mine, 1].max())
        dims = "kind", "stage"
        ds["ratio"], ds["difference"] = (dims, ratio), (dims, difference, {"units": "Hz"})
        ds["largest_loss"], ds["largest_gain"] = (
            ("kind", gain[:, 0], {"units": "nS"}),
            ("kind", gain[:, 1], {"units": "nS"}),
        )
        trained = ds.isel(network=np.flatnonzero(ds.network_kind == "trained"))
        A = trained.rate.sel(population="A").mean("network").values
        ds["growth"] = A[last[0]] / A[0]
        for name, population in (("jump", "A"), ("fall", "B")):
            found = [
                ds.rate.sel(population=population).values[ds.network_kind == kind][:, last] for kind in ds.kind.values
            ]
            means = np.array([f.mean(0) if len(f) else np.full(3, np.nan) for f in found])
            with np.errstate(invalid="ignore", divide="ignore"):
                ds[f"renewal_{name}"] = "kind", means[:, 2] / means[:, 1]
        during = [
            trained.weight.values[
                ..., (ds.time.values >= on - 1e-9) & (ds.time.values <= on + self.cue_length + 1e-9)
            ].mean((0, -1))
            for on in ds.cue_on.values
        ]  # (input, group) at each cue
        ds["weight_at_cue"] = ("cue", "input", "group"), np.array(during), {"units": "nS"}
        start = trained.weight.values[..., 0].mean(0)
        learned = during[last[0]][:, 0] - start[:, 0]
        ds["renewal_change"] = "input", np.abs(during[last[2]][:, 0] - during[last[1]][:, 0]) / learned

    def _spectra(self, ds, data, kinds):
        """Spectrum of all spikes over that of independent ones, and synchrony of the inhibitory ones, around the last four cues of a stage."""
        window, found = {}, {}
        for kind, on in (
            ("sparse", self._cues()["extinction"]),
            ("dense", self._gamma_cues()),
            ("dense II", self._gamma_cues()),
        ):
            window[kind] = on[max(0, len(on) - 4)] - 0.05, on[-1] + self.cue_length + 0.05
        for k, kind in enumerate(kinds):
            label, name = ("sparse", "stages") if kind == "trained" else (kind, "dense")
            if label in window:
                i, t = data[f"{name}_spikes.i"][k], data[f"{name}_spikes.t"][k]
                frequency, power = welch(counts(t, *window[label]))
                index = synchrony(counts(t[i >= self.n_excitatory], *window[label]))
                found.setdefault(label, []).append((power, index, floor(counts(t, *window[label]))))
        size = max(len(power) for rows in found.values() for power, *_ in rows)
        labels, power = list(window), np.full((len(window), size), np.nan)
        peak, index = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
        for k, label in enumerate(labels):
            if label in found:
                mean = np.mean([p for p, *_ in found[label]], 0) / np.mean([f for *_, f in found[label]])
                power[k, : mean.size] = mean
                f = np.fft.rfftfreq(2 * (mean.size - 1), 1e-3)
                peak[k] = f[f > LOWEST][mean[f > LOWEST].argmax()]
                index[k] = np.mean([s for _, s, _ in found[label]])
        ds["power"] = ("connectivity", "frequency"), power
        ds["gamma_peak"], ds["synchrony"] = ("connectivity", peak, {"units": "Hz"}), ("connectivity", index)
        ds.coords["connectivity"] = labels
        ds.coords["frequency"] = "frequency", np.fft.rfftfreq(2 * (size - 1), 1e-3), {"units": "Hz"}
        ds["spectra"] = "connectivity", [len(found.get(label, ())) for label in labels]

    def without_compiler(self):
        return self.replace(networks=1, frozen=0, dense=0, dense_II=0), "with one trained network and no dense one"

    @staticmethod
    def figure(data):
        return draw(data)


PROTOCOL = BasalAmygdalaSwitch
