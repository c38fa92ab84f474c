"""Labels of the three statements."""

from __future__ import annotations

from workbench.domain.filings.events import event_kind
from workbench.domain.filings.filing import Filing
from workbench.domain.statements.statement import StatementKind

KIND_LABELS = {
    StatementKind.INCOME: "Income",
    StatementKind.BALANCE: "Balance sheet",
    StatementKind.CASHFLOW: "Cash flow",
}

# Financial statements and exhibits: what the other items of a report come with.
_EXHIBITS = "9.01"


def filing_subject(filing: Filing) -> str:
    """What a filing is about: the events of a current report, else its description where that says more than its form."""
    if filing.items:
        events = [event_kind(item).label for item in filing.items if item != _EXHIBITS or len(filing.items) == 1]
        return "; ".join(dict.fromkeys(events))
    description = (filing.description or "").strip()
    return "" if description.upper() in (filing.form.upper(), f"FORM {filing.form.upper()}") else description
