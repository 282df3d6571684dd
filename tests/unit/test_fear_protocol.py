"""The base of the fear protocols: probes, rounds of steps, what a recording tells, and runs of a device that follow each other."""

import numpy as np
import pytest

from snnplastic.device.execute import execute
from snnplastic.device.target import compiler
from snnplastic.errors import ProtocolError
from snnplastic.fear_protocol import FOREVER, FearProtocol
from snnplastic.fear_steps import CS, LONG, NAME, PAUSE, PLASTIC, SHORT, SPIKES, Recording, Step, probe, short
from snnplastic.networks import amygdala
from snnplastic.networks.amygdala_session import Trial, script
from snnplastic.protocol import find

TONE = (Trial((CS,)),)


def made(*steps, **fields):
    return type("Made", (FearProtocol,), {"steps": lambda self: list(steps)})(**{"animals": 1, **fields})


# -- sessions and probes


def test_a_probe_hears_tones_at_equal_distance():
    for tone, length, is_short in ((SHORT, PAUSE + SHORT, True), (LONG, 2 * PAUSE + LONG, False)):
        step = probe("p", "training", count=4, tone=tone, at=3, gap=120.0, context=1)
        assert step.frozen and short(step) == is_short and (step.after, step.at, step.tone) == ("training", 3, tone)
        assert [t.gap for t in step.trials] == [120.0, 0, 0, 0] and not any(t.shock for t in step.trials)
        assert {(t.tones, t.context) for t in step.trials} == {((CS,), 1)}
        found, onsets, end = script("x", step.trials, tone=tone)
        assert np.allclose(onsets, PAUSE + length * np.arange(4)) and np.isclose(end, 4 * length)
        assert found["x_gap.spikes"][0].tolist() == [0, 0], "two minutes, once"
        assert found["x_where.spikes"][0].tolist() == [1] and found["x_where.spikes"][1].tolist() == [0]


@pytest.mark.parametrize("gap", [60.0, 59 * 60.0, 86400.0 - 60, 14 * 86400.0, 10 * 86400.0 + 23 * 3600 + 59 * 60])
def test_units_of_a_gap_add_up_and_pass_before_the_tone(gap):
    index, times = script("x", [Trial(gap=0.0), Trial(gap=gap)])[0]["x_gap.spikes"]
    assert np.isclose(np.array(amygdala.GAPS)[index].sum(), gap, rtol=1e-12)
    steps = np.rint(times / amygdala.DT)
    assert np.allclose(steps * amygdala.DT, times) and np.unique(steps).size == steps.size
    assert times.min() >= 1.0 and times.max() < 1.0 + Trial().tone_at


def test_nothing_happens_in_a_trial_without_tone_and_shock():
    found = script("x", [Trial(gap=0.0)])[0]
    assert {kind: found[f"x_{kind}.spikes"][0].size for kind in amygdala.EVENTS} == {
        "tone": 0,
        "shock": 0,
        "where": 1,
        "gap": 0,
    }


# -- rounds


def test_a_step_waits_for_all_that_it_takes_states_from():
    steps = [
        probe("mixed", "b", take={"tone": ("c", None)}),
        Step("b", TONE, "a"),
        Step("c", TONE, "b"),
        Step("a", TONE),
    ]
    assert [[s.name for s in r] for r in made(*steps)._rounds] == [["a"], ["b"], ["c"], ["mixed"]]


@pytest.mark.parametrize(
    "steps, message",
    [
        ([Step("a", TONE), probe("p", "b")], "Made: no step leads to 'p', which follows 'b'"),
        ([Step("a", TONE, "b"), Step("b", TONE, "a")], "Made: no step leads to 'a', which follows 'b'"),
        ([Step("a", TONE), probe("p", "a", take={"h": ("z", 0)})], "Made: no step leads to 'p'"),
    ],
)
def test_a_step_that_follows_nothing_known_is_refused(steps, message):
    with pytest.raises(ProtocolError, match=message):
        made(*steps).replicates()


def test_a_protocol_without_steps_is_refused():
    with pytest.raises(ProtocolError, match="FearProtocol has no steps"):
        FearProtocol().replicates()


