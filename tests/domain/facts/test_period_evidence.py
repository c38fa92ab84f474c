"""Quarters from incomplete, misdated and contradictory evidence: what counts, what wins, and where a year begins."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.facts.periods import Evidence, FiscalCalendar, FiscalPeriod

JANUARY, DECEMBER = date(2022, 1, 1), date(2022, 12, 31)
MARCH, JUNE, SEPTEMBER = date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30)
APRIL, JULY, OCTOBER = date(2022, 4, 1), date(2022, 7, 1), date(2022, 10, 1)


def interim(start: date, end: date, anchors: int = 2) -> list[Evidence]:
    return [Evidence(start, end, False, True)] * anchors


def annual(start: date = JANUARY, end: date = DECEMBER, anchors: int = 2) -> list[Evidence]:
    return [Evidence(start, end, True, False)] * anchors


def quarters(*evidence: list[Evidence]) -> list[tuple[int | None, date, date]]:
    """Number, first and last day of each quarter."""
    return [(q.quarter, q.start, q.end) for q in calendar(*evidence).quarters]


def calendar(*evidence: list[Evidence]) -> FiscalCalendar:
    return FiscalCalendar.observed([each for group in evidence for each in group])


def test_only_annual_and_quarterly_reports_are_evidence() -> None:
    elsewhere = [Evidence(JANUARY, DECEMBER, False, False), Evidence(JANUARY, MARCH, False, False)] * 3
    balances = [Evidence(None, DECEMBER, True, False), Evidence(None, MARCH, False, True)] * 3
    assert calendar(elsewhere, balances) == FiscalCalendar((), ())
    assert calendar(elsewhere, balances, annual()).years == (FiscalPeriod(JANUARY, DECEMBER, 2022, None, JANUARY),)


def test_three_months_that_follow_each_other_are_quarters_without_a_year_to_date() -> None:
    three_months = interim(JANUARY, MARCH), interim(APRIL, JUNE), interim(JULY, SEPTEMBER)
    first_three = [(1, JANUARY, MARCH), (2, APRIL, JUNE), (3, JULY, SEPTEMBER)]
    assert quarters(annual(), *three_months) == [*first_three, (4, OCTOBER, DECEMBER)]
    # In the current year too, which is no transition.
    running = calendar(annual(date(2021, 1, 1), date(2021, 12, 31)), *three_months).quarters
    assert [(q.quarter, q.start, q.end) for q in running] == first_three
    assert not any(q.is_transition for q in running)
    # Nor do 18 months since the first day, of a company that is being built up, end the search.
    assert quarters(annual(), interim(JANUARY, date(2023, 6, 30)), *three_months)[:3] == first_three


def test_a_last_quarter_that_is_reported_needs_no_nine_months() -> None:
    assert quarters(annual(), interim(JANUARY, MARCH), interim(OCTOBER, DECEMBER)) == [
        (1, JANUARY, MARCH), (4, OCTOBER, DECEMBER)
    ]  # fmt: skip
    assert quarters(annual(), interim(JANUARY, MARCH)) == [(1, JANUARY, MARCH)]
    # Of two first days the one with more anchors counts, then the later.
    later = date(2022, 10, 3)
    for anchors, first in ((3, OCTOBER), (2, later)):
        last = interim(OCTOBER, DECEMBER, anchors), interim(later, DECEMBER, 2)
        assert quarters(annual(), *last) == [(4, first, DECEMBER)]
    # 77 days after the nine months are no quarter.
    middle = date(2022, 10, 15)
    assert quarters(annual(), interim(JANUARY, middle), interim(date(2022, 7, 5), middle)) == [(3, date(2022, 7, 5), middle)]


@pytest.mark.parametrize(("days", "is_found"), [(7, True), (8, False)])
def test_a_first_day_up_to_a_week_off_is_of_the_same_period(days: int, is_found: bool) -> None:
    second = [(2, APRIL, JUNE)] if is_found else []
    first_quarter = interim(JANUARY, MARCH)
    assert quarters(annual(), first_quarter, interim(date(2022, 4, 1 + days), JUNE))[:2] == [(1, JANUARY, MARCH), *second]
    assert quarters(annual(), first_quarter, interim(date(2022, 1, 1 + days), JUNE))[:2] == [(1, JANUARY, MARCH), *second]


@pytest.mark.parametrize(
    ("early", "late", "last"),
    [(3, 2, MARCH), (2, 3, date(2022, 4, 2)), (2, 2, date(2022, 4, 2))],
)
def test_of_two_last_days_the_one_with_more_anchors_counts_then_the_later(early: int, late: int, last: date) -> None:
    assert quarters(annual(), interim(JANUARY, date(2022, 4, 2), late), interim(JANUARY, MARCH, early))[0] == (
        1, JANUARY, last
    )  # fmt: skip


def test_anchors_of_a_year_to_date_and_of_its_last_three_months_count_together() -> None:
    second = interim(JANUARY, JUNE, 2), interim(APRIL, JUNE, 2)
    assert quarters(annual(), interim(JANUARY, MARCH), interim(JANUARY, date(2022, 7, 2), 3), *second)[1] == (2, APRIL, JUNE)


def test_twelve_months_have_no_gap() -> None:
    """The second year begins on 3 January: a week's slack of a filer, and no four quarters in a row across it."""
    first_days = {2022: JANUARY, 2023: date(2023, 1, 3)}
    reports = [
        group
        for year, first in first_days.items()
        for group in (
            annual(first, date(year, 12, 31)), interim(first, date(year, 3, 31)), interim(first, date(year, 6, 30)),
            interim(first, date(year, 9, 30)),
        )
    ]  # fmt: skip
    assert [(period.start, period.end) for period in calendar(*reports).trailing] == [
        (JANUARY, DECEMBER), (date(2023, 1, 3), date(2023, 12, 31))
    ]  # fmt: skip


