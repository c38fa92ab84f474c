"""Restated figures on the company page: later filings' changes to statement lines."""

from __future__ import annotations

from markupsafe import Markup

from workbench.domain.facts.restatements import Change, Restatement, RestatementList
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "company/restatement_panel.html"

_TONES = {Change.RESTATEMENT: "bad", Change.SCALE_ERROR: "bad", Change.SIGN: "bad"}
# Material changes; rounding is left out.
SHOWN_KINDS = tuple(kind for kind in Change if kind is not Change.ROUNDING)


def restatement_table(changes: RestatementList, selection: Selection, *, limit: int = 12) -> Markup:
    """The newest changes of statement lines, each with a link to its filing; changes in notes are only counted."""
    statement_changes = [one for one in changes.restatements if one.lines]
    if not statement_changes:
        message = notice("No restated figures.", "", is_inline=True)
        return fragment(_TEMPLATE, "empty", message)
    counts = ", ".join(f"{count} {_name(kind)}" for kind, count in changes.counts.items() if kind in SHOWN_KINDS)
    rows = [_row(one, selection) for one in statement_changes[:limit]]
    return fragment(_TEMPLATE, "restatements", rows, counts, f"workbench restatements {changes.company.label}")


def _row(one: Restatement, selection: Selection) -> dict[str, str]:
    after = one.after
    return {
        "href": href("reader", Selection(accession=after.accession, as_of=selection.as_of)),
        "filed": day(after.filed_on),
        "kind": _name(one.kind),
        "tone": _TONES.get(one.kind, "accent"),
        "evidence": one.evidence,
        "label": one.label,
        "end": day(after.period_end),
        "before": exact(one.before.value, one.before.unit),
        "after": exact(after.value, after.unit),
    }


def _name(kind: Change) -> str:
    return kind.value.replace("_", " ")
