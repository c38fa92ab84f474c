"""What a change of a filed value is called and why: each kind from both sides of its bounds, its proof and its order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.facts.restatements import Change, Restatement, Words, find_restatements
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import Split

TAGS = {
    "revenue": "Revenues", "sales": "SalesRevenueNet", "other": "OtherSalesRevenueNet", "income": "NetIncomeLoss",
    "all_income": "ProfitLoss", "inventory": "InventoryNet", "assets": "Assets", "equity": "StockholdersEquity",
    "diluted": "WeightedAverageNumberOfDilutedSharesOutstanding", "eps": "EarningsPerShareBasic",
    "both_sides": "LiabilitiesAndStockholdersEquity", "dividends": "CommonStockDividendsPerShareDeclared",
}  # fmt: skip
IDS = {name: number for number, name in enumerate(TAGS, start=1)}
CONCEPTS = {IDS[name]: f"us-gaap:{tag}" for name, tag in TAGS.items()}
UNITS = {1: "USD", 2: "shares", 3: "USD/shares"}
WORDS = Words(
    CONCEPTS,
    UNITS,
    {IDS["revenue"]: "Total net revenue"},
    {"us-gaap:Revenues": ("revenue",), "us-gaap:Assets": ("total_assets",)},
)
START, END = date(2022, 1, 1), date(2022, 12, 31)
ON_A_DAY = ("inventory", "assets", "equity", "both_sides")


def day(year: int) -> date:
    return date(year, 2, 20)


def filed(
    year: int, *, accession: str | None = None, start: date = START, end: date = END, **values: str
) -> list[FiledVersion]:
    """What the annual report filed in February of a year gives for a period, 2022 without another."""
    accession = accession or f"0000000007-{year % 100}-000001"
    return [
        (
            IDS[name], end, None if name in ON_A_DAY else start, {"diluted": 2, "eps": 3, "dividends": 3}.get(name, 1),
            Decimal(value), accession, "10-K", day(year),
        )
        for name, value in values.items()
    ]  # fmt: skip


def found(*filings: list[FiledVersion], splits: tuple[Split, ...] = ()) -> list[Restatement]:
    return find_restatements([version for filing in filings for version in filing], WORDS, splits)


def of(name: str, before: dict[str, str], after: dict[str, str], *splits: Split) -> tuple[Change, str]:
    """Kind and evidence of the one change of a figure between the reports of 2023 and 2024."""
    changes = found(filed(2023, **before), filed(2024, **after), splits=splits)
    (change,) = (each for each in changes if each.after.concept == CONCEPTS[IDS[name]])
    return change.kind, change.evidence


def revenue(before: str, after: str) -> tuple[Change, str]:
    return of("revenue", {"revenue": before}, {"revenue": after})


SIGN = (Change.SIGN, "the same amount with the other sign")
RESTATED = (Change.RESTATEMENT, "the newer filing gives no total to compare")


@pytest.mark.parametrize(
    ("before", "after", "factor"),
    [
        ("100201", "10020100", "100"),
        ("100201", "100201000", "1,000"),
        ("100201000000", "100201", "1,000,000"),
        ("-100201", "-100201000000000", "1,000,000,000"),
        ("4709200000", "4.7", "1,000,000,000"),
        ("4709", "4709200000", "1,000,000"),
        ("100", "102000", "1,000"),  # two per cent of a value with one digit
        ("100", "98000", "1,000"),
        ("0.0123", "1.23", "100"),  # cents for dollars
    ],
)
def test_a_wrong_scale_is_named_by_its_factor(before: str, after: str, factor: str) -> None:
    assert revenue(before, after) == (Change.SCALE_ERROR, f"different by a factor of {factor}")
    assert revenue(after, before) == (Change.SCALE_ERROR, f"different by a factor of {factor}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("100201", "1002010"),  # ten and ten thousand are no scale of filings
        ("100201", "1002010000"),
        ("4709", "4710500"),  # more apart than the last digit of 4,709
        ("100", "102100"),
        ("100201", "-97100"),
        ("-100201", "97100000"),
        ("0", "100201"),
        ("100201", "0"),
    ],
)
def test_what_is_no_scale_sign_or_rounding_is_a_restatement(before: str, after: str) -> None:
    assert revenue(before, after) == RESTATED


def test_the_other_sign_of_an_amount_also_where_it_was_rounded() -> None:
    assert revenue("-100201", "100201") == SIGN
    assert revenue("2420700000", "-2420000000") == SIGN
    assert revenue("2420700000", "-2431234567") == RESTATED


def test_an_amount_that_moved_to_another_concept_names_it() -> None:
    before, after = {"revenue": "100201", "sales": "97100"}, {"revenue": "97100", "sales": "100201"}
    assert of("revenue", before, after) == (Change.RETAG, "the old value is now under us-gaap:SalesRevenueNet")
    both = {"revenue": "97100", "sales": "100201", "other": "100201"}
    assert of("revenue", before, both) == (Change.RETAG, "the old value is now under us-gaap:OtherSalesRevenueNet")
    # The other concept had that value all along.
    assert of("revenue", {"revenue": "100201", "sales": "100201"}, {"revenue": "97100", "sales": "100201"}) == RESTATED
    # Many concepts are zero.
    assert of("revenue", {"revenue": "0"}, {"revenue": "97100", "sales": "0"}) == RESTATED
    # The value is another filing's, or another year's.
    later = [*filed(2024, revenue="97100"), *filed(2025, sales="100201")]
    assert [(each.kind, each.evidence) for each in found(filed(2023, revenue="100201"), later)] == [RESTATED]
    earlier = filed(2024, start=date(2021, 1, 1), end=date(2021, 12, 31), sales="100201")
    assert [each.kind for each in found(filed(2023, revenue="100201"), filed(2024, revenue="97100"), earlier)] == [
        Change.RESTATEMENT
    ]


@pytest.mark.parametrize(
    ("name", "total"), [("revenue", "income"), ("revenue", "all_income"), ("inventory", "assets"), ("inventory", "both_sides")]
)
def test_the_statements_total_tells_a_move_within_it_from_a_restatement(name: str, total: str) -> None:
    concept = f"us-gaap:{TAGS[total]}"
    unchanged = (Change.RECLASSIFICATION, f"{concept} for the period is unchanged")
    changed = (Change.RESTATEMENT, f"{concept} for the period changed too")
    assert of(name, {name: "100201", total: "9100"}, {name: "97100", total: "9100"}) == unchanged
    assert of(name, {name: "100201", total: "9100"}, {name: "97100", total: "9000"}) == changed
    # A total that one of the filings lacks proves nothing.
    assert of(name, {name: "100201"}, {name: "97100", total: "9100"}) == RESTATED
    assert of(name, {name: "100201", total: "9100"}, {name: "97100"}) == RESTATED


def test_the_first_total_that_both_filings_give_decides() -> None:
    before = {"revenue": "100201", "all_income": "9300"}
    after = {"revenue": "97100", "all_income": "9300", "income": "8800"}
    assert of("revenue", before, after) == (Change.RECLASSIFICATION, "us-gaap:ProfitLoss for the period is unchanged")
    before["income"] = "9100"
    assert of("revenue", before, after) == (Change.RESTATEMENT, "us-gaap:NetIncomeLoss for the period changed too")


def test_the_total_before_a_change_is_the_last_one_up_to_the_old_filing() -> None:
    first = filed(2023, revenue="100201", income="8000")
    second = filed(2024, revenue="100201", income="9100")
    third = filed(2025, revenue="97100", income="9100")
    (change,) = (each for each in found(first, second, third) if each.after.concept == "us-gaap:Revenues")
    assert (change.kind, change.evidence) == (Change.RECLASSIFICATION, "us-gaap:NetIncomeLoss for the period is unchanged")
    (change,) = (
        each
        for each in found(filed(2023, revenue="100201", income="9100"), third, filed(2024, income="8000"))
        if each.after.concept == "us-gaap:Revenues"
    )
    assert change.kind is Change.RECLASSIFICATION


@pytest.mark.parametrize("name", ["income", "all_income", "assets", "equity", "both_sides"])
def test_a_changed_total_is_restated_whatever_the_other_totals_say(name: str) -> None:
    others = {"income": "5000", "assets": "5000"}
    before, after = others | {name: "100201"}, others | {name: "97100"}
    assert of(name, before, after) == (Change.RESTATEMENT, "a total of the statement changed")


def split(new: int, old: int, year: int) -> Split:
    return Split(Fraction(new, old), day(year), f"0000000007-{year % 100}-000009")


@pytest.mark.parametrize(
    ("before", "after", "is_split"),
    [
        ("250100000", "750300000", True),
        ("250100000", "754051500", True),  # half a per cent of 750.3 million
        ("250100000", "754051501", False),
        ("250100000", "746548500", True),
        ("250100000", "746548499", False),
    ],
)
def test_share_counts_follow_a_split_to_half_a_per_cent(before: str, after: str, is_split: bool) -> None:
    kind = (Change.SPLIT, "split 3 for 1, first in 0000000007-24-000009")
    assert of("diluted", {"diluted": before}, {"diluted": after}, split(3, 1, 2024)) == (kind if is_split else RESTATED)


@pytest.mark.parametrize(
    ("after", "is_split"),
    [("1.00", True), ("1.01", True), ("0.99", True), ("1.015", True), ("1.02", False), ("0.98", False)],
)
def test_amounts_a_share_follow_a_split_to_the_rounding_of_both(after: str, is_split: bool) -> None:
    """After 1 for 2, 0.50 is 1.00: from 0.99 for 0.495 before to 1.01, and half a cent more."""
    kind = (Change.SPLIT, "split 1 for 2, first in 0000000007-24-000009")
    assert of("eps", {"eps": "0.50"}, {"eps": after}, split(1, 2, 2024)) == (kind if is_split else RESTATED)


def test_a_split_explains_only_what_was_filed_before_it_and_again_since() -> None:
    three_for_two = split(3, 2, 2024)
    assert of("diluted", {"diluted": "250000000"}, {"diluted": "375000000"}, three_for_two)[0] is Change.SPLIT
    assert of("diluted", {"diluted": "250000000"}, {"diluted": "375000000"}, split(3, 2, 2025)) == RESTATED
    # The report of 2023 was the first in new shares.
    assert of("diluted", {"diluted": "250000000"}, {"diluted": "375000000"}, split(3, 2, 2023)) == RESTATED
    assert of("revenue", {"revenue": "250000000"}, {"revenue": "375000000"}, three_for_two) == RESTATED
    assert of("diluted", {"diluted": "250000000"}, {"diluted": "255000000"}, three_for_two) == RESTATED


@pytest.mark.parametrize(("after", "is_split"), [("0.52", True), ("0.48", True), ("0.53", False), ("0.47", False)])
def test_dividends_of_a_year_follow_a_split_to_the_rounding_of_four_quarters(after: str, is_split: bool) -> None:
    """1.50 is 0.50 after 3 for 1: each of four dividends is rounded to a cent before, and to a cent after."""
    kind = (Change.SPLIT, "split 3 for 1, first in 0000000007-24-000009")
    found_kind = of("dividends", {"dividends": "1.50"}, {"dividends": after}, split(3, 1, 2024))
    assert found_kind == (kind if is_split else RESTATED)
    assert of("eps", {"eps": "1.50"}, {"eps": after}, split(3, 1, 2024)) == RESTATED
    quarter = date(2022, 10, 1)
    (change,) = found(
        filed(2023, start=quarter, dividends="1.50"), filed(2024, start=quarter, dividends=after), splits=(split(3, 1, 2024),)
    )  # fmt: skip
    assert change.kind is Change.RESTATEMENT


def test_a_count_that_was_filed_without_its_millions_is_followed_through_a_split() -> None:
    words = "split 3 for 1, first in 0000000007-24-000009, after a count without 1,000,000s"
    for after, kind in (("750300000", (Change.SPLIT, words)), ("754051500", (Change.SPLIT, words))):
        assert of("diluted", {"diluted": "250.1"}, {"diluted": after}, split(3, 1, 2024)) == kind
    assert of("diluted", {"diluted": "250.1"}, {"diluted": "754100000"}, split(3, 1, 2024)) == RESTATED


def test_a_rounder_figure_is_said_to_be_the_same() -> None:
    assert revenue("24207450", "24207000") == (Change.ROUNDING, "the same figure, rounded to different digits")


def test_two_splits_between_two_filings_are_both_named() -> None:
    changes = found(filed(2022, eps="6.00"), filed(2025, eps="0.80"), splits=(split(3, 2, 2023), split(5, 1, 2025)))
    assert [(each.kind, each.evidence) for each in changes] == [
        (
            Change.SPLIT,
            "split 3 for 2, first in 0000000007-23-000009 and split 5 for 1, first in 0000000007-25-000009",
        )
    ]


def test_a_change_carries_both_filings_whole() -> None:
    (change,) = found(filed(2023, revenue="100201"), filed(2025, revenue="97100"))
    assert change.before == SourceFact(
        "us-gaap:Revenues", "USD", START, END, Decimal(100201), "0000000007-23-000001", "10-K", day(2023)
    )
    assert change.after == SourceFact(
        "us-gaap:Revenues", "USD", START, END, Decimal(97100), "0000000007-25-000001", "10-K", day(2025)
    )
    assert (change.label, change.lines) == ("Total net revenue", ("revenue",))
    (of_a_note,) = found(filed(2023, inventory="100201"), filed(2025, inventory="97100"))
    assert (of_a_note.label, of_a_note.lines, of_a_note.before.period_start) == ("InventoryNet", (), None)


@pytest.mark.parametrize(
    ("before", "after", "difference", "percent"),
    [
        ("300", "400", 100, Decimal("33.33")),
        ("-200", "-150", 50, Decimal(25)),
        ("-200", "-250", -50, Decimal(-25)),
        ("0", "7", 7, None),
    ],
)
def test_the_size_of_a_change_is_of_the_old_amount(before: str, after: str, difference: int, percent: Decimal | None) -> None:
    (change,) = found(filed(2023, revenue=before), filed(2024, revenue=after))
    assert (change.difference, change.difference_pct) == (difference, percent)


def test_newest_filings_come_first_then_lines_before_notes_then_newest_periods() -> None:
    q4, year_before = date(2022, 10, 1), (date(2021, 1, 1), date(2021, 12, 31))

    def report(year: int, factor: int, accession: str | None = None) -> list[FiledVersion]:
        values = {"revenue": str(7 * factor), "sales": str(7 * factor), "eps": str(7 * factor), "assets": str(7 * factor)}
        return [
            *filed(year, accession=accession, **values),
            *filed(year, accession=accession, start=q4, revenue=str(3 * factor)),
            *filed(year, accession=accession, start=year_before[0], end=year_before[1], revenue=str(5 * factor)),
        ]

    changes = found(
        report(2023, 11), report(2024, 13), filed(2025, accession="B", revenue="4"), filed(2025, accession="A", sales="6")
    )  # fmt: skip
    described = [
        (
            each.after.accession[-9:],
            each.after.concept.removeprefix("us-gaap:"),
            each.after.period_start,
            each.after.period_end,
        )
        for each in changes
    ]
    assert described == [
        ("A", "SalesRevenueNet", START, END),
        ("B", "Revenues", START, END),
        ("24-000001", "Assets", None, END),
        ("24-000001", "Revenues", q4, END),
        ("24-000001", "Revenues", START, END),
        ("24-000001", "Revenues", *year_before),
        ("24-000001", "EarningsPerShareBasic", START, END),
        ("24-000001", "SalesRevenueNet", START, END),
    ]
