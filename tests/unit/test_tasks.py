"""Tasks: what is drawn, what a label means, and errors. One line of TASKS a kind of task, small enough to be quick."""

import gzip
import os
import sys
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from snnplastic.errors import GradientError, ParameterError
from snnplastic.tasks.delayed_xor import DelayedXor
from snnplastic.tasks.digits import Digits
from snnplastic.tasks.evidence_accumulation import EvidenceAccumulation
from snnplastic.tasks.idx_images import IdxImages
from snnplastic.tasks.pattern_generation import PatternGeneration
from snnplastic.tasks.precise_pattern import PrecisePattern
from snnplastic.tasks.randman import Randman
from snnplastic.tasks.random_patterns import RandomPatterns
from snnplastic.tasks.samples import Samples
from snnplastic.tasks.store_recall import RECALL, STORE, StoreRecall
from snnplastic.tasks.timing_task import TimingTask

FEW = {"n_train": 60, "n_valid": 20, "n_test": 20}
TASKS = {
    "random patterns": RandomPatterns(),
    "randman": Randman(n_class=50, precision=0.05),
    "precise pattern": PrecisePattern(n_out=3),
    "pattern generation": PatternGeneration(),
    "three patterns": PatternGeneration.three_outputs(),
    "store-recall": StoreRecall(**FEW),
    "evidence": EvidenceAccumulation(**FEW),
    "delayed xor": DelayedXor(**FEW),
    "synchrony": TimingTask(**FEW),
    "order": TimingTask(code="order", classes=4, **FEW),
    "interval": TimingTask(code="interval", classes=3, **FEW),
}
if find_spec("sklearn"):
    TASKS["digits"] = Digits(code="rate", n_train=100, n_valid=20, n_test=20)
LABELLED = sorted(set(TASKS) - {"precise pattern", "pattern generation", "three patterns", "store-recall"})
TIMING = ("synchrony", "order", "interval")


@pytest.fixture(scope="module")
def drawn():
    return {name: task.samples(seed=3) for name, task in TASKS.items()}


def same(a, b):
    return all(np.array_equal(a.values()[key], b.values()[key]) for key in a.values())


@pytest.mark.parametrize("name", TASKS)
def test_a_seed_gives_the_same_samples_and_another_one_others(name, drawn):
    assert same(TASKS[name].samples(seed=3), drawn[name])
    assert not same(TASKS[name].samples(seed=4), drawn[name])


@pytest.mark.parametrize("name", TASKS)
def test_no_channel_spikes_twice_in_a_step(name, drawn):
    found = drawn[name]
    assert len(found.time) == len(set(zip(found.sample.tolist(), found.time.tolist(), found.channel.tolist())))
    assert len(np.unique(found.sample)) == sum(found.counts) and len(np.unique(found.channel)) > 0.8 * found.n_in


@pytest.mark.parametrize("name", LABELLED)
def test_labels_are_roughly_balanced(name, drawn):
    found = drawn[name]
    share = np.bincount(found.label, minlength=found.n_out) / sum(found.counts)
    assert share.size == found.n_out and np.all(abs(share - 1 / found.n_out) < 0.6 / found.n_out)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_field_says_what_it_is_and_where_from(task):
    assert type(task).__doc__ and (task.source.doi.startswith("10.") or isinstance(task, DelayedXor))
    for field in fields(task):
        assert field.metadata["meaning"].strip() and field.metadata["where"].strip(), field.name
    assert type(task)(dt="0.5 ms").dt == 5e-4


def test_random_patterns_have_the_published_size_and_rate(drawn):
    found = drawn["random patterns"]
    assert found.counts == (256, 0, 0) and (found.n_steps, found.n_in, found.n_out) == (200, 100, 2)
    expected = 256 * 200 * 100 * 0.005
    assert abs(len(found.time) - expected) < 5 * np.sqrt(expected)


