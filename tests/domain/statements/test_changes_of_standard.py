"""Companies that go over from US GAAP to IFRS or back: one accounting standard a column (in millions)."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.statements.test_other_filers import BALANCE, INCOME, MILLION, Report, at
from workbench.domain.measures.latest import latest_figures
from workbench.domain.measures.ratios import compute
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import Figure, PeriodKind, Statement

# Tags of US GAAP and of IFRS for the same figures.
REVENUE = "us-gaap:Revenues", "ifrs-full:Revenue"
OPERATING = "us-gaap:OperatingIncomeLoss", "ifrs-full:ProfitLossFromOperatingActivities"
NET = "us-gaap:NetIncomeLoss", "ifrs-full:ProfitLossAttributableToOwnersOfParent"
TAX = "us-gaap:IncomeTaxExpenseBenefit", "ifrs-full:IncomeTaxExpenseContinuingOperations"
ALL = "us-gaap:ProfitLoss", "ifrs-full:ProfitLoss"
ASSETS = "us-gaap:Assets", "ifrs-full:Assets"
EQUITY = "us-gaap:StockholdersEquity", "ifrs-full:EquityAttributableToOwnersOfParent"
GAAP, IFRS = 0, 1

Year = dict[tuple[str, str], int]


def year(report: Report, end: date, standard: int, figures: Year, *, filed: date, balances: Year | None = None) -> None:
    """A fiscal year and its last day as one annual report gives them."""
    start = end.replace(year=end.year - 1, month=4, day=1)
    for tags, value in figures.items():
        report.rows.append((tags[standard], start, end, Decimal(value) * MILLION, "20-F", filed))
    for tags, value in (balances or {}).items():
        report.rows.append((tags[standard], None, end, Decimal(value) * MILLION, "20-F", filed))


def toyota() -> Report:
    """Toyota Motor, in millions of yen: fiscal 2020 under US GAAP, and again under IFRS beside fiscal 2021.

    Revenue, operating income, net income and assets under IFRS are those of its Form 20-F for fiscal 2021 and its financial
    summary of May 2021, taxes what they leave of income before tax (2,932,354 and 2,792,942). Under US GAAP, revenue,
    operating income and net income are those of its financial summary of May 2020; the rest was not compared.
    """
    report = Report("3711", unit="JPY")
    report.rows.clear()
    y2019, y2020, y2021 = (date(number, 3, 31) for number in (2019, 2020, 2021))
    first, second = date(2020, 6, 24), date(2021, 6, 24)
    research = "us-gaap:ResearchAndDevelopmentExpense", ""
    year(report, y2019, GAAP, {REVENUE: 30_225_681, OPERATING: 2_467_545, NET: 1_882_873, ALL: 1_985_587, TAX: 659_944},
         filed=first)  # fmt: skip
    in_gaap = {REVENUE: 29_929_992, OPERATING: 2_442_869, NET: 2_076_183, ALL: 2_142_329, TAX: 683_430, research: 1_110_369}
    year(report, y2020, GAAP, in_gaap, filed=first, balances={ASSETS: 52_680_436, EQUITY: 20_060_618})
    year(report, y2020, IFRS, {REVENUE: 29_866_547, OPERATING: 2_399_232, NET: 2_036_140, ALL: 2_111_125, TAX: 681_817},
         filed=second, balances={ASSETS: 53_972_363, EQUITY: 20_618_888})  # fmt: skip
    year(report, y2021, IFRS, {REVENUE: 27_214_594, OPERATING: 2_197_748, NET: 2_245_261, ALL: 2_282_378, TAX: 649_976},
         filed=second, balances={ASSETS: 62_267_140, EQUITY: 23_404_547})  # fmt: skip
    return report


def figures(found: Statement, line: str) -> dict[str, Decimal | str]:
    shown: list[Figure] = [at(found, line, period.label) for period in found.periods]
    return {
        period.label: str(each.reason) if each.value is None else each.value / MILLION
        for period, each in zip(found.periods, shown, strict=True)
    }


def test_the_year_that_both_standards_give_is_all_of_the_later_one() -> None:
    income, balance = toyota().statement(INCOME), toyota().statement(BALANCE)
    assert figures(income, "revenue") == {"FY 2019": 30_225_681, "FY 2020": 29_866_547, "FY 2021": 27_214_594}
    assert figures(income, "operating_income") == {"FY 2019": 2_467_545, "FY 2020": 2_399_232, "FY 2021": 2_197_748}
    assert figures(income, "net_income")["FY 2020"] == 2_036_140
    assert figures(income, "research_and_development")["FY 2020"] == "not_reported"
    assert figures(balance, "total_assets") == {"FY 2020": 53_972_363, "FY 2021": 62_267_140}
    concepts = {fact.concept.split(":")[0] for line in income.lines for fact in line.figures[1].facts}
    assert concepts == {"ifrs-full"}


def test_before_the_first_report_on_the_new_standard_the_year_is_as_it_was_filed() -> None:
    report = toyota()
    found = _until(report, date(2020, 12, 31)).statement(INCOME)
    assert figures(found, "revenue")["FY 2020"] == 29_929_992
    assert figures(found, "research_and_development")["FY 2020"] == 1_110_369


def test_no_growth_leads_from_one_standard_to_the_other() -> None:
    report = toyota()
    table = compute(report.company, PeriodKind.ANNUAL, None, report.facts)
    growth = next(line for line in table.lines if line.line == "revenue_growth").figures
    assert [each.reason for each in growth] == ["operand_missing", "operand_restated_apart", None]
    returns = next(line for line in table.lines if line.line == "return_on_equity").figures
    assert returns[-1].value is not None  # both ends of fiscal 2021 are of IFRS


def test_a_tag_of_the_other_standard_in_the_same_report_stays() -> None:
    # Filers under IFRS who tag one line with an element of US GAAP.
    report = toyota()
    for end in (date(2020, 3, 31), date(2021, 3, 31)):
        year(report, end, GAAP, {("us-gaap:ResearchAndDevelopmentExpense", ""): 1_090_400}, filed=date(2021, 6, 24))
    assert figures(report.statement(INCOME), "research_and_development")["FY 2020"] == 1_090_400


def test_quarters_under_ifrs_stand_beside_a_year_restated_to_us_gaap() -> None:
    # Atlassian's pattern: quarters of fiscal 2022 on 6-K under IFRS, the year again in the first 10-K.
    report = Report("7372")
    report.rows.clear()
    quarters = [(date(2021, 7, 1), date(2021, 9, 30)), (date(2021, 10, 1), date(2021, 12, 31)),
                (date(2022, 1, 1), date(2022, 3, 31)), (date(2022, 4, 1), date(2022, 6, 30))]  # fmt: skip
    for place, (start, end) in enumerate(quarters, start=1):
        for tag, value in ((REVENUE[IFRS], 600 + 50 * place), (ALL[IFRS], -100 - place), (TAX[IFRS], 20)):
            report.rows.append((tag, start, end, Decimal(value) * MILLION, "6-K", end.replace(day=28)))
    whole = {REVENUE: 2_803, ALL: -614, TAX: 52}
    for start, end in ((date(2021, 7, 1), date(2022, 6, 30)), (date(2022, 7, 1), date(2023, 6, 30))):
        for tags, value in whole.items():
            report.rows.append((tags[GAAP], start, end, Decimal(value) * MILLION, "10-K", date(2023, 8, 18)))
    shown = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert figures(shown, "revenue") == {"Q1 2022": 650, "Q2 2022": 700, "Q3 2022": 750, "Q4 2022": 800}
    yearly = report.statement(INCOME)
    assert figures(yearly, "revenue")["FY 2022"] == 2_803
    sums = [check for check in yearly.checks if check.name == "year_is_sum_of_quarters"]
    assert {check.result for check in sums} == {"not_applicable"}
    trailing = report.statement(INCOME, PeriodKind.TTM)
    assert figures(trailing, "revenue") == {"TTM Q4 2022": 2_803, "TTM FY 2023": 2_803}


def test_screens_take_figures_of_one_standard() -> None:
    report = toyota()
    latest = {each.basis: each for each in latest_figures(report.company, report.facts)}
    values = latest[PeriodKind.ANNUAL].values
    assert (values["revenue"], values["operating_income"]) == (27_214_594 * MILLION, 2_197_748 * MILLION)


def _until(report: Report, day: date) -> Report:
    earlier = Report(str(report.company.sic), report.unit)
    earlier.rows = [row for row in report.rows if row[-1] <= day]
    return earlier


_TAGS = [(tags[standard], standard) for tags in (REVENUE, OPERATING, NET, TAX, ALL) for standard in (GAAP, IFRS)]
_ROWS = st.lists(
    st.tuples(st.sampled_from(_TAGS), st.integers(2018, 2022), st.integers(1, 900), st.integers(0, 2)), max_size=40
)


@settings(max_examples=80, deadline=None)
@given(_ROWS, st.randoms(use_true_random=False), st.integers(2019, 2025))
def test_no_column_mixes_standards_unless_one_filing_does(
    rows: list[tuple[tuple[str, int], int, int, int]], order: random.Random, until: int
) -> None:
    report = Report()
    report.rows.clear()
    seen = set()
    for (tag, _), number, value, later in rows:
        filed = date(number + 1 + later, 2, 20)
        if (tag, number, filed) not in seen:
            seen.add((tag, number, filed))
            report.rows.append((tag, date(number, 1, 1), date(number, 12, 31), Decimal(value) * MILLION, "10-K", filed))
    found = report.statement(INCOME)
    for place, period in enumerate(found.periods):
        facts = {fact for line in found.lines for fact in line.figures[place].facts}
        taxonomies = {fact.concept.split(":")[0] for fact in facts}
        if len(taxonomies) > 1:
            assert _may_mix(report, period.end)
    mixed = Report()
    mixed.rows = report.rows.copy()
    order.shuffle(mixed.rows)
    assert mixed.statement(INCOME) == found
    day = date(until, 6, 30)
    whole = report.facts
    assert _until(report, day).statement(INCOME) == assemble(
        report.company, INCOME, PeriodKind.ANNUAL, None, whole.until(day, whole.concepts)
    )


def _may_mix(report: Report, end: date) -> bool:
    """Whether one standard has fewer than two of the figures of the year that every report shows, or a filing gives both."""
    rows = [row for row in report.rows if row[2] == end]
    tags = {row[0] for row in rows} & ConceptMap.load().anchors
    few = any(sum(tag.startswith(standard) for tag in tags) < 2 for standard in ("us-gaap", "ifrs-full"))
    return few or any(len({row[0].split(":")[0] for row in rows if row[-1] == day}) > 1 for day in {row[-1] for row in rows})


@pytest.mark.parametrize("standard", [GAAP, IFRS])
def test_a_company_with_one_standard_knows_none(standard: int) -> None:
    report = Report()
    report.rows.clear()
    year(report, date(2021, 3, 31), standard, {REVENUE: 10, NET: 2, TAX: 1}, filed=date(2021, 6, 24))
    assert not report.facts.standards(frozenset({REVENUE[standard], NET[standard]}))


def test_an_opening_balance_of_the_new_standard_alone_does_not_enter_the_balance_sheet_before() -> None:
    # The statement of changes in equity begins with equity under IFRS at the end of the last year under US GAAP. The
    # interest of others is a made figure.
    report = toyota()
    end = date(2020, 3, 31)
    report.rows = [row for row in report.rows if not (row[0] == ASSETS[IFRS] and row[2] == end)]
    year(report, end, GAAP, {}, filed=date(2020, 6, 24), balances={("us-gaap:MinorityInterest", ""): 1_181_280})
    year(report, end, IFRS, {}, filed=date(2021, 6, 24), balances={("", "ifrs-full:Equity"): 21_339_012})
    found = report.statement(BALANCE)
    assert figures(found, "stockholders_equity")["FY 2020"] == 20_060_618
    assert figures(found, "total_equity")["FY 2020"] == 20_060_618 + 1_181_280
