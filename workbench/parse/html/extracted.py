"""The text of a document and how it was laid out: what extraction yields and sections, passages and the reader use.

The text is the one that every span of the workbench counts in. It holds each visible character of the document, in
order, with these changes and no others:

- white space inside a paragraph (no-break spaces included) becomes one space, a forced line break one line feed;
- soft hyphens, zero-width spaces, byte order marks and NUL are left out, and the control characters 0x80 to 0x9F, which
  the web has always read as Windows-1252, are read so;
- page numbers that stand alone at the edge of a page and count on from page to page, and the "Table of Contents" that
  leads back from there, are no text of the document; what page a block is on is kept in `pages`;
- paragraphs are separated by a blank line, rows of a table by a line feed, its cells by tabs, one for each column moved,
  so that a row without a figure in one column still shows the next in the right one; currency signs, parentheses and
  per-cent signs in cells of their own join their number, and columns that only make room are left out.

Running headers and footers that say more than that stay in the text, and their blocks are marked `is_boilerplate`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BOLD, ITALIC, UNDERLINE, SUPERSCRIPT, SUBSCRIPT = 1, 2, 4, 8, 16


class Run(NamedTuple):
    """A stretch [start, end) of one look. `flags` are BOLD and so on; `size` is in points, 0 when unknown.

    `fact` is the id of the inline XBRL element that the characters stand in, or None.
    """

    start: int
    end: int
    flags: int
    size: float
    fact: str | None


class Cell(NamedTuple):
    """One cell of a table row, [start, end): its column counted from 0 without layout columns, and columns spanned.

    `indent` is how far its first line is set in, in points, as labels of a statement are below their heading.
    """

    start: int
    end: int
    column: int
    span: int
    align: str
    runs: tuple[Run, ...]
    indent: float = 0.0


BlockKind = Literal["paragraph", "row", "preformatted"]


@dataclass(slots=True)
class Block:
    """A paragraph, a table row, or preformatted lines: [start, end) of the text.

    `is_bold` when every letter is, `size` of the first letters in points, `align` as CSS says it. Rows of one table
    share `table`. `breaks_page` when a page break comes before it.
    """

    start: int
    end: int
    kind: BlockKind
    runs: tuple[Run, ...] = ()
    cells: tuple[Cell, ...] = ()
    table: int | None = None
    is_bold: bool = False
    size: float = 0.0
    align: str = ""
    breaks_page: bool = False
    is_boilerplate: bool = False


class Link(NamedTuple):
    """Text [start, end) that links to an anchor of the same document."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The text of one document, its blocks in order, its inner links, and the offset of each anchor they point to.

    `pages` are the printed page numbers: (offset at which the page begins, number), in order of the text.
    """

    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...] = ()
    anchors: dict[str, int] = field(default_factory=dict)
    pages: tuple[tuple[int, int], ...] = ()
    _starts: tuple[int, ...] = ()

    def block_index(self, offset: int) -> int:
        """The index of the block that holds `offset`, or of the next one after it; `len(blocks)` after the last."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return index + 1 if index < len(self.blocks) and offset >= self.blocks[index].end else index
