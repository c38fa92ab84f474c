"""One basis a column: restatements that leave lines out, values that change alone, signs, parts, currencies (in millions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.statements.test_other_filers import BALANCE, END, FILED, INCOME, START, Report, at
from workbench.domain.measures.ratios import compute
from workbench.domain.statements.statement import Check, PeriodKind, Statement

LATER = date(2025, 2, 14)


def check(found: Statement, name: str) -> Check:
    return next(each for each in found.checks if each.name == name and each.period_end == END)


def restated_for_what_was_sold() -> Report:
    """A maker of engines sells its turbine business: the next report restates sales, gross profit and income."""
    report = Report("3510").flows(
        {"Revenues": 900, "CostOfRevenue": 600, "GrossProfit": 300, "OperatingIncomeLoss": 150, "RestructuringCharges": 12}
    )
    new = {
        "Revenues": 700,
        "GrossProfit": 220,
        "OperatingIncomeLoss": 110,
        "IncomeTaxExpenseBenefit": 15,
        "NetIncomeLoss": 100,
    }
    return report.flows(new, filed=LATER)


def test_a_line_that_the_restating_filing_leaves_out_is_refused() -> None:
    found = restated_for_what_was_sold().statement(INCOME)
    assert at(found, "revenue", "FY 2023").value == 700_000_000
    assert [at(found, line, "FY 2023").reason for line in ("cost_of_revenue", "restructuring")] == ["restated_apart"] * 2
    assert at(found, "gross_profit", "FY 2023").value == 220_000_000
    assert check(found, "gross_profit_is_revenue_less_cost").result == "not_applicable"


def test_ratios_take_no_figure_of_the_old_basis_either() -> None:
    report = restated_for_what_was_sold()
    report.flows({"InterestExpense": 30})
    table = compute(report.company, PeriodKind.ANNUAL, None, report.facts)
    coverage = next(line for line in table.lines if line.line == "interest_coverage").figures[-1]
    assert (coverage.value, coverage.reason) == (None, "restated_apart")


def test_a_line_that_the_restating_filing_repeats_stays() -> None:
    report = restated_for_what_was_sold().flows({"CostOfRevenue": 480, "RestructuringCharges": 12}, filed=LATER)
    found = report.statement(INCOME)
    assert at(found, "cost_of_revenue", "FY 2023").value == 480_000_000
    assert at(found, "restructuring", "FY 2023").value == 12_000_000


def test_a_line_repeated_under_another_tag_stays() -> None:
    report = restated_for_what_was_sold().flows({"RestructuringCostsAndAssetImpairmentCharges": 12}, filed=LATER)
    assert at(report.statement(INCOME), "restructuring", "FY 2023").value == 12_000_000


BALANCED = {"Assets": 500, "Liabilities": 320, "StockholdersEquity": 180, "LiabilitiesAndStockholdersEquity": 500}


def later_balance(report: Report, tag: str, value: float) -> Report:
    report.rows.append((tag, None, END, Decimal(str(value)) * 1_000_000, "10-K", LATER))
    return report


@pytest.mark.parametrize(
    ("tag", "line", "filed"), [("Assets", "total_assets", 500), ("StockholdersEquity", "total_equity", 180)]
)
def test_a_value_that_changes_alone_and_breaks_what_held_stays_as_it_was(tag: str, line: str, filed: int) -> None:
    found = later_balance(Report().balances(BALANCED), tag, 777).statement(BALANCE)
    assert at(found, line, "FY 2023").value == filed * 1_000_000
    assert check(found, "balance_sheet_balances").result == "passed"


def test_a_value_that_changes_alone_and_breaks_nothing_is_the_newest() -> None:
    report = later_balance(Report().balances(BALANCED | {"Goodwill": 40}), "Goodwill", 44)
    assert at(report.statement(BALANCE), "goodwill", "FY 2023").value == 44_000_000


def test_a_balance_that_is_restated_as_a_whole_is_the_newest() -> None:
    report = Report().balances(BALANCED | {"InventoryNet": 60})
    for tag, value in (("Assets", 510), ("StockholdersEquity", 190), ("LiabilitiesAndStockholdersEquity", 510)):
        later_balance(report, tag, value)
    found = report.statement(BALANCE)
    assert [at(found, line, "FY 2023").value for line in ("total_assets", "total_equity")] == [510_000_000, 190_000_000]
    assert at(found, "inventory", "FY 2023").reason == "restated_apart"


# Above the rounding of figures in millions.
@given(st.integers(10, 10**6), st.integers(10, 10**6), st.integers(2, 50))
def test_a_balance_never_mixes_two_bases(liabilities: int, equity: int, factor: int) -> None:
    total = liabilities + equity
    report = Report().balances({"Liabilities": liabilities, "StockholdersEquity": equity, "Assets": total,
                                "LiabilitiesAndStockholdersEquity": total})  # fmt: skip
    shown = later_balance(report, "Assets", total * factor).millions(BALANCE)
    assert shown["total_assets"] == shown["total_liabilities"] + shown["total_equity"]


def test_equity_that_does_not_balance_fails_although_the_totals_agree() -> None:
    # A gold miner of 2015 put the equity of another day beside liabilities of this one.
    wrong = BALANCED | {"StockholdersEquity": 199}
    assert check(Report().balances(wrong).statement(BALANCE), "balance_sheet_balances").result == "failed"
    redeemable = BALANCED | {"StockholdersEquity": 150, "TemporaryEquityCarryingAmountAttributableToParent": 30}
    assert check(Report().balances(redeemable).statement(BALANCE), "balance_sheet_balances").result == "passed"


def test_an_expense_filed_as_a_negative_number_is_refused_and_fails_its_check() -> None:
    found = Report().flows({"Revenues": 500, "InterestExpense": -45}).statement(INCOME)
    assert at(found, "interest_expense", "FY 2023").reason == "wrong_sign"
    sign = check(found, "figures_have_their_sign")
    assert (sign.result, "Interest expense" in sign.detail) == ("failed", True)


def test_no_quarter_follows_from_a_year_of_the_wrong_sign() -> None:
    report = Report().flows({"Revenues": 500, "InterestExpense": -45})
    for end in (date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)):
        months = {"InterestExpense": end.month * 3.5, "NetIncomeLoss": end.month * 8, "IncomeTaxExpenseBenefit": end.month}
        report.flows(months, START, end, filed=date(2023, end.month + 1, 25))
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert at(found, "interest_expense", "Q4 2023").reason == "wrong_sign"
    assert at(found, "interest_expense", "Q3 2023").value == 10_500_000


def test_debt_on_several_lines_of_one_balance_sheet_is_no_one_of_them() -> None:
    two = Report().balances(BALANCED | {"ConvertibleDebtNoncurrent": 70, "LongTermNotesPayable": 130})
    assert at(two.statement(BALANCE), "long_term_debt", "FY 2023").reason == "parts_without_total"
    one = Report().balances(BALANCED | {"LongTermNotesPayable": 130})
    assert at(one.statement(BALANCE), "long_term_debt", "FY 2023").value == 130_000_000


def test_a_nil_balance_does_not_beat_a_figure_under_another_tag() -> None:
    report = Report().balances(BALANCED | {"LongTermDebtNoncurrent": 0, "LongTermDebtAndCapitalLeaseObligations": 88})
    assert at(report.statement(BALANCE), "long_term_debt", "FY 2023").value == 88_000_000
    nothing = Report().balances(BALANCED | {"LongTermDebtNoncurrent": 0})
    assert at(nothing.statement(BALANCE), "long_term_debt", "FY 2023").value == 0


def test_gross_profit_from_a_part_of_the_cost_is_refused() -> None:
    # A carrier files what its interconnection costs under the cost of services, beside all operating expenses.
    part = Report("4813").flows({"Revenues": 800, "CostOfServices": 40, "OperatingExpenses": 650, "OperatingIncomeLoss": 150})
    assert at(part.statement(INCOME), "gross_profit", "FY 2023").reason == "contradicted"
    whole = Report("4813").flows(
        {"Revenues": 800, "CostOfServices": 400, "OperatingExpenses": 250, "OperatingIncomeLoss": 150}
    )
    assert at(whole.statement(INCOME), "gross_profit", "FY 2023").value == 400_000_000


def test_a_tag_that_moved_to_a_part_gives_way_to_the_tag_of_the_total() -> None:
    tag = "RevenueFromContractWithCustomerIncludingAssessedTax"
    report = Report("7359").flows({tag: 1_204.4}).flows({tag: 130, "Revenues": 1_204}, filed=LATER)
    report.flows({tag: 1_100}, date(2022, 1, 1), date(2022, 12, 31), filed=date(2023, 2, 10))
    report.flows({"NetIncomeLoss": 90, "IncomeTaxExpenseBenefit": 19}, date(2022, 1, 1), date(2022, 12, 31), filed=FILED)
    found = report.statement(INCOME)
    assert [at(found, "revenue", label).value for label in ("FY 2022", "FY 2023")] == [1_100_000_000, 1_204_000_000]


def test_net_income_under_the_tag_of_common_holders_is_it_where_nothing_goes_to_preferred_stock() -> None:
    report = Report("6331")
    report.rows.clear()
    report.flows(
        {"NetIncomeLossAvailableToCommonStockholdersBasic": 640, "IncomeTaxExpenseBenefit": 160, "EarningsPerShareBasic": 3}
    )
    assert at(report.statement(INCOME), "net_income", "FY 2023").value == 640_000_000
    report.flows({"PreferredStockDividendsIncomeStatementImpact": 25})
    assert at(report.statement(INCOME), "net_income", "FY 2023").value is None


def test_partners_capital_is_equity() -> None:
    capital = {"Assets": 900, "LiabilitiesAndStockholdersEquity": 900, "PartnersCapital": 350, "MinorityInterest": 20,
               "PartnersCapitalIncludingPortionAttributableToNoncontrollingInterest": 370}  # fmt: skip
    lines = Report("4922").balances(capital).millions(BALANCE)
    assert (lines["total_equity"], lines["stockholders_equity"], lines["total_liabilities"]) == (370, 350, 530)


def test_years_after_a_change_of_currency_are_shown_in_the_new_one_and_no_growth_leads_over_the_break() -> None:
    report = Report()
    rows = report.rows
    rows.clear()
    for year, unit in ((2020, "EUR"), (2021, "EUR"), (2022, "EUR"), (2023, "USD")):
        report.flows({**{"NetIncomeLoss": 100 + year - 2020, "IncomeTaxExpenseBenefit": 20}, "Revenues": 1_000 + year - 2020},
                     date(year, 1, 1), date(year, 12, 31), filed=date(year + 1, 2, 16))  # fmt: skip
        rows[-3:] = [(f"{tag}@{unit}", *rest) for tag, *rest in rows[-3:]]  # type: ignore[misc]
    facts = _with_units(report)
    from workbench.domain.statements.assembly import assemble

    found = assemble(report.company, INCOME, PeriodKind.ANNUAL, None, facts)
    revenue = next(line for line in found.lines if line.line == "revenue")
    assert [(figure.value, figure.unit) for figure in revenue.figures][-2:] == [(1_002_000_000, "EUR"), (1_003_000_000, "USD")]
    table = compute(report.company, PeriodKind.ANNUAL, None, facts)
    growth = next(line for line in table.lines if line.line == "revenue_growth").figures
    assert (growth[-1].reason, growth[-2].value is not None) == ("currency_mismatch", True)


def _with_units(report: Report):  # type: ignore[no-untyped-def]
    from workbench.domain.facts.known import FactTable

    names = {name: number for number, name in enumerate(dict.fromkeys(row[0].split("@")[0] for row in report.rows))}
    units = {"EUR": 1, "USD": 2}
    versions = []
    for tag, start, end, value, form, filed in report.rows:
        name, unit = tag.split("@")
        versions.append((names[name], end, start, units[unit], value, f"0000000007-{filed:%y-%m%d}00", form, filed))
    return FactTable(versions, {number: f"us-gaap:{name}" for name, number in names.items()}, {1: "EUR", 2: "USD"})


def test_a_quarter_follows_over_a_switch_of_tags_that_comparatives_prove() -> None:
    old, new = "SalesRevenueNet", "RevenueFromContractWithCustomerExcludingAssessedTax"
    anchors = {"NetIncomeLoss": 90, "IncomeTaxExpenseBenefit": 19}
    report = Report("7372").flows({new: 1_000})
    report.flows({old: 700, **anchors}, START, date(2023, 9, 30), filed=date(2023, 10, 25))
    report.flows({old: 450, **anchors}, START, date(2023, 6, 30), filed=date(2023, 7, 25))
    unproven = at(report.statement(INCOME, PeriodKind.QUARTERLY), "revenue", "Q4 2023")
    assert unproven.reason == "operand_missing"
    before = date(2022, 1, 1), date(2022, 9, 30)
    report.flows({old: 610, **anchors}, *before, filed=date(2022, 10, 25)).flows({new: 610}, *before, filed=date(2024, 10, 25))
    proven = at(report.statement(INCOME, PeriodKind.QUARTERLY), "revenue", "Q4 2023")
    assert (proven.value, proven.formula) == (300_000_000, "fiscal year - first nine months")
    report.flows({old: 77, **anchors}, START, date(2023, 3, 31), filed=date(2023, 4, 25)).flows(
        {new: 88}, START, date(2023, 3, 31)
    )
    contradicted = at(report.statement(INCOME, PeriodKind.QUARTERLY), "revenue", "Q4 2023")
    assert contradicted.reason == "operand_missing"
