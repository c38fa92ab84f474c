"""The notes to the financial statements: where each begins and ends, its number and its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.domain.filings.filing import Section
from workbench.domain.filings.notes import Note
from workbench.parse.html.extracted import Block, ExtractedText

_ALL_NOTES = re.compile(
    r"^\W*(?:(?:condensed|consolidated|combined|unaudited)\s+)*notes\s+to\b.{0,60}\bstatements\b", re.IGNORECASE
)
_NAMED = re.compile(r"^\W{0,3}notes?\s+(?P<number>\d{1,2}|[A-Z])(?![\w.]\w)\W*(?P<title>.*)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\W{0,3}(?P<number>\d{1,2})(?:\)|\.|\s[-–—])\s*(?P<title>[A-Z].*)$")
_CONTINUED = re.compile(r"\W*\(?\s*cont(?:inued|['’]d|\.)\s*\)?\W*$", re.IGNORECASE)
_NOT_A_TITLE = re.compile(
    r"[;,]\s*$|[a-z]{3}\.\s*$|\b(?:of|to|in|and) the (?:notes?|consolidated|accompanying)\b", re.IGNORECASE
)
# What follows the notes within an item, or beside the statements.
_AFTER = re.compile(
    r"^\W*(?:reports?\s+of\s+independent\s+registered|schedule\s+[IVX]+\b|supplementary\s+(?:data|information))", re.IGNORECASE
)
_LONGEST_HEADING = 200
_FEWEST = 2
_SHARE_OF_CAPITALS = 0.6
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Heading(NamedTuple):
    """A line that may begin a note; `place` is its number counted from 1."""

    place: int
    number: str
    title: str
    start: int
    is_named: bool


def find_notes(document: ExtractedText, sections: Sequence[Section] = ()) -> list[Note]:
    """The notes in the order of the text: the longest run of headings that count on from the first; none for fewer than two.

    Headings are recognised by `Note 1` or, in bold or capitals, `1.` and a title; lists of contents and running headers are
    none. A note ends where the next one begins, the last one with its item.
    """
    headings = list(_headings(document))
    runs = [run for is_named in (True, False) for run in _runs([each for each in headings if each.is_named is is_named])]
    # Numbers in bold are lists within notes where the notes are headed by the word.
    best = max(
        (run for run in runs if len(run) >= _FEWEST), key=lambda run: (run[0].is_named, len(run), run[0].start), default=[]
    )
    if not best:
        return []
    ends = [each.start for each in best[1:]] + [_end(document, best[-1].start, sections)]
    return [Note(each.number, each.title, each.start, end) for each, end in zip(best, ends, strict=True)]


def _headings(document: ExtractedText) -> Iterator[_Heading]:
    """The headings below the title of all notes, where there is one outside a list of contents."""
    titles = [
        index
        for index, block in enumerate(document.blocks)
        if block.kind != "row" and block.end - block.start <= _LONGEST_HEADING and _ALL_NOTES.match(_line(document, block))
    ]
    for index, block in enumerate(document.blocks[titles[0] + 1 :] if titles else (), start=titles[0] + 1 if titles else 0):
        line = _line(document, block)
        match = _NAMED.match(line) or _NUMBERED.match(line)
        if match is None or block.kind == "row" or len(line) > _LONGEST_HEADING or _CONTINUED.search(line):
            continue
        number = match["number"].upper()
        title = match["title"].strip(" .:–—-\t") or _following(document, index)
        is_named = match.re is _NAMED
        if title and _is_heading(block, title, is_named=is_named) and not (is_named and _NOT_A_TITLE.search(title)):
            yield _Heading(
                int(number) if number.isdigit() else _LETTERS.index(number) + 1, number, title, block.start, is_named
            )


def _line(document: ExtractedText, block: Block) -> str:
    return " ".join(document.text[block.start : min(block.end, block.start + 2 * _LONGEST_HEADING)].split("\n")[0].split())


def _following(document: ExtractedText, index: int) -> str:
    """The title below a number that stands alone."""
    if index + 1 >= len(document.blocks):
        return ""
    following = document.blocks[index + 1]
    line = _line(document, following)
    return line.strip(" .:–—-\t") if following.kind != "row" and len(line) < _LONGEST_HEADING // 2 else ""


def _is_heading(block: Block, title: str, *, is_named: bool) -> bool:
    """Whether a line looks like a heading: bold, in capitals, or, with the word note, most of its words with a capital."""
    if block.is_bold or title.isupper():
        return True
    words = re.findall(r"[^\W\d_]{4,}", title)
    return is_named and sum(word[0].isupper() for word in words) >= _SHARE_OF_CAPITALS * max(1, len(words))


def _runs(headings: Sequence[_Heading]) -> Iterator[list[_Heading]]:
    """From each first note, the headings that count on."""
    for first, heading in enumerate(headings):
        if heading.place != 1:
            continue
        run = [heading]
        for other in headings[first + 1 :]:
            if other.place == run[-1].place + 1 and other.number.isdigit() == heading.number.isdigit():
                run.append(other)
        yield run


def _end(document: ExtractedText, start: int, sections: Sequence[Section]) -> int:
    end = min((each.end for each in sections if each.start <= start < each.end), default=len(document.text))
    for block in document.blocks[document.block_index(start) + 1 :]:
        if block.start >= end:
            break
        if block.kind != "row" and _AFTER.match(_line(document, block)):
            return block.start
    return end