def test_randman_is_its_formula_and_uses_half_of_the_sample(drawn):
    found, task = drawn["randman"], TASKS["randman"]
    assert found.counts == (400, 50, 50) and found.dense().sum(axis=1).max() == found.dense().sum(axis=1).min() == 1
    assert found.time.min() == 0 and found.time.max() == 49 and found.n_steps == 100
    x, rng = np.array([[0.1], [0.7]]), np.random.default_rng(1)
    a, b, c = (np.random.default_rng(1).random((task.units, 1, 3, 20))[2, 0, part] for part in range(3))
    expected = [sum(a[k] / (k + 1) * np.sin(2 * np.pi * (k * z * b[k] + c[k])) for k in range(1, 20)) for z in x[:, 0]]
    np.testing.assert_allclose(task.manifold(rng, x)[:, 2], expected, rtol=1e-12)


def test_points_that_are_near_on_a_smooth_manifold_spike_at_near_times():
    found = Randman(n_class=50, classes=2, alpha=2, precision=0.01).samples()
    when = np.zeros((100, 20))
    when[found.sample, found.channel] = found.time
    here = np.flatnonzero(found.label == 0)
    when = when[here[np.argsort(found.about["points"][here, 0])]]
    assert abs(np.diff(when, axis=0)).mean() < 0.2 * abs(when - when.mean(axis=0)).mean()


def test_precise_pattern_filters_the_target(drawn):
    found, task = drawn["precise pattern"], TASKS["precise pattern"]
    target = found.about["target"]
    assert np.array_equal(np.flatnonzero(target[:, 0]), [100, 300, 500, 700, 900]) and np.all(target.sum(axis=0) == 5)
    t = np.arange(200) * 0.5
    kernel = np.exp(-t / 10) - np.exp(-t / 5)
    np.testing.assert_allclose(found.goal[100:300, 0], kernel / 0.25, atol=1e-12)  # the peak is 1/4 for a ratio of 2
    np.testing.assert_allclose(
        found.goal, np.stack([np.convolve(s, task._kernel(np.arange(1000) * 5e-4))[:1000] / 0.25 for s in target.T], 1)
    )
    assert found.about["silent"] == pytest.approx(0.5 * (found.goal**2).sum())


def test_pattern_generation_is_a_sum_of_the_sines(drawn):
    for name, cycles in (("pattern generation", (1, 2, 3, 5)), ("three patterns", (2, 3, 5))):
        found = drawn[name]
        assert (
            found.counts == (1, 0, 0) and found.goal.shape == (1000, found.n_out) and abs(len(found.time) - 5000) < 350
        )
        np.testing.assert_allclose(abs(found.goal).max(axis=0), 1)
        assert not found.goal[0].any()
        angle = 2 * np.pi * np.linspace(0, 1, 1000)[:, None] * np.array(cycles)
        waves = np.column_stack([np.ones(1000), np.sin(angle), np.cos(angle)])
        rest = np.linalg.lstsq(waves, found.goal, rcond=None)[1]
        assert np.all(rest < 1e-20)


def test_store_recall_asks_for_the_stored_bit(drawn):
    found = drawn["store-recall"]
    symbols, recalled = found.about["symbols"], found.about["recalled"]
    assert found.n_steps == 2400 and found.attention.shape == (100, 2400) and found.goal.shape == (100, 2400, 2)
    counts = found.dense().reshape(100, 12, 200, 4, 25).sum(axis=(2, 4)) / (
        200 * 25 * 0.05
    )  # about 1 for a group that is shown
    for row, asked, spikes in zip(symbols, recalled, counts):
        kept = None
        for k, symbol in enumerate(row):
            if symbol == STORE:
                assert kept is None and row[k + 1] < 2
                kept = row[k + 1]
                assert spikes[k, STORE] > 0.6 and spikes[k, kept] > 0.6 and spikes[k, 1 - kept] == 0
            elif symbol == RECALL:
                assert asked[k] == kept and spikes[k, RECALL] > 0.6 and not spikes[k, :3].any()
                kept = None
            assert (symbol == RECALL) == (asked[k] >= 0)
        assert kept is None and (row == RECALL).any()
    shown = np.repeat(recalled, 200, axis=1)
    assert np.array_equal(found.attention, shown >= 0) and np.array_equal(
        found.goal[shown >= 0].argmax(1), shown[shown >= 0]
    )
    after = [(r[k + 1], s[k + 1, 1] > 0.3) for r, s in zip(symbols, counts) for k in np.flatnonzero(r == STORE)]
    assert 0.3 < np.mean([bit == seen for bit, seen in after]) < 0.7  # what is shown after the store tells nothing


