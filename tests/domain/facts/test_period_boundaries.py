"""The bounds of fiscal periods, each from both sides: lengths, labels, the year before, overlaps, first days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.facts.test_periods import calendar_year
from workbench.domain.facts.fiscal_years import fiscal_year_of
from workbench.domain.facts.periods import (
    Evidence,
    FiscalCalendar,
    FiscalPeriod,
    Length,
    length_of,
    same_start,
)

START = date(2023, 1, 1)


def days(count: int, start: date = START) -> tuple[date, date]:
    """A period of so many days, both ends counted."""
    return start, start + timedelta(days=count - 1)


@pytest.mark.parametrize(
    ("least", "most", "length"),
    [
        (80, 119, Length.QUARTER),
        (120, 124, Length.TRIMESTER),
        (164, 200, Length.HALF),
        (240, 247, Length.EIGHT_MONTHS),
        (248, 288, Length.NINE_MONTHS),
        (350, 380, Length.YEAR),
    ],
)
def test_each_length_from_its_least_to_its_most_days(least: int, most: int, length: Length) -> None:
    assert [length_of(*days(count)) for count in (least, most)] == [length, length]
    assert length not in {length_of(*days(count)) for count in (least - 1, most + 1)}


def test_other_lengths_are_those_of_no_period() -> None:
    bounds = (79, 125, 163, 201, 239, 289, 349, 381)
    assert {length_of(*days(count)) for count in bounds} == {Length.OTHER}


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


def test_a_year_without_an_annual_report_between_two_with_one_has_its_quarters() -> None:
    evidence = calendar_year(2021) + [each for each in calendar_year(2022) if not each.is_annual] + calendar_year(2023)
    calendar = FiscalCalendar.observed(evidence)
    assert [year.fiscal_year for year in calendar.years] == [2021, 2023]
    found = [(q.fiscal_year, q.quarter, q.year_start, q.end, q.is_transition) for q in calendar.quarters[4:8]]
    assert found == [
        (2022, number, date(2022, 1, 1), end, False)
        for number, end in enumerate((date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30), date(2022, 12, 31)), start=1)
    ]
    assert len(calendar.quarters) == 12


def test_a_transition_counts_from_its_own_first_day() -> None:
    stub = [Evidence(date(2022, 1, 1), date(2022, 3, 31), False, True)] * 3
    new_year = [Evidence(date(2022, 4, 1), date(2023, 3, 31), True, False)] * 3
    (found,) = (q for q in FiscalCalendar.observed(calendar_year(2021) + stub + new_year).quarters if q.is_transition)
    assert found == FiscalPeriod(date(2022, 1, 1), date(2022, 3, 31), 2022, 1, date(2022, 1, 1), is_transition=True)


def test_the_four_quarters_of_twelve_months_are_those_within_it_both_ends_included() -> None:
    calendar = FiscalCalendar.observed(calendar_year(2021) + calendar_year(2022))
    trailing = next(each for each in calendar.trailing if each.end == date(2022, 6, 30))
    assert trailing.start == date(2021, 7, 1)
    assert [(q.fiscal_year, q.quarter) for q in calendar.quarters_of(trailing)] == [(2021, 3), (2021, 4), (2022, 1), (2022, 2)]
    assert calendar.year_before(trailing) is None
    later = next(each for each in calendar.trailing if each.end == date(2022, 12, 31))
    earlier = calendar.year_before(later)
    assert earlier is not None
    assert (earlier.start, earlier.end, earlier.is_trailing) == (date(2021, 1, 1), date(2021, 12, 31), True)
    quarter = calendar.year_before(calendar.quarters[5])
    assert quarter == calendar.quarters[1]


@pytest.mark.parametrize(("apart", "count"), [(350, 1), (351, 2)])
def test_first_days_of_a_new_company_a_year_less_two_weeks_apart_are_two_years(apart: int, count: int) -> None:
    evidence = []
    for first in (START, START + timedelta(days=apart)):
        half = first + timedelta(days=181)
        evidence += [Evidence(first, half, False, True), Evidence(first + timedelta(days=91), half, False, True)] * 3
    assert len(FiscalCalendar.observed(evidence).quarters) == count


def test_a_first_quarter_is_labelled_by_a_year_of_52_weeks() -> None:
    for first, label in ((date(2023, 1, 8), 2023), (date(2023, 1, 9), 2024)):
        evidence = [Evidence(first, first + timedelta(days=90), False, True)] * 3
        assert [q.fiscal_year for q in FiscalCalendar.observed(evidence).quarters] == [label]
