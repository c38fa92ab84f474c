"""What companies call their fiscal years, by what their reports state."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.facts.test_periods import reports
from workbench.domain.facts.fiscal_years import StatedYear, YearLabels, YearOffset, fiscal_year_of, months_left, year_offsets
from workbench.domain.facts.periods import Evidence, FiscalCalendar

# Lowe's years end on the Friday nearest to 31 January, and its annual reports call them so.
LOWES = {
    date(2021, 1, 29): 2020, date(2022, 1, 28): 2021, date(2023, 2, 3): 2022, date(2024, 2, 2): 2023, date(2025, 1, 31): 2024,
}  # fmt: skip


def annual(end: date, fiscal_year: int, *, filed_on: date | None = None) -> StatedYear:
    return StatedYear(f"{end:%Y%m%d}-K", end, fiscal_year, 0, filed_on or end + timedelta(days=50))


def quarterly(end: date, fiscal_year: int, months: int) -> StatedYear:
    return StatedYear(f"{end:%Y%m%d}-Q", end, fiscal_year, months, end + timedelta(days=30))


def labels(*stated: StatedYear) -> YearLabels:
    return YearLabels(year_offsets(stated))


def test_a_year_bears_the_companys_own_name() -> None:
    lowes = labels(*(annual(end, year) for end, year in LOWES.items()))
    assert {end: lowes.of(end) for end in LOWES} == LOWES
    # Years without a report of their own are named as their neighbours, before and after.
    assert (lowes.of(date(2019, 2, 1)), lowes.of(date(2026, 1, 30))) == (2018, 2025)
    nvidia = labels(annual(date(2023, 1, 29), 2023), annual(date(2024, 1, 28), 2024))
    assert nvidia.of(date(2024, 1, 28)) == 2024
    assert labels().of(date(2024, 1, 28)) == fiscal_year_of(date(2024, 1, 28)) == 2024


@pytest.mark.parametrize("wrong", [2022, 2024, 2032, 1])
@pytest.mark.parametrize("place", range(len(LOWES)))
def test_one_wrong_label_names_no_year(wrong: int, place: int) -> None:
    stated = [annual(end, wrong if number == place else year) for number, (end, year) in enumerate(LOWES.items())]
    lowes = labels(*stated)
    assert {end: lowes.of(end) for end in LOWES} == LOWES


def test_a_company_may_come_to_count_otherwise() -> None:
    # Walmart's reports on the years to January 2010 to 2014 state the year before, later ones the year of the end.
    stated = [annual(date(year, 1, 31), year - (year < 2015)) for year in range(2010, 2018)]
    found = year_offsets(stated)
    assert [(offset.known_from, offset.years) for offset in found] == [(date(2010, 3, 22), -1), (date(2016, 3, 21), 0)]
    assert YearLabels(found).of(date(2013, 1, 31)) == 2013


def test_labels_that_disagree() -> None:
    ends = [date(year, 1, 31) for year in range(2016, 2021)]
    two = [annual(ends[0], 2015), annual(ends[1], 2017)]
    assert labels(*two).of(ends[1]) == 2017  # the newer one of two
    five = [annual(end, end.year - offset) for end, offset in zip(ends, (1, 1, 0, 1, 0), strict=True)]
    assert labels(*five).of(ends[-1]) == 2019  # most, since the newest two differ
    assert year_offsets([annual(ends[0], 2026)]) == []  # no company is ten years ahead


def test_of_two_reports_of_one_day_that_with_the_later_number_counts() -> None:
    end, day = date(2020, 2, 1), date(2020, 3, 27)
    both = [StatedYear("1-K", end, 2020, 0, day), StatedYear("2-K", end, 2019, 0, day)]
    assert year_offsets(both) == year_offsets(both[::-1]) == [YearOffset(end, day, -1)]


def test_a_year_end_is_one_within_three_weeks() -> None:
    names = YearLabels([YearOffset(end, date(2022, 5, 1), -1) for end in (date(2015, 6, 30), date(2022, 1, 31))])
    assert [names.of(end) for end in (date(2023, 1, 31), date(2023, 6, 30), date(2023, 3, 31))] == [2022, 2022, 2023]
    assert (names.of(date(2022, 1, 10)), names.of(date(2022, 1, 9))) == (2021, 2022)


def test_quarterly_reports_name_the_years_of_a_company_without_annual_ones() -> None:
    # The first year of a company after The Home Depot's pattern: its year to 2024-01-28 is fiscal 2023.
    first = [quarterly(date(2023, 4, 30), 2023, 9), quarterly(date(2023, 7, 30), 2023, 6)]
    assert labels(*first).of(date(2024, 1, 28)) == 2023
    # An annual report says it better.
    assert labels(*first, annual(date(2024, 1, 28), 2024)).of(date(2024, 1, 28)) == 2024


def test_a_mistaken_quarter_makes_no_year_end() -> None:
    # Under Armour's report on the three months to 2020-03-31 is stated as one on a third quarter.
    stated = [annual(date(2019, 12, 31), 2019), quarterly(date(2020, 3, 31), 2019, 3)]
    assert year_offsets(stated) == []
    # What else was filed on its day counts.
    day = stated[1].filed_on
    late = StatedYear("20200430-K", date(2020, 1, 31), 2019, 0, day)
    assert year_offsets([*stated, late]) == [YearOffset(date(2020, 1, 31), day, -1)]


def test_each_year_end_has_names_of_its_own() -> None:
    moved = labels(annual(date(2020, 2, 1), 2019), annual(date(2021, 1, 30), 2020), annual(date(2022, 12, 31), 2022))
    assert [moved.of(end) for end in (date(2021, 1, 30), date(2022, 12, 31), date(2023, 12, 31))] == [2020, 2022, 2023]


def test_codes_of_periods() -> None:
    assert [months_left(code, is_annual=False) for code in ("Q1", "Q2", "Q3", "H1", "T1", "T2", "M9")] == [9, 6, 3, 6, 8, 4, 3]
    # Disney's quarterly reports of fiscal 2022 are stated as FY.
    assert months_left("FY", is_annual=False) is None
    assert months_left("", is_annual=False) is None
    assert months_left("Q2", is_annual=True) == 0


def test_a_calendar_names_years_quarters_and_the_current_year() -> None:
    evidence: list[Evidence] = []
    start = date(2021, 1, 30)
    for weeks in ((13, 13, 13, 13), (13, 13, 13, 14), (13, 13, 13, 13)):
        evidence += reports(start, weeks)
        start += timedelta(weeks=sum(weeks))
    evidence += [Evidence(start, start + timedelta(weeks=13, days=-1), False, True)] * 3
    calendar = FiscalCalendar.observed(evidence, labels(*(annual(end, year) for end, year in LOWES.items())))
    assert [(year.end, year.fiscal_year) for year in calendar.years] == [
        (date(2022, 1, 28), 2021), (date(2023, 2, 3), 2022), (date(2024, 2, 2), 2023),
    ]  # fmt: skip
    assert [(each.fiscal_year, each.quarter) for each in calendar.quarters[-5:]] == [
        (2023, 1), (2023, 2), (2023, 3), (2023, 4), (2024, 1),
    ]  # fmt: skip


_LABELLED = st.lists(
    st.tuples(
        st.integers(2005, 2026),
        st.sampled_from([(1, 28), (1, 31), (6, 30), (12, 31)]),
        st.integers(-2, 2),
        st.sampled_from([0, 3, 6, 9]),
        st.integers(0, 500),
    ),
    max_size=12,
)


def _stated(drawn: list[tuple[int, tuple[int, int], int, int, int]]) -> list[StatedYear]:
    return [
        StatedYear(f"{number:03d}", date(year, *day), year + off, months, date(year, *day) + timedelta(days=late))
        for number, (year, day, off, months, late) in enumerate(drawn)
    ]


@given(_LABELLED, st.randoms(use_true_random=False), st.dates(date(2005, 1, 1), date(2027, 12, 31)))
def test_neither_order_nor_later_reports_change_what_was_known(
    drawn: list[tuple[int, tuple[int, int], int, int, int]], order: random.Random, day: date
) -> None:
    stated = _stated(drawn)
    found = year_offsets(stated)
    mixed = stated.copy()
    order.shuffle(mixed)
    assert year_offsets(mixed) == found
    assert year_offsets([each for each in stated if each.filed_on <= day]) == [
        each for each in found if each.known_from <= day
    ]


@given(_LABELLED, st.sampled_from([(1, 28), (6, 30), (12, 31)]))
def test_labels_go_up_by_one_a_year(drawn: list[tuple[int, tuple[int, int], int, int, int]], day: tuple[int, int]) -> None:
    names = labels(*_stated(drawn))
    assert all(names.of(date(later, *day)) == names.of(date(year, *day)) + 1 for year, later in pairwise(range(2004, 2030)))
