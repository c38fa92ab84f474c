"""Primary statements in text, distinguished from lists of contents, sentences and other tables."""

from __future__ import annotations

from workbench.domain.statements.statement import StatementKind
from workbench.parse.items.primary_statements import find_statements

BALANCE = """CONSOLIDATED BALANCE SHEETS
(in millions)
December 31, 2023 2022
ASSETS
Current assets:
Cash and cash equivalents $ 120 $ 110
Receivables 30 28
Inventories 45 50
Total current assets 195 188
Property and equipment, net 300 290
Total assets $ 495 $ 478
LIABILITIES AND EQUITY
Accounts payable 60 55
Total current liabilities 60 55
Long-term debt 150 160
Total liabilities 210 215
Total equity 285 263"""

CASH = """Orchard Holdings, Inc. and Subsidiaries
Consolidated Statements of Cash Flows (Unaudited)

Operating activities
Net income 40 35
Depreciation and amortization 20 19
Change in receivables (2) (1)
Change in inventories 5 (3)
Net cash provided by operating activities 63 50
Capital expenditures (30) (25)
Net cash used in investing activities (30) (25)
{break}Dividends paid (10) (9)
Repayment of debt (10) —
Net cash used in financing activities (20) (9)
Cash at end of year 120 110"""


def _kinds(text: str) -> list[tuple[StatementKind, str, str]]:
    return [
        (span.kind, text[span.start :].split("\n", 1)[0], text[: span.end].rsplit("\n", 1)[-1])
        for span in find_statements(text)
    ]


def test_a_statement_is_its_title_and_its_rows() -> None:
    text = f"Report of the auditor.\n\n{BALANCE}\n\nThe accompanying notes are part of these statements.\n"
    assert _kinds(text) == [(StatementKind.BALANCE, "CONSOLIDATED BALANCE SHEETS", "Total equity 285 263")]


def test_a_statement_over_two_pages_is_one() -> None:
    again = "\nOrchard Holdings, Inc.\nConsolidated Statements of Cash Flows (continued)\n"
    text = CASH.replace("{break}", again) + "\n\n" + BALANCE
    assert [(kind, last) for kind, _, last in _kinds(text)] == [
        (StatementKind.CASHFLOW, "Cash at end of year 120 110"),
        (StatementKind.BALANCE, "Total equity 285 263"),
    ]


def test_a_list_of_contents_and_sentences_are_none() -> None:
    contents = "\n".join(
        f"Consolidated Balance Sheets {page}\nConsolidated Statements of Income {page + 1}" for page in range(40, 50)
    )
    prose = "Our consolidated balance sheets show no debt.\n" * 12
    assert find_statements(f"{contents}\n\n{prose}") == []


def test_a_table_of_another_kind_under_such_a_title_is_none() -> None:
    rows = "\n".join(f"Interest rate contracts {number} {number + 1}" for number in range(12))
    assert find_statements(f"Location in Statements of Income\n{rows}") == []
