"""Matches two sequences: equal elements, and those of them in the same order.

Every function takes time proportional to length times its logarithm, for any sequences.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import NamedTuple

# Sequences so short are compared element by element.
_SHORT = 48


def pair_equal(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of equal elements as (index in old, index in new), by old index: n-th occurrence with n-th occurrence."""
    places: dict[Hashable, list[int]] = {}
    for index, element in enumerate(new):
        places.setdefault(element, []).append(index)
    seen: dict[Hashable, int] = {}
    pairs = []
    for index, element in enumerate(old):
        turn = seen.get(element, 0)
        if turn < len(places.get(element, ())):
            pairs.append((index, places[element][turn]))
            seen[element] = turn + 1
    return pairs


def heaviest_chain(pairs: Sequence[tuple[int, int]], weights: Sequence[float]) -> set[int]:
    """The positions in `pairs` (by old index, all indices different) of the heaviest chain that is in order on both sides.

    Of chains with equal weight, the one whose pairs come first in the new order. Weights are positive.
    """
    ranks = {new: rank for rank, new in enumerate(sorted(new for _, new in pairs), start=1)}
    best: list[tuple[float, int]] = [(0.0, -1)] * (len(pairs) + 1)  # a Fenwick tree of maxima over the ranks
    before: list[int] = []
    end = (0.0, -1)
    for position, (_, new) in enumerate(pairs):
        rank = ranks[new]
        total, last = 0.0, -1
        at = rank - 1
        while at:
            if best[at][0] > total:
                total, last = best[at]
            at -= at & -at
        before.append(last)
        total += weights[position]
        at = rank
        while at <= len(pairs):
            if total > best[at][0]:
                best[at] = (total, position)
            at += at & -at
        if total > end[0]:
            end = (total, position)
    chain, at = set(), end[1]
    while at >= 0:
        chain.add(at)
        at = before[at]
    return chain


def common_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of equal elements in the same order: a common subsequence that reads well, if not always the longest.

    Patience matching (Bram Cohen): the common start and end, then elements that occur once on both sides, then again between
    those; spans without such elements are compared in full if short and skipped if long.
    """
    pairs: list[tuple[int, int]] = []
    waiting = [_Window(0, len(old), 0, len(new))]
    while waiting:
        low, high, start, end = waiting.pop()
        while low < high and start < end and old[low] == new[start]:
            pairs.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and old[high - 1] == new[end - 1]:
            high, end = high - 1, end - 1
            pairs.append((high, end))
        if low == high or start == end:
            continue
        window = _Window(low, high, start, end)
        anchors = _unique_in_order(old, new, window)
        if not anchors:
            if high - low <= _SHORT and end - start <= _SHORT:
                pairs += _longest_common(old, new, window)
            continue
        pairs += anchors
        befores = [(low - 1, start - 1), *anchors]
        afters = [*anchors, (high, end)]
        waiting += [_Window(a + 1, c, b + 1, d) for (a, b), (c, d) in zip(befores, afters, strict=True)]
    return sorted(pairs)


class _Window(NamedTuple):
    """old[low:high] and new[start:end]."""

    low: int
    high: int
    start: int
    end: int


def _unique_in_order(old: Sequence[Hashable], new: Sequence[Hashable], window: _Window) -> list[tuple[int, int]]:
    once = _places_of_unique(old, window.low, window.high)
    other = _places_of_unique(new, window.start, window.end)
    pairs = sorted((index, other[element]) for element, index in once.items() if element in other)
    tails: list[int] = []  # the smallest new index that ends an increasing run of each length
    ends: list[int] = []
    before: list[int] = []
    for position, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [position]
    chain, at = [], ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _places_of_unique(elements: Sequence[Hashable], low: int, high: int) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for index in range(low, high):
        places[elements[index]] = -1 if elements[index] in places else index
    return {element: index for element, index in places.items() if index >= 0}


def _longest_common(old: Sequence[Hashable], new: Sequence[Hashable], window: _Window) -> list[tuple[int, int]]:
    """The longest common subsequence of two short stretches, by the table of the textbook."""
    one, other = old[window.low : window.high], new[window.start : window.end]
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row in range(len(one) - 1, -1, -1):
        for column in range(len(other) - 1, -1, -1):
            if one[row] == other[column]:
                longest[row][column] = longest[row + 1][column + 1] + 1
            else:
                longest[row][column] = max(longest[row + 1][column], longest[row][column + 1])
    pairs, row, column = [], 0, 0
    while row < len(one) and column < len(other):
        if one[row] == other[column]:
            pairs.append((window.low + row, window.start + column))
            row, column = row + 1, column + 1
        elif longest[row + 1][column] >= longest[row][column + 1]:
            row += 1
        else:
            column += 1
    return pairs
