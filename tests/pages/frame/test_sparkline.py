"""The line of a few pixels through the values of a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.pages.frame.sparkline import sparkline, with_gaps


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ((1, 2, 3), "M0.0 18.0L36.0 9.0L72.0 0.0"),
        ((1, None, 3), "M0.0 18.0h0M72.0 0.0h0"),
        ((1, 3, None, 3, 1), "M0.0 18.0L18.0 0.0M54.0 0.0L72.0 18.0"),
        ((None, 5, 5), "M36.0 18.0L72.0 18.0"),
        ((-4, 0), "M0.0 18.0L72.0 0.0"),
    ],
)
def test_a_line_goes_through_what_is_known_and_breaks_where_it_is_not(values: tuple[int | None, ...], path: str) -> None:
    assert f'<path d="{path}"/>' in sparkline([None if value is None else Decimal(value) for value in values])


def test_one_value_has_no_sparkline() -> None:
    assert sparkline([None, Decimal(1)]) == sparkline([]) == ""


def test_a_year_that_is_missing_is_a_gap_and_years_of_53_weeks_are_none() -> None:
    one, two, five = Decimal(1), Decimal(2), Decimal(5)
    assert with_gaps({date(2020, 6, 27): one, date(2021, 7, 3): two, date(2024, 6, 29): five}) == [one, two, None, None, five]
    assert with_gaps({date(2022, 12, 31): one, date(2023, 12, 31): None}) == [one, None]
    assert with_gaps({}) == []
