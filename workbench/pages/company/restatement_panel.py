"""Restated figures on the company page: later filings' changes to statement lines, one row a line and filing."""

from __future__ import annotations

from markupsafe import Markup

from workbench.domain.facts.restated_concepts import RestatementList
from workbench.domain.facts.restatements import Change
from workbench.pages.frame.markup import day
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.restatements_page import SHOWN_KINDS, kind_name, restatement_row

_TEMPLATE = "company/restatement_panel.html"


def restatement_table(changes: RestatementList, selection: Selection, *, limit: int = 12) -> Markup:
    """What filings changed in statement lines, restatements first, each with a link to the filing; notes are only counted."""
    if not changes.is_known:
        since = f"The loaded filings begin on {day(changes.filings_from)}." if changes.filings_from else "No filing is loaded."
        return fragment(_TEMPLATE, "empty", notice("Restated figures are unknown.", since, is_inline=True))
    of_lines = [entry for entry in changes.restated if entry.lines]
    if not of_lines:
        message = notice("No restated figures.", "", is_inline=True)
        return fragment(_TEMPLATE, "empty", message)
    counts = ", ".join(_counted(count, kind) for kind, count in changes.counts.items() if kind in SHOWN_KINDS)
    rows = [restatement_row(entry, selection) for entry in of_lines[:limit]]
    return fragment(_TEMPLATE, "restatements", rows, counts, f"workbench restatements {changes.company.label}")


def _counted(count: int, kind: Change) -> str:
    name = kind_name(kind)
    return f"{count} {name}" + ("s" if count != 1 else "")
