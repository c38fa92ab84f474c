"""Changes of an item: compares the archived texts of its two versions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from db.companies import get_company
from db.engine import Database
from db.filings.change_lists import COMPARED, NewReport, save_changes, uncompared
from db.filings.changes import choose_versions
from workbench.analysis.filings.alignment import AlignedRow, align
from workbench.analysis.filings.paragraphs import split_paragraphs
from workbench.analysis.filings.text_diff import compare
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.changes import (
    Change,
    ChangedItem,
    ChangeKind,
    ItemChanges,
    ItemPair,
    ItemVersion,
    NotableChange,
    Paragraph,
)
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work
from workbench.ingest.filings.documents import read_text
from workbench.ports import ObjectStore

KIND = "changes"
# Reports compared in one run: a comparison takes some tenths of a second.
_MOST_COMPARED = 500
_NOTABLE = 3
_LONGEST_TEXT = 400


def item_changes(objects: ObjectStore, pair: ItemPair) -> ItemChanges:
    """The changes from the older version to the newer, largest first; spans are offsets in the whole extracted texts.

    Raises NotFound and IntegrityError as `read_text` does.
    """
    return ItemChanges(
        pair, compare(item_paragraphs(objects, pair.old), item_paragraphs(objects, pair.new), _elsewhere(objects, pair))
    )


def aligned_item(objects: ObjectStore, pair: ItemPair) -> tuple[ItemChanges, list[AlignedRow]]:
    """As `item_changes`, with every paragraph of both versions in the order of the newer, beside the one it corresponds to."""
    old, new = item_paragraphs(objects, pair.old), item_paragraphs(objects, pair.new)
    diff = compare(old, new, _elsewhere(objects, pair))
    return ItemChanges(pair, diff), align(old, new, diff)


def item_text(objects: ObjectStore, version: ItemVersion) -> str:
    """The item as it stands in the document's text; raises as `read_text` does."""
    return read_text(objects, version.document)[version.section.start : version.section.end]


def item_paragraphs(objects: ObjectStore, version: ItemVersion) -> list[Paragraph]:
    """The paragraphs and tables of an item, without running headers; raises as `read_text` does."""
    text, section = read_text(objects, version.document), version.section
    return split_paragraphs(text, section.start, section.end, boilerplate=_between(text, version))


def _elsewhere(objects: ObjectStore, pair: ItemPair) -> tuple[str, str]:
    """What the documents of the old and the new version say outside of the item."""
    old, new = (
        text[: version.section.start] + "\n" + text[version.section.end :]
        for version in (pair.old, pair.new)
        for text in [read_text(objects, version.document)]
    )
    return old, new


def _between(text: str, version: ItemVersion) -> list[tuple[int, int]]:
    """Spans outside all passages: page numbers and running headers, which are not part of the item's text."""
    if not version.passages:
        return []
    result, at = [], version.section.start
    for start, end in [*version.passages, (version.section.end, version.section.end)]:
        if at < start and not text[at:start].isspace():
            result.append((at, start))
        at = max(at, end)
    return result


def report_changes(database: Database, objects: ObjectStore, *, most: int = _MOST_COMPARED) -> Iterator[IngestReport]:
    """Compares the newest 10-K and 10-Q of each company, where that was not done, with the one before; a report for each.

    The items are the risk factors and management's discussion. A paragraph that only moved, or in which only figures changed,
    is left out: a list over companies would show little else.
    """
    with database.read() as connection:
        reports = uncompared(connection, most)
    for each in reports:
        work, name = partial(_compare, database, objects, each), each.accession.text
        # Archived reports do not change; what reads them does, and then failures are tried again.
        yield unit_of_work.run(database, KIND, name, work, data_version=name, is_idle_recorded=False)


def _compare(database: Database, objects: ObjectStore, report: NewReport, tally: unit_of_work.Tally) -> None:
    items = []
    for item in COMPARED[report.form]:
        with database.read() as connection:
            company = get_company(connection, report.cik)
            try:
                pair = choose_versions(connection, company, item, new=report.accession)
            except (NotFound, InvalidRequest):  # no report before it, or one of the two has no such item
                continue
        items.append(_changed_item(report, item, item_changes(objects, pair)))
    with database.write() as connection:
        save_changes(connection, report, items)
    tally.saved["compared items"] = len(items)


def _changed_item(report: NewReport, item: str, result: ItemChanges) -> ChangedItem:
    old = result.pair.old.document.accession
    if old is None:
        raise NotFound(f"the report before {report.accession} has no accession number")
    telling = [change for change in result.diff.changes if change.kind not in (ChangeKind.NUMBERS, ChangeKind.MOVED)]
    notable = tuple(NotableChange(change.kind, change.weight, _words(change)) for change in telling[:_NOTABLE])
    return ChangedItem(
        cik=report.cik, item=item, form=report.form, filed_on=report.filed_on, old=old, new=report.accession,
        changed_ratio=result.diff.changed_ratio, count=len(telling), notable=notable,
    )  # fmt: skip


def _words(change: Change) -> str:
    """The words that the change added, or if it added none, those that it removed; cut short."""
    side = change.new or change.old
    runs = change.words or ()
    for kind in ("added", "removed"):
        text = " … ".join(run.text.strip() for run in runs if run.kind == kind and run.text.strip())
        if text:
            break
    else:
        text = side.text if side else ""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rsplit(" ", 1)[0] + " …"
