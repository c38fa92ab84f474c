"""Failed checks of statements, of one company or of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from workbench.domain.measures.checks import StatementCheck
from workbench.domain.statements.reasons import FAULTS
from workbench.pages.frame.labels import KIND_LABELS
from workbench.pages.frame.markup import company_link, day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "market/failed_checks.html"


def failed_checks_table(
    checks: Sequence[StatementCheck], selection: Selection, *, has_company: bool = False, limit: int = 12, more: str = ""
) -> Markup:
    """One row a failed check, with its statements and a link, newest period first; `has_company` adds the company."""
    if not checks:
        return fragment(_TEMPLATE, "empty", more, notice("All checked statements tie out.", "", is_inline=True))
    rows = _rows(checks, selection)
    left = f"{len(rows) - limit:,}" if len(rows) > limit else ""
    return fragment(_TEMPLATE, "checks", rows[:limit], more, has_company, left)


def _rows(checks: Sequence[StatementCheck], selection: Selection) -> list[dict[str, Any]]:
    """One row for what several statements of a period fail alike, as those that show the same line do."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in checks:
        same = each.company.cik, each.period, each.check.period_end, each.check.name, each.check.detail
        statement = KIND_LABELS[each.kind]
        if same in rows:
            rows[same]["statements"].append(statement)
        else:
            rows[same] = _row(each, selection) | {"statements": [statement]}
    return list(rows.values())


def _row(each: StatementCheck, selection: Selection) -> dict[str, Any]:
    target = Selection(ticker=key(each.company), as_of=selection.as_of, kind=each.kind, period=each.period)
    return {
        "company": company_link(each.company, selection),
        "href": href("company", target),
        "end": day(each.check.period_end),
        "label": each.label,
        "fault": FAULTS.get(each.check.name, each.check.name),
        "detail": each.check.detail,
    }
