"""Fiscal calendars: lengths, labels, quarters, changed year ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.fiscal_years import fiscal_year_of
from workbench.domain.facts.periods import Evidence, FiscalCalendar, FiscalPeriod, Length, days_of, length_of

DAY = timedelta(days=1)


def is_chain(periods: Sequence[FiscalPeriod]) -> bool:
    return all(later.start - earlier.end == DAY for earlier, later in pairwise(periods))


def reports(start: date, quarter_weeks: tuple[int, ...], *, anchors: int = 3) -> list[Evidence]:
    """What a company files for one fiscal year: three quarterly reports with year-to-dates, and the annual one."""
    found: list[Evidence] = []
    begin = start
    for number, weeks in enumerate(quarter_weeks, start=1):
        end = begin + timedelta(weeks=weeks) - DAY
        if number == len(quarter_weeks):
            found += [Evidence(start, end, True, False)] * anchors
        else:
            found += [Evidence(begin, end, False, True)] * anchors
            found += [Evidence(start, end, False, True)] * anchors
        begin = end + DAY
    return found


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        (date(2023, 10, 1), date(2023, 12, 30), Length.QUARTER),  # Apple: 13 weeks
        (date(2022, 8, 29), date(2022, 11, 20), Length.QUARTER),  # Costco: 12 weeks
        (date(2023, 5, 8), date(2023, 9, 3), Length.QUARTER),  # Costco's last in a 53-week year: 17 weeks
        (date(2022, 8, 29), date(2023, 2, 12), Length.HALF),  # Costco: 24 weeks
        (date(2022, 8, 29), date(2023, 5, 7), Length.NINE_MONTHS),  # Costco: 36 weeks
        (date(2023, 6, 1), date(2024, 2, 29), Length.NINE_MONTHS),  # Nike, leap year
        (date(2022, 8, 29), date(2023, 9, 3), Length.YEAR),  # 53 weeks
        (date(2024, 2, 1), date(2025, 1, 31), Length.YEAR),
        (date(2024, 1, 1), date(2024, 1, 31), Length.OTHER),
        (date(2022, 1, 1), date(2023, 12, 31), Length.OTHER),
    ],
)
def test_lengths(start: date, end: date, length: Length) -> None:
    assert length_of(start, end) is length


@pytest.mark.parametrize(
    ("end", "year"),
    [
        (date(2024, 9, 28), 2024),  # Apple
        (date(2025, 1, 26), 2025),  # Nvidia
        (date(2025, 1, 31), 2025),  # Walmart
        (date(2024, 5, 31), 2024),  # Nike
        (date(2024, 9, 1), 2024),  # Costco
        (date(2021, 1, 2), 2020),  # a 52/53-week year that ends nearest to 31 December
        (date(2023, 12, 30), 2023),
    ],
)
def test_labels(end: date, year: int) -> None:
    assert fiscal_year_of(end) == year


weeks = st.sampled_from([(13, 13, 13, 13), (13, 13, 13, 14), (12, 12, 12, 16), (12, 12, 12, 17), (14, 13, 13, 13)])


@given(start=st.dates(date(2005, 1, 1), date(2020, 12, 31)), years=st.lists(weeks, min_size=1, max_size=6), seed=st.integers())
def test_any_sequence_of_52_and_53_week_years_is_read_back(start: date, years: list[tuple[int, ...]], seed: int) -> None:
    evidence: list[Evidence] = []
    expected = []
    begin = start
    for quarter_weeks in years:
        evidence += reports(begin, quarter_weeks)
        for number, length in enumerate(quarter_weeks, start=1):
            end = begin + timedelta(weeks=length) - DAY
            expected.append((begin, end, number))
            begin = end + DAY
    random.Random(seed).shuffle(evidence)
    calendar = FiscalCalendar.observed(evidence)
    assert [(quarter.start, quarter.end, quarter.quarter) for quarter in calendar.quarters] == expected
    assert len(calendar.years) == len(years)
    assert is_chain(calendar.years)
    assert is_chain(calendar.quarters)
    labels = [year.fiscal_year for year in calendar.years]
    assert len(set(labels)) == len(labels)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 800))
def test_every_period_has_one_length(start: date, days: int) -> None:
    end = start + timedelta(days=days - 1)
    assert days_of(start, end) == days
    assert length_of(start, end) in set(Length)


def test_a_running_year_has_the_quarters_reported_so_far() -> None:
    evidence = reports(date(2023, 1, 1), (13, 13, 13, 13)) + reports(date(2023, 12, 31), (13, 13))[:6]
    quarters = FiscalCalendar.observed(evidence).quarters
    assert [(quarter.fiscal_year, quarter.quarter) for quarter in quarters[-2:]] == [(2023, 4), (2024, 1)]


def test_a_year_to_date_of_another_kind_is_no_fiscal_year() -> None:
    # The twelve months to a quarter's end, as an acquisition's pro forma shows them, overlap the fiscal year.
    twelve_months = [Evidence(date(2022, 7, 1), date(2023, 6, 30), True, False)] * 2
    calendar = FiscalCalendar.observed(reports(date(2023, 1, 1), (13, 13, 13, 13)) + twelve_months)
    assert [(year.start, year.end) for year in calendar.years] == [(date(2023, 1, 1), date(2023, 12, 30))]


def test_one_stray_fact_is_no_period() -> None:
    assert FiscalCalendar.observed([Evidence(date(2022, 1, 1), date(2022, 12, 31), True, False)]).years == ()


def calendar_year(year: int) -> list[Evidence]:
    ends = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30)]
    starts = [date(year, 1, 1), date(year, 4, 1), date(year, 7, 1)]
    interim = [(start, end) for start, end in zip(starts, ends, strict=True)] + [(starts[0], end) for end in ends[1:]]
    found = [Evidence(start, end, False, True) for start, end in interim for _ in range(3)]
    return found + [Evidence(date(year, 1, 1), date(year, 12, 31), True, False)] * 3


def _april_year(year: int) -> list[Evidence]:
    spans = [
        (date(year, 4, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 9, 30)), (date(year, 10, 1), date(year, 12, 31)),
        (date(year, 4, 1), date(year, 9, 30)), (date(year, 4, 1), date(year, 12, 31)),
    ]  # fmt: skip
    return [Evidence(start, end, False, True) for start, end in spans for _ in range(3)]


def test_a_changed_year_end_leaves_a_transition_period() -> None:
    # Under Armour: December to 2021, a transition quarter to March 2022, March since.
    transition = [Evidence(date(2022, 1, 1), date(2022, 3, 31), False, True)] * 3
    running = calendar_year(2021) + transition + _april_year(2022)
    over = [*running, *[Evidence(date(2022, 4, 1), date(2023, 3, 31), True, False)] * 3]
    for evidence in (running, over):
        quarters = FiscalCalendar.observed(evidence).quarters
        assert is_chain(quarters)
        labels = [(quarter.fiscal_year, quarter.quarter, quarter.is_transition) for quarter in quarters[3:7]]
        assert labels == [(2021, 4, False), (2022, 1, True), (2023, 1, False), (2023, 2, False)]
    assert [year.fiscal_year for year in FiscalCalendar.observed(over).years] == [2021, 2023]
    assert FiscalCalendar.observed(over).quarters[-1].end == date(2023, 3, 31)


def test_a_company_without_an_annual_report_has_quarters_all_the_same() -> None:
    # The first report after a listing in summer: three and six months, with those of the year before.
    half = [
        Evidence(start, date(year, 6, 30), False, True)
        for year in (2022, 2023)
        for start in (date(year, 1, 1), date(year, 4, 1))
        for _ in range(3)
    ]
    calendar = FiscalCalendar.observed(half)
    assert calendar.years == ()
    assert [(q.start, q.end, q.fiscal_year, q.quarter) for q in calendar.quarters] == [
        (date(2022, 4, 1), date(2022, 6, 30), 2022, 2),
        (date(2023, 4, 1), date(2023, 6, 30), 2023, 2),
    ]


def test_a_first_report_of_three_months_is_of_a_first_quarter() -> None:
    # A first quarter that begins in May; the fiscal year is the one it will end in.
    calendar = FiscalCalendar.observed([Evidence(date(2023, 5, 1), date(2023, 7, 31), False, True)] * 3)
    assert [(q.start, q.end, q.fiscal_year, q.quarter) for q in calendar.quarters] == [
        (date(2023, 5, 1), date(2023, 7, 31), 2024, 1)
    ]
    # The nine months of the third report tell the first two apart, where they were reported.
    later = [Evidence(date(2023, 5, 1), date(2024, 1, 31), False, True)] * 3
    later += [Evidence(date(2023, 11, 1), date(2024, 1, 31), False, True)] * 3
    first = [Evidence(date(2023, 5, 1), date(2023, 7, 31), False, True)] * 3
    quarters = FiscalCalendar.observed(first + later).quarters
    assert [(q.end, q.quarter) for q in quarters] == [(date(2023, 7, 31), 1), (date(2024, 1, 31), 3)]
