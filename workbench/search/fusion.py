"""Putting several rankings of the same things together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

# Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods"
# (SIGIR 2009) found results barely moving around 60, with many rankings; with two or three, 20 finds a little more here.
_K = 20


def reciprocal_rank(rankings: Sequence[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """Sum over the rankings of weight / (20 + place), places from 1; best first, equal sums by lower id."""
    scores: dict[int, float] = defaultdict(float)
    for weight, ranking in rankings:
        for place, name in enumerate(ranking, start=1):
            scores[name] += weight / (_K + place)
    return dict(sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])))
