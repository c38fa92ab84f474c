"""Failed checks of statements, of one company or of all."""

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
    checks: Sequence[StatementCheck], selection: Selection, *, has_company: bool = False, limit: int = 12, more: str = ""
) -> Markup:
    """One row a failed check, newest period first, with a link to its statement; `has_company` adds the company."""
    if not checks:
        return fragment(_TEMPLATE, "empty", more, notice("All checked statements tie out.", "", is_inline=True))
    left = f"{len(checks) - limit:,}" if len(checks) > limit else ""
    return fragment(_TEMPLATE, "checks", [_row(each, selection) for each in checks[:limit]], more, has_company, left)


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