def test_store_recall_delays_are_about_as_long_as_asked():
    rows = StoreRecall(length=60, delay=6).sequences(np.random.default_rng(0), 400)
    waits = [np.flatnonzero(r == RECALL) - np.flatnonzero(r == STORE) for r in rows]
    assert 5.5 < np.concatenate(waits).mean() < 8.5  # at least 2, and about 1 + delay


def test_evidence_is_on_the_side_of_the_label(drawn):
    found = drawn["evidence"]
    assert found.n_steps == 2250 and np.array_equal(np.flatnonzero(found.attention), np.arange(2100, 2250))
    groups = found.dense().reshape(100, 2250, 4, 10).sum(axis=3)
    assert np.array_equal(found.label, found.about["cues"].sum(axis=1) >= 4)
    for k in range(7):
        cue = groups[:, 150 * k + 50 : 150 * k + 150].sum(axis=1)
        assert np.array_equal(cue[:, 1] > cue[:, 0], found.about["cues"][:, k] == 1)
        assert not groups[:, 150 * k : 150 * k + 50, :3].any()
    assert (
        not groups[:, 1050:, :2].any() and not groups[:, :2100, 2].any() and groups[:, 2100:, 2].sum(axis=1).min() > 20
    )
    assert abs(groups[:, :, 3].mean() - 0.1) < 0.01


def test_delayed_xor_needs_both_cues(drawn):
    found = drawn["delayed xor"]
    groups = found.dense().reshape(100, 250, 3, 10).sum(axis=3)
    first, second = groups[:, :50].sum(axis=1), groups[:, 150:200].sum(axis=1)
    assert np.array_equal(found.label, (first[:, 1] > 0) ^ (second[:, 1] > 0)) and not groups[:, 50:150].any()
    assert abs(np.corrcoef(found.label, first[:, 1] > 0)[0, 1]) < 0.05
    assert np.array_equal(np.flatnonzero(found.attention), np.arange(200, 250))
    assert DelayedXor(delay=0, **FEW).samples().n_steps == 150


@pytest.mark.parametrize("name", TIMING)
def test_counts_tell_nothing_of_a_timing_class(name, drawn):
    found = drawn[name]
    counts = found.dense().sum(axis=1)
    assert np.all(counts == TASKS[name].n_spikes)
    design, train = np.column_stack([np.ones(100), counts]), slice(0, found.counts[0])
    weights = np.linalg.lstsq(design[train], np.eye(found.n_out)[found.label[train]], rcond=None)[0]
    guess = (design @ weights).round(9).argmax(axis=1)[60:]
    assert abs(np.mean(guess == found.label[60:]) - 1 / found.n_out) <= 0.05


@pytest.mark.parametrize("name", TIMING)
def test_timing_tells_a_timing_class(name, drawn):
    found, task = drawn[name], TASKS[name]
    when = np.sort(found.time.reshape(100, 20, 5), axis=2).astype(float)
    if name == "synchrony":
        apart = [
            abs(when[:, :10] - when[:, 10:][:, (np.arange(10) + c) % 10]).mean(axis=(1, 2)) for c in range(task.classes)
        ]
    elif name == "order":
        first = when[:, :, 0] - when[:, :, 0].min(axis=1, keepdims=True)
        apart = [abs(first - 4 * ((np.arange(20) + 5 * c) % 20)).mean(axis=1) for c in range(4)]
    else:
        apart = [abs(np.diff(when, axis=2) - step).mean(axis=(1, 2)) for step in (4, 8, 12)]
    assert np.array_equal(np.argmin(apart, axis=0), found.label)


