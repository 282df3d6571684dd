"""Credit assignment: gradients derived from a neuron's text, and the programs that train with them.

`train` and what exchanges networks with other programs are found here for users; they lie further to the right in the house.
"""

_ELSEWHERE = {"train": "training", "Trained": "trained", "to_nir": "nir_exchange", "write_nir": "nir_exchange", "read_nir": "nir_reading"}  # fmt: skip


def __getattr__(name):
    if name in _ELSEWHERE:
        from importlib import import_module

        return getattr(import_module(f"snnplastic.{_ELSEWHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
