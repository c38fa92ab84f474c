"""Labels of the three statements."""

from __future__ import annotations

from workbench.domain.statements.statement import StatementKind

KIND_LABELS = {
    StatementKind.INCOME: "Income",
    StatementKind.BALANCE: "Balance sheet",
    StatementKind.CASHFLOW: "Cash flow",
}