def test_digits_are_split_once_and_code_bright_pixels_early_or_often(drawn):
    pytest.importorskip("sklearn", reason="scikit-learn brings the digits")
    values, label = Digits().images()
    assert values.shape == (1497 + 300, 64) and set(label) == set(range(10))
    assert not np.array_equal(Digits(split_seed=1).images()[1], label)
    latency = Digits(n_train=100, n_valid=20, n_test=20).samples()
    assert same(latency, Digits(n_train=100, n_valid=20, n_test=20).samples(seed=1))
    bright = latency.about["values"][latency.sample, latency.channel]
    assert bright.min() > 0.1 and len(bright) == (latency.about["values"] > 0.1).sum()
    assert np.array_equal(latency.time, np.floor((2 + 28 * (1 - bright)) / 0.5 + 0.5))
    often = drawn["digits"].dense().sum(axis=1)
    assert abs(often.sum() / (drawn["digits"].about["values"].sum() * 4) - 1) < 0.05


def test_digits_without_scikit_learn_say_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(GradientError, match="Digits needs scikit-learn.*pip install .snnplastic.tasks"):
        Digits().samples()


def test_yin_yang_is_the_published_rule():
    YinYang = pytest.importorskip("snnplastic.tasks.yin_yang", reason="no Yin-Yang task in this checkout").YinYang
    for x, y in np.random.default_rng(0).random((3000, 2)).tolist() + [
        (0.75, 0.5),
        (0.25, 0.5),
        (0.85, 0.5),
        (0.5, 0.5),
    ]:
        right, left = np.hypot(x - 0.75, y - 0.5), np.hypot(x - 0.25, y - 0.5)
        yin = right <= 0.1 or 0.1 < left <= 0.25 or (y > 0.5 and right > 0.25)
        assert YinYang.classify(x, y) == (2 if right < 0.1 or left < 0.1 else int(yin))
    found = YinYang(n_train=300, n_valid=30, n_test=30).samples()
    assert np.all(np.hypot(*(found.about["points"] - 0.5).T) <= 0.5) and np.bincount(found.label).min() > 90
    assert found.about["points"][0] == pytest.approx(_first_yin_yang())


def _first_yin_yang():
    """The first point of the published training set (seed 42), from the published order of draws."""
    rng = np.random.RandomState(42)
    goal = rng.randint(3)
    while True:
        x, y = rng.rand(2)
        right, left = np.hypot(x - 0.75, y - 0.5), np.hypot(x - 0.25, y - 0.5)
        yin = right <= 0.1 or 0.1 < left <= 0.25 or (y > 0.5 and right > 0.25)
        if np.hypot(x - 0.5, y - 0.5) <= 0.5 and goal == (2 if min(right, left) < 0.1 else int(yin)):
            return x, y


