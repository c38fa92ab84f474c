"""Shares issued that are filed as shares outstanding are found out, and what is outstanding follows where it is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from workbench.domain.facts.known import FactTable, FiledVersion
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import Ratios, all_figures
from workbench.domain.statements.assembly import figures_of
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.statement import StatementKind

END, FILED = date(2023, 12, 31), date(2024, 1, 31)
TAGS = {
    "O": "CommonStockSharesOutstanding", "I": "CommonStockSharesIssued", "T": "TreasuryStockCommonShares",
    "V": "TreasuryStockValue", "A": "WeightedAverageNumberOfSharesOutstandingBasic", "N": "NetIncomeLoss",
    "X": "IncomeTaxExpenseBenefit", "E": "StockholdersEquity",
}  # fmt: skip
UNITS = {1: "shares", 2: "USD"}
IDS = {name: number for number, name in enumerate(TAGS, start=1)}


def table(**values: str) -> FactTable:
    """One annual report with these values, and the two anchors that make its year one."""
    rows: list[FiledVersion] = []
    for name, value in {"N": "1000000000", "X": "200000000", **values}.items():
        start = date(2023, 1, 1) if name in "ANX" else None
        unit = 1 if name in "OITA" else 2
        rows.append((IDS[name], END, start, unit, Decimal(value), "0000000012-24-000010", "10-K", FILED))
    return FactTable(rows, {number: f"us-gaap:{TAGS[name]}" for name, number in IDS.items()}, UNITS)


def outstanding(*splits: Split, **values: str) -> ComputedFigure:
    figures = figures_of(Company(Cik(12), "Maker"), StatementKind.BALANCE, table(**values), splits)
    return figures.compute("shares_outstanding", figures.calendar.years[-1])


def test_shares_issued_filed_as_outstanding_give_way_to_issued_less_treasury() -> None:
    # Boeing's 2023: 1,012,261,159 issued, 402,746,136 in the treasury, 606.1 million on average.
    found = outstanding(O="1012261159", I="1012261159", T="402746136", A="606100000")
    assert found.value == 609_515_023
    assert found.formula == "shares_issued - treasury_shares"
    assert [fact.value for fact in found.facts] == [1_012_261_159, 402_746_136]


def test_so_does_the_book_value_a_share() -> None:
    facts = table(O="1012261159", I="1012261159", T="402746136", E="6095150230")
    figures = all_figures(Company(Cik(12), "Maker"), facts)
    assert Ratios(figures).compute("book_value_per_share", figures.calendar.years[-1]).value == 10


def test_they_are_found_by_the_average_where_the_issued_ones_are_not_tagged() -> None:
    found = outstanding(O="1012261159", T="402746136", A="606100000")
    assert (found.value, found.reason) == (None, "issued_not_outstanding")


@pytest.mark.parametrize(("average", "value"), [("1000000000", 1_005_000_000), ("900000000", None)])
def test_beside_a_treasury_of_unknown_number_the_average_decides(average: str, value: int | None) -> None:
    found = outstanding(O="1005000000", I="1005000000", V="5000000000", A=average)
    assert found.value == value
    assert found.reason == (None if value else "issued_not_outstanding")


@pytest.mark.parametrize(
    "values",
    [
        {"O": "15116786000", "I": "15116786000", "A": "15343783000"},  # Apple retires what it buys
        {"O": "331900000", "I": "378600000", "T": "46700000", "A": "331800000"},  # Kimberly-Clark says both
        {"O": "331900000", "I": "331900000", "T": "20000", "A": "331800000"},  # less than the last digit
    ],
)
def test_a_count_that_is_outstanding_stays(values: dict[str, str]) -> None:
    found = outstanding(**values)
    assert (found.value, found.formula) == (Decimal(values["O"]), None)


def test_what_is_left_of_a_rounded_count_is_not_known() -> None:
    # Disney's 2025: 1.9 billion issued, 79 million in the treasury; 1,785 million on the cover page.
    assert outstanding(O="1900000000", I="1900000000", T="79000000").reason == "issued_not_outstanding"
    assert outstanding(I="1900000000", T="97000000").reason == "too_rounded"
    # McDonald's 2025: 1,660.6 and 950.0.
    assert outstanding(I="1660600000", T="950000000").value == 710_600_000


def test_a_computed_count_from_before_a_split_is_given_in_the_shares_of_today_too() -> None:
    found = outstanding(Split(Fraction(3), date(2024, 6, 1), "0000000012-24-000099"), I="1660600000", T="950000000")
    assert (found.value, found.adjusted_value) == (710_600_000, 2_131_800_000)
    assert found.adjustment == "3 for 1 in 0000000012-24-000099"
