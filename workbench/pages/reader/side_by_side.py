"""An item beside the same item of an earlier filing, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Literal

from markupsafe import Markup

from db.filings.changes import choose_versions
from workbench.analysis.filings.alignment import AlignedRow
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.changes import ChangeKind, ItemChanges, ItemVersion, Paragraph, WordRun
from workbench.domain.filings.filing import Section
from workbench.domain.identity import Accession
from workbench.ingest.filings.changes import aligned_item
from workbench.pages.frame.markup import choices, day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.header import filing_label
from workbench.pages.reader.opened import Opened, section_key
from workbench.pages.reader.wording import table_pieces
from workbench.runtime import Workbench

_TEMPLATE = "reader/side_by_side.html"
CHANGES_ONLY = "changes"
"""The value of `show` that leaves out unchanged paragraphs."""
_TONES = {ChangeKind.ADDED: "good", ChangeKind.REMOVED: "bad", ChangeKind.MOVED: "warn"}
_Kind = Literal["added", "removed"]


def side_by_side(workbench: Workbench, opened: Opened, section: Section | None, selection: Selection) -> Markup:
    """Every paragraph of the item in both filings, changed words marked; with `show=changes` only paragraphs that changed.

    Raises InvalidRequest for the whole document and for one that is not the main document of a filing, and what
    `choose_versions` raises.
    """
    accession, company = opened.document.accession, opened.company
    if section is None or company is None or accession is None or not opened.same_reports:
        raise InvalidRequest("only an item of a filing's main document can be compared", hint="choose an item")
    item = section_key(section, opened.sections)
    with workbench.database.read() as connection:
        old = Accession.parse(selection.from_)
        pair = choose_versions(connection, company, item, old=old, new=accession, as_of=selection.as_of)
    changes, rows = aligned_item(workbench.objects, pair)
    shown = _without_unchanged(rows, changes, selection) if selection.show == CHANGES_ONLY else [
        _row(row, changes, selection) for row in rows
    ]  # fmt: skip
    return fragment(
        _TEMPLATE, "table", _column(pair.old), _column(pair.new), _views(changes, selection), _summary(changes), shown
    )


def comparisons(opened: Opened, selection: Selection) -> list[dict[str, Any]]:
    """The other filings of the same report that an item can be compared with, newest first."""
    offered = [each for each in opened.same_reports if each.document_id != opened.document.document_id]
    here = replace(selection, start=None, end=None)
    rows = [
        (each.accession.text, filing_label(each), href("reader", replace(here, from_=each.accession.text))) for each in offered
    ]
    return choices(rows, selection.from_)


def _views(changes: ItemChanges, selection: Selection) -> list[dict[str, object]]:
    labels = {"": "All paragraphs", CHANGES_ONLY: f"Changes {len(changes.diff.changes)}"}
    return choices(
        [(name, label, href("reader", replace(selection, show=name))) for name, label in labels.items()], selection.show
    )


def _summary(changes: ItemChanges) -> str:
    diff = changes.diff
    counted = ", ".join(f"{count} {kind.value}" for kind, count in diff.counts.items() if count)
    return f"{counted or 'no changes'}, {len(diff.unchanged)} unchanged; {diff.changed_ratio:.1%} of the words differ"


def _column(version: ItemVersion) -> str:
    document = version.document
    return f"{document.form}, filed {day(document.filed_on)}" if document.filed_on else document.form or document.name


def _without_unchanged(rows: Sequence[AlignedRow], changes: ItemChanges, selection: Selection) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for is_same, group in groupby(rows, key=lambda row: row.change is None):
        if is_same:
            count = len(list(group))
            shown.append({"gap": f"{count} unchanged paragraph{'s' if count > 1 else ''}"})
        else:
            shown += [_row(row, changes, selection) for row in group]
    return shown


def _row(row: AlignedRow, changes: ItemChanges, selection: Selection) -> dict[str, Any]:
    change, pair = row.change, changes.pair
    words = change.words if change else ()
    return {
        "gap": "",
        "kind": change.kind.value if change else "same",
        "tone": _TONES.get(change.kind, "accent") if change else "",
        "is_moved": bool(change and change.is_moved and change.kind is not ChangeKind.MOVED),
        "old": _side(row.old, words, "removed", pair.old, selection, is_alone=row.new is None),
        "new": _side(row.new, words, "added", pair.new, selection, is_alone=row.old is None),
    }


def _side(
    paragraph: Paragraph | None, words: Sequence[WordRun], own: _Kind, version: ItemVersion, selection: Selection,
    *, is_alone: bool,
) -> dict[str, Any] | None:  # fmt: skip
    """One cell: the words of this version, `own` the kind of those that the other has not."""
    if paragraph is None:
        return None
    runs = [run for run in words if run.kind in ("same", own)] or [WordRun(own if is_alone else "same", paragraph.text)]
    accession = version.document.accession
    target = Selection(
        accession=accession.text if accession else "", document=version.document.name, as_of=selection.as_of,
        start=paragraph.start, end=paragraph.end,
    )  # fmt: skip
    is_table = "\t" in paragraph.text
    return {
        "href": href("reader", target),
        "table": table_pieces(runs) if is_table else [],
        "wording": [] if is_table else [{"kind": run.kind, "text": run.text} for run in runs],
    }
