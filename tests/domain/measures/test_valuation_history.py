"""The days of a history."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.valuation_history import Every, days_of_history


@pytest.mark.parametrize(
    ("until", "days"),
    [
        (date(2024, 3, 15), [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]),
        (date(2024, 2, 29), [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]),
        (date.max, [date(9999, 10, 31), date(9999, 11, 30), date.max]),
        (date(1, 2, 5), [date(1, 1, 31)]),
        (date(1, 1, 5), []),
    ],
)
def test_months_end_by_the_day_and_within_the_calendar(until: date, days: list[date]) -> None:
    assert days_of_history(Every.MONTH, (), until, 3) == days


def test_quarters_end_by_the_day_each_once() -> None:
    ends = [date(2024, 6, 30), date(2023, 12, 31), date(2024, 3, 31), date(2023, 12, 31)]
    assert days_of_history(Every.QUARTER, ends, date(2024, 3, 31), 5) == [date(2023, 12, 31), date(2024, 3, 31)]
    assert days_of_history(Every.QUARTER, ends, date(2024, 3, 31), 1) == [date(2024, 3, 31)]


@pytest.mark.parametrize("every", list(Every))
@pytest.mark.parametrize("limit", [0, -1])
def test_a_history_without_a_point_is_refused(every: Every, limit: int) -> None:
    with pytest.raises(InvalidRequest, match=f"at least one point, not {limit}"):
        days_of_history(every, [date(2024, 3, 31)], date(2024, 6, 30), limit)
