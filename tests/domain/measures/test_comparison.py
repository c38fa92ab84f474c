"""Where fiscal periods stand on the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.measures.comparison import CalendarPeriod, calendar_period, calendar_quarter
from workbench.domain.statements.statement import StatementPeriod


@pytest.mark.parametrize(
    ("year_start", "labels"),
    [
        (date(2023, 10, 1), ["2023 Q4", "2024 Q1", "2024 Q2", "2024 Q3"]),  # Apple, to September 2024
        (date(2024, 1, 29), ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]),  # NVIDIA, to January 2025
        (date(2024, 2, 1), ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]),  # Walmart, to January 2025
        (date(2023, 6, 1), ["2023 Q3", "2023 Q4", "2024 Q1", "2024 Q2"]),  # Nike, to May 2024
        (date(2023, 9, 4), ["2023 Q4", "2024 Q1", "2024 Q2", "2024 Q3"]),  # Costco, 12, 12, 12 and 16 weeks
        (date(2024, 1, 1), ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]),
        (date(2025, 12, 29), ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4"]),  # a 52/53-week year
    ],
)
def test_the_quarters_of_a_fiscal_year_follow_one_another(year_start: date, labels: list[str]) -> None:
    assert [calendar_quarter(year_start, number).label for number in (1, 2, 3, 4)] == labels


@pytest.mark.parametrize(
    ("year_start", "end", "year"),
    [
        (date(2023, 10, 1), date(2024, 9, 28), 2024),
        (date(2024, 2, 1), date(2025, 1, 31), 2024),
        (date(2023, 7, 1), date(2024, 6, 30), 2024),
        (date(2023, 6, 1), date(2024, 5, 31), 2024),
        (date(2023, 4, 1), date(2024, 3, 31), 2023),
    ],
)
def test_a_fiscal_year_stands_where_most_of_its_quarters_do(year_start: date, end: date, year: int) -> None:
    assert calendar_period(StatementPeriod(year_start, end, end.year, None, year_start=year_start)) == CalendarPeriod(year)


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.sampled_from([364, 365, 366, 371]))
def test_the_next_year_goes_on_where_one_ends_or_its_year_end_drifted(year_start: date, days: int) -> None:
    def number(place: CalendarPeriod) -> int:
        return place.year * 4 + (place.quarter or 0)

    following = calendar_quarter(year_start + timedelta(days=days), 1)
    assert number(following) - number(calendar_quarter(year_start, 4)) in (0, 1, 2)
    assert number(calendar_quarter(year_start, 4)) - number(calendar_quarter(year_start, 1)) == 3
