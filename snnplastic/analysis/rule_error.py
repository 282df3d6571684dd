"""How far a rule is from published points, in units of their standard errors."""

import numpy as np

from ..errors import TargetDataError
from ..targets import read_targets


def published(name, conditions):
    """(value, sem) arrays of the rows of a target file for these conditions; NaN where a row has no value or no sem."""
    rows = {row["condition"]: row for row in read_targets(name)}
    value, sem = np.full((2, len(conditions)), np.nan)
    for k, condition in enumerate(conditions):
        row = rows.get(condition)
        if row is not None:
            value[k], sem[k] = (float(row[key]) if row[key] else np.nan for key in ("value", "sem"))
    if not np.isfinite(value).any():
        raise TargetDataError(f"targets {name} has no row for any of {', '.join(conditions[:3])}, ...")
    return value, sem


def squared_error(dw, value, sem):
    """E: the mean of ((dw - value)/sem)^2 over the points that have both."""
    known = np.isfinite(value) & np.isfinite(sem)
    return float((((dw - value) / sem)[known] ** 2).mean())
