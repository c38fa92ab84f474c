"""The same figure with different digits, against a small change: figures of several companies, by hand from their filings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.facts.restatements import Change, Decimals, Words, find_restatements
from workbench.domain.facts.rounding import FilingPlaces, Stated, is_percent_or_cents, is_rounding, last_digit

CONCEPTS = {number: f"us-gaap:Concept{number}" for number in range(1, 40)}
UNITS = {1: "USD", 2: "shares", 3: "USD/shares", 4: "pure", 5: "Store"}
WORDS = Words(CONCEPTS, UNITS, {}, {})
START, END = date(2022, 1, 1), date(2022, 12, 31)
OLD, NEW = "0000000007-23-000001", "0000000007-24-000001"


def filed(accession: str, values: list[str], unit: int, *, first_concept: int = 1) -> list[FiledVersion]:
    """A filing's values of the year, a concept each."""
    day = date(2000 + int(accession[11:13]), 2, 20)
    return [
        (first_concept + place, END, START, unit, Decimal(value), accession, "10-K", day) for place, value in enumerate(values)
    ]


def kind_of(before: str, after: str, unit: str, *, others: tuple[str, ...] = (), decimals: Decimals | None = None) -> Change:
    """The kind of one change; `others` are values of further concepts that both filings give alike."""
    number = next(key for key, name in UNITS.items() if name == unit)
    versions = [*filed(OLD, [before], number), *filed(NEW, [after], number)]
    for accession in (OLD, NEW):
        versions += filed(accession, list(others), number, first_concept=20)
    (change,) = find_restatements(versions, WORDS, [], decimals or {})
    return change.kind


# A filing in millions.
IN_MILLIONS = ("143756000000", "42097000000", "3841000000", "29943000000", "1019000000", "352583000000")
RATES = ("0.244", "0.318", "0.021", "0.016")
AMOUNTS_A_SHARE = ("6.13", "6.08", "0.97", "1.53")


@pytest.mark.parametrize(
    ("before", "after", "unit", "others"),
    [
        # Apple: long-term debt of fiscal 2025 in the annual report, then "$90.7 billion" in a sentence of a 10-Q.
        ("90678000000", "90700000000", "USD", IN_MILLIONS),
        ("96700000000", "96662000000", "USD", IN_MILLIONS),
        ("13505000000", "13500000000", "USD", IN_MILLIONS),
        # Disney: unrecognised tax benefits, "$0.2 billion" and "$3.0 billion".
        ("181000000", "200000000", "USD", IN_MILLIONS),
        ("2952000000", "3000000000", "USD", IN_MILLIONS),
        # Cut off and not rounded.
        ("90678000000", "90600000000", "USD", IN_MILLIONS),
        # Half to even and half up of 1.25.
        ("1250000000", "1200000000", "USD", IN_MILLIONS),
        ("1250000000", "1300000000", "USD", IN_MILLIONS),
        # Apple's tax rates of fiscal 2010 and a rate of four digits.
        ("0.24", "0.244", "pure", ("0.35", "0.32", "0.02")),
        ("1.2015", "1.202", "pure", RATES),
        # NIKE's dividends of fiscal 2013: 81 cents, and to a tenth of a cent.
        ("0.81", "0.813", "USD/shares", AMOUNTS_A_SHARE),
        ("915970050", "915970000", "shares", ("915970050", "924712000", "14713000")),
        # A filing that is rounder as a whole.
        ("955245000", "955300000", "USD", ()),
        ("62737", "62700", "Store", ("104", "62737")),
    ],
)  # fmt: skip
def test_rounding(before: str, after: str, unit: str, others: tuple[str, ...]) -> None:
    if unit == "Store":
        decimals = {version[:6]: -2 for version in filed(NEW, [after], 5)}
        assert kind_of(before, after, unit, others=others, decimals=decimals) is Change.ROUNDING
    else:
        assert kind_of(before, after, unit, others=others) is Change.ROUNDING