def test_a_year_to_date_a_week_off_belongs_to_the_current_year() -> None:
    last = annual(date(2021, 1, 1), date(2021, 12, 31))
    nine_months = interim(date(2022, 1, 8), SEPTEMBER), interim(JULY, SEPTEMBER)
    (third,) = calendar(last, *nine_months).quarters
    assert third == FiscalPeriod(JULY, SEPTEMBER, 2022, 3, JANUARY)


def test_a_later_six_months_are_no_new_year_where_the_half_year_was_reported() -> None:
    last = annual(date(2021, 1, 1), date(2021, 12, 31))
    half = interim(date(2022, 1, 8), JUNE), interim(JANUARY, MARCH)
    found = calendar(last, *half, interim(APRIL, SEPTEMBER)).quarters
    assert [(q.quarter, q.end, q.year_start, q.is_transition) for q in found] == [
        (1, MARCH, JANUARY, False), (2, JUNE, JANUARY, False)
    ]  # fmt: skip
    # Without it the year begins in April from now on, and the three months before are a transition.
    found = calendar(last, interim(JANUARY, MARCH), interim(APRIL, SEPTEMBER), interim(JULY, SEPTEMBER)).quarters
    assert [(q.quarter, q.end, q.year_start, q.is_transition) for q in found] == [
        (1, MARCH, JANUARY, True), (2, SEPTEMBER, APRIL, False)
    ]  # fmt: skip


@pytest.mark.parametrize(("last", "label"), [(date(2023, 1, 7), 2023), (date(2023, 1, 8), 2024)])
def test_the_current_year_is_labelled_by_a_year_of_52_weeks(last: date, label: int) -> None:
    first = date.fromordinal(last.toordinal() - 363)
    begin = date.fromordinal(last.toordinal() + 1)
    found = calendar(annual(first, last), interim(begin, date.fromordinal(begin.toordinal() + 90))).quarters
    assert [(q.quarter, q.fiscal_year) for q in found] == [(1, label)]
