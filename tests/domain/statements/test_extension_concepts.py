"""What a filing's own calculations prove of concepts that the map does not list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.identity import Cik, Company
from workbench.domain.statements.calculations import (
    Calculation,
    ExactFact,
    FiledFigures,
    Term,
    as_usually_rounded,
    statement_role,
)
from workbench.domain.statements.extension_concepts import extension_mappings
from workbench.domain.statements.statement import StatementKind

ACME = Company(Cik(7), "Acme", sic="3571")
START, END = date(2024, 1, 1), date(2024, 12, 31)


def calculation(text: str, role: str = "statement") -> Calculation:
    """`GrossProfit = Revenues - acme:Cost`; without a prefix, us-gaap."""
    total, _, rest = text.partition(" = ")
    terms, sign = [], Decimal(1)
    for word in rest.split():
        if word in "+-":
            sign = Decimal(1 if word == "+" else -1)
        else:
            terms.append(Term(_name(word), sign))
    return Calculation(role, _name(total), tuple(terms))


def _name(word: str) -> str:
    return word if ":" in word else f"us-gaap:{word}"


def filed(values: Mapping[str, int], start: date | None = START, decimals: int | None = None) -> FiledFigures:
    return FiledFigures(
        ExactFact(_name(name.replace("__", ":")), "USD", start, END, Decimal(value), decimals)
        for name, value in values.items()
    )


def figures(**values: int) -> FiledFigures:
    return filed(values)


def balances(**values: int) -> FiledFigures:
    return filed(values, start=None)


def extensions(calculations: list[Calculation], known: FiledFigures, industry: str = "commercial") -> dict[str, str]:
    return {line.concept: line.line for line in extension_mappings(calculations, known, ACME, industry)}


def test_the_one_term_without_a_line_is_the_line_that_is_left() -> None:
    gross = [calculation("GrossProfit = Revenues - acme:CostOfAnvils")]
    assert extensions(gross, figures(GrossProfit=40, Revenues=100, acme__CostOfAnvils=60)) == {
        "acme:CostOfAnvils": "cost_of_revenue"
    }
    sales = [calculation("GrossProfit = acme:AnvilSales - CostOfRevenue")]
    assert extensions(sales, figures(GrossProfit=40, acme__AnvilSales=100, CostOfRevenue=60)) == {"acme:AnvilSales": "revenue"}


def test_a_total_of_ones_own_in_a_lines_place() -> None:
    calculations = [
        calculation("acme:AllExpenses = SellingGeneralAndAdministrativeExpense + ResearchAndDevelopmentExpense"),
        calculation("OperatingIncomeLoss = GrossProfit - acme:AllExpenses"),
    ]
    known = figures(
        acme__AllExpenses=30, SellingGeneralAndAdministrativeExpense=20, ResearchAndDevelopmentExpense=10,
        OperatingIncomeLoss=10, GrossProfit=40,
    )  # fmt: skip
    assert extensions(calculations, known) == {"acme:AllExpenses": "operating_expenses"}


def test_a_balance_sheet_with_a_total_of_its_own() -> None:
    calculations = [calculation("LiabilitiesAndStockholdersEquity = acme:AllDebts + StockholdersEquity")]
    known = balances(LiabilitiesAndStockholdersEquity=100, acme__AllDebts=70, StockholdersEquity=30)
    (found,) = extension_mappings(calculations, known, ACME, "commercial")
    assert (found.line, found.kind, found.period_start) == ("total_liabilities", StatementKind.BALANCE, None)


def test_a_term_that_is_not_stated_does_not_stand_in_the_way() -> None:
    text = "LiabilitiesAndStockholdersEquity = acme:AllDebts + CommitmentsAndContingencies + StockholdersEquity"
    known = balances(LiabilitiesAndStockholdersEquity=100, acme__AllDebts=70, StockholdersEquity=30)
    assert extensions([calculation(text)], known) == {"acme:AllDebts": "total_liabilities"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("GrossProfit = Revenues - acme:CostOfAnvils", {"GrossProfit": 41, "Revenues": 100, "acme__CostOfAnvils": 60}),
        (
            "GrossProfit = Revenues - acme:CostOfAnvils - acme:CostOfHammers",
            {"GrossProfit": 40, "Revenues": 100, "acme__CostOfAnvils": 50, "acme__CostOfHammers": 10},
        ),
        (  # a part of the costs beside another
            "GrossProfit = Revenues - CostOfRevenue - acme:Freight",
            {"GrossProfit": 40, "Revenues": 100, "CostOfRevenue": 50, "acme__Freight": 10},
        ),
        (  # one of many kinds of expense, none of which it is known to be
            "OperatingIncomeLoss = GrossProfit - SellingGeneralAndAdministrativeExpense - acme:Storms",
            {"OperatingIncomeLoss": 10, "GrossProfit": 40, "SellingGeneralAndAdministrativeExpense": 20, "acme__Storms": 10},
        ),
        (  # a subtotal on the way to the operating income
            "acme:BeforeStorms = Revenues - CostOfRevenue - SellingGeneralAndAdministrativeExpense",
            {"acme__BeforeStorms": 20, "Revenues": 100, "CostOfRevenue": 60, "SellingGeneralAndAdministrativeExpense": 20},
        ),
        ("GrossProfit = Revenues + acme:CostOfAnvils", {"GrossProfit": 40, "Revenues": 100, "acme__CostOfAnvils": -60}),
        (  # the filing states the line itself
            "GrossProfit = Revenues - acme:CostOfAnvils",
            {"GrossProfit": 40, "Revenues": 100, "acme__CostOfAnvils": 60, "CostOfRevenue": 55},
        ),
    ],
)
def test_nothing_that_is_not_proven(text: str, values: dict[str, int]) -> None:
    assert extensions([calculation(text)], filed(values)) == {}


def test_rounding_is_no_difference_and_more_is() -> None:
    gross = [calculation("GrossProfit = Revenues - acme:CostOfAnvils")]
    million = 1_000_000
    close = {"GrossProfit": 41 * million, "Revenues": 100 * million, "acme__CostOfAnvils": 60 * million}
    assert extensions(gross, filed(close, decimals=-6)) == {"acme:CostOfAnvils": "cost_of_revenue"}
    assert extensions(gross, filed(close | {"GrossProfit": 42 * million}, decimals=-6)) == {}
    assert extensions(gross, filed(close, decimals=-3)) == {}


def test_a_calculation_of_a_note_proves_nothing() -> None:
    calculations = [
        calculation("OperatingIncomeLoss = GrossProfit - OperatingExpenses"),
        calculation("NetIncomeLoss = IncomeLossFromContinuingOperationsBeforeIncomeTaxes - IncomeTaxExpenseBenefit"),
        calculation("GrossProfit = acme:SegmentSales - CostOfRevenue", role="note"),
    ]
    assert statement_role(calculations, StatementKind.INCOME, ACME, "commercial") == "statement"
    assert extensions(calculations, figures(GrossProfit=40, acme__SegmentSales=100, CostOfRevenue=60)) == {}


def test_a_bank_is_read_by_its_own_lines() -> None:
    calculations = [calculation("InterestIncomeExpenseNet = acme:AllInterest - InterestExpense")]
    known = figures(InterestIncomeExpenseNet=70, acme__AllInterest=100, InterestExpense=30)
    assert extensions(calculations, known, "bank") == {"acme:AllInterest": "interest_and_dividend_income"}
    assert extensions(calculations, known) == {}


def test_the_most_exact_of_repeated_figures_counts() -> None:
    rounded = ExactFact("us-gaap:Assets", "USD", None, END, Decimal(1_000_000_000), -9)
    exact = rounded._replace(value=Decimal(1_234_000_000), decimals=-6)
    for facts in ([rounded, exact], [exact, rounded]):
        assert FiledFigures(facts).find("us-gaap:Assets", ("USD", None, END)) == exact


def test_a_filing_that_does_not_say_how_exact_it_is_rounds_as_most_of_its_figures_are() -> None:
    values = [n * 1_000_000 for n in range(1, 20)] + [1_234_567]
    facts = [ExactFact(f"us-gaap:T{value}", "USD", None, END, Decimal(value), None) for value in values]
    assert {fact.value: fact.decimals for fact in as_usually_rounded(facts)} == {
        Decimal(value): (-6 if value % 1_000_000 == 0 else None) for value in values
    }
    exact = [fact._replace(value=fact.value + 1) for fact in facts[:10]] + facts[10:]
    assert {fact.decimals for fact in as_usually_rounded(exact)} == {None}
