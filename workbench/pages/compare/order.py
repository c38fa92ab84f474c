"""The order of the companies of a comparison: as they were chosen, or by the newest figure of one measure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from workbench.domain.measures.comparison import ComparedRow, Comparison


def ordered(comparison: Comparison, sort: str) -> Comparison:
    """The comparison with its companies by the newest column of the measure `sort`, largest first; with - smallest first.

    Companies without a figure there come last, and those of one currency stand together. An empty or unknown `sort` changes
    nothing.
    """
    name = sort.removeprefix("-")
    rows = [row for row in comparison.rows if row.measure.name == name]
    if not rows or not comparison.columns:
        return comparison
    way = 1 if sort.startswith("-") else -1

    def key(row: ComparedRow) -> tuple[bool, str, Decimal]:
        newest = row.figures[-1]
        value = newest.comparable if newest is not None else None
        if newest is None or value is None:
            return True, "", Decimal(0)
        unit = newest.figure.unit or ""
        return False, "" if unit == "USD" else unit, way * value

    places = {row.company: place for place, row in enumerate(sorted(rows, key=key))}
    measures = {item: place for place, item in enumerate(dict.fromkeys(row.measure for row in comparison.rows))}
    return replace(
        comparison, rows=tuple(sorted(comparison.rows, key=lambda row: (measures[row.measure], places[row.company])))
    )
