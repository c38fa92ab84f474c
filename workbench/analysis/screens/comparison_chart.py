"""One measure of a comparison as lines over the calendar, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, Comparison

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


def measure_chart(comparison: Comparison, item: Measure) -> MeasureChart:
    """The chart of one of the comparison's measures, in the unit of the first company that has a figure.

    Of a share figure filed before a split the value in today's shares counts, as in the table.
    """
    rows = [(row.company, row.figures) for row in comparison.rows if row.measure == item]
    units = {company: _unit(figures) for company, figures in rows}
    unit = next((result for result in units.values() if result), "")
    lines = tuple(ChartLine(company, _points(figures)) for company, figures in rows if units[company] in (unit, None))
    largest = max((abs(point.value) for line in lines for point in line.points), default=Decimal(0))
    scales = _SCALES if item.unit in ("money", "shares") else ()
    divisor, scale = next((each for each in scales if largest >= each[0]), (Decimal(1), ""))
    left_out = tuple(company for company, result in units.items() if result not in (unit, None))
    return MeasureChart(item, unit, comparison.columns, lines, divisor, scale, left_out)


def _unit(figures: tuple[ComparedFigure | None, ...]) -> str | None:
    return next((each.figure.unit for each in figures if each is not None and each.comparable is not None), None)


def _points(figures: tuple[ComparedFigure | None, ...]) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(place, each.comparable, each.period.label)
        for place, each in enumerate(figures)
        if each is not None and each.comparable is not None
    )
