"""NIR of a saved run: which network, of which of its trainings."""

import json
from pathlib import Path

from .errors import ExportError
from .learning_protocol import LearningProtocol
from .nir_exchange import write_files
from .protocol import find, protocol_names
from .results import Results


def export_run(source, out=None, *, seed=None, condition=None):
    """Write one trained network of a saved run (DIR/NAME.nc of a protocol that trains) by `write_nir`, by default as DIR/NAME.nir.

    seed, condition   which of its trainings; the first by default
    """
    results, source = Results.load(source), Path(source)
    cls = results.protocol
    if not issubclass(cls, LearningProtocol):
        raise ExportError(
            f"{results.name} trains no network; legal: {', '.join(_training_protocols())}, or a LearningProtocol of yours"
        )
    made = cls.from_json(json.loads(results.data.attrs["parameters"]))
    network = made.network()
    groups = network.groups()
    missing = [name for name in groups if f"w_{name}" not in results.data]
    if missing:
        why = results.data.attrs.get("weights", "written by a version that did not keep them; run the protocol again")
        raise ExportError(f"{source} holds no weights of {', '.join(missing)}: {why}")
    kept, where = _one_run(results.data[[f"w_{name}" for name in groups]], {"condition": condition, "seed": seed}, source)
    weights = {name: kept[f"w_{name}"].values for name in groups}
    learning = made.learning_settings()
    learning["hyperparameters"].pop("seed", None)  # the protocol's first, which may be another run's
    learning["run"] = {"protocol": results.name, **{name: value for name, value in where.items() if value is not None}}
    return write_files(network, weights, learning, out or source.with_suffix(".nir"))


def _training_protocols():
    return [name for name in protocol_names() if issubclass(find(name), LearningProtocol)]


def _one_run(kept, where, source):
    """(the weights of one training, which it is); what `where` leaves open is the first."""
    known = {name: _labels(kept, name) for name in where if name in kept.sizes}
    for name, wanted in where.items():
        legal = known.get(name, [])
        if wanted is not None and wanted not in legal:
            raise ExportError(
                f"{source} has no {name} {wanted!r}; legal: {', '.join(map(repr, legal)) or f'no {name} at all'}"
            )
    where = where | {name: labels[0] for name, labels in known.items() if where[name] is None}
    return kept.isel({name: labels.index(where[name]) for name, labels in known.items()}), where


def _labels(values, name):
    return values.coords[name].values.tolist() if name in values.coords else list(range(values.sizes[name]))
