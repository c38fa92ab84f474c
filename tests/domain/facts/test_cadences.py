"""Half-years and trimesters, changes between them, transition periods with reports of their own, a report's own period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.facts.test_periods import calendar_year
from workbench.domain.facts.fiscal_years import YearLabels, YearOffset
from workbench.domain.facts.periods import Evidence, FiscalCalendar, FiscalPeriod, own_period_end

DAY = timedelta(days=1)


def year(start: date, end: date) -> list[Evidence]:
    return [Evidence(start, end, True, False)] * 3


def interim(start: date, end: date) -> list[Evidence]:
    return [Evidence(start, end, False, True)] * 3


def shown(periods: tuple[FiscalPeriod, ...]) -> list[tuple[str, str, int, int | None, int]]:
    return [(f"{each.start}", f"{each.end}", each.fiscal_year, each.quarter, each.months) for each in periods]


def test_half_years() -> None:
    # BHP's years end on 30 June, and it reports twice a year.
    evidence = year(date(2021, 7, 1), date(2022, 6, 30)) + year(date(2022, 7, 1), date(2023, 6, 30))
    evidence += interim(date(2021, 7, 1), date(2021, 12, 31)) + interim(date(2022, 7, 1), date(2022, 12, 31))
    evidence += interim(date(2023, 7, 1), date(2023, 12, 31))
    calendar = FiscalCalendar.observed(evidence)
    assert shown(calendar.quarters) == [
        ("2021-07-01", "2021-12-31", 2022, 1, 6), ("2022-01-01", "2022-06-30", 2022, 2, 6),
        ("2022-07-01", "2022-12-31", 2023, 1, 6), ("2023-01-01", "2023-06-30", 2023, 2, 6),
        ("2023-07-01", "2023-12-31", 2024, 1, 6),
    ]  # fmt: skip
    assert {each.year_start for each in calendar.quarters[2:4]} == {date(2022, 7, 1)}
    assert [(each.start, each.end) for each in calendar.trailing] == [
        (date(2021, 7, 1), date(2022, 6, 30)), (date(2022, 1, 1), date(2022, 12, 31)),
        (date(2022, 7, 1), date(2023, 6, 30)), (date(2023, 1, 1), date(2023, 12, 31)),
    ]  # fmt: skip
    assert calendar.quarters_of(calendar.trailing[1]) == calendar.quarters[1:3]
    assert [each.elapsed_months for each in (*calendar.quarters[:2], calendar.years[0])] == [6, 12, 12]
    assert calendar.cadence == 6
    assert calendar.year_before(calendar.trailing[3]) == calendar.trailing[1]
    assert calendar.year_before(calendar.quarters[0]) is None


def test_trimesters() -> None:
    # Three reports a year, of four months each.
    evidence = year(date(2023, 1, 1), date(2023, 12, 31))
    evidence += interim(date(2023, 1, 1), date(2023, 4, 30)) + interim(date(2023, 1, 1), date(2023, 8, 31))
    evidence += interim(date(2023, 5, 1), date(2023, 8, 31)) + interim(date(2024, 1, 1), date(2024, 4, 30))
    calendar = FiscalCalendar.observed(evidence)
    assert shown(calendar.quarters) == [
        ("2023-01-01", "2023-04-30", 2023, 1, 4), ("2023-05-01", "2023-08-31", 2023, 2, 4),
        ("2023-09-01", "2023-12-31", 2023, 3, 4), ("2024-01-01", "2024-04-30", 2024, 1, 4),
    ]  # fmt: skip
    assert [(each.start, each.end) for each in calendar.trailing] == [
        (date(2023, 1, 1), date(2023, 12, 31)), (date(2023, 5, 1), date(2024, 4, 30)),
    ]  # fmt: skip
    assert calendar.cadence == 4


def test_a_company_that_goes_over_to_half_years_within_a_year() -> None:
    # Quarters to June 2023, then only the year: its second half is what is left of it.
    reported = [each for each in calendar_year(2023) if each.end != date(2023, 9, 30)]
    calendar = FiscalCalendar.observed(calendar_year(2022) + reported)
    assert shown(calendar.quarters[4:]) == [
        ("2023-01-01", "2023-03-31", 2023, 1, 3), ("2023-04-01", "2023-06-30", 2023, 2, 3),
        ("2023-07-01", "2023-12-31", 2023, 2, 6),
    ]  # fmt: skip
    assert calendar.quarters[-1].year_start == date(2023, 1, 1)
    assert (calendar.trailing[-1].start, calendar.trailing[-1].end) == (date(2023, 1, 1), date(2023, 12, 31))
    # A year with its three quarters has no second half beside the fourth.
    assert [each.months for each in FiscalCalendar.observed(calendar_year(2022)).quarters] == [3, 3, 3, 3]
    # Two quarters of a year that goes on have none either.
    running = FiscalCalendar.observed([each for each in reported if each.end != date(2023, 12, 31)])
    assert [(each.quarter, each.months) for each in running.quarters] == [(1, 3), (2, 3)]


def test_a_gap_ends_the_twelve_months() -> None:
    # The quarter to June 2023 was not reported: no twelve months hold it.
    reported = [
        each for each in calendar_year(2023) if each.end != date(2023, 6, 30) and each.start != date(2023, 4, 1)
    ]  # fmt: skip
    calendar = FiscalCalendar.observed(calendar_year(2022) + [each for each in reported if not each.is_annual])
    assert [each.end for each in calendar.quarters[4:]] == [date(2023, 3, 31), date(2023, 9, 30)]
    assert [each.end for each in calendar.trailing] == [date(2022, 12, 31), date(2023, 3, 31)]
    # Years before and after what has interim reports: those after it are twelve months by themselves.
    with_years = FiscalCalendar.observed(
        [*year(date(2021, 1, 1), date(2021, 12, 31)), *calendar_year(2022), *year(date(2023, 1, 1), date(2023, 12, 31))]
    )
    assert [(each.end, each.is_trailing) for each in with_years.trailing] == [
        (date(2022, 12, 31), True), (date(2023, 12, 31), True),
    ]  # fmt: skip
    assert with_years.cadence is None


TRANSITION = [Evidence(date(2024, 1, 1), date(2024, 6, 30), True, False, is_transition=True)] * 2


def test_a_report_on_a_transition_period_closes_it() -> None:
    # December to 2023, a report on the six months to June 2024 (Form 10-KT), June since; of the new year a first quarter.
    quarters = [(date(2024, 1, 1), date(2024, 3, 31)), (date(2024, 7, 1), date(2024, 9, 30))]
    evidence = calendar_year(2023) + [each for span in quarters for each in interim(*span)]
    with_report = FiscalCalendar.observed(evidence + TRANSITION)
    assert [(each.end, each.fiscal_year, each.quarter, each.is_transition) for each in with_report.quarters[4:]] == [
        (date(2024, 3, 31), 2024, 1, True), (date(2024, 6, 30), 2024, 2, True), (date(2024, 9, 30), 2025, 1, False),
    ]  # fmt: skip
    assert [each.year_start for each in with_report.quarters[4:]] == [date(2024, 1, 1), date(2024, 1, 1), date(2024, 7, 1)]
    # Its name is the company's own.
    names = YearLabels([YearOffset(date(2024, 6, 30), date(2024, 1, 1), -1)])
    named = FiscalCalendar.observed(evidence + TRANSITION, names)
    assert [each.fiscal_year for each in named.quarters[4:]] == [2023, 2023, 2024]
    # Without the report, or with one figure of it alone, the year goes on as before.
    for transition in ([], TRANSITION[:1]):
        going_on = FiscalCalendar.observed(evidence + transition).quarters[4:]
        assert [(each.end, each.fiscal_year, each.is_transition) for each in going_on] == [(date(2024, 3, 31), 2024, False)]
    # The annual report of a whole year on such a form is a year.
    whole = [Evidence(date(2024, 1, 1), date(2024, 12, 31), True, False, is_transition=True)] * 2
    assert [each.end for each in FiscalCalendar.observed(evidence + whole).years] == [date(2023, 12, 31), date(2024, 12, 31)]
    assert not any(each.is_transition for each in FiscalCalendar.observed(evidence + whole).quarters)


@pytest.mark.parametrize(
    ("filed_on", "is_annual", "end"),
    [
        (date(2024, 2, 20), True, date(2023, 12, 31)),
        (date(2023, 12, 31), True, date(2023, 12, 31)),
        (date(2023, 12, 30), True, date(2022, 12, 31)),
        (date(2024, 5, 2), False, date(2024, 3, 31)),
        (date(2024, 5, 2), True, date(2023, 12, 31)),
        (date(2020, 1, 1), False, None),
    ],
)
def test_a_reports_own_period(filed_on: date, is_annual: bool, end: date | None) -> None:
    spans = {
        (date(2023, 1, 1), date(2023, 12, 31)): 40,
        (date(2022, 1, 1), date(2022, 12, 31)): 2,
        (date(2024, 1, 1), date(2024, 3, 31)): 12,
        (date(2024, 4, 1), date(2024, 4, 30)): 5,  # a month: no period of a fiscal calendar
        (date(2023, 5, 1), date(2024, 4, 30)): 1,  # a single fact
        (date(2024, 1, 1), date(2024, 12, 31)): 3,  # an outlook
    }
    assert own_period_end(spans, filed_on, is_annual=is_annual) == end
