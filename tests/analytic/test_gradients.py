"""The gradient of a user's own neuron, written as text here: against differences of a smooth model, and against autograd."""

from dataclasses import replace

import pytest

from snnplastic.catalogue import find_class
from snnplastic.device.execute import execute
from snnplastic.learning import losses, surrogates
from snnplastic.networks.layered import Layer
from snnplastic.oracles import torch_network
from snnplastic.oracles.check_gradients import autograd_errors, difference_errors
from snnplastic.oracles.gradient_cases import Case, Training, readout

OWN = '''
from dataclasses import dataclass

from snnplastic import Neuron, Source, param


@dataclass(frozen=True, kw_only=True)
class Inactivating(Neuron):
    """A membrane with adaptation and a slow inactivation, which raises the threshold and shunts a depolarising current."""

    source = Source("A user", 2024, "their own file")
    C: float = param(100, "pF", "capacitance", "free", low=1e-6)
    g_leak: float = param(10, "nS", "leak", "free", low=0)
    g_p: float = param(6, "nS", "persistent conductance", "free", low=0)
    E_leak: float = param(-68, "mV", "rest, and start", "free")
    v_reset: float = param(-66, "mV", "reset", "free")
    v_th: float = param(-52, "mV", "threshold without inactivation", "free")
    slope: float = param(6, "mV", "of the inactivation", "free", low=1e-6)
    tau_w: float = param(30, "ms", "decay of the adaptation", "free", low=1e-6)
    tau_h: float = param(15, "ms", "recovery from inactivation", "free", low=1e-6)
    jump: float = param(30, "pA", "adaptation for each spike", "free")

    model = """
    open = h*sqrt(1/(1 + exp(-(v + 55*mV)/(5*mV)))) : 1
    dv/dt = (g_leak*(E_leak - v) + g_p*open*(0*mV - v) - w)/C : volt
    dw/dt = (2*nS*(v - E_leak)*h - w)/tau_w : amp
    dh/dt = (1/(1 + exp((v + 60*mV)/slope)) - h)/tau_h : 1
    """
    threshold = "v > v_th + 4*mV*(1 - h)"
    reset = """
    v = v_reset + 0.1*(v - v_th)  # what is left over counts
    w += jump
    h *= 0.8
    """
    method = "rk2"
    initial = {"v": "E_leak", "h": "0.6"}
'''
TRAINED = ("tau_h", "v_th", "jump*", "E_leak*", "g_p", "slope")


@pytest.fixture(scope="module")
def neuron(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "inactivating.py"
    path.write_text(OWN, encoding="utf-8")
    return find_class("neurons", path)()


def case(neuron, surrogate, **more):
    common = {"n": 9, "neuron": neuron, "drive": "v", "unit": 1e-3, "gain": 9, "mean": 3}
    layers = (Layer(**common, recurrent=True, recurrent_gain=3, train=TRAINED), Layer(**common, delay=1), readout())
    return Case(layers, surrogate, losses.MeanOverTime(scale=2), detach=False, **more)


SMOOTH = [
    surrogates.SuperSpike(beta=10, unit=2e-2),
    surrogates.Sigmoid(beta=1, unit=3e-3),
    surrogates.Triangular(beta=0.5, unit=2e-2),
]


def test_these_are_all_surrogates_that_can_be_smooth():
    made = [s for s in vars(surrogates).values() if isinstance(s, type) and getattr(s, "smooth", "")]
    assert made == [type(s) for s in SMOOTH]


@pytest.mark.parametrize("surrogate", SMOOTH, ids=lambda s: type(s).__name__)
def test_the_smooth_gradient_is_that_of_differences(neuron, surrogate):
    errors = difference_errors(case(neuron, surrogate, smooth=True))
    arrays = {
        "to_hidden_1",
        "within_hidden_1",
        "to_hidden_2",
        "to_output",
        *(f"hidden_1_{p.rstrip('*')}" for p in TRAINED),
    }
    assert {name.partition(".w[")[0] for name in errors if "[" in name} == arrays
    assert max(errors.values()) < 1e-6, errors


def by_hand(x, s, p, dt):
    """The same neuron in PyTorch: reset, then the midpoint rule."""
    import torch

    def slopes(v, w, h):
        opened = h * torch.sigmoid((v + 0.055) / 0.005) ** 0.5
        return (
            (p["g_leak"] * (p["E_leak"] - v) - p["g_p"] * opened * v - w) / p["C"],
            (2e-9 * (v - p["E_leak"]) * h - w) / p["tau_w"],
            (torch.sigmoid(-(v + 0.060) / p["slope"]) - h) / p["tau_h"],
        )

    v, w, h = x["v"], x["w"], x["h"]
    v = v + s * (p["v_reset"] + 0.1 * (v - p["v_th"]) - v)
    w, h = w + s * p["jump"], h * (1 - 0.2 * s)
    half = [y + dt / 2 * d for y, d in zip((v, w, h), slopes(v, w, h), strict=True)]
    v, w, h = (y + dt * d for y, d in zip((v, w, h), slopes(*half), strict=True))
    return {"v": v, "w": w, "h": h}, v - p["v_th"] - 4e-3 * (1 - h)


GAUSSIAN = surrogates.Gaussian(beta=1, unit=5e-3)


@pytest.mark.parametrize(
    ("surrogate", "detach"),
    [(SMOOTH[0], True), (SMOOTH[0], False), (SMOOTH[1], False), (SMOOTH[2], True), (GAUSSIAN, False)],
    ids=lambda given: "detached" if given is True else "not detached" if given is False else type(given).__name__,
)
def test_the_gradient_of_hard_spikes_is_that_of_autograd(neuron, surrogate, detach, monkeypatch):
    if why := torch_network.available():
        pytest.skip(why)
    start = {"v": "E_leak", "w": 0.0, "h": 0.6}
    monkeypatch.setitem(torch_network.NEURONS, "Inactivating", (by_hand, start, (), None))
    hard = replace(case(neuron, surrogate), detach=detach)
    errors = autograd_errors(hard, execute(Training(case=hard), quiet=True).data)
    assert max(errors.values()) < 1e-10, errors
