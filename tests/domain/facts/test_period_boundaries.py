"""The bounds of fiscal periods, each from both sides: lengths, labels, the year before, overlaps, first days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workbench.domain.facts.periods import (
    Evidence,
    FiscalCalendar,
    FiscalPeriod,
    Length,
    fiscal_year_of,
    length_of,
    same_start,
)

START = date(2023, 1, 1)


def days(count: int, start: date = START) -> tuple[date, date]:
    """A period of so many days, both ends counted."""
    return start, start + timedelta(days=count - 1)


@pytest.mark.parametrize(
    ("least", "most", "length"),
    [(80, 123, Length.QUARTER), (164, 200, Length.HALF), (248, 288, Length.NINE_MONTHS), (350, 380, Length.YEAR)],
)
def test_each_length_from_its_least_to_its_most_days(least: int, most: int, length: Length) -> None:
    assert [length_of(*days(count)) for count in (least, most)] == [length, length]
    assert [length_of(*days(count)) for count in (least - 1, most + 1)] == [Length.OTHER, Length.OTHER]


@pytest.mark.parametrize(
    ("end", "year"),
    [
        (date(2023, 12, 31), 2023),
        (date(2024, 1, 1), 2023),
        (date(2024, 1, 6), 2023),
        (date(2024, 1, 7), 2023),  # the last day that a year ending nearest to 31 December can end on
        (date(2024, 1, 8), 2024),
        (date(2018, 1, 7), 2017),
        (date(2018, 1, 8), 2018),
    ],
)
def test_a_year_to_the_seventh_of_january_is_the_year_before(end: date, year: int) -> None:
    assert fiscal_year_of(end) == year


def test_years_that_end_on_both_sides_of_the_seventh_have_labels_of_their_own() -> None:
    spans = [(date(2016, 1, 11), date(2017, 1, 8)), (date(2017, 1, 9), date(2018, 1, 7)), (date(2018, 1, 8), date(2019, 1, 6))]
    calendar = FiscalCalendar.observed([Evidence(*span, True, False) for span in spans for _ in range(2)])
    assert [year.fiscal_year for year in calendar.years] == [2016, 2017, 2018]


def years(*ends: date, length: int = 365) -> FiscalCalendar:
    found = (FiscalPeriod(end - timedelta(days=length - 1), end, end.year, None, end) for end in ends)
    return FiscalCalendar(tuple(found), ())


@pytest.mark.parametrize(("later", "is_found"), [(356, False), (357, True), (364, True), (375, True), (376, False)])
def test_the_year_before_ends_358_to_376_days_earlier_both_counted(later: int, is_found: bool) -> None:
    end = date(2022, 12, 31)
    calendar = years(end, end + timedelta(days=later))
    assert calendar.year_before(calendar.years[1]) == (calendar.years[0] if is_found else None)
    assert calendar.year_before(calendar.years[0]) is None


def test_a_year_before_of_another_length_is_none() -> None:
    end = date(2022, 12, 31)
    stub, whole = years(end, length=300).years[0], years(end + timedelta(days=365)).years[0]
    assert FiscalCalendar((stub, whole), ()).year_before(whole) is None


@pytest.mark.parametrize(("shared", "count"), [(14, 2), (15, 1)])
def test_annual_periods_that_share_two_weeks_are_neighbours_and_more_are_one(shared: int, count: int) -> None:
    first = days(365)
    second = days(365, first[1] - timedelta(days=shared - 1))
    evidence = [Evidence(*span, True, False) for span, anchors in ((first, 3), (second, 2)) for _ in range(anchors)]
    calendar = FiscalCalendar.observed(evidence)
    assert [(year.start, year.end) for year in calendar.years] == [first, second][:count]


@pytest.mark.parametrize(("apart", "is_same"), [(-8, False), (-7, True), (0, True), (7, True), (8, False)])
def test_first_days_a_week_apart_are_one(apart: int, is_same: bool) -> None:
    assert same_start(START, START + timedelta(days=apart)) is is_same


@pytest.mark.parametrize(("count", "periods"), [(1, 0), (2, 1)])
def test_two_anchors_make_a_period(count: int, periods: int) -> None:
    assert len(FiscalCalendar.observed([Evidence(*days(365), True, False)] * count).years) == periods
    assert len(FiscalCalendar.observed([Evidence(*days(90), False, True)] * count).quarters) == periods
