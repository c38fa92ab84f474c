"""Which figures prove a concept outside the map to be a line: period by period, and stated figures only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

from tests.domain.statements.test_extension_concepts import ACME, calculation, extensions, figures
from workbench.domain.statements.calculations import ExactFact, FiledFigures
from workbench.domain.statements.extension_concepts import extension_mappings

GROSS = calculation("GrossProfit = Revenues - acme:CostOfAnvils")


def year(number: int, **values: int) -> list[ExactFact]:
    names = {"Gross": "us-gaap:GrossProfit", "Sales": "us-gaap:Revenues", "Cost": "acme:CostOfAnvils"}
    span = (date(number, 1, 1), date(number, 12, 31))
    return [ExactFact(names[name], "USD", *span, Decimal(value), None) for name, value in values.items()]


def test_each_period_is_proven_by_its_own_figures() -> None:
    years = (
        year(2022, Gross=41, Sales=100, Cost=60),  # does not add up
        year(2023, Gross=45, Sales=100, Cost=55),
        year(2024, Gross=40, Sales=100),  # its costs are not stated
        year(2025, Gross=30, Sales=100, Cost=70),
    )
    for order in permutations(years):
        known = FiledFigures(fact for facts in order for fact in facts)
        found = extension_mappings([GROSS], known, ACME, "commercial")
        assert [(line.period_end.year, line.line, line.concept) for line in found] == [
            (2023, "cost_of_revenue", "acme:CostOfAnvils"), (2025, "cost_of_revenue", "acme:CostOfAnvils")
        ]  # fmt: skip


def test_what_is_not_stated_is_no_line_though_the_rest_adds_up() -> None:
    assert extensions([GROSS], figures(GrossProfit=100, Revenues=100)) == {}


def test_each_concept_of_a_filing_is_looked_at() -> None:
    calculations = [
        calculation("GrossProfit = acme:Storms - acme:Floods"),
        calculation("OperatingIncomeLoss = GrossProfit - acme:AllExpenses"),
    ]
    known = figures(GrossProfit=40, acme__Storms=50, acme__Floods=10, OperatingIncomeLoss=15, acme__AllExpenses=25)
    assert extensions(calculations, known) == {"acme:AllExpenses": "operating_expenses"}
