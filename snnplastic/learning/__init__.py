"""Credit assignment: gradients derived from a neuron's text, and the programs that train with them.

`train` is found here for users; it lies further to the right in the house, since it builds and runs.
"""


def __getattr__(name):
    if name in ("train", "Trained"):
        from importlib import import_module

        return getattr(import_module("snnplastic.training"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
