"""The middle and the range of a comparison: of each column over the companies that have a figure there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import ComparedRow, Comparison

# Of fewer companies there is no middle to speak of.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """The median, the lowest and the highest figure of a column, over so many companies."""

    median: Decimal
    lowest: Decimal
    highest: Decimal
    companies: int


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """One measure's summaries, a column each in the order of the comparison: None with fewer than two figures.

    All figures are in `unit`.
    """

    measure: Measure
    unit: str | None
    columns: tuple[ColumnSummary | None, ...]


def rows_of(comparison: Comparison, item: Measure) -> list[ComparedRow]:
    """The rows of one measure, in order."""
    return [row for row in comparison.rows if row.measure == item]


def summary_of(comparison: Comparison, item: Measure) -> MeasureSummary | None:
    """The summary of one measure; None if its figures are in several currencies, or no column has two."""
    rows = rows_of(comparison, item)
    known = [each for row in rows for each in row.figures if each is not None and each.comparable is not None]
    units = {each.figure.unit for each in known}
    if len(units) != 1:
        return None
    values = [
        [each.comparable for row in rows if (each := row.figures[place]) is not None and each.comparable is not None]
        for place in range(len(comparison.columns))
    ]
    columns = tuple(_summary(each) for each in values)
    return MeasureSummary(item, units.pop(), columns) if any(columns) else None


def _summary(values: Sequence[Decimal]) -> ColumnSummary | None:
    if len(values) < _FEWEST:
        return None
    return ColumnSummary(median(values), min(values), max(values), len(values))