@pytest.mark.parametrize(
    ("before", "after", "unit", "others"),
    [
        ("12", "10", "Store", ()),
        ("114", "110", "Store", ()),
        ("1000", "950", "USD", ()),
        ("1000000000", "950000000", "USD", ()),
        # A last digit that happens to be zero: NIKE's net income of a quarter, 780 and 779 million.
        ("780000000", "779000000", "USD", IN_MILLIONS),
        ("1234000000", "1230000000", "USD", IN_MILLIONS),
        # More than half of the last digit, and no cutting off: Walmart's cost of sales went from 74,618 to 74,700.
        ("74618000000", "74700000000", "USD", IN_MILLIONS),
        ("149000000", "100000000", "USD", IN_MILLIONS),
        ("1375000000", "1300000000", "USD", IN_MILLIONS),
        # Earnings of $2.50 a share are exact to the cent, and 40 % to the percent.
        ("2.5", "2.46", "USD/shares", AMOUNTS_A_SHARE),
        ("6.01", "6", "USD/shares", AMOUNTS_A_SHARE),
        ("0.4", "0.36", "pure", ("0.35", "0.32", "0.02")),
        ("0.012", "0.01", "pure", RATES),
        ("97100", "0", "USD", ()),
    ],
)  # fmt: skip
def test_small_changes_that_are_no_rounding(before: str, after: str, unit: str, others: tuple[str, ...]) -> None:
    assert kind_of(before, after, unit, others=others) is Change.RESTATEMENT


def test_zeros_of_a_table_are_digits() -> None:
    """Walmart's net income of fiscal 2009 was 13,400 million, and 13,381 under the next year's accounting."""
    year_before = date(2021, 1, 1), date(2021, 12, 31)
    versions = [*filed(OLD, ["13400000000"], 1), *filed(NEW, ["13381000000"], 1)]
    for accession in (OLD, NEW):
        versions += filed(accession, list(IN_MILLIONS), 1, first_concept=20)
        (row,) = filed(accession, ["12731000000"], 1)
        versions.append((row[0], year_before[1], year_before[0], *row[3:]))
    (change,) = find_restatements(versions, WORDS, [])
    assert change.kind is Change.RESTATEMENT


@pytest.mark.parametrize(
    ("totals", "kind"), [(frozenset({"us-gaap:Concept1"}), Change.RESTATEMENT), (frozenset(), Change.ROUNDING)]
)
def test_zeros_of_a_total_are_digits(totals: frozenset[str], kind: Change) -> None:
    """Of a filing with one period: a total stands in a table, another amount may come from a sentence ("$1.0 billion")."""
    versions = [*filed(OLD, ["1000000000"], 1), *filed(NEW, ["960000000"], 1)]
    for accession in (OLD, NEW):
        versions += filed(accession, list(IN_MILLIONS), 1, first_concept=20)
    (change,) = find_restatements(versions, Words(CONCEPTS, UNITS, {}, {}, totals), [])
    assert change.kind is kind


def test_an_amount_that_moved_elsewhere_is_not_cut_off() -> None:
    """Apple's deferred taxes of fiscal 2021 went up by 53 million on both sides of the note."""
    before, after = ["7200000000", "25176000000", "20273000000"], ["7253000000", "25229000000", "20326000000"]
    others = list(IN_MILLIONS)
    versions = [*filed(OLD, before, 1), *filed(NEW, after, 1)]
    for accession in (OLD, NEW):
        versions += filed(accession, others, 1, first_concept=20)
    assert [change.kind for change in find_restatements(versions, WORDS, [])] == [Change.RESTATEMENT] * 3
    alone = [*filed(OLD, before[:1], 1), *filed(NEW, after[:1], 1)]
    for accession in (OLD, NEW):
        alone += filed(accession, others, 1, first_concept=20)
    assert [change.kind for change in find_restatements(alone, WORDS, [])] == [Change.ROUNDING]


