"""Finds the rows of a breakdown that add up to the whole: members can overlap (a group and its parts) or reconcile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workbench.domain.facts.source import SourceFact

Members = tuple[tuple[str, str], ...]

# The most sums of rows for each possible value of a sum, so that none equals the whole by chance; and the most rows.
_BY_CHANCE = Decimal("0.02")
_MOST_ROWS = 14


def division(
    rows: Mapping[Members, SourceFact], reconciling: Mapping[Members, SourceFact], whole: SourceFact | None
) -> frozenset[Members] | None:
    """The rows, with reconciling items if needed, that add up exactly to the whole.

    Of several such sets the one with the most rows, so that a group is represented by its parts. None without a whole, if
    nothing adds up, or if so many sums are possible that one could equal the whole by chance.
    """
    if whole is None:
        return None
    if sum(fact.value for fact in rows.values()) == whole.value:
        return frozenset(rows)
    names = [*rows, *reconciling]
    values = [fact.value for fact in (*rows.values(), *reconciling.values())]
    if len(names) > _MOST_ROWS or 2 ** len(names) > _BY_CHANCE * _spread(values):
        return None
    masks = [
        mask
        for mask, total in enumerate(_sums(values))
        if total == whole.value and (mask & (2 ** len(rows) - 1)).bit_count() > 1
    ]
    if not masks:
        return None
    best = max(masks, key=lambda mask: _rank(mask, len(rows)))
    if sum(_rank(mask, len(rows)) == _rank(best, len(rows)) for mask in masks) > 1:
        return None
    return frozenset(name for place, name in enumerate(names) if best >> place & 1)


def _rank(mask: int, rows: int) -> tuple[int, int]:
    """The sort key of a set: more rows are better, then fewer reconciling items."""
    return (mask & (2**rows - 1)).bit_count(), -(mask >> rows).bit_count()


def _sums(values: Sequence[Decimal]) -> list[Decimal]:
    """The sum of every subset, in the order of the subsets as binary numbers."""
    sums = [Decimal(0)]
    for value in values:
        sums += [each + value for each in sums]
    return sums


def _spread(values: Sequence[Decimal]) -> Decimal:
    """The number of different values that a sum of these can have, in steps of their last digit."""
    digits = [int(value.normalize().as_tuple().exponent) for value in values if value]
    return sum((abs(value) for value in values), Decimal(0)) / Decimal(1).scaleb(min(digits, default=0))
