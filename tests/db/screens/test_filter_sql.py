"""Filters as SQL: every operator has its text, and values are bound."""

from __future__ import annotations

from decimal import Decimal

import pytest

from db.screens.filter_sql import COMPARISONS, Bindings, conditions_sql
from workbench.domain.measures.screens import OPERATORS, parse_filter, parse_filters


def test_every_operator_can_be_asked() -> None:
    assert set(COMPARISONS) == set(OPERATORS)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("revenue between 123 and 456 CHF", [Decimal(123), Decimal(456), "CHF", "revenue"]),
        ("sic in 3570-3579,7372", [3570, 3579, 7372, 7372]),
        ("ticker in KO", [["KO"]]),
    ],
)
def test_values_are_bound_and_never_part_of_the_sql(text: str, bound: list[object]) -> None:
    values = Bindings()
    sql = conditions_sql([parse_filter(text)], values)
    assert not {"123", "456", "CHF", "3570", "3579", "7372", "KO"} & set(sql.replace("(", " ").replace(")", " ").split())
    assert sorted(map(str, values.values.values())) == sorted(map(str, bound))


def test_alternatives_stand_apart_from_what_is_joined_by_and() -> None:
    values = Bindings()
    sql = conditions_sql(parse_filters(["sic in 1-2,3-4", "ticker in KO"]), values)
    first, second = sql.split(" and (exists")
    assert first.startswith("(coalesce")
    assert first.endswith(")")
    assert " or " in first
    assert " or " not in second
    assert conditions_sql([], values) == "true"