@pytest.mark.parametrize(
    ("decimals", "kind"),
    [
        (-8, Change.ROUNDING),  # "$7.7 billion"
        (-6, Change.RESTATEMENT),  # 7,700 in a table of millions
        (None, Change.RESTATEMENT),  # exact
    ],
)
def test_stated_precision_decides(decimals: int | None, kind: Change) -> None:
    before, after = "7724000000", "7700000000"
    stated = {
        **{version[:6]: -6 for version in filed(OLD, [before], 1)},
        **{version[:6]: decimals for version in filed(NEW, [after], 1)},
    }
    assert kind_of(before, after, "USD", others=IN_MILLIONS, decimals=stated) is kind


def test_last_digits() -> None:
    given = ["0", "0.00", "8", "4860", "27000000", "0.085"]
    assert [last_digit(Decimal(value), is_percent_or_cents=False) for value in given] == [0, 0, 0, 1, 6, -3]
    assert [last_digit(Decimal(value), is_percent_or_cents=True) for value in given] == [-2, -2, -2, -2, -2, -3]
    assert [is_percent_or_cents(unit) for unit in ("pure", "EUR/shares", "EUR", "shares")] == [True, True, False, False]


def test_places_of_a_filing() -> None:
    """The usual place is one that a quarter of the values reach; a concept has the finest place of its values."""
    (dear, cheap), (rate, other_rate) = filed(OLD, ["3100000", "2900000000"], 1), filed(OLD, ["0.4", "0.355"], 4)
    twice = [(1, *dear[1:]), (1, *cheap[1:])]
    (none,) = filed(OLD, ["0"], 2)
    places = FilingPlaces([*twice, rate, other_rate, none], UNITS)
    assert places.stated(twice[1], None) == Stated(Decimal(2900000000), None, 5, 5, False)
    assert places.stated(rate, -2) == Stated(Decimal("0.4"), -2, -3, -2, True)
    assert places.stated(none, None) == Stated(Decimal(0), None, 0, 0, False)


def of_filing(value: str, place: int, decimals: int | None = None) -> Stated:
    """A value of a table that is exact to the place."""
    return Stated(Decimal(value), decimals, place, place, False)


@pytest.mark.parametrize(
    ("coarse", "fine", "expected"),
    [
        # In millions, and in thousands the year before: up to two millions apart, so that columns add up.
        (of_filing("61000000", 6), of_filing("59001000", 3), True),
        (of_filing("60000000", 6), of_filing("58000000", 3), False),
        # Below fifty millions a million is too much of the value; up to three quarters of the last digit then.
        (of_filing("50000000", 6), of_filing("48501000", 3), True),
        (of_filing("49000000", 6), of_filing("47501000", 3), False),
        (of_filing("9000000", 6), of_filing("8251000", 3), True),
        (of_filing("9000000", 6), of_filing("8250000", 3), False),
        (of_filing("9000000", 6), of_filing("8001000", 3), False),
        (of_filing("900000", 5), of_filing("826000", 3), True),
        # Two filings in millions, one of which is exact to the dollar here: to the nearest or cut off only.
        (of_filing("74619000000", 6), of_filing("74618000500", 6), False),
        (of_filing("74618000000", 6), of_filing("74618999500", 6), True),
        # Nobody rounds to tens.
        (of_filing("1230", 1), of_filing("1234", 0), False),
        # Small counts are exact, also where other values of the unit have decimals.
        (of_filing("500", 0), of_filing("501", -1), False),
        (of_filing("500", 0), of_filing("500.4", -1), True),
        (of_filing("1000", 0), of_filing("999", -1), True),
        # Whole amounts: within a half, and a tenth of the value.
        (of_filing("5", 0), of_filing("4.5", -1), True),
        (of_filing("4", 0), of_filing("3.5", -1), False),
        # Decimals that the filing states.
        (of_filing("90600000000", 8, -8), of_filing("90699000000", 6, -6), True),
        (of_filing("90600000000", 8, -8), of_filing("90700000000", 6, -6), False),
        (of_filing("-300", 2, -3), of_filing("300", 2, -2), False),
    ],
)  # fmt: skip
def test_how_far_apart_a_rounded_value_may_lie(coarse: Stated, fine: Stated, expected: bool) -> None:
    assert is_rounding(coarse, fine) is expected
    assert is_rounding(fine, coarse) is expected
