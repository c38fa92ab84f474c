"""Statements that do not add up, of one company or of all."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workbench.domain.measures.checks import StatementCheck
from workbench.domain.statements.reasons import FAULTS
from workbench.pages.frame.labels import KIND_LABELS
from workbench.pages.frame.markup import day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "market/failed_checks.html"


def failed_checks_table(
    found: Sequence[StatementCheck], selection: Selection, *, of_all: bool = False, limit: int = 12, more: str = ""
) -> Markup:
    """One row a failed check, newest period first, each a link to its statement; `of_all` names the company."""
    if not found:
        return fragment(_TEMPLATE, "empty", more, notice("Every statement that was checked adds up.", "", is_inline=True))
    left = f"{len(found) - limit:,}" if len(found) > limit else ""
    return fragment(_TEMPLATE, "checks", [_row(each, selection) for each in found[:limit]], more, of_all, left)


def _row(each: StatementCheck, selection: Selection) -> dict[str, str]:
    target = Selection(ticker=key(each.company), as_of=selection.as_of, kind=each.kind, period=each.period)
    return {
        "company": each.company.label,
        "href": href("company", target),
        "end": day(each.check.period_end),
        "label": each.label,
        "fault": FAULTS.get(each.check.name, each.check.name),
        "statement": KIND_LABELS[each.kind],
        "detail": each.check.detail,
    }
