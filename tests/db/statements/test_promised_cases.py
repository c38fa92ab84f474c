"""The kinds of company and period that statements must be right about, each by figures read off the filings by hand.

Splits are in `test_splits`, quarters of the complete companies in `test_quarters`, the order of loading in `test_load_order`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from workbench.domain.facts.periods import days_of
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, StatementPeriod, Status

pytestmark = pytest.mark.mirror

INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW
ANNUAL, QUARTERLY = PeriodKind.ANNUAL, PeriodKind.QUARTERLY


def ask(recorded: Database, ticker: str, kind: StatementKind, period: PeriodKind = ANNUAL) -> Statement:
    with recorded.read() as connection:
        return statement(connection, resolve(connection, ticker), kind, period, None)


def column(found: Statement, label: str) -> StatementPeriod:
    return next(period for period in found.periods if period.label == label)


def figure(found: Statement, line: str, label: str) -> Figure:
    place = [period.label for period in found.periods].index(label)
    return next(row for row in found.lines if row.line == line).figures[place]


@pytest.mark.parametrize(
    ("ticker", "label", "start", "end", "weeks", "revenue"),
    [
        ("AAPL", "FY 2023", date(2022, 9, 25), date(2023, 9, 30), 53, 383_285_000_000),
        ("AAPL", "FY 2017", date(2016, 9, 25), date(2017, 9, 30), 53, 229_234_000_000),
        ("AAPL", "FY 2018", date(2017, 10, 1), date(2018, 9, 29), 52, 265_595_000_000),
        ("NVDA", "FY 2016", date(2015, 1, 26), date(2016, 1, 31), 53, 5_010_000_000),
        ("NVDA", "FY 2023", date(2022, 1, 31), date(2023, 1, 29), 52, 26_974_000_000),
        ("COST", "FY 2023", date(2022, 8, 29), date(2023, 9, 3), 53, 242_290_000_000),
        ("COST", "FY 2024", date(2023, 9, 4), date(2024, 9, 1), 52, 254_453_000_000),
    ],
)
def test_a_52_or_53_week_year(
    recorded: Database, *, ticker: str, label: str, start: date, end: date, weeks: int, revenue: int
) -> None:
    found = ask(recorded, ticker, INCOME)
    period = column(found, label)
    assert (period.start, period.end, days_of(start, end)) == (start, end, weeks * 7)
    assert figure(found, "revenue", label).value == revenue


@pytest.mark.parametrize(
    ("ticker", "label", "start", "end", "revenue"),
    [
        ("NKE", "FY 2024", date(2023, 6, 1), date(2024, 5, 31), 51_362_000_000),
        ("NKE", "FY 2025", date(2024, 6, 1), date(2025, 5, 31), 46_309_000_000),
        ("PG", "FY 2024", date(2023, 7, 1), date(2024, 6, 30), 84_039_000_000),
        ("WMT", "FY 2025", date(2024, 2, 1), date(2025, 1, 31), 680_985_000_000),
        ("WMT", "FY 2019", date(2018, 2, 1), date(2019, 1, 31), 514_405_000_000),
        ("AAPL", "FY 2023", date(2022, 9, 25), date(2023, 9, 30), 383_285_000_000),
    ],
)
def test_a_year_that_ends_in_may_june_january_or_september(
    recorded: Database, *, ticker: str, label: str, start: date, end: date, revenue: int
) -> None:
    found = ask(recorded, ticker, INCOME)
    assert (column(found, label).start, column(found, label).end) == (start, end)
    assert figure(found, "revenue", label).value == revenue


def test_a_quarter_of_seventeen_weeks(recorded: Database) -> None:
    found = ask(recorded, "COST", INCOME, QUARTERLY)
    lengths = {
        label: days_of(column(found, label).start or date.min, column(found, label).end) // 7
        for label in ("Q3 2023", "Q4 2023", "Q4 2024")
    }
    assert lengths == {"Q3 2023": 12, "Q4 2023": 17, "Q4 2024": 16}
    assert figure(found, "revenue", "Q3 2023").value == 53_648_000_000
    # 53 weeks of 242,290 million less 36 of 163,351; of net income 6,292 less 4,132.
    for line, value in (("revenue", 78_939_000_000), ("net_income", 2_160_000_000)):
        last = figure(found, line, "Q4 2023")
        assert (last.value, last.status, last.formula) == (Decimal(value), Status.DERIVED, "fiscal year - first nine months")


@pytest.mark.parametrize(("ticker", "reason"), [("MCD", "operand_missing"), ("DIS", "operand_missing")])
def test_a_company_without_gross_profit_has_it_refused(recorded: Database, ticker: str, reason: str) -> None:
    found = figure(ask(recorded, ticker, INCOME), "gross_profit", "FY 2024")
    assert (found.value, found.status, found.reason) == (None, Status.REFUSED, reason)


@pytest.mark.parametrize(
    ("label", "equity"),
    [
        ("FY 2015", 7_087_900_000),
        ("FY 2016", -2_204_300_000),
        ("FY 2020", -7_824_900_000),
        ("FY 2024", -3_797_000_000),
    ],
)
def test_equity_that_turned_negative(recorded: Database, label: str, equity: int) -> None:
    assert figure(ask(recorded, "MCD", BALANCE), "stockholders_equity", label).value == equity


def test_what_negative_equity_leaves_of_a_balance_sheet(recorded: Database) -> None:
    found = ask(recorded, "MCD", BALANCE)
    # McDonald's states no total of its liabilities: they are more than its assets of 55,182 million.
    liabilities = figure(found, "total_liabilities", "FY 2024")
    assert (liabilities.value, liabilities.status) == (Decimal(58_979_000_000), Status.DERIVED)
    results = {check.result for check in found.checks if check.name == "balance_sheet_balances"}
    assert results <= {"passed", "not_applicable"}


@pytest.mark.parametrize(
    ("ticker", "before", "after", "years"),
    [
        (
            "NKE", "us-gaap:SalesRevenueNet", "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax",
            {2018: (36_397_000_000, "0000320187-18-000142"), 2019: (39_117_000_000, "0000320187-19-000051")},
        ),
        (
            "AAPL", "us-gaap:SalesRevenueNet", "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax",
            {2017: (229_234_000_000, "0000320193-17-000070"), 2019: (260_174_000_000, "0000320193-19-000119")},
        ),
        (
            "PG", "us-gaap:SalesRevenueNet", "us-gaap:Revenues",
            {2018: (66_832_000_000, "0000080424-18-000055"), 2019: (67_684_000_000, "0000080424-19-000050")},
        ),
    ],
)  # fmt: skip
def test_revenue_tagged_anew_in_2018_is_one_line(
    recorded: Database, *, ticker: str, before: str, after: str, years: dict[int, tuple[int, str]]
) -> None:
    found = ask(recorded, ticker, INCOME)
    tags = []
    for year, (value, accession) in years.items():
        cell = figure(found, "revenue", f"FY {year}")
        assert (cell.value, cell.facts[0].accession) == (Decimal(value), accession)
        tags.append(cell.facts[0].concept)
    assert tags == [before, after]
    assert all(cell.value is not None for row in found.lines if row.line == "revenue" for cell in row.figures)


@pytest.mark.parametrize("ticker", ["GOOGL", "GOOG"])
def test_both_classes_of_one_company(recorded: Database, ticker: str) -> None:
    income, balance = ask(recorded, ticker, INCOME), ask(recorded, ticker, BALANCE)
    assert str(income.company.cik) == "1652044"
    assert figure(income, "revenue", "FY 2024").value == 350_018_000_000
    assert figure(income, "eps_diluted", "FY 2024").value == Decimal("8.04")
    # Class A, B and C together, as the balance sheet gives them.
    assert figure(balance, "shares_outstanding", "FY 2024").value == 12_211_000_000


@pytest.mark.parametrize(
    ("ticker", "line", "label", "misdated"),
    [
        # Six months dated as three in the third quarter's report.
        ("PG", "restructuring", "Q2 2020", 198_000_000),
        ("PG", "restructuring", "Q2 2024", 181_000_000),
        # A comparative figure with a digit too much: 143 million as first filed, of nine months with 418.
        ("NVDA", "amortization_of_intangibles", "Q3 2022", 518_000_000),
        # Net sales without membership fees of 796 million, in the table of quarters of the next annual report.
        ("WMT", "revenue", "Q4 2010", 112_826_000_000),
    ],
)
def test_a_quarter_that_its_year_contradicts_is_refused(
    recorded: Database, ticker: str, line: str, label: str, misdated: int
) -> None:
    cell = figure(ask(recorded, ticker, INCOME, QUARTERLY), line, label)
    assert cell.value != misdated
    assert (cell.value, cell.reason) == (None, "quarters_disagree")


# A later annual report gave these years anew, without what had been sold or in another order, and no report the quarters.
RESTATED_WITHOUT_QUARTERS = {
    # In 2018 the first quarter and the first half of 2017, with dividend equivalents, and not the second quarter.
    "AAPL": {("dividends_paid", 2015), ("dividends_paid", 2016), ("dividends_paid", 2017)},
    "PG": {
        ("revenue", 2010), ("revenue", 2012), ("revenue", 2013), ("operating_income", 2010), ("operating_income", 2012),
        ("operating_income", 2013), ("operating_income", 2016), ("income_continuing_operations", 2010),
        ("income_discontinued_operations", 2010),
        ("income_discontinued_operations", 2012), ("income_discontinued_operations", 2013),
        *(("consolidated_income_continuing_operations", year) for year in (2010, 2012, 2013)),
    },
    "WMT": {
        ("revenue", 2012), ("net_sales", 2012), ("other_revenue", 2012), ("cost_of_revenue", 2010),
        ("cost_of_revenue", 2012), ("gross_profit", 2012),
        ("consolidated_income_continuing_operations", 2012), ("income_discontinued_operations", 2012),
    },
    "MCD": {("revenue", 2018), ("revenue", 2019)},
}  # fmt: skip


@pytest.mark.parametrize("ticker", ["AAPL", "NVDA", "GOOGL", "PG", "WMT", "NKE", "MCD"])
def test_every_year_that_is_not_the_sum_of_its_quarters_was_restated(recorded: Database, ticker: str) -> None:
    apart = set()
    for kind in (INCOME, CASHFLOW):
        annual, quarterly = ask(recorded, ticker, kind), ask(recorded, ticker, kind, QUARTERLY)
        for whole, parts in zip(annual.lines, quarterly.lines, strict=True):
            if whole.line in {"cash_at_start", "cash_at_end"}:
                continue
            for period, year in zip(annual.periods, whole.figures, strict=True):
                cells = [
                    cell
                    for quarter, cell in zip(quarterly.periods, parts.figures, strict=True)
                    if quarter.year_start == period.start and not quarter.is_transition
                ]
                values = [cell.value for cell in cells if cell.value is not None]
                if year.value is None or year.unit != "USD" or len(values) != 4:
                    continue
                if abs(year.value - sum(values)) > 2_500_000:  # five figures rounded to the million
                    apart.add((whole.line, period.fiscal_year))
    assert apart == RESTATED_WITHOUT_QUARTERS.get(ticker, set())


@pytest.mark.parametrize(
    ("ticker", "kind", "label", "whole", "parts"),
    [
        # net sales, and membership and other income
        ("WMT", INCOME, "FY 2024", ("revenue", 648_125), {"net_sales": 642_637, "other_revenue": 5_488}),
        # sales, and membership fees
        ("COST", INCOME, "FY 2017", ("revenue", 129_025), {"net_sales": 126_172, "other_revenue": 2_853}),
        # sales of its own restaurants, and revenues from franchised ones
        ("MCD", INCOME, "FY 2016", ("revenue", 24_621.9), {"net_sales": 15_295.0, "other_revenue": 9_326.9}),
        # Kimberly-Clark's notes round its net sales to hundreds of millions: that is no part of them
        ("KMB", INCOME, "FY 2017", ("revenue", 18_348), {"net_sales": None, "other_revenue": None}),
        ("AAPL", INCOME, "FY 2024", ("revenue", 391_035), {"net_sales": None, "other_revenue": None}),
        # depreciation of property in a note, and what stands within selling, general and administrative expenses
        (
            "MCD", CASHFLOW, "FY 2024", ("depreciation_amortization", 2_097),
            {"depreciation": 1_500, "depreciation_amortization_stated_apart": 447},
        ),
        ("DIS", CASHFLOW, "FY 2024", ("depreciation_amortization", 4_990), {"depreciation": 3_434}),
        ("PG", CASHFLOW, "FY 2024", ("depreciation_amortization", 2_896), {"depreciation": None}),
    ],
)  # fmt: skip
def test_a_part_of_a_line_is_a_line_where_the_company_tells_both(
    recorded: Database,
    *,
    ticker: str,
    kind: StatementKind,
    label: str,
    whole: tuple[str, float],
    parts: dict[str, float | None],
) -> None:
    found = ask(recorded, ticker, kind)
    expected = {whole[0]: whole[1], **parts}
    values = {name: figure(found, name, label).value for name in expected}
    assert values == {name: None if value is None else Decimal(str(value)) * 1_000_000 for name, value in expected.items()}
