"""The figures of the sample company, read from `sample_figures.toml` and set on the fiscal years that a day asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from importlib.resources import files
from typing import Any

_SCALES = {"USD": (3, "usd", 1000), "shares": (3, "shares", 1000), "USD/shares": (0, "per", 1)}
# The first quarter is public by the end of April; then the year before it is the last one shown.
_PUBLIC_BY = (4, 30)
# Month and day of the end of each of the first three quarters, and of its report.
_QUARTER_ENDS = ((3, 31), (6, 30), (9, 30))
_QUARTER_REPORTS = ((4, 28), (7, 28), (10, 28))
_COUNTED_BEFORE = timedelta(days=10)


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
    taxonomy: str = "us-gaap"

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


_Pick = Callable[[Mapping[str, Any]], Any]
_Column = tuple[Period, _Pick]


def last_year(day: date) -> int:
    """The last fiscal year of the sample on this day, so that its report and the next quarter's lie before the day."""
    return day.year - 1 if (day.month, day.day) > _PUBLIC_BY else day.year - 2


def quarters(day: date) -> list[int]:
    """The numbers of the quarterly reports before this day: 0 to 2 of the last fiscal year, 3 to 5 of the next."""
    last = last_year(day)
    return [number for number in range(6) if quarter_filed_on(last, number) < day]


def annual(year: int, place: int) -> Statements:
    """The statements of the report of fiscal `year`, whose figures stand at `place` of the file, and of the year before."""
    flows = [(Period(str(each), date(each, 1, 1), date(each, 12, 31)), _year(at)) for each, at in _two(year, place)]
    ends = [(Period(f"December 31, {each}", None, date(each, 12, 31)), _year(at)) for each, at in _two(year, place)]
    return _statements(flows, flows, ends, _cover(year_filed_on(year), _year(place)))


def quarterly(last: int, number: int) -> Statements:
    """The statements of quarterly report `number` (0 to 5) from the first of fiscal year `last` on.

    Three months and, after the first quarter, the year to date, each beside the year before where the file has it; the balance
    sheet beside that of the last year.
    """
    year, quarter = last + number // 3, number % 3
    columns = [(year, number), (year - 1, number - 3)] if number >= 3 else [(year, number)]
    three = [(_three_months(each, quarter), partial(_quarter, at)) for each, at in columns]
    to_date = [(_to_date(each, quarter), partial(_sum_to, at)) for each, at in columns] if quarter else three
    end = date(year, *_QUARTER_ENDS[quarter])
    ends: list[_Column] = [
        (Period(in_words(end), None, end), partial(_quarter, number)),
        (Period(f"December 31, {year - 1}", None, date(year - 1, 12, 31)), _year(1 + number // 3)),
    ]
    filed = quarter_filed_on(last, number)
    return _statements([*three, *to_date] if quarter else three, to_date, ends, _cover(filed, partial(_quarter, number)))


def _two(year: int, place: int) -> list[tuple[int, int]]:
    return [(year, place), (year - 1, place - 1)]


def _year(place: int) -> _Pick:
    return lambda line: line["years"][place]


def _quarter(number: int, line: Mapping[str, Any]) -> Any:
    return line["quarters"][number]


def _sum_to(number: int, line: Mapping[str, Any]) -> Any:
    """Six or nine months: what the file has for them, or the sum of the quarters."""
    first = number - number % 3
    if "to_date" in line:
        return line["to_date"][number - 1 - number // 3]
    return sum(line["quarters"][first : number + 1])


def _three_months(year: int, quarter: int) -> Period:
    end = date(year, *_QUARTER_ENDS[quarter])
    return Period(f"Three months, {year}", date(year, 3 * quarter + 1, 1), end)


def _to_date(year: int, quarter: int) -> Period:
    return Period(f"{('', 'Six', 'Nine')[quarter]} months, {year}", date(year, 1, 1), date(year, *_QUARTER_ENDS[quarter]))


def _cover(filed: date, pick: _Pick) -> list[_Column]:
    counted = filed - _COUNTED_BEFORE
    return [(Period(in_words(counted), None, counted), pick)]


def in_words(day: date) -> str:
    """`March 31, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def _statements(
    flows: Sequence[_Column], cash: Sequence[_Column], ends: Sequence[_Column], cover: Sequence[_Column]
) -> Statements:
    columns = {"cashflow": cash, "balance": ends, "cover": cover}
    return {name: [_row(line, columns.get(name, flows)) for line in lines] for name, lines in _lines().items()}


def _row(line: Mapping[str, Any], columns: Sequence[_Column]) -> Row:
    unit, member, taxonomy = line.get("unit", "USD"), line.get("member", ""), line.get("taxonomy", "us-gaap")
    values = tuple(
        Value(line["concept"], unit, period, Decimal(pick(line)) * _SCALES[unit][2], member, taxonomy)
        for period, pick in columns
    )
    return Row(line["label"], values, line.get("out", False))


def amount(statements: Statements, concept: str, column: int = 0) -> Decimal:
    """The value of a concept in a column of the statements."""
    rows = (row for rows in statements.values() for row in rows)
    return next(row.values[column].value for row in rows if len(row.values) > column and row.values[column].concept == concept)


def year_filed_on(year: int) -> date:
    """The day on which the report of a fiscal year is filed."""
    return weekday(date(year + 1, 2, 20))


def quarter_filed_on(last: int, number: int) -> date:
    """The day on which a quarterly report is filed, numbered as for `quarterly`."""
    return weekday(date(last + number // 3, *_QUARTER_REPORTS[number % 3]))


def weekday(day: date) -> date:
    """The day itself, or the Friday before it on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
