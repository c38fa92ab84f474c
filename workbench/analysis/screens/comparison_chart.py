"""One measure of a comparison as lines over the calendar, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, Comparison
from workbench.domain.screens.series_views import INDEX_PLACES, INDEX_UNIT

_SCALES = (
    (Decimal(10**12), "trillion"),
    (Decimal(10**9), "billion"),
    (Decimal(10**6), "million"),
    (Decimal(10**3), "thousand"),
)


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A proven figure: `place` counts the chart's columns from 0, `period_label` is the company's own fiscal period."""

    place: int
    value: Decimal
    period_label: str


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One company's points from oldest to newest; a column that it has no figure for has no point."""

    company: Company
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class MeasureChart:
    """Lines in one unit. Heights are values divided by `divisor`, which `scale` names in words ("" for 1).

    `left_out` are companies with figures in another currency, whose heights would compare with nothing.
    """

    measure: Measure
    unit: str
    columns: tuple[CalendarPeriod, ...]
    lines: tuple[ChartLine, ...]
    divisor: Decimal
    scale: str
    left_out: tuple[Company, ...]


def measure_chart(comparison: Comparison, item: Measure, *, is_indexed: bool = False) -> MeasureChart:
    """The chart of one of the comparison's measures, in the unit of the first company that has a figure.

    Indexed, each company's first positive figure is 100, so that all companies are drawn whatever their currency.

    Of a share figure filed before a split the value in today's shares counts, as in the table.
    """
    rows = [(row.company, row.figures) for row in comparison.rows if row.measure == item]
    if is_indexed:
        lines = tuple(ChartLine(company, _indexed(_points(figures))) for company, figures in rows)
        return MeasureChart(item, INDEX_UNIT, comparison.columns, lines, Decimal(1), "", ())
    units = {company: _unit(figures) for company, figures in rows}
    unit = next((result for result in units.values() if result), "")
    lines = tuple(ChartLine(company, _points(figures)) for company, figures in rows if units[company] in (unit, None))
    largest = max((abs(point.value) for line in lines for point in line.points), default=Decimal(0))
    divisor, scale = scale_of(largest) if item.unit in ("money", "shares") else (Decimal(1), "")
    left_out = tuple(company for company, result in units.items() if result not in (unit, None))
    return MeasureChart(item, unit, comparison.columns, lines, divisor, scale, left_out)


def scale_of(largest: Decimal) -> tuple[Decimal, str]:
    """The divisor of an axis whose largest value is this, and its name: thousand, million, billion, trillion or none."""
    return next((each for each in _SCALES if largest >= each[0]), (Decimal(1), ""))


def _unit(figures: tuple[ComparedFigure | None, ...]) -> str | None:
    return next((each.figure.unit for each in figures if each is not None and each.comparable is not None), None)


def _indexed(points: tuple[ChartPoint, ...]) -> tuple[ChartPoint, ...]:
    """The points from the first positive one on, over it, times 100, to four places; none if none is positive."""
    first = next((place for place, point in enumerate(points) if point.value > 0), len(points))
    return tuple(
        replace(point, value=round(point.value / points[first].value * 100, INDEX_PLACES)) for point in points[first:]
    )


def _points(figures: tuple[ComparedFigure | None, ...]) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(place, each.comparable, each.period.label)
        for place, each in enumerate(figures)
        if each is not None and each.comparable is not None
    )
