"""Changed values and how they are classified, whatever order filings come in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.facts.restatements import Change, Restatement, Words, find_restatements
from workbench.domain.facts.splits import Split

TAGS = (
    "Revenues",
    "NetIncomeLoss",
    "SalesRevenueNet",
    "WeightedAverageNumberOfDilutedSharesOutstanding",
    "EarningsPerShareBasic",
)
CONCEPTS = {number: f"us-gaap:{tag}" for number, tag in enumerate(TAGS, start=1)}
REVENUE, INCOME, SALES, DILUTED, EPS = CONCEPTS
WORDS = Words(CONCEPTS, {1: "USD", 2: "shares", 3: "USD/shares"}, {REVENUE: "Revenues"}, {"us-gaap:Revenues": ("revenue",)})
SPLIT = Split(Fraction(3), date(2024, 2, 20), "0000000007-24-000001")


def filed(year: int, **values: str) -> list[FiledVersion]:
    """What the annual report of a year says of 2022."""
    day, accession = date(year, 2, 20), f"0000000007-{year % 100}-000001"
    names = {"revenue": REVENUE, "income": INCOME, "sales": SALES, "diluted": DILUTED, "eps": EPS}
    units = {"diluted": 2, "eps": 3}
    return [
        (names[name], date(2022, 12, 31), date(2022, 1, 1), units.get(name, 1), Decimal(value), accession, "10-K", day)
        for name, value in values.items()
    ]


def found(*filings: list[FiledVersion]) -> list[Restatement]:
    return find_restatements([version for filing in filings for version in filing], WORDS, [SPLIT])


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"revenue": "100200", "income": "9000"}, {"revenue": "97100", "income": "7000"}, Change.RESTATEMENT),
        ({"revenue": "100200", "income": "9000"}, {"revenue": "97100", "income": "9000"}, Change.RECLASSIFICATION),
        ({"revenue": "100200", "sales": "97100"}, {"revenue": "97100", "sales": "100200"}, Change.RETAG),
        ({"revenue": "100200"}, {"revenue": "100200000"}, Change.SCALE_ERROR),
        ({"revenue": "4709200000"}, {"revenue": "4.7"}, Change.SCALE_ERROR),
        ({"revenue": "-100200"}, {"revenue": "100200"}, Change.SIGN),
        ({"revenue": "2420700000"}, {"revenue": "2420000000"}, Change.ROUNDING),
        ({"diluted": "250100000"}, {"diluted": "750300000"}, Change.SPLIT),
        ({"eps": "3.71"}, {"eps": "1.24"}, Change.SPLIT),
        ({"diluted": "250100000"}, {"diluted": "255300000"}, Change.RESTATEMENT),
    ],
)
def test_kinds(before: dict[str, str], after: dict[str, str], kind: Change) -> None:
    changes = found(filed(2023, **before), filed(2024, **after))
    concept = CONCEPTS[{"revenue": REVENUE, "diluted": DILUTED, "eps": EPS}[next(iter(before))]]
    (change,) = [change for change in changes if change.after.concept == concept]
    assert change.kind is kind
    assert (change.before.filed_on.year, change.after.filed_on.year) == (2023, 2024)
    assert change.evidence


def test_what_is_repeated_is_no_change() -> None:
    assert found(filed(2023, revenue="100"), filed(2024, revenue="100.00"), filed(2025, revenue="100")) == []


def test_each_change_is_told_with_its_size() -> None:
    first, second = found(filed(2023, revenue="200"), filed(2024, revenue="150"), filed(2025, revenue="210"))
    assert [first.before.value, first.after.value, first.difference, first.difference_pct] == [150, 210, 60, 40]
    assert [second.before.value, second.after.value, second.difference_pct] == [200, 150, -25]
    assert (first.label, first.lines) == ("Revenues", ("revenue",))


EVERYTHING = [
    *filed(2023, revenue="100200", income="9000", sales="88000", diluted="250100000", eps="3.71"),
    *filed(2024, revenue="97100", income="9000", sales="88000", diluted="750300000", eps="1.24"),
    *filed(2025, revenue="97000", income="8900", sales="-88000", diluted="750.3", eps="1.24"),
]


@given(st.permutations(EVERYTHING))
def test_the_order_of_loading_does_not_matter(versions: list[FiledVersion]) -> None:
    assert find_restatements(versions, WORDS, [SPLIT]) == find_restatements(EVERYTHING, WORDS, [SPLIT])
