"""Ratios taken apart into lines of statements."""

from __future__ import annotations

import pytest

from workbench.domain.measures.formulas import statement_lines_of, statements_of_lines
from workbench.domain.measures.ratios import ratio_definitions
from workbench.domain.statements.statement import StatementKind


@pytest.mark.parametrize(
    ("ratio", "lines"),
    [
        ("working_capital", {"current_assets", "current_liabilities"}),
        ("payable_days", {"accounts_payable", "cost_of_revenue"}),
        ("return_on_assets", {"net_income", "total_assets"}),
        ("free_cash_flow_margin", {"operating_cash_flow", "capital_expenditure", "revenue"}),
        ("ebitda_margin", {"operating_income", "depreciation_amortization", "revenue"}),
    ],
)
def test_a_ratio_is_made_of_its_lines(ratio: str, lines: set[str]) -> None:
    assert set(statement_lines_of(ratio)) == lines


def test_every_ratio_leads_to_a_statement() -> None:
    assert [name for name in ratio_definitions() if not statement_lines_of(name)] == []


def test_lines_know_their_statements() -> None:
    assert statements_of_lines()["current_assets"] == (StatementKind.BALANCE,)
    assert statements_of_lines()["capital_expenditure"] == (StatementKind.CASHFLOW,)
