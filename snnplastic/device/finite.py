"""Whether all numbers of a run are finite, and when one ceased to be."""

import time

import numpy as np

from ..errors import NonFiniteError

PATIENCE = 20  # s spent on finding when a variable left the finite numbers


def _not_finite(data):
    for name in sorted(data):
        values = data[name]
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            return name, np.argwhere(~np.isfinite(values))[0]
    return None


def check_finite(once, data, durations):
    """A state variable that is not finite is an error; its time is found by runs of half the length, again and again."""
    found = _not_finite(data)
    if found is None:
        return
    (name, index), good, bad, start = found, 0.0, 1.0, time.perf_counter()
    for _ in range(12):
        if time.perf_counter() - start > PATIENCE:
            break
        middle = (good + bad) / 2
        earlier = _not_finite(once(tuple(d * middle for d in durations)))
        if earlier is None:
            good = middle
        else:
            bad, (name, index) = middle, earlier
    place, span = ", ".join(str(i) for i in index), max(durations)
    raise NonFiniteError(
        f"{name}[{place}] is not finite; it left the finite numbers between t = {good * span:.6g} s and {bad * span:.6g} s"
    )
