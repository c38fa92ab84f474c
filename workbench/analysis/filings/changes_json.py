"""What changed in an item, in the shape that the command line and the API give out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.domain.filings.changes import Change, ChangeKind, ItemChanges, ItemVersion, Paragraph


def changes_document(found: ItemChanges, *, kinds: Sequence[ChangeKind] = (), limit: int | None = None) -> dict[str, Any]:
    """`company`, `from`, `to` (see `_version`), `counts` by kind, `unchanged` paragraphs, `changed_ratio` and `changes[]`, the
    weightiest first: only those of `kinds` when some are given, at most `limit`. Of JSON's own types only.
    """
    company = found.pair.company
    return {
        "company": company.label,
        "cik": company.cik.number,
        "company_name": company.name,
        "from": _version(found.pair.old),
        "to": _version(found.pair.new),
        "counts": {kind.value: count for kind, count in found.diff.counts.items()},
        "unchanged": len(found.diff.unchanged),
        "changed_ratio": round(found.diff.changed_ratio, 4),
        "changes": [_change(change) for change in select_changes(found, kinds)[:limit]],
    }


def select_changes(found: ItemChanges, kinds: Sequence[ChangeKind] = ()) -> list[Change]:
    """The changes of these kinds, of every kind when none is given; the weightiest first."""
    return [change for change in found.diff.changes if not kinds or change.kind in kinds]


def _version(version: ItemVersion) -> dict[str, Any]:
    document, section = version.document, version.section
    return {
        "accession": str(document.accession),
        "document": document.name,
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "part": section.part,
        "item": section.item,
        "title": section.title,
        "start": section.start,
        "end": section.end,
        "status": section.status,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "weight": change.weight,
        "is_moved": change.is_moved,
        "old": _paragraph(change.old),
        "new": _paragraph(change.new),
        "words": [{"kind": run.kind, "text": run.text} for run in change.words],
    }


def _paragraph(paragraph: Paragraph | None) -> dict[str, Any] | None:
    if paragraph is None:
        return None
    return {"start": paragraph.start, "end": paragraph.end, "text": paragraph.text}
