"""Small runs of the fear protocols for their checks, and rates counted from spike times without the code that the protocols use."""

import numpy as np

PLASTIC = ("la_thalamic_principal", "la_cortical_principal", "la_context_extinction")
STATES = (*(f"{name}.w" for name in PLASTIC), "la_infralimbic.h")
DT, STRETCH, ONSET = 5e-4, 800, 600  # s of a step; steps of a short probe's stretch, and from its start to the tone


def variant(name, fields, *, steps=None, **members):
    """A protocol that reads the states at the end of each run as well, with other steps or methods in place of its own."""
    from ..protocol import find

    cls = find(name)
    members |= {"__module__": cls.__module__, "read": (*cls.read, *STATES)}
    if steps:
        members["steps"] = lambda self: steps
    return type(cls.__name__, (cls,), members)(**fields)


def executed(made, device, seed=0):
    """All arrays of a protocol's runs."""
    from ..device.execute import execute

    return execute(made, target=device, seed=seed, quiet=True).data


def few(name, device, fields):
    """(Dataset, {step: its arrays}) of a protocol with one animal, the first."""
    made = variant(name, {"animals": 1, **fields})
    data = executed(made, device)
    return made.measure(data), {step: recording.arrays for (step, _), recording in made.recordings(data).items()}


def rate(arrays, tones, start, stop, cells):
    """Rate (Hz) of the first `cells` principal cells in start <= time < stop (s) after the tones of a short probe, in whole steps."""
    cell, time = (arrays[f"la_principal_spikes.{k}"] for k in "it")
    step = np.rint(time / DT).astype(int) % STRETCH - ONSET
    inside = (step >= round(start / DT)) & (step < round(stop / DT)) & (cell < cells)
    return inside.sum() / (tones * cells * (stop - start))
