"""Published numbers: the files of protocols/targets, one NAME.csv with its NAME.md."""

import csv

from .catalogue import protocol_folder
from .errors import TargetDataError


def read_targets(name):
    """Rows of protocols/targets/NAME.csv."""
    path = protocol_folder() / "targets" / f"{name}.csv"
    columns = ["quantity", "condition", "value", "sem", "n", "low", "high", "kind", "expected"]
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise TargetDataError(f"targets {name}: {path.name} cannot be read ({error.strerror})") from None
    for number, row in enumerate(rows, 2):
        if list(row) != columns or None in row.values():
            raise TargetDataError(f"targets {name}, line {number}: columns must be {', '.join(columns)}")
        if row["kind"] not in ("published", "design") or row["expected"] not in ("", "ok", "miss"):
            raise TargetDataError(f"targets {name}, line {number}: kind is published or design, expected is ok or miss")
    return rows
