"""The views of series: as they are, indexed to 100, growth over a year, per share. What is not meaningful is refused."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from workbench.domain.amounts import is_money
from workbench.domain.screens.series import Series, SeriesPoint, years_before
from workbench.domain.statements.statement import StatementPeriod

INDEX_UNIT = "index"
POINTS_UNIT = "pp"
INDEX_PLACES = 4
# Fiscal quarters end up to two weeks apart from a year before, by 52 and 53 weeks; markets close for a week at most.
_SLACK_OF_QUARTERS = timedelta(days=15)
_SLACK_OF_CLOSES = timedelta(days=7)


class SeriesView(StrEnum):
    """How the values of a chart are shown.

    `growth` is the change from a year before in per cent, of percentages in percentage points. `per_share` divides money by
    the weighted average diluted shares of the same period, in today's shares.
    """

    AS_IS = "as_is"
    INDEX = "index"
    GROWTH = "growth"
    PER_SHARE = "per_share"


@dataclass(frozen=True, slots=True)
class IndexBase:
    """The point that is 100."""

    day: date
    label: str
    value: Decimal
    unit: str | None


def indexed(series: Series) -> tuple[Series, IndexBase | None]:
    """The values over the first positive one, times 100, and that value; every value is refused if none is positive.

    Rounded to four places. Refused are values before the base, and closes that a split may part from it.
    """
    first = next((point for point in series.points if point.value is not None and point.value > 0), None)
    if first is None or first.value is None:
        return _refused(series, "not_meaningful"), None
    base = first.value

    def index(point: SeriesPoint) -> SeriesPoint:
        if point.value is None:
            return point
        if point.day < first.day:
            return _gap(point, "not_meaningful")
        if _is_parted(series, first.day, point.day):
            return _gap(point, "share_basis_unknown")
        return replace(point, value=round(point.value / base * 100, INDEX_PLACES), unit=INDEX_UNIT)

    points = tuple(map(index, series.points))
    return replace(series, unit=INDEX_UNIT, points=points), IndexBase(first.day, first.label, base, first.unit)


def growth(series: Series) -> Series:
    """The change from the same period, or day, of a year before: in per cent, of percentages in percentage points.

    Refused without a value a year before, over one that is not positive, and between closes that a split may part.
    """
    is_of_percent = series.unit == "pct"
    unit = POINTS_UNIT if is_of_percent else "pct"

    def grown(point: SeriesPoint, before: SeriesPoint | None) -> SeriesPoint:
        if point.value is None:
            return point
        if before is None or before.value is None:
            return _gap(point, "operand_missing")
        if _is_parted(series, before.day, point.day):
            return _gap(point, "share_basis_unknown")
        if not is_of_percent and before.value <= 0:
            return _gap(point, "not_meaningful")
        change = point.value - before.value if is_of_percent else (point.value / before.value - 1) * 100
        known_on = max((each for each in (point.known_on, before.known_on) if each is not None), default=None)
        accessions = tuple(dict.fromkeys((*point.accessions, *before.accessions)))
        return replace(point, value=round(change, INDEX_PLACES), unit=unit, known_on=known_on, accessions=accessions)

    pairs = zip(series.points, _a_year_before(series), strict=True)
    return replace(series, unit=unit if series.unit else None, points=tuple(grown(*pair) for pair in pairs))


def per_share(series: Series, shares: Series | None) -> Series:
    """Money divided by the shares of the same period, to four places; other series stay as they are.

    `shares` are the company's average diluted shares in today's shares, of the same kind of period.
    """
    if series.unit is None or not is_money(series.unit):
        return series
    if series.wanted.measure.is_of_price:  # a market capitalisation has no period whose average shares it could have
        return _refused(series, "not_meaningful")
    by_period = {_place(point.period): point for point in shares.points if point.period is not None} if shares else {}
    unit = f"{series.unit}/shares"

    def divided(point: SeriesPoint) -> SeriesPoint:
        count = by_period.get(_place(point.period)) if point.period is not None else None
        if point.value is None:
            return point
        if count is None or not count.value:
            return _gap(point, count.reason if count is not None and count.reason else "operand_missing")
        known_on = max((each for each in (point.known_on, count.known_on) if each is not None), default=None)
        accessions = tuple(dict.fromkeys((*point.accessions, *count.accessions)))
        value = round(point.value / count.value, INDEX_PLACES)
        return replace(point, value=value, unit=unit, known_on=known_on, accessions=accessions)

    return replace(series, unit=unit, points=tuple(map(divided, series.points)))


def _a_year_before(series: Series) -> Iterator[SeriesPoint | None]:
    """For each point that of the same period a year before, or the last one up to the same day of the year before."""
    points = series.points
    by_place: Mapping[tuple[object, ...], SeriesPoint] = {
        _place(point.period): point for point in points if point.period is not None
    }
    days = [point.day for point in points]
    is_close = series.wanted.is_of_closes
    for point in points:
        if point.period is not None:
            yield by_place.get(_place(replace(point.period, fiscal_year=point.period.fiscal_year - 1)))
        else:
            yield _near(points, days, years_before(point.day, 1), is_close=is_close)


def _near(points: Sequence[SeriesPoint], days: Sequence[date], wanted: date, *, is_close: bool) -> SeriesPoint | None:
    slack = _SLACK_OF_CLOSES if is_close else _SLACK_OF_QUARTERS
    last = bisect_right(days, wanted if is_close else wanted + slack) - 1
    return points[last] if last >= 0 and wanted - days[last] <= slack else None


def _place(period: StatementPeriod) -> tuple[object, ...]:
    return period.fiscal_year, period.fiscal_quarter, period.part, period.is_trailing, period.is_transition


def _is_parted(series: Series, first: date, last: date) -> bool:
    return any(first < day <= last for day in series.steps)


def _gap(point: SeriesPoint, reason: str) -> SeriesPoint:
    return SeriesPoint(point.day, point.label, None, point.unit, reason, period=point.period)


def _refused(series: Series, reason: str) -> Series:
    points = tuple(point if point.value is None else _gap(point, reason) for point in series.points)
    return replace(series, unit=None, points=points)
