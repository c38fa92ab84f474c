"""Divisions of a company: which filing counts, what adds up, and how members are named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.segments import Breakdown, DimensionalFact, break_down, segment_lines
from workbench.domain.statements.statement import PeriodKind

ACME = Company(Cik(7), "Acme Corp", sic="3571")
SEGMENT, REGION, PRODUCT = (
    "us-gaap:StatementBusinessSegmentsAxis", "srt:StatementGeographicalAxis", "srt:ProductOrServiceAxis",
)  # fmt: skip
OPERATING = ("srt:ConsolidationItemsAxis", "us-gaap:OperatingSegmentsMember")


def fact(
    value: int,
    *dimensions: tuple[str, str],
    year: int = 2023,
    filed: int = 2024,
    tag: str = "Revenues",
    days: str = "01-01 12-31",
) -> DimensionalFact:
    start, end = (date.fromisoformat(f"{year}-{day}") for day in days.split())
    accession = f"0000000007-{filed % 100}-000001"
    source = SourceFact(f"us-gaap:{tag}", "USD", start, end, Decimal(value), accession, "10-K", date(filed, 2, 1))
    return DimensionalFact(source, tuple(sorted(dimensions)))


def divide(*facts: DimensionalFact, period: PeriodKind = PeriodKind.ANNUAL, **labels: str) -> tuple[Breakdown, ...]:
    return break_down(segment_lines(ACME), facts, period, {f"a:{name}Member": text for name, text in labels.items()})


def segment(name: str) -> tuple[str, str]:
    return SEGMENT, f"a:{name}Member"


def rows(breakdown: Breakdown) -> dict[str, list[int | None]]:
    return {row.label: [int(one.value) if one else None for one in row.facts] for row in breakdown.rows}


def test_a_line_is_divided_by_what_one_filing_says_and_compared_with_the_whole() -> None:
    (found,) = divide(
        fact(10), fact(6, segment("Anvils")), fact(4, segment("Hammers"), OPERATING), Anvils="Anvils & co",
    )  # fmt: skip
    assert rows(found) == {"Anvils & co": [6], "Hammers": [4]}
    assert (found.line, found.axis_label, found.adds_up) == ("revenue", "Segment", (True,))
    assert found.total[0] is not None


def test_the_newest_filing_that_adds_up_counts_for_a_period() -> None:
    (found,) = divide(
        fact(10), fact(6, segment("Anvils")), fact(4, segment("Hammers")),
        fact(10, filed=2025), fact(7, segment("Anvils"), filed=2025), fact(3, segment("Nails"), filed=2025),
        fact(1, segment("Nails"), filed=2026),  # a figure in passing is no division
        fact(20, year=2024, filed=2025), fact(12, segment("Anvils"), year=2024, filed=2025),
        fact(5, segment("Nails"), year=2024, filed=2025),
    )  # fmt: skip
    assert rows(found) == {"Anvils": [7, 12], "Nails": [3, 5]}
    assert found.adds_up == (True, False)


def test_one_member_or_another_subject_is_no_division() -> None:
    derivative = ("us-gaap:DerivativeInstrumentRiskAxis", "us-gaap:InterestRateContractMember")
    eliminations = ("srt:ConsolidationItemsAxis", "us-gaap:IntersegmentEliminationMember")
    assert divide(fact(10), fact(6, segment("Anvils"))) == ()
    assert divide(fact(10), fact(6, segment("Anvils"), derivative), fact(4, segment("Hammers"), derivative)) == ()
    assert divide(fact(10), fact(6, segment("Anvils"), eliminations), fact(4, segment("Hammers"), eliminations)) == ()


def test_one_axis_within_another_has_no_whole() -> None:
    (found,) = divide(
        fact(10), fact(6, segment("Tools"), (PRODUCT, "a:AnvilsMember")), fact(4, segment("Tools"), (PRODUCT, "a:SteelMember"))
    )
    assert rows(found) == {"Tools: Anvils": [6], "Tools: Steel": [4]}
    assert (found.axis_label, found.adds_up) == ("Product in segment", (None,))


def test_quarters_are_quarters_and_the_tag_that_reaches_further_wins() -> None:
    newer = "RevenueFromContractWithCustomerExcludingAssessedTax"
    facts = (
        fact(6, segment("Anvils")), fact(4, segment("Hammers")),
        fact(2, segment("Anvils"), days="01-01 03-31"), fact(1, segment("Hammers"), days="01-01 03-31"),
        fact(3, segment("Anvils"), days="01-01 06-30"), fact(2, segment("Hammers"), days="01-01 06-30"),
        fact(8, segment("Anvils"), year=2024, filed=2025, tag=newer),
        fact(5, segment("Hammers"), year=2024, filed=2025, tag=newer),
    )  # fmt: skip
    (annual,) = divide(*facts)
    (quarterly,) = divide(*facts, period=PeriodKind.QUARTERLY)
    assert (annual.concept, rows(annual)) == (f"us-gaap:{newer}", {"Anvils": [8], "Hammers": [5]})
    assert rows(quarterly) == {"Anvils": [2], "Hammers": [1]}


ELIMINATIONS = ("srt:ConsolidationItemsAxis", "us-gaap:IntersegmentEliminationMember")
CORPORATE = ("srt:ConsolidationItemsAxis", "us-gaap:CorporateNonSegmentMember")


def by(axis: str, whole: int, members: dict[str, int], *reconciling: DimensionalFact) -> Breakdown:
    (found,) = divide(fact(whole), *(fact(value, (axis, f"a:{name}Member")) for name, value in members.items()), *reconciling)
    return found


@pytest.mark.parametrize(
    ("axis", "whole", "members", "in_others"),
    [
        # Johnson & Johnson 2024: the rest of the world beside its regions.
        (
            REGION, 88_821,
            {"US": 50_302, "NonUs": 38_519, "Europe": 20_212, "AsiaPacificAfrica": 13_593, "WesternHemisphere": 4_714},
            {"NonUs"},
        ),
        # Verizon 2023: wireless service and Fios are within service.
        (PRODUCT, 133_974, {"Service": 109_652, "Wireless": 76_730, "Product": 24_322, "Fios": 12_849}, {"Wireless", "Fios"}),
        # Disney, June 2023: the total among its parts.
        (SEGMENT, 22_330, {"TotalSegments": 22_330, "Media": 14_004, "Parks": 8_326}, {"TotalSegments"}),
    ],
)  # fmt: skip
def test_a_group_beside_its_parts_counts_once(axis: str, whole: int, members: dict[str, int], in_others: set[str]) -> None:
    found = by(axis, whole, members)
    assert found.adds_up == (True,)
    assert {row.members[0] for row in found.rows if row.is_in_others} == {f"a:{name}Member" for name in in_others}
    assert all(row.words.endswith(" (in other rows)") == row.is_in_others for row in found.rows)


def test_what_reconciles_segments_with_the_company_is_a_row() -> None:
    # UnitedHealth 2024: Optum's businesses sell to each other, 4,389 less than their sum is Optum, and it to UnitedHealthcare.
    members = {"Unitedhealthcare": 298_208, "Optum": 252_957, "Rx": 133_231, "Health": 105_358, "Insight": 18_757}
    found = by(SEGMENT, 400_278, members, fact(-4_389, ELIMINATIONS), fact(-150_887, CORPORATE))
    assert found.adds_up == (True,)
    assert [row.label for row in found.rows if row.is_in_others] == ["Optum"]
    reconciling = [(row.label, row.facts[0] and row.facts[0].value) for row in found.rows if row.is_reconciling]
    assert reconciling == [("Intersegment Elimination", -4_389), ("Corporate Non-Segment", -150_887)]


def test_eliminations_divide_no_region_and_are_no_division_alone() -> None:
    found = by(REGION, 100_000, {"US": 70_000, "NonUs": 40_000}, fact(-10_000, ELIMINATIONS))
    assert (found.adds_up, len(found.rows)) == ((False,), 2)
    assert divide(fact(100_000), fact(110_000, segment("Anvils")), fact(-10_000, ELIMINATIONS)) == ()


def test_a_sum_that_could_be_by_chance_is_none() -> None:
    # 13 revenues of Disney, June 2023, of goods and services and of kinds of both: 8,192 sums for 44,660 values.
    found = by(
        PRODUCT, 22_330,
        {"Service": 20_008, "Subscription": 4_537, "Affiliate": 4_234, "Advertising": 3_043, "Admission": 2_731,
         "Product": 2_322, "Merchandise": 2_226, "Resorts": 1_990, "Other": 1_000, "License": 876, "Theatrical": 838,
         "Video": 646, "Entertainment": 209},
    )  # fmt: skip
    assert found.adds_up == (False,)
    assert not any(row.is_in_others for row in found.rows)
    # Small figures have few sums: 1 + 4 and 2 + 3 are both five.
    assert by(SEGMENT, 5, {"A": 1, "B": 4, "C": 2, "D": 3}).adds_up == (False,)


@pytest.mark.parametrize(
    ("days", "year", "label"),
    [
        ("07-01 09-30", 2023, "Q3 2023"),
        ("10-01 12-31", 2023, "Q4 2023"),
        ("01-01 03-31", 2024, "Q1 2024"),  # after the last year that is known
        ("04-02 07-01", 2021, "Q2 2021"),  # before the first one, of 13 weeks
    ],
)
def test_quarters_are_named_by_the_fiscal_years_around(days: str, year: int, label: str) -> None:
    annual = [fact(10), fact(6, segment("Anvils")), fact(4, segment("Hammers"))]
    quarter = [fact(1, segment("Anvils"), year=year, days=days), fact(2, segment("Hammers"), year=year, days=days)]
    (found,) = divide(*annual, *quarter, period=PeriodKind.QUARTERLY)
    assert (found.period_labels, rows(found)) == ((label,), {"Anvils": [1], "Hammers": [2]})
    (unnamed,) = divide(*quarter, period=PeriodKind.QUARTERLY)
    assert unnamed.period_labels == (unnamed.periods[0][1].isoformat(),)


def test_half_years_are_the_interim_periods_of_a_company_without_quarters() -> None:
    annual = [fact(10), fact(6, segment("Anvils")), fact(4, segment("Hammers"))]
    half = [fact(3, segment("Anvils"), days="01-01 06-30"), fact(2, segment("Hammers"), days="01-01 06-30")]
    (found,) = divide(*annual, *half, period=PeriodKind.QUARTERLY)
    assert (found.period_labels, rows(found)) == (("H1 2023",), {"Anvils": [3], "Hammers": [2]})
    quarter = [fact(1, segment("Anvils"), days="04-01 06-30"), fact(1, segment("Hammers"), days="04-01 06-30")]
    (found,) = divide(*annual, *half, *quarter, period=PeriodKind.QUARTERLY)
    assert (found.period_labels, rows(found)) == (("Q2 2023",), {"Anvils": [1], "Hammers": [1]})