WRONG = (
    (RandomPatterns, {"duration": "200.5 ms"}, "RandomPatterns.duration = 0.2005 s is no whole number of time steps"),
    (RandomPatterns, {"rate": 2000}, "RandomPatterns.rate = 2000 Hz .* at most 1 / dt = 1000 Hz"),
    (RandomPatterns, {"n": 0}, "RandomPatterns.n = 0 .* at least 1"),
    (Randman, {"train": 0.95}, "Randman.valid = 0.1 .* at most 1 - train"),
    (Randman, {"train": 0}, "Randman.train = 0 leaves nothing"),
    (PrecisePattern, {"target": "10, 600 ms"}, "PrecisePattern.target holds 0.6 s"),
    (PrecisePattern, {"target": "10, 10.1 ms"}, "two spikes in one step"),
    (PrecisePattern, {"tau_rise": "10 ms"}, "PrecisePattern.tau_decay = 0.01 .* above tau_rise"),
    (PrecisePattern, {"tau_rise": "20 ms"}, "PrecisePattern.tau_decay = 0.01 .* at least tau_rise"),
    (PatternGeneration, {"periods": "2 s"}, "PatternGeneration.periods holds 2 s; legal: at most duration"),
    (StoreRecall, {"delay": 11}, "StoreRecall.delay = 11 .* 1 to length - 2 = 10"),
    (EvidenceAccumulation, {"n_cues": 6}, "EvidenceAccumulation.n_cues = 6 .* odd"),
    (EvidenceAccumulation, {"n_in": 42}, "EvidenceAccumulation.n_in = 42 .* multiple of 4"),
    (EvidenceAccumulation, {"recall": 0}, "EvidenceAccumulation.recall = 0 s"),
    (DelayedXor, {"n_in": 31}, "DelayedXor.n_in = 31 .* multiple of 3"),
    (TimingTask, {"code": "rate"}, "TimingTask.code = 'rate' is not legal; legal: 'synchrony', 'order', 'interval'"),
    (TimingTask, {"n_in": 5}, "TimingTask.n_in = 5 .* even"),
    (TimingTask, {"classes": 11}, "TimingTask.classes = 11 .* 2 to 10"),
    (TimingTask, {"code": "order", "n_spikes": 10}, "TimingTask.duration .* leave no room for n_spikes = 10"),
    (TimingTask, {"code": "interval", "interval_long": 3}, "TimingTask.interval_long = 0.003"),
    (Digits, {"n_train": 1500}, "Digits.n_train . n_valid . n_test = 2100; legal: at most the 1797"),
    (Digits, {"t_late": "1 ms"}, "Digits.t_late = 0.001 .* at least t_early"),
    (Digits, {"t_late": "40 ms"}, "Digits.t_late = 0.04 .* before the end"),
    (IdxImages, {"data": "cifar"}, "IdxImages.data = 'cifar' .* 'mnist', 'fashion-mnist'"),
    (IdxImages, {"folder": 3}, "IdxImages.folder = 3"),
    (IdxImages, {"n_train": 60000}, "IdxImages.n_train . n_valid = 70000"),
)  # fmt: skip


@pytest.mark.parametrize(("task", "given", "told"), WRONG, ids=lambda x: getattr(x, "__name__", None))
def test_wrong_fields_are_named(task, given, told):
    with pytest.raises(ParameterError, match=told):
        task(**given)


def test_a_seed_is_a_whole_number():
    for seed in (-1, 1.5, "one", True):
        with pytest.raises(ParameterError, match="RandomPatterns.samples: seed = .* legal: a whole number"):
            RandomPatterns().samples(seed=seed)


def test_sequences_that_do_not_exist_end_in_an_error():
    with pytest.raises(GradientError, match="StoreRecall.length = 300: .* too rare"):
        StoreRecall(length=300, delay=1).sequences(np.random.default_rng(0), 5)


def test_attention_may_differ_between_samples():
    spikes = {"time": np.zeros(1, int), "channel": np.zeros(1, int), "sample": np.zeros(1, int)}
    weight = np.arange(12.0).reshape(3, 4)
    found = Samples(n_steps=4, n_in=1, n_out=1, counts=(2, 1, 0), attention=weight, **spikes)
    assert np.array_equal(found.values()["data.attention"], np.arange(12.0))
    with pytest.raises(GradientError, match=r"Samples.attention has shape \(2, 4\); legal: \(4,\) or \(3, 4\)"):
        Samples(n_steps=4, n_in=1, n_out=1, counts=(2, 1, 0), attention=weight[:2], **spikes)


