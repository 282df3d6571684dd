"""What is read from extinction: how many tones it takes, and what of a change of weights it undoes."""

import numpy as np

from ..errors import ParameterError

WINDOW = 3  # tones of the running mean


def tones_until_below(freezing, level, *, window=WINDOW):
    """Tones until the mean freezing to the last `window` of them is below `level`; one more than there are if it never is.

    freezing is (tone,), percent of each tone. The fewest tones are `window`.
    """
    freezing = np.asarray(freezing, float)
    if freezing.ndim != 1 or not 1 <= window <= freezing.size or not np.isfinite(freezing).all():
        raise ParameterError(
            f"freezing to {freezing.shape} tones, window = {window!r}; at least `window` finite values are legal"
        )
    low = np.convolve(freezing, np.full(window, 1 / window), mode="valid") < level
    return window + int(low.argmax()) if low.any() else freezing.size + 1


def undone(start, trained, after, *, least=0.1):
    """(share of the weight, share of its gain) lost between `trained` and `after`, by synapses that gained above `least` of `start`.

    Sums over these synapses, so that a synapse counts by its weight or by its gain; not a number where no synapse gained.
    """
    start, trained, after = (np.asarray(w, float) for w in (start, trained, after))
    grown = trained > (1 + least) * start
    if not grown.any():
        return np.nan, np.nan
    lost = (trained - after)[grown].sum()
    return lost / trained[grown].sum(), lost / (trained - start)[grown].sum()
