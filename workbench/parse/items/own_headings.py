"""Sections of documents that no form divides into items: prospectuses, registration and proxy statements, and foreign reports.

Their own table of contents names the sections: by its links, or by lines that end in a page and come again as headings. A
document without one is divided at its most prominent headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import Block, ExtractedText
from workbench.parse.items.endings import own_end, signatures
from workbench.parse.items.headings import PAGE_REFERENCE, PAGE_REFERENCE_WIDTH

_FORMS = re.compile(
    r"(?:DEF[ACMR]*|PRE[CMR]*)\s?14[AC]|424[ABH]\d?|424B\d|[SF]-(?:1|3|4|6|8|10|11)(?:MEF|ASR|POS)?|POS (?:AM|EX)|DRS|"
    r"6-K|40-F|11-K|ARS|10-12[BG]|485[AB]POS|497|SC (?:TO-[IT]|13E3|14D9)|N-CSRS?",
    re.IGNORECASE,
)
_FEWEST_ENTRIES = 4
_WIDEST_GAP = 400  # characters between two entries
_LONGEST_TITLE = 200
_REACH = 8000  # characters from where a link leads, often the top of the page, to the heading
_FEWEST_HEADINGS = 3
_FEWEST_CHARACTERS = 250  # of a section on the average, where headings are known by their looks
_MOST_WORDS = 12  # of a title that text follows on the next line
_LONG_PARAGRAPH = 300
_MOST_SECTIONS = 99
_MOST_LINKS = 500
_MOST_LISTS, _MOST_LINES = 4, 200  # of contents without links
_MANY_ENTRIES = 60  # beyond, only those that are not set in
_LONGEST_PAGE = 8  # characters of a cell that may hold a page number: "S-xxiv"
_LEADER = re.compile(r"[\s.·…_]*\b(?:[A-Z]{1,2}-)?(?:\d{1,3}|[ivxl]{1,6})\s*$", re.IGNORECASE)
_PAGE = re.compile(r"\W*(?:page\s*)?(?:[A-Z]{1,2}-)?(?:\d{1,3}|[ivxl]{1,6})\W*", re.IGNORECASE)
_CONTENTS = re.compile(r"\W*(?:table of )?contents\W*|\W*(?:back|return) to contents\W*|\W*index\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a section begins, its title, and how it was found."""

    start: int
    heading_end: int
    title: str
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a table of contents: its title, its own span, and where its link leads."""

    title: str
    start: int
    end: int
    target: int | None = None
    indent: float = 0.0


def has_own_headings(form: str) -> bool:
    """Whether documents of this form are divided by headings of their own."""
    return bool(_FORMS.fullmatch(form.strip().upper().removesuffix("/A").strip()))


def titled_sections(document: ExtractedText) -> list[Section]:
    """The sections in the order of the text, `S1`, `S2` and so on, each to the beginning of the next; at most 99.

    What stands before the first one, such as the cover, belongs to none. `confidence` says how sure the beginning is.
    """
    linked = [entry for run in _runs(_linked_entries(document)) for entry in _outermost(run)]
    starts = _distinct(_from_links(document, linked[:_MOST_LINKS]))
    if len(starts) < _FEWEST_HEADINGS:
        starts = _distinct(_from_lines(document))
    if len(starts) < _FEWEST_HEADINGS:
        starts = _from_looks(document)
    starts = starts[:_MOST_SECTIONS]
    ends = sorted({each.start for each in starts} | signatures(document.text) | {len(document.text)})
    sections = []
    for number, each in enumerate(starts, start=1):
        end = own_end(document, each.heading_end, next(end for end in ends if end > each.start))
        sections.append(Section(None, f"S{number}", each.title, each.start, end, each.confidence, each.method))
    return sections


def _linked_entries(document: ExtractedText) -> list[_Entry]:
    """The links that lead onward from a title or from the page number beside it."""
    entries: list[_Entry] = []
    for link in document.links:
        target = document.anchors.get(link.target)
        if target is None or target <= link.end:
            continue
        block = document.blocks[document.block_index(link.start)]
        start, end, indent = _beside(block, link.start) if block.kind == "row" else (link.start, link.end, 0.0)
        title = _title(document.text[start:end])
        if title and not (entries and entries[-1].start == start):
            entries.append(_Entry(title, start, max(end, link.end), target, indent))
    return entries


def _beside(block: Block, start: int) -> tuple[int, int, float]:
    """The cell that a link of a row stands in, or the one before it if that holds the page: its span and its indent."""
    cells = [cell for cell in block.cells if cell.end > cell.start]
    for before, cell in pairwise([None, *cells]):
        if cell is not None and start < cell.end:
            chosen = before if before is not None and cell.end - cell.start <= _LONGEST_PAGE else cell
            return chosen.start, chosen.end, chosen.indent
    return start, start, 0.0


def _runs(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Entries close to each other: a prospectus with its supplement has two tables of contents."""
    run: list[_Entry] = []
    for entry in entries:
        if run and entry.start - run[-1].end > _WIDEST_GAP:
            if len(run) >= _FEWEST_ENTRIES:
                yield run
            run = []
        run.append(entry)
    if len(run) >= _FEWEST_ENTRIES:
        yield run


def _from_links(document: ExtractedText, entries: Sequence[_Entry]) -> Iterator[_Start]:
    for entry in entries:
        titles = dict.fromkeys((entry.title, _title(_LEADER.sub("", entry.title))))
        target = entry.target or 0
        for index in range(document.block_index(target), len(document.blocks)):
            block = document.blocks[index]
            if block.start > target + _REACH:
                break
            heading = next(((title, end) for title in titles if title and (end := _titled(document, index, title))), None)
            if heading is not None:
                yield _Start(block.start, heading[1], heading[0], "toc_link", 0.95)
                break


