"""Revenue under several tags of one filing: a proven one, else the one that can be the whole, else none (in millions)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.statements.test_other_filers import END, INCOME, START, Report, at
from workbench.domain.statements.statement import PeriodKind

GENERAL, CONTRACTS = "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax"
REST = "RevenueNotFromContractWithCustomer"
YEAR_BEFORE = date(2022, 1, 1), date(2022, 12, 31)


@pytest.mark.parametrize(
    ("filer", "figures", "revenue"),
    [
        # Rebates and incentives of 8,097 are taken from what customers pay.
        (
            "Mastercard 2019",
            {GENERAL: 16_883, CONTRACTS: 24_980, "OperatingExpenses": 7_219, "OperatingIncomeLoss": 9_664}, 16_883,
        ),
        ("Mastercard without its expenses", {GENERAL: 16_883, CONTRACTS: 24_980}, "contradicted"),
        # Both totals as filed; the rest is their difference, the second one a made one.
        ("Vistra 2018", {GENERAL: 9_144, CONTRACTS: 9_797, REST: -653}, 9_144),
        ("Vistra 2018 with another rest", {GENERAL: 9_144, CONTRACTS: 9_797, REST: -600}, "contradicted"),
        # The whole includes what is not from contracts: no proof is asked of the larger one.
        ("ConocoPhillips 2025", {GENERAL: 58_944, CONTRACTS: 51_824}, 58_944),
        ("One figure in two roundings", {GENERAL: 28_400, CONTRACTS: 28_402}, 28_400),
    ],
)  # fmt: skip
def test_revenue_of_two_tags(filer: str, figures: dict[str, float], revenue: float | str) -> None:
    assert Report("4911").flows(figures).of_year("revenue") == revenue, filer


def test_a_tag_that_is_larger_in_a_year_before_is_no_part_of_the_other() -> None:
    # ConocoPhillips' first quarter of 2020, as a year: commodity derivatives lost more than other income gave.
    larger = {GENERAL: 9_150, CONTRACTS: 8_960, "NetIncomeLoss": 90, "IncomeTaxExpenseBenefit": 18}
    before, long_ago, later = (Report("1311").flows({GENERAL: 4_811, CONTRACTS: 6_158}) for _ in range(3))
    before.flows(larger, *YEAR_BEFORE, filed=date(2023, 2, 16))
    assert before.of_year("revenue") == 4_811
    long_ago.flows(larger, date(2018, 1, 1), date(2018, 12, 31), filed=date(2019, 2, 16))
    assert long_ago.of_year("revenue") == "contradicted"
    # What is filed later does not change what is known of a year.
    later.flows(larger, date(2024, 1, 1), date(2024, 12, 31), filed=date(2025, 2, 16))
    assert at(later.statement(INCOME), "revenue", "FY 2023").reason == "contradicted"


def test_a_tag_of_one_report_gives_way_to_the_tag_of_all_reports() -> None:
    # BlackRock's 10-K for 2024 puts the general tag on revenue of one region; its statements never use it.
    report = Report("6282").flows({GENERAL: 12_794, CONTRACTS: 20_407})
    for filed in (date(2022, 2, 25), date(2023, 2, 24)):
        span = date(filed.year - 1, 1, 1), date(filed.year - 1, 12, 31)
        report.flows({CONTRACTS: 17_859, "NetIncomeLoss": 90, "IncomeTaxExpenseBenefit": 18}, *span, filed=filed)
    assert report.of_year("revenue") == 20_407


def test_no_quarter_and_no_part_follows_from_contested_revenue() -> None:
    report = Report("7389").flows({GENERAL: 16_883, CONTRACTS: 24_980})
    anchors = {"NetIncomeLoss": 90, "IncomeTaxExpenseBenefit": 19}
    for end, general, contracts in ((date(2023, 9, 30), 12_469, 18_206), (date(2023, 6, 30), 8_002, 11_651)):
        report.flows({GENERAL: general, CONTRACTS: contracts, **anchors}, START, end, filed=date(2023, end.month + 1, 29))
    report.flows({GENERAL: 3_889, **anchors}, START, date(2023, 3, 31), filed=date(2023, 4, 30))
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    reasons = {label: at(found, "revenue", label).reason for label in ("Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023")}
    assert reasons == {"Q1 2023": None, "Q2 2023": "contradicted", "Q3 2023": "contradicted", "Q4 2023": "contradicted"}
    yearly = report.statement(INCOME)
    assert [at(yearly, line, "FY 2023").value for line in ("net_sales", "other_revenue")] == [None, None]
    assert at(yearly, "revenue", "FY 2023").period_end == END
