"""The engram: cells whose tone response grew by more than 2 sd.

Counts of spikes in the response window, (cell, tone), are summed over blocks of consecutive tones. For each cell mean
and sample sd are those of its blocks before training; the sd is at least one spike per block, so that a cell silent
before, with sd = 0, needs more than 2 spikes per block. The cell belongs to the engram when the mean of its blocks
after training exceeds the mean before by more than 2 of these sd.

The sd is an estimate, so some cells belong by chance. With b blocks before and a after, and normal counts, their
share is P(t > 2 / sqrt(1/a + 1/b)), t with b - 1 degrees of freedom: 8.6 % for b = 4, a = 1; 3.3 % for b = a = 4;
5.1 % for b = 8, a = 1; 0.3 % for b = a = 8. The floor of the sd makes it less where cells are nearly silent. A study
shows the share among tones that nothing happened between, by this same function.
"""

from typing import NamedTuple

import numpy as np

from ..errors import ParameterError


def blocks(counts, block):
    """Spikes (cell, block) from counts (cell, tone), `block` consecutive tones in each."""
    counts = np.asarray(counts)
    tones = counts.shape[-1]
    if not 1 <= block <= tones or tones % block:
        raise ParameterError(f"block = {block!r} tones; a divisor of the {tones} tones is legal")
    return counts.reshape(*counts.shape[:-1], tones // block, block).sum(-1)


def engram(before, after, block=1, *, sd=2.0):
    """Whether each cell belongs, from counts (cell, tone) before and after training, in blocks of `block` tones."""
    before, after = blocks(before, block), blocks(after, block)
    if before.shape[-1] < 2 or before.shape[:-1] != after.shape[:-1]:
        raise ParameterError(
            f"blocks (cell, block) before and after training: {before.shape} and {after.shape}; the same cells and at least 2 "
            "blocks before are legal"
        )
    spread = np.maximum(before.std(-1, ddof=1), 1)
    return after.mean(-1) - before.mean(-1) > sd * spread + 1e-9


def share(member):
    """Percent of the cells (last axis) that belong."""
    return 100 * np.asarray(member, bool).mean(-1)


class Overlap(NamedTuple):
    """Cells of two engrams, in percent of all cells: in both, in both by chance, and the ratio of the two."""

    both: float
    chance: float
    ratio: float


def overlap(one, other):
    """The Overlap of two engrams of the same cells; the chance is that of independent draws, the product of the shares."""
    one, other = np.asarray(one, bool), np.asarray(other, bool)
    if one.shape != other.shape:
        raise ParameterError(f"engrams of {one.shape} and {other.shape} cells; the same cells are legal")
    both, chance = share(one & other), share(one) * share(other) / 100
    return Overlap(both, chance, np.divide(both, chance, out=np.full_like(both, np.nan), where=chance > 0)[()])
