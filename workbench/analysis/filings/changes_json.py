"""What changed in an item, as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Schema
from workbench.domain.filings.changes import Change, ChangeKind, ItemChanges, ItemVersion, Paragraph


class VersionAnswer(TypedDict, closed=True):
    """The item in one of the two filings: its span [start, end) in the extracted text of the filing's document."""

    accession: str
    document: str
    form: str | None
    filed_on: IsoDate | None
    part: str | None
    item: str
    title: str
    start: int
    end: int
    status: str


class ParagraphAnswer(TypedDict, closed=True):
    """The text of a paragraph, and its span in the extracted text of that filing's document."""

    start: int
    end: int
    text: str


class WordRunAnswer(TypedDict, closed=True):
    """Words of both texts, of the old text alone, or of the new text alone."""

    kind: Literal["same", "removed", "added"]
    text: str


class ChangeAnswer(TypedDict, closed=True):
    """One changed paragraph; `words`, in order, lead from the old text to the new. `weight` is in bits of information."""

    kind: ChangeKind
    weight: float
    is_moved: bool
    old: ParagraphAnswer | None
    new: ParagraphAnswer | None
    words: list[WordRunAnswer]
    moved_sentences: Annotated[
        list[str], Schema(description="Sentences that stood, or stand, in another changed paragraph or in another item.")
    ]


# Not as a class: `from` is a word of the language.
_ChangesFields = TypedDict(
    "_ChangesFields",
    {
        "company": str,
        "cik": int,
        "company_name": str,
        "from": VersionAnswer,
        "to": VersionAnswer,
        "counts": Annotated[dict[str, int], Schema(description="All changes, by kind.")],
        "unchanged": Annotated[int, Schema(description="Paragraphs that did not change.")],
        "changed_ratio": float,
        "changes": list[ChangeAnswer],
    },
)


class ChangesAnswer(_ChangesFields, closed=True):
    """What changed in an item from one filing to the other, the weightiest change first; `counts` counts all, by kind."""


def changes_document(
    item_changes: ItemChanges, *, kinds: Sequence[ChangeKind] = (), limit: int | None = None
) -> ChangesAnswer:
    """The changes, the weightiest first: only those of `kinds` when some are given, at most `limit`."""
    company = item_changes.pair.company
    return {
        "company": company.label,
        "cik": company.cik.number,
        "company_name": company.name,
        "from": _version(item_changes.pair.old),
        "to": _version(item_changes.pair.new),
        "counts": {kind.value: count for kind, count in item_changes.diff.counts.items()},
        "unchanged": len(item_changes.diff.unchanged),
        "changed_ratio": round(item_changes.diff.changed_ratio, 4),
        "changes": [_change(change) for change in select_changes(item_changes, kinds)[:limit]],
    }


def select_changes(item_changes: ItemChanges, kinds: Sequence[ChangeKind] = ()) -> list[Change]:
    """The changes of these kinds, of every kind when none is given; the weightiest first."""
    return [change for change in item_changes.diff.changes if not kinds or change.kind in kinds]


def _version(version: ItemVersion) -> VersionAnswer:
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


def _change(change: Change) -> ChangeAnswer:
    return {
        "kind": change.kind,
        "weight": change.weight,
        "is_moved": change.is_moved,
        "old": _paragraph(change.old),
        "new": _paragraph(change.new),
        "words": [{"kind": run.kind, "text": run.text} for run in change.words],
        "moved_sentences": list(change.moved_sentences),
    }


def _paragraph(paragraph: Paragraph | None) -> ParagraphAnswer | None:
    if paragraph is None:
        return None
    return {"start": paragraph.start, "end": paragraph.end, "text": paragraph.text}
