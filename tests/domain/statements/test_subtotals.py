"""A total of segments is not the operating income of a statement that has none (made after The Walt Disney Company)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.statements.test_other_filers import INCOME, Report, at
from workbench.domain.statements.statement import PeriodKind

BEFORE_TAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
YEARS = ((date(2022, 1, 1), date(2022, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31)))


def report(*operating: float, before_tax: tuple[float, float] = (117, 140)) -> Report:
    """Two years: 900 - 760 - 12 - 20 + 9 = 117 and 960 - 800 - 5 - 22 + 7 = 140."""
    found = Report("7812")
    found.rows.clear()
    rows = ((900, 760, 12, -20, 9), (960, 800, 5, -22, 7))
    for year, (revenue, costs, restructuring, interest, equity), income, total in zip(
        YEARS, rows, operating, before_tax, strict=False
    ):
        figures = {
            "Revenues": revenue, "CostsAndExpenses": costs, "RestructuringCharges": restructuring,
            "InterestIncomeExpenseNonoperatingNet": interest, "IncomeLossFromEquityMethodInvestments": equity,
            "OperatingIncomeLoss": income, BEFORE_TAX: total, "NetIncomeLoss": total - 30, "IncomeTaxExpenseBenefit": 30,
        }  # fmt: skip
        found.flows(figures, *year)
    return found


def test_the_statement_leads_past_a_total_of_segments() -> None:
    found = report(205, 231)
    for label in ("FY 2022", "FY 2023"):
        assert at(found.statement(INCOME), "operating_income", label).reason == "contradicted"
    assert found.of_year("ebitda") == "contradicted"
    found.flows({"Revenues": 470, "OperatingIncomeLoss": 118, "NetIncomeLoss": 60}, date(2023, 1, 1), date(2023, 6, 30))
    found.flows({"Revenues": 240, "OperatingIncomeLoss": 61, "NetIncomeLoss": 31}, date(2023, 4, 1), date(2023, 6, 30))
    quarter = at(found.statement(INCOME, PeriodKind.QUARTERLY), "operating_income", "Q2 2023")
    assert (quarter.value, quarter.reason) == (None, "contradicted")


@pytest.mark.parametrize(
    ("filer", "operating", "before_tax"),
    [
        ("operating income is revenue less costs", (140, 160), (117, 140)),
        ("with the share of others' income, as pipelines report it", (149, 167), (117, 140)),
        ("in one of the years only", (205, 160), (117, 140)),
        ("further lines lie between, so the steps lead to nothing", (205, 231), (121, 140)),
    ],
)
def test_a_line_of_the_statement_is_shown(filer: str, operating: tuple[float, float], before_tax: tuple[float, float]) -> None:
    assert report(*operating, before_tax=before_tax).of_year("operating_income") == operating[1], filer


def test_one_year_proves_nothing() -> None:
    assert report(205).of_year("operating_income") == 205


# A made statement: 900 of revenue less costs of 900.
COSTS = {"Revenues": 900, "GeneralAndAdministrativeExpense": 140, "CostsAndExpenses": 900, "OperatingIncomeLoss": 0}


@pytest.mark.parametrize(
    ("filer", "figures", "operating_expenses"),
    [
        # 2,302.3 - 2,325.7 = -23.4 without the note's 0.2.
        (
            "AMC Entertainment, first half of 2023",
            {"Revenues": 2_302.3, "CostsAndExpenses": 2_325.7, "OperatingExpenses": 0.2, "OperatingIncomeLoss": -23.4},
            "contradicted",
        ),
        # 900 - 610 - 150 - 140 = 0: general expenses of 140 stand beside them.
        ("a made pipeline", {**COSTS, "CostOfRevenue": 610, "OperatingExpenses": 150}, "contradicted"),
        ("an airline, all of whose costs are operating expenses", {**COSTS, "OperatingExpenses": 900}, 900),
        ("a cost of revenue before them", {**COSTS, "CostOfRevenue": 610, "OperatingExpenses": 290}, 290),
        ("a cost of revenue among them", {**COSTS, "CostOfRevenue": 610, "OperatingExpenses": 900}, 900),
        ("a figure in thousands beside millions", {**COSTS, "CostOfRevenue": 610, "OperatingExpenses": 290.5}, 290.5),
        ("income of associates before operating income",
         {**COSTS, "OperatingIncomeLoss": 30, "CostOfRevenue": 610, "OperatingExpenses": 150}, 150),
    ],
)  # fmt: skip
def test_operating_expenses_are_all_of_them(filer: str, figures: dict[str, float], operating_expenses: float | str) -> None:
    assert Report("7830").flows(figures).of_year("operating_expenses") == operating_expenses, filer
