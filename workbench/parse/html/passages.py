"""Cutting a document into passages that can be cited: each inside one section, none of them cutting a word."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from workbench.domain.filings.documents import DocumentPage, page_at
from workbench.domain.filings.filing import Section
from workbench.domain.filings.passages import PassageSpan
from workbench.parse.html.extracted import Block, ExtractedText
from workbench.parse.html.table_context import table_context

FEWEST_WORDS = 120
MOST_WORDS = 250
_HEADING_WORDS = 20  # a short paragraph without a full stop at its end leads what follows

_CHARACTERS_OF_A_WORD = 24  # about four times the mean of English prose
_WORD = re.compile(r"\S{1,4000}")  # what is longer is no word and may be cut
_SENTENCE_END = re.compile(r"[.!?;:][\"”’')\]]*\s+|\n")


class _Piece(NamedTuple):
    """A stretch that is not cut further: a paragraph, a row, a sentence of a long paragraph."""

    start: int
    end: int
    words: int
    leads: bool


class _Region(NamedTuple):
    start: int
    end: int
    part: str | None
    item: str | None


def split_passages(
    document: ExtractedText,
    sections: Sequence[Section],
    pages: Sequence[DocumentPage] = (),
    statements: Sequence[tuple[int, int]] = (),
) -> list[PassageSpan]:
    """Passages of about 120 to 250 words in the order of the text, not overlapping.

    They cover every character of every block that is not a page number or a running header, but for white space between
    them. Each lies inside one section, or between sections (then its part and item are None); where sections share a span
    (combined items) it names the first. A heading stays with what follows it, unless its section ends. With `pages` none
    goes beyond its page, and says which that is. One that begins within a table has its title and head as context, one within
    a statement [start, end) of `statements` those of the statement.
    """
    spans: list[PassageSpan] = []
    for region in _on_pages(_regions(len(document.text), sections), pages):
        page = page_at(pages, region.start)
        for start, end in _group(list(_pieces(document, region))):
            text = document.text[start:end]
            number, context = page.number if page else None, table_context(document, start, statements) or None
            spans.append(PassageSpan(len(spans), start, end, region.part, region.item, text, number, context))
    return spans


def _regions(length: int, sections: Sequence[Section]) -> Iterator[_Region]:
    """The sections and the gaps between them, in order, none overlapping the one before."""
    at = 0
    for section in sorted(sections, key=lambda section: (section.start, section.end)):
        if section.end <= at:
            continue
        start = max(at, section.start)
        if start > at:
            yield _Region(at, start, None, None)
        yield _Region(start, section.end, section.part, section.item)
        at = section.end
    if at < length:
        yield _Region(at, length, None, None)


def _on_pages(regions: Iterator[_Region], pages: Sequence[DocumentPage]) -> Iterator[_Region]:
    """The regions, each cut where a page begins."""
    starts = [page.start for page in pages]
    for region in regions:
        cuts = starts[bisect_right(starts, region.start) : bisect_left(starts, region.end)]
        for start, end in pairwise([region.start, *dict.fromkeys(cuts), region.end]):
            yield region._replace(start=start, end=end)


def _pieces(document: ExtractedText, region: _Region) -> Iterator[_Piece | None]:
    """The region's blocks cut to it, long ones at their sentences; None stands where boilerplate was left out."""
    for block in document.blocks[document.block_index(region.start) :]:
        if block.start >= region.end:
            return
        if block.is_boilerplate:
            yield None
            continue
        start, end = _trim(document.text, max(block.start, region.start), min(block.end, region.end))
        if start < end:
            yield from _cut(document.text, block, start, end)


def _cut(text: str, block: Block, start: int, end: int) -> Iterator[_Piece]:
    words = _count(text, start, end)
    if words <= MOST_WORDS:
        leads = words <= _HEADING_WORDS and block.kind != "row" and text[end - 1] not in ".;"
        yield _Piece(start, end, words, leads)
        return
    at = start
    for stop in [match.end() for match in _SENTENCE_END.finditer(text, start, end)] + [end]:
        if stop > at:
            yield from _cut_words(text, at, stop)
            at = stop


def _cut_words(text: str, start: int, end: int) -> Iterator[_Piece]:
    """One sentence, cut between words when it is longer than a passage may be."""
    piece_start, piece_end, words = start, start, 0
    for match in _WORD.finditer(text, start, end):
        weight = _count(text, match.start(), match.end())
        if words and words + weight > MOST_WORDS:
            yield _Piece(piece_start, piece_end, words, False)
            words = 0
        if not words:
            piece_start = match.start()
        piece_end, words = match.end(), words + weight
    if words:
        yield _Piece(piece_start, piece_end, words, False)


def _group(pieces: list[_Piece | None]) -> Iterator[tuple[int, int]]:
    """Joins pieces until there are enough words; headings at the end of a full passage move to the next one."""
    held: list[_Piece] = []
    words = 0
    for piece in [*pieces, None]:
        if piece is None:
            # A passage is one stretch of the text and boilerplate is no part of it, so it ends here.
            if held:
                yield held[0].start, held[-1].end
            held, words = [], 0
            continue
        if held and (words + piece.words > MOST_WORDS or (words >= FEWEST_WORDS and (piece.leads or held[-1].leads))):
            moved = _leading_tail(held)
            if len(moved) < len(held):
                done = held[: len(held) - len(moved)]
                yield done[0].start, done[-1].end
                held = moved
                words = sum(one.words for one in held)
        if held and words + piece.words > MOST_WORDS:
            yield held[0].start, held[-1].end
            held, words = [], 0
        held.append(piece)
        words += piece.words


def _leading_tail(held: list[_Piece]) -> list[_Piece]:
    tail = len(held)
    while tail and held[tail - 1].leads:
        tail -= 1
    return held[tail:]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _count(text: str, start: int, end: int) -> int:
    """Words; what has no spaces where words end (codes, encoded data) counts by its characters."""
    return max(len(text[start:end].split()), (end - start) // _CHARACTERS_OF_A_WORD)
