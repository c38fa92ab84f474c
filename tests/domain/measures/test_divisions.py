"""Which rows of a breakdown add up to the whole, and when that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.divisions import Members, division

AXIS = "us-gaap:StatementBusinessSegmentsAxis"


def fact(value: str | int) -> SourceFact:
    start, end, filed_on = date(2023, 1, 1), date(2023, 12, 31), date(2024, 2, 20)
    return SourceFact("us-gaap:Revenues", "USD", start, end, Decimal(value), "0000000007-24-000001", "10-K", filed_on)


def members(names: str) -> list[Members]:
    return [((AXIS, name),) for name in names.split()]


def rows(**values: str | int) -> dict[Members, SourceFact]:
    return {((AXIS, name),): fact(value) for name, value in values.items()}


def parts(found: Iterable[Members] | None) -> str | None:
    """The names of the rows, in the order of the alphabet."""
    return None if found is None else " ".join(sorted(name for ((_, name),) in found))


def test_all_rows_that_add_up_are_the_division() -> None:
    # Apple's fiscal 2024 by place, in millions.
    places = rows(
        americas=167_045_000_000, europe=101_328_000_000, china=66_952_000_000, japan=25_052_000_000, rest=30_658_000_000
    )  # fmt: skip
    assert parts(division(places, {}, fact(391_035_000_000))) == "americas china europe japan rest"
    assert division(places, {}, fact(391_036_000_000)) is None
    assert division(places, {}, None) is None
    assert division(rows(only=5), {}, fact(5)) == frozenset(members("only"))


def test_of_a_group_and_its_parts_the_parts_stand_for_it() -> None:
    # The group of 60.1 million is its parts of 25.1 and 35.1; the whole is 100.
    found = division(rows(group=60_123_457, one=25_061_728, two=35_061_729, rest=39_876_543), {}, fact(100_000_000))
    assert parts(found) == "one rest two"


def test_reconciling_items_are_taken_where_they_are_needed_and_as_few_as_can_be() -> None:
    segments = rows(one=70_000_100, two=40_000_200)
    corporate = rows(eliminations=-10_000_300, none=0)
    assert parts(division(segments, corporate, fact(100_000_000))) == "eliminations one two"
    assert parts(division(segments, corporate, fact(110_000_300))) == "one two"
    assert division(segments, corporate, fact(100_000_001)) is None


def test_one_row_and_what_reconciles_it_are_no_division() -> None:
    assert division(rows(one=70_000_100, two=40_000_200), rows(other=29_999_900), fact(100_000_000)) is None
    assert parts(division(rows(one=70_000_100, two=29_999_900, three=5_000_000), {}, fact(100_000_000))) == "one two"


def test_two_ways_to_add_up_are_none() -> None:
    twice = rows(one=60_000_001, two=39_999_999, three=70_000_001, four=29_999_999)
    assert division(twice, {}, fact(100_000_000)) is None
    # Three rows go before two.
    more = rows(one=60_000_001, two=39_999_999, three=70_000_001, four=19_999_998, five=10_000_001)
    assert parts(division(more, {}, fact(100_000_000))) == "five four three"


@pytest.mark.parametrize(
    ("value", "is_known"),
    [
        # Three rows have eight sums: fifty times as many values are 400, in steps of the last digit.
        ("100", True),
        ("99", False),
    ],
)
def test_sums_that_could_be_the_whole_by_chance_prove_nothing(value: str, is_known: bool) -> None:
    # 100 + 101 + 199 may be 0 to 400; with 99 there are 399 steps.
    found = division(rows(one=value, two=101, three=199), {}, fact(int(value) + 101))
    assert parts(found) == ("one two" if is_known else None)


def test_steps_are_those_of_the_last_digit_that_is_not_zero() -> None:
    # In millions there are 400 steps, too; one figure to the thousand makes them many more.
    assert parts(division(rows(one=100_000_000, two=101_000_000, three=199_000_000), {}, fact(201_000_000))) == "one two"
    assert division(rows(one=99_000_000, two=101_000_000, three=199_000_000), {}, fact(200_000_000)) is None
    assert parts(division(rows(one=99_000_000, two=101_001_000, three=199_000_000), {}, fact(200_001_000))) == "one two"
    assert parts(division(rows(one="-100", two=301, three=-199), {}, fact(201))) == "one two"


@pytest.mark.parametrize(("number", "is_known"), [(14, True), (15, False)])
def test_no_more_than_fourteen_rows_are_tried(number: int, is_known: bool) -> None:
    # Powers of two by a large factor: each sum is of one set only.
    values = {f"row{place:02d}": 2**place * 1_000_001 for place in range(number)}
    found = division(rows(**values), {}, fact(3 * 1_000_001))
    assert parts(found) == ("row00 row01" if is_known else None)