def _outermost(entries: list[_Entry]) -> list[_Entry]:
    """Of many entries those that are not set in, if their rows show it."""
    least = min((entry.indent for entry in entries), default=0.0)
    outer = [entry for entry in entries if entry.indent <= least + 1.0]
    return outer if len(entries) > _MANY_ENTRIES and len(outer) >= _FEWEST_ENTRIES else entries


def _from_lines(document: ExtractedText) -> Iterator[_Start]:
    """The lines of contents that end in a page and come again, in the same order, as headings.

    Rows of tables end in numbers as well: the first lists are the contents, and only lines that stand out are compared.
    """
    entries = [
        _Entry(title, block.start, block.end)
        for block in document.blocks
        if block.end - block.start <= _LONGEST_TITLE + PAGE_REFERENCE_WIDTH
        for line in [document.text[block.start : block.end].replace("\n", " ").rstrip()]
        if (page := PAGE_REFERENCE.search(line, max(0, len(line) - PAGE_REFERENCE_WIDTH)))
        and (title := _title(line[: page.start()]))
    ]
    heads = [
        (index, _plain(document.text[block.start : block.end]))
        for index, block in enumerate(document.blocks)
        if _stands_out(document, block)
    ]
    for run in islice(_runs(entries), _MOST_LISTS):
        at = document.block_index(run[-1].end)
        for entry in run[:_MOST_LINES]:
            wanted = _plain(entry.title)
            for index, words in heads:
                if index < at or not words or not (words.startswith(wanted) or wanted.startswith(words)):
                    continue
                if (end := _titled(document, index, entry.title)) is not None:
                    yield _Start(document.blocks[index].start, end, entry.title, "heading", 0.85)
                    at = index + 1
                    break


def _from_looks(document: ExtractedText) -> list[_Start]:
    """The most prominent kind of heading that divides the text: the largest, then capitals in the middle, then bold.

    Where no lines stand out, the first lines of paragraphs that go on after a line break, as press releases have them.
    """
    kinds: dict[tuple[float, bool, bool, bool], list[_Start]] = {}
    leads: list[_Start] = []
    for block in document.blocks[_after_cover(document) :]:
        line, _, rest = document.text[block.start : block.end].partition("\n")
        title = _title(line)
        if not title or block.kind == "row" or line.rstrip().endswith((".", ";", ",", ":")):
            continue
        start = _Start(block.start, block.start + len(line), title, "pattern", 0.5)
        if not rest and _stands_out(document, block):
            kinds.setdefault((round(block.size), line.isupper(), block.align == "center", block.is_bold), []).append(start)
        elif len(rest) >= _FEWEST_CHARACTERS // 2 and len(line.split()) <= _MOST_WORDS and "\t" not in rest:
            leads.append(start)
    for starts in (*(kinds[kind] for kind in sorted(kinds, reverse=True)), leads):
        texts = [after.start - before.heading_end for before, after in pairwise(starts)]
        texts += [len(document.text) - starts[-1].heading_end] if starts else []
        if len(starts) >= _FEWEST_HEADINGS and sum(texts) >= _FEWEST_CHARACTERS * len(starts):
            return [start for start, text in zip(starts, texts, strict=True) if text >= _FEWEST_CHARACTERS // 5]
    return []


def _after_cover(document: ExtractedText) -> int:
    """The index of the first block behind the cover: it ends with its signatures or where paragraphs of text begin."""
    signed = min(signatures(document.text), default=len(document.text))
    for index, block in enumerate(document.blocks):
        is_text = block.kind != "row" and block.align != "center" and block.end - block.start >= _LONG_PARAGRAPH
        if is_text or block.start > signed:
            return index if block.start > signed else max(index - 2, 0)  # a heading or two of that text
    return len(document.blocks)


def _titled(document: ExtractedText, index: int, title: str) -> int | None:
    """The end of the heading that begins with this block, if it bears the title: a block, or the first of two or three."""
    wanted = _plain(title)
    joined = ""
    for block in document.blocks[index : index + 3]:
        if block.end - block.start > 2 * _LONGEST_TITLE:
            return None
        joined += _plain(document.text[block.start : block.end])
        if joined == wanted or (joined.startswith(wanted) and len(joined) <= 1.5 * len(wanted)):
            return block.end
        if not wanted.startswith(joined):
            return None
    return None


def _distinct(starts: Iterator[_Start]) -> list[_Start]:
    """In the order of the text; of entries that lead to one heading the first."""
    by_start: dict[int, _Start] = {}
    for each in starts:
        by_start.setdefault(each.start, each)
    return [by_start[start] for start in sorted(by_start)]


def _stands_out(document: ExtractedText, block: Block) -> bool:
    if block.kind == "row" or block.is_boilerplate or block.end - block.start > _LONGEST_TITLE:
        return False
    return block.is_bold or block.align == "center" or document.text[block.start : block.end].isupper()


def _title(text: str) -> str:
    """The words of a title on one line; empty for a page number, a way back, or what has no word."""
    line = " ".join(text.split()).strip(" .·…|")
    if len(line) > _LONGEST_TITLE or _PAGE.fullmatch(line) or _CONTENTS.fullmatch(line):
        return ""
    return line if re.search(r"[^\W\d_]{3}", line) else ""


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
