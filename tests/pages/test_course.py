"""The line of a few pixels through the values of a row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.pages.course import course


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ((1, 2, 3), "M0.0 18.0L36.0 9.0L72.0 0.0"),
        ((1, None, 3), "M0.0 18.0M72.0 0.0"),
        ((None, 5, 5), "M36.0 18.0L72.0 18.0"),
        ((-4, 0), "M0.0 18.0L72.0 0.0"),
    ],
)
def test_a_line_goes_through_what_is_known_and_breaks_where_it_is_not(values: tuple[int | None, ...], path: str) -> None:
    assert f'<path d="{path}"/>' in course([None if value is None else Decimal(value) for value in values])


def test_one_value_has_no_course() -> None:
    assert course([None, Decimal(1)]) == course([]) == ""
