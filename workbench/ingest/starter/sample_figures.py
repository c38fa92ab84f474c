"""The figures of the sample company, read from `sample_figures.toml` and set on the fiscal years that a day asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

_SCALES = {"USD": (3, "usd", 1000), "shares": (3, "shares", 1000), "USD/shares": (0, "per", 1)}
# The first quarter is public by the end of April; then the year before it is the last one shown.
_PUBLIC_BY = (4, 30)


@dataclass(frozen=True, slots=True)
class Period:
    """A column of a statement: a span of days, or the day at the end of one (`start` is None)."""

    label: str
    start: date | None
    end: date

    @property
    def context(self) -> str:
        """Its name in an inline XBRL document."""
        return f"c-{self.start:%Y%m%d}-{self.end:%Y%m%d}" if self.start else f"c-{self.end:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure: concept, period, and the value in dollars or shares; `member` is a segment."""

    concept: str
    unit: str
    period: Period
    value: Decimal
    member: str = ""

    @property
    def context(self) -> str:
        """The context of its element: the period, and the segment if there is one."""
        return f"{self.period.context}-{self.member}" if self.member else self.period.context

    @property
    def unit_id(self) -> str:
        """The unit's name in the document."""
        return _SCALES[self.unit][1]

    @property
    def scale(self) -> int:
        """The power of ten by which the printed number is multiplied."""
        return _SCALES[self.unit][0]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a statement: its label and its figures by column; `is_out` for what is printed with the other sign."""

    label: str
    values: tuple[Value, ...]
    is_out: bool


Statements = Mapping[str, Sequence[Row]]


@cache
def _lines() -> Mapping[str, list[dict[str, Any]]]:
    text = (files("workbench.ingest.starter") / "sample_figures.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def last_year(day: date) -> int:
    """The last fiscal year of the sample on this day, so that its report and the next quarter's lie before the day."""
    return day.year - 1 if (day.month, day.day) > _PUBLIC_BY else day.year - 2


def annual(year: int, place: int) -> Statements:
    """The statements of the report of fiscal `year`, whose figures stand at `place` of the file, and of the year before."""
    flows = [Period(str(each), date(each, 1, 1), date(each, 12, 31)) for each in (year, year - 1)]
    ends = [Period(f"December 31, {each}", None, date(each, 12, 31)) for each in (year, year - 1)]
    return _statements("years", flows, ends, (place, place - 1), (place, place - 1))


def quarterly(year: int) -> Statements:
    """The statements of the first quarter of `year` beside the one before; the balance sheet beside the last year's."""
    flows = [Period(f"{each}", date(each, 1, 1), date(each, 3, 31)) for each in (year, year - 1)]
    ends = [
        Period(f"March 31, {year}", None, date(year, 3, 31)),
        Period(f"December 31, {year - 1}", None, date(year - 1, 12, 31)),
    ]
    statements = dict(_statements("quarters", flows, ends[:1], (1, 0), (0,)))
    before = _statements("years", [], ends[1:], (), (2,))["balance"]
    statements["balance"] = [
        Row(now.label, now.values + then.values, now.is_out) for now, then in zip(statements["balance"], before, strict=True)
    ]
    return statements


def _statements(
    group: str, flows: Sequence[Period], ends: Sequence[Period], places: Sequence[int], end_places: Sequence[int]
) -> Statements:
    return {
        name: [_row(line, group, *((ends, end_places) if name == "balance" else (flows, places))) for line in lines]
        for name, lines in _lines().items()
    }


def _row(line: Mapping[str, Any], group: str, periods: Sequence[Period], places: Sequence[int]) -> Row:
    unit = line.get("unit", "USD")
    values = tuple(
        Value(line["concept"], unit, period, Decimal(line[group][place]) * _SCALES[unit][2], line.get("member", ""))
        for period, place in zip(periods, places, strict=True)
    )
    return Row(line["label"], values, line.get("out", False))


def amount(statements: Statements, concept: str, column: int = 0) -> Decimal:
    """The value of a concept in a column of the statements."""
    rows = (row for rows in statements.values() for row in rows)
    return next(row.values[column].value for row in rows if row.values and row.values[column].concept == concept)


def filed_on(year: int, *, is_annual: bool) -> date:
    """The day on which the report of a fiscal year, or of its first quarter, is filed."""
    return weekday(date(year + 1, 2, 20) if is_annual else date(year, 4, 28))


def weekday(day: date) -> date:
    """The day itself, or the Friday before it on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
