"""What a rule may say beyond traces: between, added_delay, filters of the neurons, populations. Small networks on the numpy target."""

from dataclasses import dataclass

import numpy as np
import pytest

from snnplastic.errors import RuleError
from snnplastic.neurons.listed_spikes import ListedSpikes
from snnplastic.parameter import Source, param
from snnplastic.rules.graupner_brunel import GraupnerBrunel
from snnplastic.rules.pair_stdp import PairSTDP
from snnplastic.rules.rule import PlasticityRule, Trace

pytestmark = pytest.mark.usefixtures("numpy_target")
PRE, POST = [0.010, 0.030, 0.055], [0.020, 0.031, 0.080]


def trains(n=1, pre=PRE, post=POST):
    """Two groups of n neurons with the same spikes in each."""
    from brian2 import second

    groups = []
    for times in (pre, post):
        index = np.repeat(np.arange(n), len(times))
        made = ListedSpikes(capacity=64).group(n)
        made.set_spikes(index, np.tile(times, n) * second, sorted=False)
        groups.append(made)
    return groups


def simulate(seconds, *objects):
    from brian2 import Network, second

    Network(*objects).run(seconds * second, namespace={})


def test_closed_form_at_events_on_a_clock_and_in_the_oracle_agree():
    from brian2 import ms

    rule = GraupnerBrunel.dp().replace(sigma=0, tau=20, D=5)
    pre, post = trains()
    at_events = rule.connect(pre, post, w=0.5)
    on_clock = rule.connect(pre, post, w=0.5, advance=0.1 * ms)
    rule.catch_up(at_events, dt=199.9 * ms)
    simulate(0.2, pre, post, at_events, on_clock)
    expected = rule.oracle(PRE, POST, 0.5, t_end=0.1999)
    assert at_events.rho[0] == pytest.approx(expected, abs=1e-5)
    # on a clock a jump acts from the next tick on
    assert on_clock.rho[0] == pytest.approx(expected, abs=1e-2) and on_clock.rho[0] != 0.5


def test_a_rule_may_lag_the_transmission():
    from brian2 import Network, NeuronGroup, ms

    rule = GraupnerBrunel.dp().replace(sigma=0, D=20)
    pre, _ = trains(pre=[0.010])
    cell = NeuronGroup(1, "seen : second", threshold="False", reset="", namespace={})
    synapses = rule.connect(pre, cell, w=0.5, effect="seen_post = t", delay=2 * ms)
    network = Network(pre, cell, synapses)
    network.run(30 * ms, namespace={})
    assert cell.seen[0] / ms == pytest.approx(12) and synapses.c[0] == 0
    network.run(5 * ms, namespace={})
    assert synapses.c[0] == pytest.approx(1)


def test_delays_of_a_rule_differ_between_synapses_where_they_vary():
    rule = GraupnerBrunel()
    pre, post = trains(n=3)
    synapses = rule.connect(pre, post, w=0.5, where={"j": "i"}, vary=("D",))
    assert np.allclose(np.array(synapses.rule.delay_), np.full(3, rule.D))


@pytest.mark.parametrize(("delay", "vary"), [("array", ()), ("(i + 1)*ms", ()), ("scalar", ("D",))])
def test_a_rule_lags_the_delay_of_its_axon(delay, vary):
    from brian2 import ms

    rule = GraupnerBrunel()
    pre, post = trains(n=3)
    given = {"array": [1, 2, 3] * ms, "scalar": 2 * ms}.get(delay, delay)
    synapses = rule.connect(pre, post, w=0.5, where={"j": "i"}, delay=given, vary=vary)
    axon = np.full(3, 2e-3) if delay == "scalar" else np.array([1e-3, 2e-3, 3e-3])
    assert np.allclose(np.array(synapses.rule.delay_), axon + rule.D)


def test_a_random_delay_is_not_drawn_twice():
    pre, post = trains(n=3)
    with pytest.raises(RuleError, match="would be drawn twice"):
        GraupnerBrunel().connect(pre, post, w=0.5, delay="rand()*ms")


def declared(**attributes):
    made = {
        "source": Source("Nobody", 2000, "Nowhere 1:1"), "pairing": param("all", None, "which", "free", legal=("all", "nearest")),
        "tau": param(20, "ms", "time constant", "free"), "__annotations__": {"tau": float, "pairing": str},
    }  # fmt: skip
    return dataclass(frozen=True, kw_only=True)(type("MyRule", (PlasticityRule,), made | attributes))()


