"""`workbench audit` counts each identity and names the filings of what is broken."""

from __future__ import annotations

from rich.console import Console

from tests.domain.measures.test_audit import BALANCED, statements
from tests.domain.statements.test_other_filers import Report
from workbench.cli.statements.audit import _table, _words
from workbench.domain.measures.audit import audit

BROKEN = audit(statements(Report().balances(BALANCED | {"StockholdersEquity": 199})))


def test_each_identity_has_a_row_with_its_outcomes() -> None:
    console = Console(width=160, record=True)
    console.print(_table([BROKEN, audit(statements(Report().balances(BALANCED)))]))
    (row,) = (row for row in console.export_text().splitlines() if "Balance sheet balances" in row)
    assert row.split()[3:] == ["2", "1", "1", "–", "–", "–"]


def test_a_break_names_its_figures_and_their_filings() -> None:
    (broken,) = (each for each in BROKEN.breaks if each.name == "balance_sheet_balances")
    assert _words(BROKEN.company, broken).plain.splitlines() == [
        "CIK 7 FY 2023 annual balance: Balance sheet balances [marked]",
        "  Total assets 500,000,000 (0000000007-24-021600)",
        "  Total liabilities 320,000,000 (0000000007-24-021600)",
        "  Total equity 199,000,000 (0000000007-24-021600)",
    ]
