"""The concept map: complete, consistent, and chosen by industry."""

from __future__ import annotations

import re

import pytest

from workbench.domain.facts.share_classes import LINES_OF_CLASS
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.concepts import Balance, ConceptMap, UnitKind, parse_formula
from workbench.domain.statements.statement import StatementKind

INDUSTRIES = ("commercial", "bank", "insurer", "reit", "real_estate", "restaurant", "utility", "broker", "fund")
ORACLE_LINES = {
    "revenue", "cost_of_revenue", "gross_profit", "selling_general_administrative", "net_income",
    "income_continuing_operations", "depreciation_amortization", "weighted_average_shares", "receivables", "current_assets",
    "current_liabilities", "property_plant_equipment_net", "long_term_debt", "total_assets", "operating_cash_flow",
}  # fmt: skip


def test_a_commercial_company_has_more_than_sixty_lines_and_the_named_ones() -> None:
    lines = [line for kind in StatementKind for line in ConceptMap.load().template(kind, "commercial").lines]
    assert len(lines) >= 60
    assert {line.name for line in lines} >= ORACLE_LINES
    shares = {line.name for line in lines if line.unit is not UnitKind.MONEY}
    assert shares >= {"eps_basic", "eps_diluted", "weighted_average_shares_diluted", "dividends_per_share"}


@pytest.mark.parametrize("industry", INDUSTRIES)
@pytest.mark.parametrize("kind", list(StatementKind))
def test_every_line_is_named_once_and_every_formula_names_lines(kind: StatementKind, industry: str) -> None:
    template = ConceptMap.load().template(kind, industry)
    names = [line.name for line in template.lines]
    assert len(set(names)) == len(names)
    for line in template.lines:
        assert line.all_tags or line.formula or line.name in LINES_OF_CLASS.values()
        # A key written below a table of the map (`[line.tags_for]`) would be taken for an industry of it.
        assert all(re.fullmatch(r"(us-gaap|ifrs-full):[A-Z][A-Za-z0-9]{3,}", tag) for tag in line.all_tags + line.at_least)
        assert {term.line for term in line.proven_by + line.must_equal} <= {
            each["name"] for each in ConceptMap.load().lines[kind]
        }
        assert len(set(line.tags)) == len(line.tags)
        assert {operand.line for operand in line.formula} <= set(names), (line.name, industry)
        is_count_of_a_day = line.unit is UnitKind.SHARES and line.balance is Balance.INSTANT
        assert line.unit is UnitKind.MONEY or is_count_of_a_day or not line.formula, (
            "figures per share, and counts over a period, are never computed"
        )
        assert ConceptMap.load().all_tags(kind) >= set(line.tags)


@pytest.mark.parametrize(
    ("sic", "reported", "industry"),
    [
        ("3571", (), "commercial"),
        ("6021", (), "bank"),  # national commercial banks
        ("6331", (), "insurer"),
        ("6798", (), "reit"),
        ("6512", (), "real_estate"),  # operators of buildings
        ("6552", ("us-gaap:RealEstateInvestmentPropertyNet",), "real_estate"),  # land developers
        ("6553", (), "commercial"),  # cemeteries
        ("5812", (), "restaurant"),  # eating places
        ("5810", (), "restaurant"),  # Starbucks
        ("5800", (), "commercial"),  # retailers of food to go
        ("4911", (), "utility"),
        ("6099", (), "commercial"),  # payments
        ("6099", ("us-gaap:InterestExpenseDeposits",), "bank"),
        ("4941", (), "utility"),  # water supply
        ("4953", (), "commercial"),  # refuse systems
        ("4955", (), "commercial"),  # hazardous waste management
        ("4961", (), "utility"),  # steam
        ("6211", (), "broker"),
        ("6221", (), "fund"),  # commodity trusts
        ("6726", (), "fund"),
        ("6411", (), "commercial"),  # insurance brokers
        (None, ("us-gaap:GrossInvestmentIncomeOperating",), "fund"),
        (None, ("us-gaap:GrossInvestmentIncomeOperating", "us-gaap:PremiumsEarnedNet"), "insurer"),
        ("3571", ("us-gaap:GrossInvestmentIncomeOperating",), "commercial"),
        ("6199", ("us-gaap:InterestExpenseDeposits",), "bank"),  # a card issuer that takes deposits
        ("7372", ("us-gaap:InterestExpenseDeposits",), "commercial"),  # software with a small bank stays software
        (None, ("us-gaap:PremiumsEarnedNet",), "insurer"),
        (None, (), "commercial"),
    ],
)
def test_industry(sic: str | None, reported: tuple[str, ...], industry: str) -> None:
    assert ConceptMap.load().industry_of(Company(Cik(1), "Some Company", sic=sic), reported) == industry


def test_formula() -> None:
    operands = [(term.line, term.sign, term.is_optional, term.is_condition) for term in parse_formula("a - b + c? - d!")]
    assert operands == [("a", 1, False, False), ("b", -1, False, False), ("c", 1, True, False), ("d", -1, False, True)]
    assert [(term.line, term.is_filed) for term in parse_formula("a* - b")] == [("a", True), ("b", False)]
