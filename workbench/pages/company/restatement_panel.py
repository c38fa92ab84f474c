"""Restated figures on the company page: later filings' changes to statement lines, one row a line and filing."""

from __future__ import annotations

from markupsafe import Markup

from workbench.domain.facts.restated_concepts import RestatedConcept, RestatementList
from workbench.domain.facts.restatements import Change
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
    """What filings changed in statement lines, restatements first, each with a link to the filing; notes are only counted."""
    if not changes.is_known:
        since = f"The loaded filings begin on {day(changes.filings_from)}." if changes.filings_from else "No filing is loaded."
        return fragment(_TEMPLATE, "empty", notice("Restated figures are unknown.", since, is_inline=True))
    of_lines = [entry for entry in changes.restated if entry.lines]
    if not of_lines:
        message = notice("No restated figures.", "", is_inline=True)
        return fragment(_TEMPLATE, "empty", message)
    counts = ", ".join(f"{count} {_name(kind)}" for kind, count in changes.counts.items() if kind in SHOWN_KINDS)
    rows = [_row(entry, selection) for entry in of_lines[:limit]]
    return fragment(_TEMPLATE, "restatements", rows, counts, f"workbench restatements {changes.company.label}")


def _row(entry: RestatedConcept, selection: Selection) -> dict[str, str]:
    one = entry.foremost
    after = one.after
    others = len(entry.changes) - 1
    return {
        "href": href("reader", Selection(accession=after.accession, as_of=selection.as_of)),
        "filed": day(after.filed_on),
        "form": after.form,
        "kind": _name(entry.kind),
        "tone": _TONES.get(entry.kind, "accent"),
        "evidence": one.evidence,
        "label": entry.label,
        "end": day(after.period_end),
        "others": f"+ {others} other period{'s' if others > 1 else ''}" if others else "",
        "before": exact(one.before.value, one.before.unit),
        "after": exact(after.value, after.unit),
    }


def _name(kind: Change) -> str:
    return kind.value.replace("_", " ")