def recorded(protocol):
    """Arrays of all runs of a round, with states that tell run, synapse and trial apart: 1000 run + 10 trial + entry."""

    def run(n, step):
        rows = 1 if step.frozen else len(step.trials) + 1
        found = {f"{NAME}_{p}_spikes.{k}": np.zeros(0, int if k == "i" else float) for p in SPIKES for k in "it"}
        state = 1000 * n + 10 * np.arange(rows)[:, None] + np.arange(3)
        return (
            found | {f"{NAME}_{c}_w.w": state + 0.1 * k for k, c in enumerate(PLASTIC)} | {f"{NAME}_h.h": state + 0.5}
        )

    runs, rounds = [], protocol._order()
    for step, _ in rounds[0]:
        runs.append(run(len(runs), step))
    return {name: [r[name] for r in runs] for name in protocol.read}, run


def test_runs_that_follow_start_where_others_ended():
    steps = [
        Step("a", TONE * 3), Step("b", TONE * 2), probe("end", "a"), probe("at 1", "a", at=1),
        probe("mixed", "a", take={"tone": ("b", 1), "h": ("b", 0)}, values={"la_central_relay.g": 0.0}),
    ]  # fmt: skip
    protocol = made(*steps, animals=2, first=7)
    assert len(protocol.replicates()) == 4 and len(protocol.replicates()[0]) > 20
    data, run = recorded(protocol)
    found = protocol.follow(data)
    tone, context, h = f"{NAME}_thalamic_principal.w", f"{NAME}_context_extinction.w", f"{NAME}_infralimbic.h"
    first = [r[tone][0] for r in found]  # runs: a 7, a 8, b 7, b 8; steps end, at 1, mixed for 7 and 8 each
    assert first == [30, 1030, 10, 1010, 2010, 3010]
    assert [r[context][0] for r in found[4:]] == [30.2, 1030.2] and [r[h][0] for r in found[4:]] == [2000.5, 3000.5]
    assert found[4]["la_central_relay.g"] == 0 and "la_central_relay.g" not in found[0]
    assert all(
        r["la_plasticity.dt"] == FOREVER and r["la_infralimbic.eta_h"] == r["la_infralimbic.u_h"] == 0 for r in found
    )
    seven, eight = (amygdala.animal(NAME, k)["la_principal.v_th"] for k in (7, 8))
    assert all(np.array_equal(r["la_principal.v_th"], v) for r, v in zip(found, [seven, eight] * 3, strict=True))
    later = [run(4 + n, step) for n, (step, _) in enumerate(protocol._order()[1])]
    assert protocol.follow({name: data[name] + [r[name] for r in later] for name in data}) == []


# -- recordings


def recording(onsets, *, frozen=False, **spikes):
    """A Recording with the spikes (cell, s) of some populations, and states that grow by 0.1 a trial."""
    trials = TONE * len(onsets)
    arrays = {f"{NAME}_{p}_spikes.{k}": np.zeros(0, int if k == "i" else float) for p in SPIKES for k in "it"}
    for p, listed in spikes.items():
        arrays |= {
            f"{NAME}_{p}_spikes.i": np.array([c for c, _ in listed]),
            f"{NAME}_{p}_spikes.t": np.array([t for _, t in listed]),
        }
    grown = 0.1 * np.arange(len(onsets) + 1)[:, None] + np.zeros(4)
    arrays |= {f"{NAME}_{c}_w.w": grown + k for k, c in enumerate(PLASTIC)} | {f"{NAME}_h.h": grown * [0, 1, 2, 1]}
    return Recording(Step("s", trials, frozen=frozen), np.array(onsets), arrays)


def test_spikes_of_parts_of_the_principal_cells():
    found = recording([1.0], principal=[(0, 1.01), (119, 1.012), (120, 1.02), (199, 1.03)], pv=[(3, 1.0)])
    assert [found.spikes(p)[0].tolist() for p in ("principal", "dorsal", "ventral", "pv")] == [
        [0, 119, 120, 199],
        [0, 119],
        [120, 199],
        [3],
    ]
    assert found.spikes("ventral")[1].tolist() == [1.02, 1.03]


