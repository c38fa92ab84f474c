"""Tables of contents and cross-reference indexes: which lines belong to one, and where their entries point."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from workbench.parse.html.extracted import Block, ExtractedText
from workbench.parse.items.headings import PAGE_REFERENCE, PAGE_REFERENCE_WIDTH, Heading

_FEWEST_ENTRIES = 4
_WIDEST_GAP = 400  # characters between two entries: a long title, a few sub-entries
_MOST_SUB_ENTRIES = 60
_MOSTLY = 0.6  # of a list's entries, which come again with their text
_FEWEST_PAGES = 4  # entries with a page, in an index whose other entries say something else instead
# What an entry of an index says instead of a page: "Not applicable", "None", or the letter of a note below.
_ANSWERED = re.compile(r"(?:not\s+applicable|n/?a|none|reserved|\(?[a-z*†]\)|[*†])[\W_]*$", re.IGNORECASE)
_PAGES = re.compile(  # one or more pages or ranges of pages at the end of a line, where a note's letter may follow
    r"(?:\t|\bpages?\s|\.{2,})\s*(?:pages?\s)?"
    r"(?P<pages>\d{1,3}(?:\s*[-–—]\s*\d{1,3})?(?:\s*(?:[,;&]|and)\s*\d{1,3}(?:\s*[-–—]\s*\d{1,3})?)*)"
    r"(?:\s*,?\s*\([a-z*†]\))?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_RANGE = re.compile(r"(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?")
_NEXT_PART = re.compile(r"\n\W*part[ \t]+(?:IV|I{1,3})\b[^\n]*\s*\Z", re.IGNORECASE)
_LONGEST_HEADING = 150
_MOST_WORDED, _LONGEST_ENTRY = 0.25, 120  # of the gaps of a list, and characters in such a gap
_PART_LINE = re.compile(r"^\W*part[ \t]+(?:IV|I{1,3})\b[^\n]*", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{2}")


class Stretch(NamedTuple):
    """Where an entry of an index points: [start, end) of the text, whose last page begins at `last_page`.

    Both are None where the entry links to a beginning and names no page that is found. `is_exact` where `start` is where the
    item begins and not merely its page.
    """

    start: int
    last_page: int | None = None
    end: int | None = None
    is_exact: bool = True


class IndexEntry(NamedTuple):
    """An entry of a cross-reference index: the heading, the end of its rows, and where it points, where that is found."""

    heading: Heading
    end: int
    stretch: Stretch | None


@dataclass(slots=True)
class Contents:
    """What a document's tables of contents say.

    `lines` are the indices of the headings that are entries; `targets` the entries with the offset they point to.
    `index` holds the entries of a cross-reference index, the only place where the document names its items; its entries are
    not among the targets.
    `starts` are the offsets at which the tables begin.
    """

    lines: set[int] = field(default_factory=set)
    targets: list[tuple[Heading, int]] = field(default_factory=list)
    index: list[IndexEntry] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


def read_contents(document: ExtractedText, headings: list[Heading]) -> Contents:
    """Tells entries of tables of contents from headings; linear in their number."""
    contents = Contents()
    indexed: set[int] = set()
    runs = [_without_lead(document, headings, run) for run in _runs(document, headings)]
    bare = {index for run in runs if _is_bare(document, headings, run) for index in run}
    for run in runs:
        if not _is_contents(document, headings, run, bare):
            continue
        contents.lines.update(run)
        contents.starts.append(headings[run[0]].start)
        if _stands_alone(headings, run):
            contents.index += _index(document, headings, run)
            indexed.update(run)
    for index, heading in enumerate(headings):
        offset = _target(document, heading)
        # A heading may link back to the table of contents; what links onward is an entry, be its table ever so short.
        if offset is not None and index not in indexed and (index in contents.lines or offset > heading.end):
            contents.lines.add(index)
            contents.targets.append((heading, offset))
    return contents


def _target(document: ExtractedText, heading: Heading) -> int | None:
    return next((document.anchors[target] for target in heading.links if target in document.anchors), None)


def _runs(document: ExtractedText, headings: list[Heading]) -> list[list[int]]:
    """Headings close to each other, as lists of their indices. One that comes again begins a new run: the text itself.

    There its title may stand before the number, in a line of its own.
    """
    runs: list[list[int]] = []
    seen: set[tuple[str, str]] = set()
    for index, heading in enumerate(headings):
        name = _name(heading)
        is_again = name in seen or (not heading.title and any(number == name[0] for number, _ in seen))
        if runs and not is_again and _gap(document, headings[runs[-1][-1]], heading) < _WIDEST_GAP:
            runs[-1].append(index)
        else:
            runs.append([index])
            seen = set()
        seen.add(name)
    return [run for run in runs if len(run) >= _FEWEST_ENTRIES]


def _without_lead(document: ExtractedText, headings: list[Heading], run: list[int]) -> list[int]:
    """The run without items before a list, if their own text stands there and they do not come again: a short item of one
    part, then the list of the next part's items, which do.
    """
    later = {_name(heading) for heading in headings[run[-1] + 1 :]}
    if sum(_name(headings[index]) in later for index in run) < _MOSTLY * len(run):
        return run
    lead = 0
    for first, second in pairwise(run):
        between = _PART_LINE.sub("", document.text[headings[first].end : headings[second].start])
        if _name(headings[first]) in later or not _WORD.search(between):
            break
        lead += 1
    return run[lead:]


def _name(heading: Heading) -> tuple[str, str]:
    return heading.numbers[0], heading.title[:8].casefold()


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


def linked_entries(document: ExtractedText, headings: list[Heading]) -> Contents:
    """The entries of a list of contents of any length that link onward, as short forms have it."""
    contents = Contents()
    for index, heading in enumerate(headings):
        offset = _target(document, heading)
        if offset is not None and offset > heading.end:
            contents.lines.add(index)
            contents.targets.append((heading, offset))
    return contents


def _is_bare(document: ExtractedText, headings: list[Heading], run: list[int]) -> bool:
    """Whether no words stand between most headings: a list, as some filing software appends one to the end.

    Here and there it has an entry without a number of the form ("Item X. Executive Officers", a heading within an item).
    """
    between = [
        _PART_LINE.sub("", document.text[headings[first].end : headings[second].start]).strip()
        for first, second in pairwise(run)
    ]
    worded = [text for text in between if _WORD.search(text)]
    return len(worded) <= _MOST_WORDED * len(between) and all(len(text) <= _LONGEST_ENTRY for text in worded)


def _is_contents(document: ExtractedText, headings: list[Heading], run: list[int], bare: set[int]) -> bool:
    """By page numbers or links of its lines, or because the same items stand elsewhere with their text.

    `bare` are the headings that stand in lists with nothing between them.
    """
    entries = [headings[index] for index in run]
    if sum(bool(entry.links) or entry.has_page_reference for entry in entries) >= 0.5 * len(entries):
        return True
    rows = [document.text[entry.start : end] for entry, end in zip(entries, _ends(document, entries), strict=True)]
    paged = sum(bool(_PAGES.search(row)) for row in rows)
    answered = sum(not _PAGES.search(row) and bool(_ANSWERED.search(row)) for row in rows)
    if paged >= _FEWEST_PAGES and paged + answered >= 0.9 * len(rows):
        return True
    elsewhere = headings if run[0] in bare else headings[run[-1] + 1 :]
    others = {id(headings[index]) for index in bare}
    texts = {heading.numbers[0] for heading in elsewhere if id(heading) not in others}
    return sum(entry.numbers[0] in texts for entry in entries) >= _MOSTLY * len(entries)


def _ends(document: ExtractedText, entries: list[Heading]) -> list[int]:
    """Where the rows of each entry end: before the next entry, the last one's with its own row."""
    ends = [
        entry.end + len(_NEXT_PART.sub("", document.text[entry.end : following.start]).rstrip())
        for entry, following in pairwise(entries)
    ]
    return [*ends, document.blocks[entries[-1].block].end]


