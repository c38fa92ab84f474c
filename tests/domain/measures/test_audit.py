"""The audit of one company's statements: counts of outcomes, and breaks with their figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.domain.statements.test_other_filers import END, START, Report
from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.audit import CompanyAudit, audit
from workbench.domain.measures.segments import Breakdown
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

BALANCED = {"Assets": 500, "Liabilities": 320, "StockholdersEquity": 180, "LiabilitiesAndStockholdersEquity": 500}


def statements(report: Report) -> list[Statement]:
    return [report.statement(kind, period) for kind in StatementKind for period in PeriodKind]


def counts(found: CompanyAudit, name: str) -> dict[str, int]:
    return {outcome.value: count for outcome, count in found.counts[name].items() if count}


def test_an_identity_that_holds_and_one_without_its_figures() -> None:
    found = audit(statements(Report().balances(BALANCED)))
    assert counts(found, "balance_sheet_balances") == {"holds": 1}
    assert counts(found, "gross_profit_is_revenue_less_cost") == {"not_checked": 1}
    assert found.breaks == ()


def test_a_break_has_its_figures_with_their_filings() -> None:
    found = audit(statements(Report().balances(BALANCED | {"StockholdersEquity": 199})))
    (broken,) = (each for each in found.breaks if each.name == "balance_sheet_balances")
    assert (broken.is_marked, broken.label, broken.difference) == (True, "FY 2023", Decimal(-19_000_000))
    assert [(line, figure.value) for line, _, figure in broken.figures] == [
        ("total_assets", 500_000_000),
        ("total_liabilities", 320_000_000),
        ("total_equity", 199_000_000),
    ]
    assert {fact.accession for _, _, figure in broken.figures for fact in figure.facts} == {"0000000007-24-021600"}


def test_a_year_counts_once_though_it_is_also_twelve_months_and_its_last_day_that_of_a_quarter() -> None:
    found = statements(Report().balances(BALANCED))
    ends = [(each.period, period.end) for each in found for period in each.periods if each.kind is StatementKind.BALANCE]
    assert ends == [(PeriodKind.ANNUAL, END), (PeriodKind.TTM, END)]
    assert audit(found).figures_shown > counts(audit(found), "balance_sheet_balances")["holds"] == 1


def test_a_break_that_no_check_shows_is_not_marked() -> None:
    shown = [replace(each, checks=()) for each in statements(Report().balances(BALANCED | {"StockholdersEquity": 199}))]
    assert counts(audit(shown), "balance_sheet_balances") == {"broken_unmarked": 1}


def test_a_refused_figure_is_neither_checked_nor_missing() -> None:
    figures = {"Revenues": 900, "CostOfRevenue": -600, "GrossProfit": 300}
    assert counts(audit(statements(Report().flows(figures))), "gross_profit_is_revenue_less_cost") == {"refused": 1}


def test_each_flow_of_a_year_is_compared_with_its_quarters() -> None:
    report = Report().flows({"Revenues": 400})
    for number, end in enumerate((date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)), 1):
        anchors = {"Revenues": 100 * number, "NetIncomeLoss": 25 * number, "IncomeTaxExpenseBenefit": 5 * number}
        report.flows(anchors, START, end, filed=end + timedelta(days=30))
    found = audit(statements(report))
    # Revenue, tax and net income, with what repeats or follows from them.
    assert counts(found, "year_is_sum_of_quarters").keys() == {"holds"}
    assert counts(found, "twelve_months_are_the_year").keys() == {"holds"}
    report.rows.append(("Revenues", START, END, Decimal(370_000_000), "10-K", date(2026, 2, 14)))
    restated = audit(statements(report))
    assert counts(restated, "year_is_sum_of_quarters")["refused"] == 1  # its fourth quarter is unknown


def test_interest_of_nothing_beside_debt_is_broken() -> None:
    report = Report().flows({"InterestExpense": 0}).balances(BALANCED | {"LongTermDebtNoncurrent": 120})
    (broken,) = (each for each in audit(statements(report)).breaks if each.name == "interest_on_debt")
    assert [line for line, _, _ in broken.figures] == ["interest_expense", "long_term_debt"]


def test_cash_of_the_balance_sheet_is_the_closing_cash() -> None:
    cash, restricted = "CashAndCashEquivalentsAtCarryingValue", "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    change = {"CashAndCashEquivalentsPeriodIncreaseDecrease": 10}
    day = START - timedelta(days=1)
    same = Report().flows(change).balances({cash: 40}, day).balances(BALANCED | {cash: 50})
    assert counts(audit(statements(same)), "cash_of_both_statements") == {"holds": 1}
    wider = Report().flows(change).balances({restricted: 45}, day).balances(BALANCED | {cash: 50, restricted: 55})
    assert counts(audit(statements(wider)), "cash_of_both_statements") == {"not_checked": 1}
    smaller = Report().flows(change).balances({restricted: 35}, day).balances(BALANCED | {cash: 50, restricted: 45})
    assert counts(audit(statements(smaller)), "cash_of_both_statements") == {"broken_unmarked": 1}


def test_closing_cash_may_include_that_of_a_business_held_for_sale() -> None:
    cash, whole = "CashAndCashEquivalentsAtCarryingValue", "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    held = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsDisposalGroupIncludingDiscontinuedOperations"
    before = {whole: 45}
    report = Report().flows({"CashPeriodIncreaseDecrease": 10}).balances(before, START - timedelta(days=1))
    report.balances(BALANCED | {cash: 48, whole: 55})
    assert "holds" not in counts(audit(statements(report)), "cash_of_both_statements")
    report.balances({held: 7})
    assert counts(audit(statements(report)), "cash_of_both_statements") == {"holds": 1}


def test_segments_that_do_not_add_up_are_breaks_that_their_table_marks() -> None:
    total = SourceFact("us-gaap:Revenues", "USD", START, END, Decimal(900), "0000000007-24-021600", "10-K", END)
    axes = ("us-gaap:StatementBusinessSegmentsAxis",)
    breakdown = Breakdown(
        "revenue", "Revenue", total.concept, "USD", axes, "Segment", ((START, END),), (), (total,), (False,), ("FY 2023",)
    )  # fmt: skip
    found = audit(statements(Report()), [breakdown])
    assert counts(found, "segments_add_up") == {"broken_marked": 1}
    assert found.breaks[0].figures[0][1] == "Revenue by segment"


def test_a_negative_figure_of_a_line_that_cannot_be_negative_is_broken() -> None:
    found = audit(statements(Report().flows({"Revenues": -5})))
    (broken,) = (each for each in found.breaks if each.name == "figures_have_their_sign")
    assert (broken.is_marked, broken.figures[0][0]) == (True, "revenue")
