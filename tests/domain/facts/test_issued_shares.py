"""Shares issued that are filed as shares outstanding are found out, and what is outstanding follows where it is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest

from workbench.domain.facts.issued_shares import OUTSTANDING, is_of_issued, is_too_rounded
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion, KnownFact
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


class Row(NamedTuple):
    """A figure of a made company; a balance has no `start`."""

    tag: str
    unit: str
    value: str
    start: date | None = None
    end: date = END


def rows(*figures: Row) -> FactTable:
    """What one annual report gives."""
    tags, units = sorted({figure.tag for figure in figures}), ["shares", "USD", "EUR"]
    versions: list[FiledVersion] = [
        (tags.index(tag), end, start, units.index(unit), Decimal(value), "0000000012-24-000010", "10-K", FILED)
        for tag, unit, value, start, end in figures
    ]
    return FactTable(versions, {number: f"us-gaap:{tag}" for number, tag in enumerate(tags)}, dict(enumerate(units)))


def shares(tag: str, value: str, start: date | None = None, end: date = END) -> Row:
    return Row(tag, "shares", value, start, end)


YEAR, LAST_QUARTER = date(2023, 1, 1), date(2023, 10, 1)
COUNT, ISSUED, TREASURY, BASIC = (TAGS[name] for name in "OITA")


def issued(count: str, *figures: Row) -> bool:
    """Whether this count at the end of 2023 is one of shares issued, beside these figures."""
    known = rows(shares(COUNT, count), *figures)
    (fact,) = known.of(OUTSTANDING)
    return is_of_issued(known, fact)


def same(count: str) -> Row:
    return shares(ISSUED, count)


@pytest.mark.parametrize(
    ("count", "treasury", "expected"),
    [
        ("331900000", "50000", False),  # rounded to hundred thousands: half of one may be missing
        ("331900000", "50001", True),
        ("331900000", "-50001", True),
        ("1900000000", "19000000", False),  # one per cent, though half of a hundred million is more
        ("1900000000", "19000001", True),
    ],
)
def test_an_equal_count_of_issued_shares_counts_treasury_shares_beyond_rounding(
    count: str, treasury: str, expected: bool
) -> None:
    for tag in ("TreasuryStockCommonShares", "TreasuryStockShares"):
        assert issued(count, same(count), shares(tag, treasury)) is expected


@pytest.mark.parametrize(
    ("count", "treasury", "average", "expected"),
    [
        ("950", "400", "500", True),  # 550 is a tenth from the average, 950 is not
        ("950", "-400", "500", True),
        ("950", "400", "499", False),  # neither is
        ("550", "5", "500", False),  # both are
        ("550", "5", "499", True),
        ("450", "5", "500", False),
        ("950", "400", "0", False),
    ],
)
def test_without_an_equal_count_the_average_decides(count: str, treasury: str, average: str, expected: bool) -> None:
    figures = [shares(TREASURY, treasury), shares(BASIC, average, YEAR)]
    assert issued(count, *figures) is expected
    assert issued(count, shares("CommonStockSharesIssued", "951"), *figures) is expected


def test_without_an_average_nothing_is_decided() -> None:
    assert not issued("950", shares(TREASURY, "400"))
    assert not issued("950", shares(TREASURY, "400"), shares(BASIC, "500"))  # a balance is no average
    assert not issued("950", shares(TREASURY, "400"), shares(BASIC, "500", YEAR, date(2023, 9, 30)))


def test_the_average_is_the_basic_one_over_the_shortest_period() -> None:
    treasury = shares(TREASURY, "400")
    year, quarter = shares(BASIC, "900", YEAR), shares(BASIC, "550", LAST_QUARTER)
    assert issued("950", treasury, year, quarter)
    assert issued("950", treasury, quarter, year)
    assert not issued("950", treasury, year)
    both = "WeightedAverageNumberOfShareOutstandingBasicAndDiluted"
    diluted = "WeightedAverageNumberOfDilutedSharesOutstanding"
    assert issued("950", treasury, shares(both, "550", YEAR))
    assert issued("950", treasury, shares(diluted, "550", YEAR))
    assert not issued("950", treasury, year, shares(diluted, "550", LAST_QUARTER))
    assert not issued("950", treasury, shares(both, "900", YEAR), shares(diluted, "550", YEAR))
    assert issued("950", treasury, shares(BASIC, "0", YEAR), shares(diluted, "550", YEAR))


@pytest.mark.parametrize("tag", ["TreasuryStockValue", "TreasuryStockCommonValue"])
@pytest.mark.parametrize("unit", ["USD", "EUR"])
def test_treasury_stock_of_unknown_number_counts_where_the_average_is_more_than_a_quarters_buy_backs_off(
    tag: str, unit: str
) -> None:
    held = Row(tag, unit, "7000")
    assert issued("1020", same("1020"), held)
    assert not issued("1020", same("1020"), held, shares(BASIC, "1000", YEAR))
    assert issued("1021", same("1021"), held, shares(BASIC, "1000", YEAR))
    assert issued("979", same("979"), held, shares(BASIC, "1000", YEAR))
    assert issued("1021", same("1021"), held, shares(TREASURY, "0"))
    assert not issued("1021", held)
    assert not issued("1021", same("1022"), held)
    assert not issued("1021", same("1021"))
    assert not issued("1021", same("1021"), Row(tag, unit, "0"))
    assert not issued("1021", same("1021"), Row(tag, unit, "7000", None, date(2022, 12, 31)))


def test_what_stands_on_another_day_or_in_another_concept_does_not_count() -> None:
    before = date(2022, 12, 31)
    assert not issued("950", shares(ISSUED, "950", None, before), shares(TREASURY, "400"))
    assert not issued("950", same("950"), shares(TREASURY, "400", None, before))
    assert not issued("0", same("0"), shares(TREASURY, "400"))
    known = rows(shares(COUNT, "950"), same("950"), shares(TREASURY, "400"))
    (other,) = known.of(f"us-gaap:{ISSUED}")
    assert not is_of_issued(known, other)


@pytest.mark.parametrize(
    ("counts", "total", "expected"),
    [
        # Half of a hundred million against one per cent.
        (("1900000000", "79000000"), "5000000000", False),
        (("1900000000", "79000000"), "4999999999", True),
        (("79000000", "-1900000000"), "4999999999", True),
        (("1900000000", "79000000"), "-5000000000", False),
        (("1660600000", "950000000"), "710600000", False),
        (("1660600000", "950000000"), "0", True),
        ((), "50", False),  # half a share
        ((), "49", True),
    ],
)
def test_a_sum_is_too_rounded_if_its_largest_count_may_be_a_hundredth_of_it_off(
    counts: tuple[str, ...], total: str, expected: bool
) -> None:
    facts: list[KnownFact] = [*rows(*(shares(f"Count{number}", value) for number, value in enumerate(counts)))]
    assert is_too_rounded(facts, Decimal(total)) is expected