def write_idx(folder, part, images, labels, pack=gzip.compress, end=".gz"):
    head = np.array([2051, len(images), 28, 28], ">u4").tobytes()
    (folder / f"{part}-images-idx3-ubyte{end}").write_bytes(pack(head + images.tobytes()))
    head = np.array([2049, len(labels)], ">u4").tobytes()
    (folder / f"{part}-labels-idx1-ubyte{end}").write_bytes(pack(head + labels.tobytes()))


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Two small files of each part, packed and not, and a task that takes them for whole."""
    monkeypatch.setattr("snnplastic.tasks.idx_images.PARTS", {"train": 30, "t10k": 10})
    rng = np.random.default_rng(0)
    for part, n, pack, end in (("train", 30, gzip.compress, ".gz"), ("t10k", 10, bytes, "")):
        write_idx(
            tmp_path, part, rng.integers(0, 256, (n, 28, 28), np.uint8), (np.arange(n) % 10).astype(np.uint8), pack, end
        )
    return IdxImages(folder=tmp_path, n_train=20, n_valid=5, n_test=10)


def test_idx_files_packed_or_not(small):
    found = small.samples()
    assert found.counts == (20, 5, 10) and found.label.tolist() == [*range(10)] * 2 + [*range(5, 10)] + [*range(10)]
    values = small.images()[0]
    assert values.shape == (35, 784) and len(found.time) == (values > 25).sum()
    rate = small.replace(code="rate", n_valid=0)
    assert same(rate.samples(1), rate.samples(1)) and not same(rate.samples(1), rate.samples(2))


def damage(path, change):
    path.write_bytes(change(bytearray(path.read_bytes())))


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("train-images-idx3-ubyte.gz", lambda b: b[:-9], "cannot be read"),
        ("train-images-idx3-ubyte.gz", lambda b: b"no gzip", "cannot be read"),
        ("t10k-images-idx3-ubyte", lambda b: b[:-9], "holds 7831 values; legal: 7840"),
        ("t10k-images-idx3-ubyte", lambda b: b[:9], "has 9 bytes and no header"),
        ("t10k-images-idx3-ubyte", lambda b: b"\0\0\x08\x01" + b[4:], "magic number 2049; legal: 2051"),
        ("t10k-labels-idx1-ubyte", lambda b: b[:7] + b"\x0b" + b[8:], "declares the size 11; legal: 10"),
        ("t10k-labels-idx1-ubyte", lambda b: b[:-1] + b"\x0c", "labels hold 12; legal: 0 to 9"),
    ],
)
def test_damaged_idx_files_are_named(small, name, change, told):
    damage(Path(small.folder) / name, change)
    with pytest.raises(GradientError, match=f"IdxImages.folder.*{told}"):
        small.samples()


def test_missing_idx_files_are_named(small, tmp_path, monkeypatch):
    with pytest.raises(GradientError, match="IdxImages.folder = .* holds no train-images-idx3-ubyte; legal: one of "):
        small.replace(folder=str(tmp_path / "nowhere")).samples()
    monkeypatch.delenv("SNNPLASTIC_DATA", raising=False)
    with pytest.raises(GradientError, match="IdxImages.folder is empty and SNNPLASTIC_DATA is not set"):
        small.replace(folder="").samples()


@pytest.mark.parametrize(("data", "right"), [("mnist", 0.8203), ("fashion-mnist", 0.6768)])
def test_published_idx_files(data, right):
    """The nearest class mean of all training images is right in a known share of the test images."""
    folder = os.environ.get("SNNPLASTIC_DATA")
    if not folder or not (Path(folder) / data).is_dir():
        pytest.skip(f"SNNPLASTIC_DATA names no folder that holds {data}")
    values, label = IdxImages(data=data, n_train=60000, n_valid=0).images()
    mean = np.stack([values[:60000][label[:60000] == c].mean(axis=0) for c in range(10)])
    guess = ((mean**2).sum(axis=1) - 2 * values[60000:].astype(float) @ mean.T).argmin(axis=1)
    assert np.mean(guess == label[60000:]) == pytest.approx(right, abs=1e-12)
    few = IdxImages(data=data, n_train=50, n_valid=10, n_test=10).samples()
    assert few.counts == (50, 10, 10) and few.time.max() < 60 and len(np.unique(few.sample)) == 70