def _stands_alone(headings: list[Heading], run: list[int]) -> bool:
    inside = set(run)
    elsewhere = {h.numbers[0] for index, h in enumerate(headings) if index not in inside and h.score > 0}
    return sum(headings[index].numbers[0] in elsewhere for index in run) < 0.4 * len(run)


def _index(document: ExtractedText, headings: list[Heading], run: list[int]) -> list[IndexEntry]:
    """The entries with the stretches that they name by pages, which are found by the numbers printed on them, or by links."""
    pages: dict[int, int] = {}
    for offset, number in document.pages:
        pages.setdefault(number, offset)
    entries = [headings[index] for index in run]
    ends = _ends(document, entries)
    named = [_pages_of(document.text[entry.start : end]) for entry, end in zip(entries, ends, strict=True)]
    # Where no entry names more than one page, each names the page that its item begins on.
    are_ranges = any(pages is not None and pages[0] < pages[1] for pages in named)
    index_entries = []
    for entry, end, numbers in zip(entries, ends, named, strict=True):
        targets = sorted(
            document.anchors[link.target]
            for link in document.links
            if entry.start <= link.start < end and link.target in document.anchors
        )
        stretch = _stretch(document, entry, numbers, pages, targets)
        index_entries.append(IndexEntry(entry, end, stretch if are_ranges or stretch is None else Stretch(stretch.start)))
    return index_entries


def _pages_of(rows: str) -> tuple[int, int] | None:
    """The first and last page of the longest stretch of pages that the rows of an entry name."""
    ranges = sorted(
        (int(first), int(last or first)) for match in _PAGES.finditer(rows) for first, last in _RANGE.findall(match["pages"])
    )
    stretches: list[tuple[int, int]] = []
    for first, last in ranges:
        if stretches and first <= stretches[-1][1] + 1:
            stretches[-1] = (stretches[-1][0], max(last, stretches[-1][1]))
        else:
            stretches.append((first, last))
    return max(stretches, key=lambda pages: pages[1] - pages[0], default=None)


def _stretch(
    document: ExtractedText, entry: Heading, named: tuple[int, int] | None, pages: dict[int, int], targets: list[int]
) -> Stretch | None:
    if named is None or named[0] not in pages:
        return Stretch(targets[0]) if targets else None
    first = pages[named[0]]
    after = pages.get(named[0] + 1, len(document.text))
    linked = [target for target in targets if first <= target < after]
    begins = linked[0] if linked else _titled(document, entry, first, after)
    start = first if begins is None else begins
    if named[1] not in pages:
        return Stretch(start)
    return Stretch(start, pages[named[1]], pages.get(named[1] + 1, len(document.text)), begins is not None)


def _titled(document: ExtractedText, entry: Heading, first: int, after: int) -> int | None:
    """Where the page [first, after) bears the entry's title as a heading; None where it does not."""
    words = re.findall(r"[a-z]+", entry.title.lower())[:2]
    for index in range(document.block_index(first), len(document.blocks)):
        block = document.blocks[index]
        if block.start >= after:
            break
        if _is_heading(document, block) and re.findall(r"[a-z]+", document.text[block.start : block.end].lower())[:2] == words:
            return block.start
    return None


def _is_heading(document: ExtractedText, block: Block) -> bool:
    if block.end - block.start > _LONGEST_HEADING or block.kind == "row" or block.is_boilerplate:
        return False
    return block.is_bold or document.text[block.start : block.end].isupper() or block.align == "center"
