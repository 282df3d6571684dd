"""Shares of several causes in one effect: Shapley values."""

from itertools import combinations
from math import comb


def shapley(value, causes):
    """{cause: its share}, the mean over all orders of adding causes of what adding it changes; the shares sum to value(all) - value(none).

    value   takes a frozenset of causes and returns a number or an array
    Source: Shapley 1953, in Contributions to the Theory of Games II, 307.
    """
    n, shares = len(causes), {}
    for cause in causes:
        others = [c for c in causes if c != cause]
        shares[cause] = sum(
            (value(frozenset(found) | {cause}) - value(frozenset(found))) / (n * comb(n - 1, size))
            for size in range(n)
            for found in combinations(others, size)
        )
    return shares