def test_a_trace_that_the_equations_read_decays_all_the_time():
    rule = declared(
        traces=(Trace("x", side="pre", tau="tau"),),
        model="dw/dt = x/tau : 1 (clock-driven)",
        on_pre="w += 0",
        method="euler",
    )
    pre, post = trains(pre=[0.0])
    for where, traces in (({"j": "i"}, "synapse"), ({"j": "i"}, "neurons")):
        synapses = rule.connect(pre, post, w=0.0, where=where, traces=traces)
        pre.set_spikes([0], np.array([0.0]) * pre.clock.dt * 0 + 0 * pre.clock.dt, sorted=False)
        simulate(0.1, pre, post, synapses)
        assert synapses.w[0] == pytest.approx(1 - np.exp(-5), rel=0.02), traces
        pre, post = trains(pre=[0.0])


def test_neurons_must_have_what_a_rule_reads():
    rule = declared(reads_pre=("rate",), model="dw/dt = rate_pre/tau/Hz : 1 (clock-driven)")
    pre, post = trains()
    with pytest.raises(RuleError, match=f"MyRule reads rate_pre, and {pre.name} has no 'rate'; it has "):
        rule.connect(pre, post, w=0.0)


@pytest.mark.parametrize("advance", ["sometimes", None])
def test_wrong_word_for_advance(advance):
    pre, post = trains()
    with pytest.raises(
        RuleError, match=r"GraupnerBrunel.connect: advance = .* is not legal; legal: 'events', or a time"
    ):
        GraupnerBrunel().connect(pre, post, w=0.5, advance=advance)
    with pytest.raises(RuleError, match="advance needs a rule with `between`, and PairSTDP has none"):
        PairSTDP().connect(pre, post, w=0.5, advance=1e-3)


def test_a_rule_without_modulator_cannot_be_modulated():
    pre, post = trains()
    synapses = PairSTDP().connect(pre, post, w=0.5)
    with pytest.raises(RuleError, match="PairSTDP has no on_modulator; no neuromodulator acts on it"):
        PairSTDP().modulate(pre, synapses)


def test_populations_stand_for_noisy_rules_only():
    noisy, quiet = GraupnerBrunel(), GraupnerBrunel(sigma=0)
    assert quiet.population == 1 and noisy.population > 100 and PairSTDP().population == 1
    starts = GraupnerBrunel.hippocampal_slices().starts(1.0)
    assert (starts == 0).mean() == pytest.approx(0.7, abs=0.01)
    assert noisy.change(np.array([0.0, 1.0]), np.array([0.9, 0.1])) == 0
    assert quiet.change(np.array([0.5]), np.array([0.75])) == pytest.approx((1 + 4 * 0.75) / 3 - 1)


def test_a_trace_that_a_filter_reads_decays_all_the_time():
    rule = declared(
        traces=(Trace("x", side="pre", tau="tau"),),
        pre_model="df/dt = (x - f)/tau : 1 (clock-driven)",
        on_post="w = f",
    )
    ends = []
    for traces in ("synapse", "neurons"):
        pre, post = trains(pre=[0.010], post=[0.050])
        synapses = rule.connect(pre, post, w=0.0, where={"j": "i"}, traces=traces)
        simulate(0.06, pre, post, synapses)
        ends.append(synapses.w[0])
    assert ends[0] == pytest.approx(ends[1], abs=1e-12)
    assert ends[0] == pytest.approx(2 * np.exp(-2), rel=0.02)  # t/tau exp(-t/tau), 40 ms after the spike


def test_an_episode_sees_states_as_they_are_at_its_end():
    from brian2 import NeuronGroup

    rule = declared(
        traces=(Trace("x", side="pre", tau="tau"),),
        model="c : 1",
        between="c *= exp(-gap/tau)",
        on_pre="c += 1",
        episode="w = c + 10*x",
    )
    pre, _ = trains(pre=[0.010])
    end = {"lap_end": "abs(t - 50*ms) < 0.5*dt"}
    cell = NeuronGroup(1, "v : 1", threshold="False", reset="", events=end, namespace={})
    synapses = rule.connect(pre, cell, w=0.0, traces="synapse", episode="lap_end")
    simulate(0.06, pre, cell, synapses)
    assert synapses.w[0] == pytest.approx(11 * np.exp(-2), rel=1e-9)


def test_catching_up_leaves_a_trace_alone_that_decays_all_the_time():
    from brian2 import ms

    rule = declared(
        traces=(Trace("x", side="pre", tau="tau"), Trace("y", side="post", tau="tau")),
        model="dw/dt = x/tau : 1 (clock-driven)", on_pre="w += 0*y", method="euler",
    )  # fmt: skip
    pre, post = trains(pre=[0.0])
    synapses = rule.connect(pre, post, w=0.0, where={"j": "i"}, traces="synapse")
    rule.catch_up(synapses, dt=1 * ms)
    simulate(0.02, pre, post, synapses)
    assert synapses.x[0] == pytest.approx(np.exp(-1), rel=0.01)
