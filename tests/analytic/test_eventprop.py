"""EventProp: its oracles agree, what it refuses; gradients and spike times against these are in `verify`."""

import numpy as np
import pytest

from snnplastic.device.execute import execute
from snnplastic.errors import GradientError
from snnplastic.networks.layered import Layer, LayeredNetwork
from snnplastic.neurons.leaky_integrator import LeakyIntegrator
from snnplastic.neurons.synaptic_lif import SynapticLIF
from snnplastic.oracles import check_eventprop
from snnplastic.tasks.yin_yang import YinYang

DATA = {}


def of(network):
    return type("Given", (check_eventprop.Small,), {"network": lambda self: network})()


def test_every_layer_of_the_checked_networks_spikes_and_has_a_gradient():
    for which in check_eventprop.NETWORKS:
        made, arrays = check_eventprop._program(None, DATA, which, 0)
        assert np.all(arrays["out.gradients"] > 0)
        assert all(sum(map(len, layer)) for sample in check_eventprop._raster(arrays, made) for layer in sample)


def test_the_two_oracles_agree_on_a_spike_time_in_closed_form():
    # tau_mem = 2 tau_syn: a weight w at 0 gives V = w (x - x^2) with x = e^{-t/tau_mem}, a quadratic
    neuron = SynapticLIF(tau_mem="10 ms", tau_syn="5 ms")
    x = (1 + np.sqrt(1 - 4 / 5)) / 2
    for oracle in (check_eventprop.spike_times, check_eventprop.integrated):
        assert oracle([(0.0, 5.0)], neuron)[0] == pytest.approx(-0.01 * np.log(x), abs=1e-14)


def test_silent_outputs_are_raised_until_they_spike():
    class Silent(check_eventprop.Small):
        def initial(self):
            return {name: 0.3 * values for name, values in super().initial().items()}

        def hyperparameters(self):
            return {"epochs": 300, "batch": 3, "rate": 0.0, "seed": 0}

    data = execute(Silent(), quiet=True).data
    spikes = np.reshape(data["out.spikes"], (-1, 2))
    assert spikes[0, -1] == 0 < spikes[-1, -1]


def test_refuses_what_it_has_no_closed_form_for():
    lif = SynapticLIF()
    with pytest.raises(
        GradientError,
        match="output is made of LeakyIntegrator, whose spike times have no closed form here; legal: SynapticLIF",
    ):
        of(LayeredNetwork(inputs=5, layers=(Layer(n=4, neuron=lif), Layer(n=3, neuron=LeakyIntegrator())))).structure()
    for change, legal in (
        ({"recurrent": True}, "False"),
        ({"delay": 2}, "0"),
        ({"density": 0.5}, "1"),
        ({"train": ("tau_mem",)}, r"\(\)"),
    ):
        with pytest.raises(GradientError, match=f"hidden_1 has {next(iter(change))} = .*; legal: {legal}"):
            of(LayeredNetwork(inputs=5, layers=(Layer(n=4, neuron=lif, **change), Layer(n=3, neuron=lif)))).structure()
    with pytest.raises(
        GradientError, match="output has v_th = 1 and v_reset = 2; legal: v_th above 0 and above v_reset"
    ):
        of(LayeredNetwork(inputs=5, layers=(Layer(n=3, neuron=SynapticLIF(v_reset=2)),))).structure()
    with pytest.raises(GradientError, match="5 inputs and 3 outputs, the network 4 and 3; legal: the same"):
        of(LayeredNetwork(inputs=4, layers=(Layer(n=3, neuron=lif),))).check_run()


def test_exact_times_must_fit_the_sample():
    from dataclasses import replace

    samples = check_eventprop.Small().samples()
    with pytest.raises(GradientError, match="a spike comes at 1 s and a sample ends at 0.06 s; legal: at most that"):
        replace(samples, exact_time=np.ones(samples.time.size)).events(1e-3)
    with pytest.raises(
        GradientError, match="Samples.exact_time must hold a time from 0 up, in s, for each of the 30 spikes"
    ):
        replace(samples, exact_time=np.ones(3))
    task = YinYang()
    points, _ = task.points(10, 1)
    assert np.all(np.abs(task.times(points).ravel() - task.spikes(points)[0] * task.dt) <= task.dt / 2 + 1e-12)
