"""Input rates set by patterns that follow one another."""

from dataclasses import dataclass

import numpy as np

from ..errors import ParameterError
from ..parameter import Source, param
from .neuron import Neuron


@dataclass(frozen=True, kw_only=True)
class PatternRates(Neuron):
    r"""Neuron i has the rate r of pattern k, each shown for `period`, 0 to n_patterns - 1 and again; patterns are arrays of the run."""

    source = Source("Oja", 1982, "J. Math. Biol. 15:267", doi="10.1007/BF00275687")

    n_patterns: int = param(4, "1", "number of patterns", "free", low=1)
    period: float = param(1, "ms", "time for which a pattern is shown", "free", low=1e-6)

    method = "euler"
    initial = {}

    @property
    def model(self):
        shown = " + ".join(f"int(now == {k})*pattern_{k}" for k in range(self.n_patterns))
        parts = "\n".join(f"pattern_{k} : 1 (constant)" for k in range(self.n_patterns))
        return (
            f"{parts}\nnow = int((t + 0.5*dt)/period) % {self.n_patterns} : integer (constant over dt)\nr = {shown} : 1"
        )

    @staticmethod
    def values(group, patterns):
        """Arrays of a run: one row of `patterns` per pattern, one column per neuron."""
        rows = np.asarray(patterns, float)
        if rows.ndim != 2:
            raise ParameterError(
                f"{group}: patterns of shape {rows.shape} are not legal; legal: one row per pattern, one column per neuron"
            )
        return {f"{group}.pattern_{k}": row for k, row in enumerate(rows)}
