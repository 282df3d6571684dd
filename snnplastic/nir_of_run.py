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
    where = {"condition": condition, "seed": seed}
    weights = {name: _of_run(results.data[f"w_{name}"], where, source) for name in groups}
    learning = made.learning_settings()
    learning["hyperparameters"].pop("seed", None)  # the protocol's first, which may be another run's
    learning["run"] = {"protocol": results.name, **{name: value for name, value in where.items() if value is not None}}
    return write_files(network, weights, learning, out or source.with_suffix(".nir"))


def _training_protocols():
    return [name for name in protocol_names() if issubclass(find(name), LearningProtocol)]


def _of_run(values, where, source):
    """The numbers of one training; what `where` leaves open is the first and is filled in."""
    kinds = values.dims[:-1]
    for name, wanted in where.items():
        known = [] if name not in kinds else _labels(values, name)
        if wanted is not None and wanted not in known:
            raise ExportError(
                f"{source} has no {name} {wanted!r}; legal: {', '.join(map(repr, known)) or f'no {name} at all'}"
            )
    for name in kinds:
        known = _labels(values, name)
        if where.get(name) is None:
            where[name] = known[0]
        values = values.isel({name: known.index(where[name])})
    return values.values


def _labels(values, name):
    return values.coords[name].values.tolist() if name in values.coords else list(range(values.sizes[name]))
