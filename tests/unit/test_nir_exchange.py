"""NIR: the exported graph computes what the network does, and comes back as it was; what NIR cannot say is refused."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from support import error, invoke

pytest.importorskip("nir")

import nir
from nir_walker import walk

from snnplastic import learning_protocol
from snnplastic.errors import ExportError
from snnplastic.learning import read_nir, to_nir, train, write_nir
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.adaptive_lif import AdaptiveLIF
from snnplastic.neurons.adex import AdEx
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.lif_exponential_current import LIFExponentialCurrent
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.results import Results
from snnplastic.tasks.samples import Samples

DT, STEPS, COUNTS = 1e-3, 50, (12, 0, 6)
READOUT = Layer(n=3, neuron=LeakyIntegrator(tau_mem="7.3 ms", tau_syn="4.1 ms"), delay=1, gain=2.0)
HIDDEN = Layer(
    n=20, neuron=SynapticLIF(tau_mem="11 ms", tau_syn="3.7 ms", v_reset=-0.2), gain=9.0, mean=1.5, recurrent=True, recurrent_gain=2.0, delay=2,
    density=0.6, train=("tau_mem", "v_th*", "bias"),
)  # fmt: skip
NETWORK = LayeredNetwork(inputs=5, layers=(HIDDEN, READOUT), wiring_seed=3)


@pytest.fixture(scope="module")
def samples():
    rng, n = np.random.default_rng(8), sum(COUNTS)
    sample, time, channel = np.nonzero(rng.random((n, STEPS, 5)) < 0.15)
    return Samples(STEPS, 5, 3, COUNTS, time, channel, sample, label=rng.integers(0, 3, n))


@pytest.fixture(scope="module")
def trained(samples):
    """Recurrent, delayed, sparse, with time constants, threshold and bias that learned: all that NIR can say at once."""
    rng, start = np.random.default_rng(2), NETWORK.initial_weights(1)
    start |= {"hidden_1_tau_mem.w": rng.uniform(6e-3, 16e-3, 20), "hidden_1_bias.w": rng.normal(0, 0.2, 20)}
    return train(
        NETWORK,
        samples,
        epochs=3,
        rate=2e-4,
        batch=6,
        dt=DT,
        precision="double",
        weights={n[:-2]: w for n, w in start.items()},
        quiet=True,
    )


@pytest.fixture
def written(trained, tmp_path):
    return write_nir(trained, tmp_path / "net.nir")[0]


def test_the_graph_alone_gives_spikes_and_read_out_of_the_network(trained, samples, written):
    data, block = trained.data, trained.data.sizes["shown"]
    spikes, course = walk(written, samples.dense(slice(sum(COUNTS[:2]), None)))
    after = data.raster_when.values == 1
    got = {
        tuple(row)
        for row in np.stack([data[f"raster_{c}"].values[after] for c in ("sample", "step", "neuron")], 1).tolist()
    }
    wanted = {
        row for row in zip(*(found.tolist() for found in np.nonzero(spikes["hidden_1"])), strict=True) if row[0] < block
    }
    assert got == wanted and len(got) > 100
    assert np.abs(data.scores.values[0] - course.max(1)).max() < 1e-12
    shown = data.trace.sel(when="after").values.transpose(1, 0, 2)
    assert np.abs(shown - course[:block]).max() < 1e-6 * np.abs(course).max()
    recurrent = trained.weights | {"within_hidden_1": 0 * trained.weights["within_hidden_1"]}
    without, _ = walk(write_nir(trained, written, weights=recurrent)[0], samples.dense(slice(sum(COUNTS[:2]), None)))
    assert not np.array_equal(without["hidden_1"], spikes["hidden_1"]), "recurrence matters in this network"


def test_a_file_read_back_is_the_same_network_and_gives_the_same_scores(trained, samples, written):
    network, weights = read_nir(written)
    assert network.layers == NETWORK.layers and (network.inputs, network.wiring_seed) == (5, 3)
    assert set(weights) == set(trained.weights)
    for name, value in trained.weights.items():
        assert np.array_equal(weights[name], value) and weights[name].dtype == np.float64, name
    again = train(network, samples, epochs=1, rate=0, batch=6, dt=DT, precision="double", weights=weights, quiet=True)
    assert np.array_equal(again.data.scores.values, trained.data.scores.values)
    still = train(network, samples, epochs=0, batch=6, dt=DT, precision="double", weights=weights, quiet=True)
    assert np.array_equal(still.data.trace.sel(when="before"), trained.data.trace.sel(when="after"))


def test_what_nir_has_no_word_for_is_written_beside_it(trained, written):
    told = json.loads(written.with_name("net.nir.json").read_text())
    assert told["learning"]["rule"] == {"class": "BPTT"} and told["learning"]["surrogate"]["class"] == "SuperSpike"
    assert told["learning"]["optimiser"]["beta_1"] == 0.9 and told["learning"]["hyperparameters"]["rate"] == 2e-4
    graph = nir.read(written)
    assert graph.metadata["dt"] == DT and graph.metadata["time_stepping"] == told["time_stepping"]
    assert "exponential_euler" in told["time_stepping"]
    assert np.array_equal(np.unique(graph.nodes["delay_hidden_1"].delay), [2 * DT])
    assert ("within_hidden_1", "delay_hidden_1") in graph.edges and ("hidden_1", "within_hidden_1") in graph.edges


def plain(**changes):
    """A small network and its weights."""
    network = LayeredNetwork(inputs=4, layers=(Layer(**{"n": 6, **changes}), Layer(n=2, neuron=LeakyIntegrator())))
    return network, network.initial_weights(0)


def test_a_pulse_of_weight_w_adds_w_to_the_current():
    graph = to_nir(*plain(neuron=SynapticLIF(tau_syn="3 ms")))
    node = graph.nodes["hidden_1"]
    assert np.array_equal(node.w_in / node.tau_syn, np.ones(6)) and np.array_equal(node.r, np.ones(6))
    assert graph.nodes["to_hidden_1"].weight.shape == (6, 4) and node.tau_syn[0] == 0.003


OWN = "from snnplastic.neurons.synaptic_lif import SynapticLIF\n\nclass Mine(SynapticLIF):\n    model = SynapticLIF.model\n"


def own_neuron(folder):
    from snnplastic.catalogue import load_file

    (folder / "mine.py").write_text(OWN)
    return load_file(folder / "mine.py").Mine()


@pytest.mark.parametrize(("changes", "message"), [
    ({"neuron": AdaptiveLIF()}, "hidden_1 is made of AdaptiveLIF: its threshold adapts.*legal: SynapticLIF"),
    ({"neuron": AdEx()}, "hidden_1 is made of AdEx"),
    ({"neuron": LIFExponentialCurrent()}, "hidden_1 is made of LIFExponentialCurrent: it has a refractory period.*legal: SynapticLIF"),
    ({"neuron": own_neuron}, "hidden_1 is made of Mine: its equations are of a user's own file"),
    ({"neuron": LeakyIntegrator()}, "hidden_1 is made of LeakyIntegrator, which never spikes"),
    ({"drive": "v"}, "hidden_1 has drive = 'v'.*legal: 'I_syn'"),
    ({"unit": 2.0}, "hidden_1 has unit = 2.0.*legal: 1.0"),
    ({"n": 4, "fixed": "one to one"}, "hidden_1 is driven one to one.*legal: fixed=True or False"),
    ({"delay": 3}, "hidden_1 has a delay of 3 steps, and the step is not known; give dt"),
])  # fmt: skip
def test_what_nir_cannot_say_is_refused(changes, message, tmp_path):
    changes = {key: value(tmp_path) if callable(value) else value for key, value in changes.items()}
    with pytest.raises(ExportError, match=message):
        to_nir(*plain(**changes))


@pytest.mark.parametrize(("change", "message"), [
    (lambda w: w.pop("to_output.w"), r"weights are missing: to_output; legal: to_hidden_1 \(24 values\)"),
    (lambda w: w.update({"to_hidden_1.w": np.zeros((6, 4))}), r"weights\['to_hidden_1'\] has shape \(6, 4\); legal: \(4, 6\)"),
    (lambda w: w.update({"to_output.w": np.full(12, np.nan)}), r"weights\['to_output'\] holds nan; legal: finite numbers"),
    (lambda w: w.update({"to_nobody": np.zeros(3)}), r"weights\['to_nobody'\].*legal: to_hidden_1"),
])  # fmt: skip
def test_wrong_weights_are_refused(change, message):
    network, weights = plain()
    change(weights)
    with pytest.raises(ExportError, match=message):
        to_nir(network, weights)


def test_a_read_of_another_state_or_of_v_of_spiking_neurons_is_refused(trained):
    with pytest.raises(ExportError, match="the network reads 'I_syn'.*legal: read='v'"):
        to_nir(LayeredNetwork(sizes=(4, 6, 2), read="I_syn"), {})
    spiking = LayeredNetwork(sizes=(4, 6, 2), readout=SynapticLIF())
    trained = type(trained)(spiking, None, spiking.initial_weights(0), learning={"reads": "state"})
    with pytest.raises(ExportError, match="output spikes, and the loss read its v.*legal: LeakyIntegrator"):
        to_nir(trained)


def test_a_failure_leaves_what_was_there(written, trained, monkeypatch):
    before = {path: path.read_bytes() for path in written.parent.iterdir()}
    with pytest.raises(ExportError, match="legal: SynapticLIF"):
        write_nir(LayeredNetwork(sizes=(4, 6, 2), neuron=AdaptiveLIF()), written, weights={})
    (written.parent / "a_file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        write_nir(plain()[0], written.parent / "a_file" / "net.nir", weights=plain()[1])
    (written.parent / "a_file").unlink()
    real, sizes = Path.write_bytes, []

    def full(path, content):
        sizes.append(real(path, content))
        if len(sizes) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ExportError, match="net.nir cannot be written: No space left on device"):
        write_nir(trained, written)
    assert len(sizes) == 2
    assert before == {path: path.read_bytes() for path in written.parent.iterdir()}


def chain(**nodes):
    """A graph of others: 4 inputs, 6 neurons, a read-out of 2, with some nodes replaced or left out (None)."""
    one, two = np.ones(6), np.ones(2)
    rng = np.random.default_rng(0)
    made = {
        "input": nir.Input(np.array([4])), "first": nir.Linear(rng.normal(size=(6, 4))), "second": nir.Linear(rng.normal(size=(2, 6))),
        "lif": nir.CubaLIF(tau_syn=0.005 * one, tau_mem=0.01 * one, r=2 * one, v_leak=0 * one, v_threshold=one, v_reset=0 * one, w_in=50 * one),
        "li": nir.CubaLI(tau_syn=0.005 * two, tau_mem=0.01 * two, r=two, v_leak=0.1 * two, w_in=0.005 * two), "output": nir.Output(np.array([2])),
    }  # fmt: skip
    made |= {name: node for name, node in nodes.items() if name != "edges"}
    edges = [
        ("input", "first"),
        ("first", "lif"),
        ("lif", "second"),
        ("second", "li"),
        ("li", "output"),
        *nodes.get("edges", ()),
    ]
    return made, edges


def saved(folder, made, edges):
    nir.write(folder / "theirs.nir", nir.NIRGraph(made, edges))
    return folder / "theirs.nir"


def test_a_graph_of_others_is_read_by_its_equations(tmp_path):
    """r and w_in go into the weights; of the two meanings of a spike in use, the one asked for."""
    path = saved(tmp_path, *chain())
    network, weights = read_nir(path)
    first = nir.read(path).nodes["first"].weight
    assert np.allclose(weights["to_hidden_1"], first.T * 2 * 50 / 0.005, rtol=1e-15)
    assert np.array_equal(weights["output_bias"], [0.1, 0.1]) and network.layers[1].train == ("bias",)
    assert np.allclose(
        read_nir(path, pulse="step", dt=1e-4)[1]["to_hidden_1"], first.T * 2 * 50 * 1e-4 / 0.005, rtol=1e-15
    )
    assert network.layers[0].neuron == SynapticLIF(tau_mem="10 ms", tau_syn="5 ms")


CONVOLUTION = nir.Conv1d(input_shape=4, weight=np.ones((1, 1, 1)), stride=1, padding=0, dilation=1, groups=1, bias=np.zeros(1))  # fmt: skip
NO_CURRENT = nir.LIF(tau=np.ones(6), r=np.ones(6), v_leak=np.zeros(6), v_threshold=np.ones(6), v_reset=np.zeros(6))
LATE_LOOP = {"wait": nir.Delay(np.full(6, 1e-3)), "loop": nir.Linear(np.eye(6)), "edges": [("lif", "loop"), ("loop", "wait"), ("wait", "lif")]}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), [
    ({"first": CONVOLUTION}, "node first is a Conv1d, which does not run here; legal: .*Linear"),
    ({"lif": NO_CURRENT}, "node lif is a LIF, which does not run here; legal: .*CubaLIF"),
    ({"back": nir.Linear(np.ones((6, 2))), "edges": [("li", "back"), ("back", "lif")]}, "lif is driven by .*cycles longer than one layer are not legal"),
    ({"skip": nir.Linear(np.ones((2, 4))), "edges": [("input", "skip"), ("skip", "li")]}, "li is driven by .* and by"),
    ({"first": nir.Affine(weight=np.ones((6, 4)), bias=np.ones(6))}, "node first: an Affine adds its bias.*legal: bias 0, or v_leak"),
    ({"output": nir.Output(np.array([3]))}, "Output has 3 values and the layer before it 2; legal: the same"),
    (LATE_LOOP, "the file tells no time step; give dt"),
    ({"first": nir.Linear(np.full((6, 4), np.inf))}, "node first: weight holds inf"),
])  # fmt: skip
def test_graphs_that_cannot_run_here_are_refused(changes, message, tmp_path):
    made, edges = chain(**changes)
    path = tmp_path / "theirs.nir"
    nir.write(path, nir.NIRGraph(made, edges, type_check=False))
    with pytest.raises(ExportError, match=message) as caught:
        read_nir(path)
    assert str(path) in str(caught.value)


def test_delays_are_whole_steps_of_the_step_that_is_given(tmp_path):
    made, edges = chain(wait=nir.Delay(np.full(6, 3e-3)))
    edges[1:2] = [("first", "wait"), ("wait", "lif")]
    path = saved(tmp_path, made, edges)
    assert read_nir(path, dt=1e-3)[0].layers[0].delay == 3
    with pytest.raises(
        ExportError, match="node wait: a delay of 0.003 s is 1.5 steps of dt = 0.002 s; legal: a whole number"
    ):
        read_nir(path, dt=2e-3)


def test_shapes_that_do_not_meet_and_files_that_are_no_nir_are_refused(tmp_path):
    made, edges = chain(second=nir.Linear(np.ones((2, 5))))
    nir.write(tmp_path / "theirs.nir", nir.NIRGraph(made, edges, type_check=False))
    with pytest.raises(ExportError, match=r"theirs.nir: node second: weight has shape \(2, 5\); legal: \(2, 6\)"):
        read_nir(tmp_path / "theirs.nir")
    (tmp_path / "text.nir").write_text("no graph")
    with pytest.raises(ExportError, match="text.nir is damaged or not a file of NIR"):
        read_nir(tmp_path / "text.nir")
    with pytest.raises(ExportError, match="nothing.nir does not exist"):
        read_nir(tmp_path / "nothing.nir")


PROTOCOL_FILE = '''
"""A protocol that trains, for tests."""

from dataclasses import dataclass

from snnplastic.learning_protocol import LearningProtocol
from snnplastic.networks.layered import LayeredNetwork
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.parameter import param


@dataclass(frozen=True, kw_only=True)
class Small(LearningProtocol):
    """A small network."""

    hidden: int = param(6, "1", "hidden neurons", "test", low=1)
    tau: float = param(10, "ms", "time constant", "test", low=1)

    def network(self):
        return LayeredNetwork(sizes=(4, self.hidden, 2), neuron=SynapticLIF(tau_mem=f"{self.tau * 1e3} ms"))


PROTOCOL = Small
'''


@dataclass
class Run:
    path: object
    weights: dict


@pytest.fixture
def saved_run(tmp_path):
    """Results of two trainings of a protocol of a user's own, made by hand."""
    import xarray as xr

    (tmp_path / "small.py").write_text(PROTOCOL_FILE)
    network = LayeredNetwork(sizes=(4, 5, 2))
    weights = {seed: {name[:-2]: value for name, value in network.initial_weights(seed).items()} for seed in (7, 8)}
    data = xr.Dataset(
        {f"w_{name}": (("seed", f"n_{name}"), np.stack([weights[s][name] for s in (7, 8)])) for name in weights[7]},
        coords={"seed": [7, 8]},
    )
    data.attrs = {
        "protocol": "small",
        "parameters": json.dumps({"hidden": 5, "tau": 0.012}),
        "seed": 0,
        "file": str(tmp_path / "small.py"),
    }
    return Run(Results(data).save(tmp_path / "small.nc"), weights)


