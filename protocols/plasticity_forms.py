"""Forms of plasticity side by side: what each takes in, what it needs, and the weight change it gives."""

from dataclasses import dataclass

import numpy as np

from snnplastic.catalogue import find_class, make, names
from snnplastic.networks import forms
from snnplastic.parameter import Source, param
from snnplastic.protocol import Protocol, rule_from, rule_spec

FORMS = {
    "Hebbian": "hebb", "STDP": "pair_stdp:bi_poo_time_constants", "neuromodulated STDP": "dopamine_stdp", "BTSP": "spike_btsp",
}  # fmt: skip
SIGNALS = ("presynaptic activity", "postsynaptic activity", "eligibility trace", "instructive signal", "neuromodulator")
# What each form reads; the instructive signal takes the place of the cell's own spikes. The eligibility is not a
# signal from outside: it is what is left of the coincidence (or of the input) when the second signal comes.
READS = {
    "Hebbian": (1, 1, 0, 0, 0), "STDP": (1, 1, 0, 0, 0), "neuromodulated STDP": (1, 1, 1, 0, 1), "BTSP": (1, 0, 1, 1, 0),
    "cerebellar": (1, 0, 1, 1, 0),
}  # fmt: skip
CEREBELLAR = "climbing_fibre"  # taken in as soon as there is a rule of this name
EVENT = 6.0  # s, when the second signal (cell's spike, dopamine, plateau, climbing fibre) comes
WEIGHTS = (0.1, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class PlasticityForms(Protocol):
    r"""Two experiments on one synapse of each form.

    "kernel": the change against the time between input and the second signal: the cell's own spike for STDP, a dopamine release after a pair of
    spikes 10 ms apart, a plateau for BTSP (three start weights); for the rate rule, the change against the two rates.
    "needs": every input that the form takes is present, or one of them is left out; nothing else differs.
    """

    title = "Hebbian, STDP, neuromodulated STDP and BTSP side by side: inputs, needs, kernels"
    source = Source(
        "Magee & Grienberger", 2020, "Annu. Rev. Neurosci. 43:95", doi="10.1146/annurev-neuro-090919-022842"
    )
    targets = ("plasticity_forms",)

    lags: tuple = param(
        [-80, -60, -40, -30, -20, -15, -10, -5, -2, 2, 5, 10, 15, 20, 30, 40, 60, 80],
        "ms",
        "STDP: t_post - t_pre",
        "Bi & Poo 2001",
        low=-200,
        high=200,
    )
    delays: tuple = param(
        [-1, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4],
        "s",
        "dopamine or plateau after the input",
        "Izhikevich 2007",
        low=-5,
        high=5,
    )
    rates: tuple = param([0, 0.25, 0.5, 0.75, 1], "1", "Hebb: rates of both sides", "free", low=0, high=10)
    pair_lag: float = param(10, "ms", "lag of the pair before dopamine", "free", low=0.1, high=50)

    step = 1e-4

    def _rules(self):
        found = {name: make("rules", text) for name, text in FORMS.items()}
        if CEREBELLAR in names("rules"):
            found["cerebellar"] = find_class("rules", CEREBELLAR)()
        return found

    def _points(self):
        """{form: [condition]}: what comes when, and labels (experiment, x, w_0, left out)."""
        x, lag = EVENT, self.pair_lag
        found = {"Hebbian": [self._point("kernel", a, pre=a, post=b, y=b) for a in self.rates for b in self.rates]}
        found["STDP"] = [self._point("kernel", t, pre=[x], post=[x + t]) for t in self.lags]
        found["neuromodulated STDP"] = [
            self._point("kernel", s, pre=[x - s - lag], post=[x - s], modulator=[x]) for s in self.delays
        ]
        kernel = [self._point("kernel", s, pre=[x - s], post=[x], w_0=w) for w in WEIGHTS for s in self.delays]
        found["BTSP"] = kernel
        if "cerebellar" in self._rules():
            found["cerebellar"] = [self._point("kernel", s, pre=[x - s], post=[x]) for s in self.delays]
        whole = {
            "Hebbian": {"pre": 1.0, "post": 1.0}, "STDP": {"pre": [x], "post": [x + 0.01]}, "BTSP": {"pre": [x - 0.5], "post": [x]},
            "neuromodulated STDP": {"pre": [x - 0.5 - lag], "post": [x - 0.5], "modulator": [x]}, "cerebellar": {"pre": [x - 0.1], "post": [x]},
        }  # fmt: skip
        for form, points in found.items():
            points.append(self._point("needs", np.nan, **whole[form]))
            for left_out in whole[form]:
                silent = 0.0 if form == "Hebbian" else []
                points.append(self._point("needs", np.nan, left_out=left_out, **(whole[form] | {left_out: silent})))
        return found

    @staticmethod
    def _point(experiment, x, *, pre, post, modulator=(), w_0=0.5, y=np.nan, left_out=""):
        return {
            "experiment": experiment,
            "x": x,
            "y": y,
            "pre": pre,
            "post": post,
            "modulator": modulator,
            "w_0": w_0,
            "left_out": left_out,
        }

    def structure(self):
        n = max(len(points) for points in self._points().values())
        return {
            "forms": {_word(form): rule_spec(rule) for form, rule in self._rules().items()},
            "n": 1 << int(np.ceil(np.log2(n))),
        }

    @staticmethod
    def build(structure):
        return forms.build({name: rule_from(spec) for name, spec in structure["forms"].items()}, structure["n"])

    def duration(self):
        return 2 * EVENT + 0.1

    def values(self):
        rules = {_word(form): rule for form, rule in self._rules().items()}
        conditions = {_word(form): points for form, points in self._points().items()}
        return forms.values(conditions, rules, self.structure()["n"], duration=self.duration(), step=self.step)

    @property
    def read(self):
        return tuple(f"{_word(form)}.{rule.state}" for form, rule in self._rules().items())

    def measure(self, data):
        import xarray as xr

        rows = []
        for form, rule in self._rules().items():
            state = data[f"{_word(form)}.{rule.state}"]
            rows += [
                (form, p["experiment"], p["x"], p["y"], p["w_0"], p["left_out"], w - p["w_0"])
                for p, w in zip(self._points()[form], state, strict=False)
            ]
        columns = dict(
            zip(("form", "experiment", "x", "y", "w_0", "left_out", "change"), zip(*rows, strict=True), strict=True)
        )
        ds = xr.Dataset(
            {"change": ("condition", list(columns["change"]), {"long_name": "w - w_0"})},
            coords={key: ("condition", list(values)) for key, values in columns.items() if key != "change"},
        )
        shown = list(self._rules())
        ds = ds.assign_coords(form_name=shown, signal=list(SIGNALS))
        ds["reads"] = (("form_name", "signal"), [READS[form] for form in shown])
        return ds

    @staticmethod
    def figure(data):
        from snnplastic.analysis.forms_figure import draw

        return draw(data)


def _word(form):
    """The name of a form's objects in the network."""
    return "form_" + form.replace(" ", "_")


PROTOCOL = PlasticityForms
