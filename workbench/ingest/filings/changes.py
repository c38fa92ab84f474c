"""Changes of an item: compares the archived texts of its two versions."""

from __future__ import annotations

from workbench.analysis.filings.paragraphs import split_paragraphs
from workbench.analysis.filings.text_diff import compare
from workbench.domain.filings.changes import ItemChanges, ItemPair, ItemVersion, Paragraph
from workbench.ingest.filings.documents import read_text
from workbench.ports import ObjectStore


def item_changes(objects: ObjectStore, pair: ItemPair) -> ItemChanges:
    """The changes from the older version to the newer, largest first; spans are offsets in the whole extracted texts.

    Raises NotFound and IntegrityError as `read_text` does.
    """
    return ItemChanges(pair, compare(item_paragraphs(objects, pair.old), item_paragraphs(objects, pair.new)))


def item_text(objects: ObjectStore, version: ItemVersion) -> str:
    """The item as it stands in the document's text; raises as `read_text` does."""
    return read_text(objects, version.document)[version.section.start : version.section.end]


def item_paragraphs(objects: ObjectStore, version: ItemVersion) -> list[Paragraph]:
    """The paragraphs and tables of an item, without running headers; raises as `read_text` does."""
    text, section = read_text(objects, version.document), version.section
    return split_paragraphs(text, section.start, section.end, boilerplate=_between(text, version))


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
