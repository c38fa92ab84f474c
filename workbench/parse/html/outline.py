"""The headings within a part of a document, among them the titles of the notes to financial statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.parse.html.extracted import Block, ExtractedText

_LONGEST = 300  # the titles of risk factors are sentences of two lines
_NOTE = re.compile(r"(?:note\s+)?(\d{1,2})\s*[.:—–-]+\s*[A-Z]", re.IGNORECASE)
_WORD_OF_NOTE = re.compile(r"note\s+\d", re.IGNORECASE)
_ITEM = re.compile(r"(?:part\s+[ivx]+|items?\s+\d{1,2}[a-z]?\b)", re.IGNORECASE)
_CONTINUED = re.compile(r"\(?\bcontinued\b\)?\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading [start, end) of a document's text. `level` is 1 for a heading below a note, else 0."""

    start: int
    end: int
    title: str
    level: int = 0


def outline(document: ExtractedText, start: int, end: int) -> list[Heading]:
    """The headings that begin in [start, end) of the text, in order; each run of white space in a title is one space.

    A heading is a paragraph of its own in bold letters. Headings of items, running headers, titles repeated with
    `(continued)` and lines without a word are left out.
    """
    headings: list[Heading] = []
    is_in_note = False
    for block in document.blocks[document.block_index(start) :]:
        if block.start >= end:
            break
        title = " ".join(document.text[block.start : block.end].split())
        if block.start < start or not _is_heading(block, title):
            continue
        is_note = bool(_NOTE.match(title) if _has_notes(headings) or _WORD_OF_NOTE.match(title) else None)
        is_in_note = is_in_note or is_note
        headings.append(Heading(block.start, block.end, title, level=int(is_in_note and not is_note)))
    return headings


def _has_notes(headings: list[Heading]) -> bool:
    return any(re.match(r"notes? to\b.*\bstatements", each.title, re.IGNORECASE) for each in headings)


def _is_heading(block: Block, title: str) -> bool:
    if block.kind != "paragraph" or not block.is_bold or block.is_boilerplate or block.end - block.start > _LONGEST:
        return False
    return bool(re.search(r"[^\W\d_]{2}", title)) and not _ITEM.match(title) and not _CONTINUED.search(title)
