"""Ratios and trailing twelve months of the recorded companies against what their filings say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from db.statements.provenance import ratio_provenance
from db.statements.ratios import ratios
from workbench.domain.errors import NotFound
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, Status

pytestmark = pytest.mark.mirror


def ask(recorded: Database, ticker: str, period: PeriodKind = PeriodKind.ANNUAL, as_of: date | None = None) -> RatioTable:
    with recorded.read() as connection:
        return ratios(connection, resolve(connection, ticker), period, as_of)


def figure(found: RatioTable | Statement, line: str, label: str) -> Figure:
    column = [period.label for period in found.periods].index(label)
    return next(row for row in found.lines if row.line == line).figures[column]


@pytest.mark.parametrize(
    ("ticker", "ratio", "label", "stated"),
    [
        # As the management's discussion of each annual report gives them.
        ("AAPL", "gross_margin", "FY 2024", "46.2"),
        ("AAPL", "effective_tax_rate", "FY 2024", "24.1"),
        ("AAPL", "revenue_growth", "FY 2024", "2"),
        ("NVDA", "gross_margin", "FY 2025", "75.0"),
        ("NVDA", "revenue_growth", "FY 2025", "114"),
        ("NKE", "gross_margin", "FY 2024", "44.6"),
        ("NKE", "effective_tax_rate", "FY 2024", "14.9"),
        ("PG", "gross_margin", "FY 2024", "51.4"),
        ("PG", "effective_tax_rate", "FY 2024", "20.2"),
        ("GOOGL", "operating_margin", "FY 2024", "32"),
        ("GOOGL", "effective_tax_rate", "FY 2024", "16.4"),
        # By hand: 152,987 / 176,392; half of 18,647 + 16,651 in 52 weeks' cost of 222,358.
        ("AAPL", "current_ratio", "FY 2024", "0.867"),
        ("COST", "inventory_days", "FY 2024", "28.9"),
    ],
)
def test_ratios_are_those_of_the_reports(recorded: Database, ticker: str, ratio: str, label: str, stated: str) -> None:
    found = figure(ask(recorded, ticker), ratio, label)
    assert found.value is not None
    assert found.value.quantize(Decimal(stated)) == Decimal(stated)
    assert found.status is Status.DERIVED
    assert found.facts


def test_a_ratio_names_its_operands_with_how_they_came_to_be(recorded: Database) -> None:
    margin = figure(ask(recorded, "WMT"), "gross_margin", "FY 2025")
    assert margin.formula == "gross_profit [revenue - cost_of_revenue] / revenue"
    assert [fact.concept for fact in margin.facts] == [
        "us-gaap:Revenues", "us-gaap:CostOfRevenue", "us-gaap:Revenues",
    ]  # fmt: skip
    revenue, cost, _ = (fact.value for fact in margin.facts)
    assert margin.value == round((revenue - cost) / revenue * 100, 4)


def test_a_ratio_leads_to_the_facts_of_its_operands(recorded: Database) -> None:
    with recorded.read() as connection:
        company = resolve(connection, "AAPL")
        found = ratio_provenance(connection, company, "return_on_equity", period_end=date(2024, 9, 28))
        with pytest.raises(NotFound, match="there is no ratio 'loss_ratio'"):  # of insurers
            ratio_provenance(connection, company, "loss_ratio")
    assert found.figure.formula == "net_income / average(stockholders_equity)"
    # 93,736 million over the middle of 62,146 and 56,950.
    assert [(origin.fact.value, origin.fact.period_end) for origin in found.origins] == [
        (93_736_000_000, date(2024, 9, 28)),
        (62_146_000_000, date(2023, 9, 30)),
        (56_950_000_000, date(2024, 9, 28)),
    ]
    assert found.figure.value == Decimal("157.4125")


def test_trailing_twelve_months_are_four_quarters(recorded: Database) -> None:
    with recorded.read() as connection:
        found = statement(connection, resolve(connection, "WMT"), StatementKind.INCOME, PeriodKind.TTM, date(2025, 7, 1))
    trailing = figure(found, "revenue", "TTM Q1 2026")
    # Fiscal 2025 680,985, and a first quarter of 165,609 in place of 161,508.
    assert trailing.value == 685_086_000_000
    assert trailing.formula == "quarter + quarter + [fiscal year - first nine months] + quarter"
    quarters = [fact.value for fact in trailing.facts]
    assert trailing.value == quarters[0] + quarters[1] + quarters[2] - quarters[3] + quarters[4]
    assert figure(found, "revenue", "TTM Q4 2025").status is Status.REPORTED
    # (8,081 * 366 + 8,051 * 89 - 8,084 * 90) / 365 = 8,072.948 million shares; 18,819 million of income.
    assert figure(found, "eps_diluted", "TTM Q1 2026").value == Decimal("2.3311")
    assert found.periods[-1].start == date(2024, 5, 1)


def test_trailing_months_of_every_company_are_proven_or_refused(recorded: Database) -> None:
    """Twelve months are also the fiscal year, with the year to date in place of that of the year before."""
    compared = 0
    for ticker in ("AAPL", "NVDA", "GOOGL", "PG", "WMT", "NKE", "MCD", "COST"):
        with recorded.read() as connection:
            company = resolve(connection, ticker)
            trailing, years = (
                statement(connection, company, StatementKind.CASHFLOW, kind, None)
                for kind in (PeriodKind.TTM, PeriodKind.ANNUAL)
            )
        ends = [period.end for period in years.periods]
        for line, annual in zip(trailing.lines, years.lines, strict=True):
            for period, found in zip(trailing.periods, line.figures, strict=True):
                if found.value is None:
                    assert found.reason, (ticker, line.line)
                elif period.fiscal_quarter == 4 and period.end in ends:
                    assert found.value == annual.figures[ends.index(period.end)].value, (ticker, line.line)
                    compared += 1
    assert compared > 1500


@pytest.mark.parametrize(
    ("ticker", "ratio", "label", "reason"),
    [
        ("MCD", "return_on_equity", "FY 2024", "not_meaningful"),  # its equity is negative
        ("MCD", "gross_margin", "FY 2024", "operand_missing"),  # it reports no cost of sales
        ("MCD", "revenue_per_share", "FY 2024", "scale_error"),  # 721.9 diluted shares, in millions
        ("SNOW", "effective_tax_rate", "FY 2025", "not_meaningful"),  # a loss
        ("KMB", "revenue_growth", "FY 2022", "operand_restated_apart"),  # 2022 was recast without a business, 2021 not
    ],
)
def test_what_cannot_be_computed_is_refused(recorded: Database, ticker: str, ratio: str, label: str, reason: str) -> None:
    found = figure(ask(recorded, ticker), ratio, label)
    assert (found.value, found.status, found.reason) == (None, Status.REFUSED, reason)
    assert found.formula


@pytest.mark.parametrize(
    ("ratio", "label"), [("net_margin", "Q4 2011"), ("cash_conversion_days", "Q4 2011"), ("revenue_growth", "Q4 2012")]
)
def test_a_ratio_of_a_quarter_that_contradicts_its_year_says_so(recorded: Database, ratio: str, label: str) -> None:
    # Net sales without membership fees stand for the revenue of Walmart's fourth quarter of 2011.
    found = figure(ask(recorded, "WMT", PeriodKind.QUARTERLY), ratio, label)
    assert (found.value, found.reason) == (None, "quarters_disagree")


def test_an_earlier_day_gives_the_ratios_of_that_day(recorded: Database) -> None:
    found = ask(recorded, "NKE", as_of=date(2023, 7, 1))
    assert found.periods[-1].label == "FY 2022"
    assert all(fact.filed_on <= date(2023, 7, 1) for line in found.lines for cell in line.figures for fact in cell.facts)


def test_returns_are_not_given_for_a_single_quarter(recorded: Database) -> None:
    quarterly = {line.line for line in ask(recorded, "COST", PeriodKind.QUARTERLY).lines}
    assert "return_on_equity" not in quarterly
    growth = figure(ask(recorded, "COST", PeriodKind.QUARTERLY), "revenue_growth", "Q3 2025")
    assert growth.formula == "revenue / prior(revenue) - 1"
    assert [fact.period_end for fact in growth.facts] == [date(2025, 5, 11), date(2024, 5, 12)]
