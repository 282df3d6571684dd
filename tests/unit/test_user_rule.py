"""A rule of the user's own in a file outside the package: in every protocol that fits it, verified, and five typical mistakes."""

import re

import pytest
from support import invoke

from snnplastic import run
from snnplastic.verify import verify

RULE = '''
from dataclasses import dataclass
from math import exp, tanh

from snnplastic import PlasticityRule, Source, Trace, param


@dataclass(frozen=True, kw_only=True)
class MyRule(PlasticityRule):
    """dw = A tanh(x) at a postsynaptic spike, -B y at a presynaptic one."""

    source = Source("Nobody", 2026, "Notebook 1:1", doi="10.0000/none")
    A: float = param(0.01, "1", "potentiation", "p. 1")
    B: float = param(0.005, "1", "depression", "p. 1")
    tau: float = param(20, "ms", "decay of both traces", "p. 1")
    w_min: float = param(0, "1", "lower bound", "p. 1")
    w_max: float = param(10, "1", "upper bound", "p. 1")
    pairing: str = param("all", None, "which pairs count", "p. 1", legal=("all", "nearest"))
    traces = (Trace("x", side="pre", tau="tau"), Trace("y", side="post", tau="tau"))
    on_pre = "w = clip(w - B*y, w_min, w_max)"
    on_post = "w = clip(w + A*tanh(x), w_min, w_max)"

    def oracle(self, t_pre, t_post, w_0):
        w, spikes = w_0, sorted([(t, 0) for t in t_pre] + [(t, 1) for t in t_post])
        for n, (t, post) in enumerate(spikes):
            others = [u for u, side in spikes[:n] if side != post][-1 if self.pairing == "nearest" else 0 :]
            seen = sum(exp(-(t - u) / self.tau) for u in others)
            w = min(max(w + (self.A * tanh(seen) if post else -self.B * seen), self.w_min), self.w_max)
        return w
'''
MISTAKES = {
    "missing unit": ('param(20, "ms", "decay of both traces", "p. 1")', "param(20)", "MyRule.tau has the unit '1', and trace 'x' decays with it; legal: a unit of time, such as"),
    "unknown trace": ("A*tanh(x)", "A*tanh(z)", "MyRule.on_post uses 'z', which is no trace, parameter or state of the rule; legal: .*tau.* x, y"),
    "reserved name": ("    A: float", "    N: float", "MyRule: the name 'N' is reserved; reserved: .*delay"),
    "name that ends in _pre": ('Trace("x"', 'Trace("x_pre"', "MyRule: the name 'x_pre' ends in _pre or _post, which Brian2 keeps for the two neurons; rename it"),
    "no source": ('    source = Source("Nobody", 2026, "Notebook 1:1", doi="10.0000/none")\n', "", "MyRule has no source; write source = Source"),
    "equation without unit": ("    on_pre =", '    model = "dz/dt = -z/tau"\n    on_pre =', r"MyRule.model: 'dz/dt = -z/tau' has no unit; write for example 'dz/dt = -z/tau : 1'"),
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_rule.py"
    path.write_text(RULE)
    return path


def test_it_runs_in_every_protocol_of_spike_trains(file):
    window = run("stdp_window", rule=str(file), lags="-10, 10 ms", device="numpy").data.set_index(condition="lag")
    assert float(window.change.sel(condition=10)) > 0 > float(window.change.sel(condition=-10))
    for name, few in (
        ("triplets", {"n_repeats": 2}),
        ("hebb_postulate", {"n_synapses": 2, "n_random": 2, "n_pairs": 3, "doses": "1, 2", "lengths": "0.1, 0.2 s"}),
    ):
        found = run(name, rules=str(file), device="numpy", **few).data
        assert "MyRule" in str(found.rule.values) or "my_rule" in str(found.rule.values)


def test_it_is_verified_against_its_own_oracle(file):
    rows = verify([str(file)], device="numpy")
    assert all(row["ok"] for row in rows)
    assert {
        "random trains against a walk over the spikes",
        "traces on neurons against traces on synapses, of w_max",
    } <= {r["check"] for r in rows}
    file.write_text(RULE.replace("-self.B * seen", "self.B * seen"))
    assert not all(row["ok"] for row in verify([str(file)], device="numpy"))


def test_verify_asks_for_an_oracle(file):
    file.write_text(RULE.partition("    def oracle")[0])
    with pytest.raises(Exception, match="MyRule has no oracle; write oracle.self, t_pre, t_post, w_0.") as caught:
        verify([str(file)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_before_anything_is_built(mistake, file):
    before, after, words = MISTAKES[mistake]
    assert before in RULE
    file.write_text(RULE.replace(before, after))
    code, _, err = invoke("run", "stdp_window", "--set", f"rule={file}")
    assert code == 2 and err.count("\n") == 1 and re.match(f"error: {words}", err), err


@pytest.mark.parametrize("rule", ["calcium_control", "graupner_brunel_nmda"])
def test_a_rule_that_does_not_fit_says_what_it_reads(rule):
    for protocol, field in (
        ("stdp_window", "rule"),
        ("pairing_frequency", "rules"),
        ("triplets", "rules"),
        ("hebb_postulate", "rules"),
    ):
        code, _, err = invoke("run", protocol, "--set", f"{field}={rule}")
        assert code == 2 and f"{protocol}: rule {rule} reads Ca; legal: rules that read spike times alone" in err
