"""The tutorial task beside PyTorch: the same starting weights, the same patterns, the same optimiser, a thousand updates. Long: pytest -m slow -n 0 -s."""

import numpy as np
import pytest

from snnplastic.device.execute import execute
from snnplastic.oracles import torch_network
from snnplastic.protocol import find

SEEDS = 5


@pytest.mark.slow
@pytest.mark.skipif(bool(torch_network.available()), reason="needs PyTorch, which trains the same network")
def test_training_accuracy_is_that_of_pytorch():
    mine, theirs = [], []
    for seed in range(SEEDS):
        protocol = find("learn_random_patterns")(first=seed, seeds=1)
        mine.append(float(protocol.measure(execute(protocol, quiet=True).data).test_accuracy[0]))
        theirs.append(torch_accuracy(protocol))
        print(f"seed {seed}: {mine[-1]:.4f}, PyTorch {theirs[-1]:.4f}", flush=True)
    print(f"mean {np.mean(mine):.4f}, PyTorch {np.mean(theirs):.4f}")
    assert abs(np.mean(mine) - np.mean(theirs)) <= 0.02


def torch_accuracy(protocol):
    """Share of the training patterns that PyTorch's network tells rightly in its last epoch, before the last update, as the program counts it."""
    import torch

    torch.set_num_threads(1)
    before, _ = torch_network.trained(protocol, epochs=protocol.epochs - 1)
    network, samples = torch_network.TorchNetwork(protocol), protocol.samples()
    with torch.no_grad():
        for name, values in before.items():
            network.w[name].copy_(torch.as_tensor(values).reshape(network.w[name].shape))
        told = network.readout(samples.dense()).amax(1).argmax(1).numpy()
    return float((told == samples.label).mean())
