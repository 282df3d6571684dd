"""Trained: what a training gives, and its file."""

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .errors import ResultsError
from .files import whole
from .learning_protocol import shapes_of


@dataclass
class Trained:
    """A trained network.

    data      xarray.Dataset: loss and accuracy by epoch and split, spikes, course of the read-out before and after; see LearningProtocol.measure
    weights   {name: array}: connections (neuron before, neuron after), or flat where sparse; trained parameters of neurons
    state     what `resume=` needs to go on as if there had been no pause
    learning  how it was trained, plain JSON; see LearningProtocol.learning_settings
    """

    network: object
    data: object
    weights: dict
    state: dict = field(repr=False, default_factory=dict)
    learning: dict = field(repr=False, default_factory=dict)

    def save(self, path):
        """Write weights, the optimiser's state and how it was trained to PATH (.npz), whole or not at all; not `data`, which has its own `to_netcdf`."""
        path = Path(path)
        if path.suffix != ".npz":
            raise ResultsError(f"{path}: a trained network is written with the ending .npz; legal: {path.with_suffix('.npz')}")
        about = json.dumps({"done": self.state["done"], "learning": self.learning})
        with whole(path, error=ResultsError) as (temporary,):
            np.savez(temporary, about=np.array(about), **self.state["arrays"])
        return path

    @classmethod
    def load(cls, path, network):
        """The Trained of a file, for `resume=` or its `weights`; `network` is the LayeredNetwork that was trained. `data` is None.

        Raises ResultsError where the file is missing or damaged, or is of a network of other sizes.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files if name != "about"}
                about = json.loads(str(file["about"]))
            done, learning = about["done"], about["learning"]
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise ResultsError(f"{path} is damaged or no trained network ({type(error).__name__}: {error})") from None
        for name, values in network.initial_weights(0).items():
            size = np.size(arrays.get(name, ()))
            if size != values.size:
                raise ResultsError(f"{path} holds {size} values of {name[:-2]}; legal: {values.size}, those of this network")
        return cls(network, None, weights_of_arrays(arrays, network), {"arrays": arrays, "done": done}, learning)


def weights_of_arrays(arrays, network):
    """{name: array} of all that ends in .w; connections that are all to all as matrices."""
    shapes = shapes_of(network.structure())
    return {name[:-2]: np.asarray(value).reshape(shapes.get(name, -1)) for name, value in arrays.items() if name.endswith(".w")}
