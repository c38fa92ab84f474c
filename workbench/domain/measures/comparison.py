"""Companies side by side, with fiscal periods aligned by calendar quarter.

The first quarter of a fiscal year belongs to the calendar quarter that contains the 45th day after the year's first day, the
middle of an ordinary quarter; the second quarter belongs to the next calendar quarter, and so on. So every fiscal year fills
four consecutive calendar quarters, even with quarters of 12 and 16 weeks (Costco) or a 53rd week. A fiscal year belongs to the
calendar year that contains most of its four calendar quarters, or the later year if two contain equally many: fiscal 2024 of
Apple (to September) and of Procter & Gamble (to June) and Walmart's fiscal 2025 (to January 2025) are all 2024.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from workbench.domain.facts.periods import days_of
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementPeriod

_MIDDLE = timedelta(days=45)
_QUARTER_DAYS = 91.3


@dataclass(frozen=True, slots=True, order=True)
class CalendarPeriod:
    """A calendar year, or with `quarter` 1 to 4 a calendar quarter; periods of the same kind sort by time."""

    year: int
    quarter: int | None = None

    @property
    def label(self) -> str:
        """`2024`, or `2024 Q3`."""
        return str(self.year) if self.quarter is None else f"{self.year} Q{self.quarter}"


def calendar_quarter(year_start: date, fiscal_quarter: int) -> CalendarPeriod:
    """The calendar quarter of a fiscal quarter, by the first day of its fiscal year."""
    middle = year_start + _MIDDLE
    number = middle.year * 4 + (middle.month - 1) // 3 + fiscal_quarter - 1
    return CalendarPeriod(number // 4, number % 4 + 1)


def calendar_period(period: StatementPeriod) -> CalendarPeriod | None:
    """The calendar period of a fiscal period.

    None if the first day of its fiscal year is unknown, and for a half-year or trimester, which is no calendar quarter.
    """
    if period.year_start is None or (period.part and not period.is_trailing):
        return None
    if period.is_trailing and period.fiscal_quarter is None:  # twelve months to the end of a half-year, trimester or year
        return calendar_quarter(period.year_start, min(4, round(days_of(period.year_start, period.end) / _QUARTER_DAYS)))
    if period.fiscal_quarter is not None:
        return calendar_quarter(period.year_start, period.fiscal_quarter)
    return CalendarPeriod(calendar_quarter(period.year_start, 3).year)


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure with the company's own fiscal period."""

    period: StatementPeriod
    figure: Figure

    @property
    def comparable(self) -> Decimal | None:
        """The value; for a share figure filed before a stock split, the value in today's shares."""
        return self.figure.comparable


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One measure of one company: a figure for each column of the comparison, None where no such period was reported.

    All figures are None if the company's industry does not have the line.
    """

    company: Company
    measure: Measure
    figures: tuple[ComparedFigure | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows by measure, then company, both in the requested order; columns from oldest to newest."""

    period: PeriodKind
    as_of: date | None
    columns: tuple[CalendarPeriod, ...]
    rows: tuple[ComparedRow, ...]


Aligned = Mapping[CalendarPeriod, ComparedFigure]


def align(table: Statement | RatioTable, line: str) -> Aligned:
    """One line's figures by calendar period. If two fall into one (after a change of year end), the later one is used."""
    for row in table.lines:
        if row.line == line:
            pairs = zip(table.periods, row.figures, strict=True)
            placed = ((calendar_period(period), ComparedFigure(period, figure)) for period, figure in pairs)
            return {place: compared for place, compared in placed if place is not None}
    return {}


def side_by_side(
    rows: Iterable[tuple[Company, Measure, Aligned]], period: PeriodKind, as_of: date | None, *, columns: int | None = None
) -> Comparison:
    """Rows with common columns: the newest `columns` calendar periods for which any company has reported."""
    rows = list(rows)
    places = sorted({place for _, _, aligned in rows for place in aligned}, key=lambda place: (place.year, place.quarter or 0))
    shown = tuple(places[-columns:] if columns else places)
    return Comparison(
        period,
        as_of,
        shown,
        tuple(ComparedRow(company, item, tuple(map(aligned.get, shown))) for company, item, aligned in rows),
    )