def test_the_command_exports_a_training_of_a_saved_run(saved_run, tmp_path):
    code, out, _ = invoke("export", saved_run.path, "--to", "nir")
    assert code == 0 and out.split() == [str(tmp_path / "small.nir"), str(tmp_path / "small.nir.json")]
    network, weights = read_nir(tmp_path / "small.nir")
    assert network.layers[0].neuron.tau_mem == 0.012 and np.array_equal(
        weights["to_output"].ravel(), saved_run.weights[7]["to_output"]
    )
    assert json.loads((tmp_path / "small.nir.json").read_text())["learning"]["run"] == {"protocol": "small", "seed": 7}
    assert invoke("export", saved_run.path, "--seed", "8", "--out", tmp_path / "other.nir")[0] == 0
    assert np.array_equal(read_nir(tmp_path / "other.nir")[1]["to_output"].ravel(), saved_run.weights[8]["to_output"])


def test_results_leave_out_weights_that_are_too_many(saved_run, tmp_path, monkeypatch):
    monkeypatch.setattr(learning_protocol, "MOST_WEIGHTS", 5)
    found = learning_protocol.weights_of({"to_output.w": [np.zeros(3), np.ones(3)], "out.done": [0, 0]})
    assert not found.data_vars and found.attrs["weights"] == "left out: 6 numbers, more than 5"
    data = Results.load(saved_run.path).data
    bare = Results(data[[]].assign_attrs(data.attrs | found.attrs)).save(tmp_path / "bare.nc")
    assert "bare.nc holds no weights of to_hidden_1, to_output: left out: 6 numbers, more than 5" in error(
        "export", bare
    )


def test_mistakes_on_the_command_line_are_told(saved_run, tmp_path):
    assert "has no seed 3; legal: 7, 8" in error("export", saved_run.path, "--seed", "3")
    assert "has no condition 'all'; legal: no condition at all" in error("export", saved_run.path, "--condition", "all")
    assert "written with the ending .nir" in error("export", saved_run.path, "--out", saved_run.path)
    data = Results.load(saved_run.path).data
    bare = Results(data[[]].assign_attrs(data.attrs)).save(tmp_path / "bare.nc")
    assert "bare.nc holds no weights of to_hidden_1, to_output: written by a version that did not keep them" in error(
        "export", bare
    )
    del data.attrs["file"]
    other = Results(data.assign_attrs(protocol="stdp_window")).save(tmp_path / "stdp_window.nc")
    assert re.search("stdp_window trains no network; legal: .*surrogate_gradient", error("export", other))
