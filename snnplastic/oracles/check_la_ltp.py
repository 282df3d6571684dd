"""Check of the amygdala protocol: weights, spikes and EPSP slopes of one cell against SciPy over the whole time, gaps included."""

import numpy as np

from ..analysis.field import SLOPE
from .check_slices import both
from .tables import row

# Strong trains leave the cell close to its threshold, where a spike more or less hangs on the step: at 0.05 ms there are 65 for 63.
FEW = {"n_trains": 3, "conditions": "targets", "dt": 0.0125}


def check(device, _):
    ms = np.arange(SLOPE[0], SLOPE[1] + 1e-9, 0.05)
    for wanted in ("tone with strong", "tone with spikes", "tone, spikes unpaired"):
        found, weights, spikes, v = both(device, "la_ltp", wanted, ms * 1e-3, **FEW)
        error = max(np.abs(found.w.sel(pathway=p + 1) - weights[p]).max() for p in (0, 1))
        yield row("la_ltp", f"weights of both pathways against SciPy over the whole time, {wanted}", error, 0.002)
        missing = abs(float(found.spikes_per_cell) - spikes.size)
        yield row(
            "la_ltp",
            f"spikes during induction against SciPy ({spikes.size}), {wanted}",
            missing,
            0.01 * spikes.size + 1,
        )
        slope = np.polyfit(ms, v.T, 1)[0]
        percent = 100 * slope / slope[:2].mean()
        seen = found.epsp_percent.sel(pathway=1).isel(cell=0)
        yield row("la_ltp", f"EPSP slope against SciPy (% of baseline), {wanted}", np.abs(seen - percent).max(), 0.5)


CHECKS = {"la_ltp": check}
