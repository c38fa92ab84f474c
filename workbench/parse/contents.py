"""Tables of contents and cross-reference indexes: which lines belong to one, and where their entries point."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workbench.parse.extracted import ExtractedText
from workbench.parse.headings import PAGE_REFERENCE, PAGE_REFERENCE_WIDTH, Heading

_FEWEST_ENTRIES = 4
_WIDEST_GAP = 400  # characters between two entries: a long title, a few sub-entries
_MOST_SUB_ENTRIES = 60
_PAGE_COLUMN = re.compile(r"(?:\t|pages?\s|\.{2,}\s*)\s*(\d{1,3})(?=[\s,–-]|$)", re.IGNORECASE)


@dataclass(slots=True)
class Contents:
    """What a document's tables of contents say.

    `lines` are the indices of the headings that are entries; `targets` the entries with the offset they point to.
    `index` holds the entries of a cross-reference index, the only place where the document names its items.
    `starts` are the offsets at which the tables begin.
    """

    lines: set[int] = field(default_factory=set)
    targets: list[tuple[Heading, int]] = field(default_factory=list)
    index: list[Heading] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


def read_contents(document: ExtractedText, headings: list[Heading]) -> Contents:
    """Tells entries of tables of contents from headings; linear in their number."""
    contents = Contents()
    for run in _runs(document, headings):
        if not _is_contents(headings, run):
            continue
        contents.lines.update(run)
        contents.starts.append(headings[run[0]].start)
        entries = [headings[index] for index in run]
        if _stands_alone(headings, run):
            contents.index += entries
    for index, heading in enumerate(headings):
        offset = _target(document, heading)
        # A heading may link back to the table of contents; what links onward is an entry, be its table ever so short.
        if offset is not None and (index in contents.lines or offset > heading.end):
            contents.lines.add(index)
            contents.targets.append((heading, offset))
    if contents.index and not any(entry in contents.index for entry, _ in contents.targets):
        _follow_pages(document, contents)
    return contents


def _target(document: ExtractedText, heading: Heading) -> int | None:
    return next((document.anchors[target] for target in heading.links if target in document.anchors), None)


def _runs(document: ExtractedText, headings: list[Heading]) -> list[list[int]]:
    """Headings close to each other, as lists of their indices. One that comes again begins a new run: the text itself."""
    runs: list[list[int]] = []
    seen: set[tuple[str, str]] = set()
    for index, heading in enumerate(headings):
        name = (heading.numbers[0], heading.title[:8].casefold())
        if runs and name not in seen and _gap(document, headings[runs[-1][-1]], heading) < _WIDEST_GAP:
            runs[-1].append(index)
        else:
            runs.append([index])
            seen = set()
        seen.add(name)
    return [run for run in runs if len(run) >= _FEWEST_ENTRIES]


def _gap(document: ExtractedText, entry: Heading, following: Heading) -> int:
    """Characters between two headings, not counting sub-entries: lines that end in a page number."""
    if following.start - entry.end < _WIDEST_GAP:
        return following.start - entry.end
    if following.block - entry.block > _MOST_SUB_ENTRIES:
        return following.start - entry.end
    blocks = document.blocks[entry.block + 1 : following.block]
    return sum(
        block.end - block.start
        for block in blocks
        if not PAGE_REFERENCE.search(document.text, max(block.start, block.end - PAGE_REFERENCE_WIDTH), block.end)
    )


def _is_contents(headings: list[Heading], run: list[int]) -> bool:
    """By page numbers or links of its lines, or because the same items come once more after it."""
    entries = [headings[index] for index in run]
    if sum(bool(entry.links) or entry.has_page_reference for entry in entries) >= 0.5 * len(entries):
        return True
    later = {heading.numbers[0] for heading in headings[run[-1] + 1 :]}
    return sum(entry.numbers[0] in later for entry in entries) >= 0.6 * len(entries)


def _stands_alone(headings: list[Heading], run: list[int]) -> bool:
    inside = set(run)
    elsewhere = {h.numbers[0] for index, h in enumerate(headings) if index not in inside and h.score > 0}
    return sum(headings[index].numbers[0] in elsewhere for index in run) < 0.4 * len(run)


def _follow_pages(document: ExtractedText, contents: Contents) -> None:
    """Entries of an index without links point to pages, which are found by the numbers printed on them."""
    pages: dict[int, int] = {}
    for offset, number in document.pages:
        pages.setdefault(number, offset)
    for entry in contents.index:
        block = document.blocks[entry.block]
        match = _PAGE_COLUMN.search(document.text, entry.start, block.end)
        if match and int(match.group(1)) in pages:
            contents.targets.append((entry, pages[int(match.group(1))]))