def test_rates_and_counts_by_trial():
    spikes = [(0, 1.010), (0, 1.0149), (5, 2.0125), (119, 2.015), (130, 1.012)]
    found = recording([1.0, 2.0, 3.0], principal=spikes)
    assert np.allclose(found.rate("dorsal", 0.010, 0.015), np.array([2, 1, 0]) / (5e-3 * 120))
    assert np.allclose(found.rate("ventral", 0.010, 0.015), np.array([1, 0, 0]) / (5e-3 * 80))
    dorsal, ventral = found.counts("dorsal"), found.counts("ventral")
    assert dorsal.shape == (120, 3) and ventral.shape == (80, 3)
    assert dorsal[0].tolist() == [2, 0, 0] and dorsal[119].tolist() == [0, 1, 0] and dorsal.sum() == 4
    assert ventral[10].tolist() == [1, 0, 0] and ventral.sum() == 1, "cell 130 is the eleventh ventral one"
    edges, rate = found.psth("dorsal")
    early = np.flatnonzero(np.isclose(edges, 0.010))[0]
    assert (
        rate.shape == (120, 40)
        and np.isclose(rate[0, early], 2 / (3 * 5e-3))
        and np.isclose(rate.sum(), 4 / (3 * 5e-3))
    )


def test_freezing_needs_central_spikes_during_the_tone():
    cells, times = np.meshgrid(np.arange(40), 0.9 + 0.02 * np.arange(30))
    found = recording(
        [1.0, 3.0], central=list(zip(cells.ravel(), times.ravel(), strict=True))
    )  # 50 Hz from 0.9 to 1.5 s
    assert np.allclose(found.freezing(), [100, 0])
    assert np.allclose(recording([1.0]).freezing(), [0])


def test_states_by_trial():
    found = recording([0.25, 1.25])
    assert np.allclose(found.excitability, [0, 0.1, 0.2])
    assert np.allclose(found.weights("cortical_principal"), 1 + 0.1 * np.arange(3)[:, None] * np.ones(4))
    state = found.state(1)
    assert set(state) == {f"{NAME}_{c}.w" for c in PLASTIC} | {f"{NAME}_infralimbic.h"}
    assert np.allclose(state["la_context_extinction.w"], 2.1) and np.allclose(
        state["la_infralimbic.h"], [0, 0.1, 0.2, 0.1]
    )
    assert np.allclose(found.state(None)["la_thalamic_principal.w"], 0.2)


# -- runs of a device that follow each other


def rounds(tiny, runs, follow, target, seed):
    """cells.x of all runs: sums of random numbers."""
    with pytest.MonkeyPatch.context() as patch:
        cls = find(tiny)
        patch.setattr(cls, "replicates", lambda self: runs)
        patch.setattr(cls, "follow", follow)
        return execute(cls(), target=target, seed=seed, quiet=True).data["cells.x"]


def nothing(self, data):
    return []


@pytest.mark.skipif(compiler() is None, reason="no compiler")
def test_rounds_of_a_compiled_program(tiny, built):
    seen = []

    def follow(self, data):
        seen.append([len(v) for v in data.values()])
        if len(seen) == 1:  # one run that goes on from the first, one that goes on from the second
            return [{"cells.x": data["cells.x"][0]}, {"cells.x": data["cells.x"][1], "duration": 0.02}]
        return [{"cells.x": data["cells.x"][3]}] if len(seen) == 2 else []

    x = rounds(tiny, [{}, {"duration": 0.01}], follow, "cpp", 5)
    assert seen == [[2] * 4, [4] * 4, [5] * 4], "asked again after each round, with all runs so far"
    drawn = rounds(tiny, [{}, {"duration": 0.01}, {}, {"duration": 0.02}, {}], nothing, "cpp", 5)  # each from 0
    start = [0, 0, x[0], x[1], x[3]]
    for n in range(5):
        assert np.allclose(x[n], start[n] + drawn[n], rtol=1e-12), f"run {n} has the seed 5 + {n}, whatever its round"
    assert len({tuple(v) for v in drawn}) == 5


def test_rounds_of_the_numpy_target(tiny):
    x = rounds(
        tiny,
        [{}],
        lambda self, data: [{"cells.x": data["cells.x"][0]}] if len(data["cells.x"]) == 1 else [],
        "numpy",
        5,
    )
    assert len(x) == 2 and np.allclose(x[1], x[0] + rounds(tiny, [{}], nothing, "numpy", 6)[0], rtol=1e-12)


def test_a_mistake_in_a_later_round_is_told(tiny, built):
    with pytest.raises(ProtocolError, match="no settable 'cells.nothing'"):
        rounds(tiny, [{}], lambda self, data: [{"cells.nothing": 1.0}], None, 5)
