"""The text of a document and how it was laid out: what extraction yields and sections, passages and the reader use.

The text is the one that every span of the workbench counts in. It holds each visible character of the document, in
order, with these changes and no others:

- white space inside a paragraph (no-break spaces included) becomes one space, a forced line break one line feed;
- soft hyphens, zero-width spaces, byte order marks and NUL are left out, and the control characters 0x80 to 0x9F, which
  the web has always read as Windows-1252, are read so;
- paragraphs are separated by a blank line, rows of a table by a line feed, its cells by tabs, one for each column moved,
  so that a row without a figure in one column still shows the next in the right one; currency signs, parentheses and
  per-cent signs in cells of their own join their number, and columns that only make room are left out.

Page numbers and running headers stay in the text (no character is lost) but their blocks are marked `is_furniture`.
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
    """One cell of a table row, [start, end): its column counted from 0 without layout columns, and columns spanned."""

    start: int
    end: int
    column: int
    span: int
    align: str
    runs: tuple[Run, ...]


BlockKind = Literal["paragraph", "row", "preformatted"]


@dataclass(slots=True)
class Block:
    """A paragraph, a table row, or preformatted lines: [start, end) of the text.

    `is_bold` when every letter is, `size` of the first letters in points, `align` as CSS says it. Rows of one table
    share `table`. `breaks_page` when a page break comes before it. `anchors` are ids that links point to.
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
    is_furniture: bool = False
    anchors: tuple[str, ...] = ()


class Link(NamedTuple):
    """Text [start, end) that links to an anchor of the same document."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The text of one document, its blocks in order, its inner links, and the offset of each anchor they point to."""

    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...] = ()
    anchors: dict[str, int] = field(default_factory=dict)
    _starts: tuple[int, ...] = ()

    def block_index(self, offset: int) -> int:
        """The index of the block that holds `offset`, or of the next one after it; `len(blocks)` after the last."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return index + 1 if index < len(self.blocks) and offset >= self.blocks[index].end else index


class Draft(NamedTuple):
    """Text of one look before it has a place, with the target it links to and the anchors that stand before it."""

    text: str
    flags: int = 0
    size: float = 0.0
    fact: str | None = None
    link: str | None = None
    anchors: tuple[str, ...] = ()


class TextBuilder:
    """Appends blocks and keeps count of characters."""

    def __init__(self) -> None:
        self.position = 0
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._anchors: dict[str, int] = {}
        self._links: list[Link] = []
        self._fresh_anchors: list[str] = []
        self._breaks_page = False
        self._tables = 0

    def page_break(self) -> None:
        """The next block begins a page."""
        self._breaks_page = True

    def paragraph(self, drafts: list[Draft], align: str = "", kind: BlockKind = "paragraph") -> Block:
        """Appends a paragraph of at least one character."""
        self._separate("\n\n")
        start = self.position
        runs = self._place(drafts)
        return self._append(Block(start, self.position, kind, runs=runs, align=align))

    def table(self, rows: list[list[tuple[int, int, str, list[Draft]]]]) -> None:
        """Appends the rows of a table; a cell is (column, span, align, drafts), in order of columns, drafts not empty."""
        self._tables += 1
        separator = "\n\n"
        for row in rows:
            self._separate(separator)
            separator = "\n"
            start, at_column, cells = self.position, 0, []
            for column, span, align, drafts in row:
                self._write("\t" * (column - at_column))
                at_column = column
                cell_start = self.position
                runs = self._place(drafts)
                cells.append(Cell(cell_start, self.position, column, span, align, runs))
            self._append(Block(start, self.position, "row", cells=tuple(cells), table=self._tables))

    def build(self) -> ExtractedText:
        """The document so far."""
        starts = tuple(block.start for block in self.blocks)
        return ExtractedText("".join(self._pieces), tuple(self.blocks), tuple(self._links), self._anchors, starts)

    def _append(self, block: Block) -> Block:
        runs = block.runs or tuple(run for cell in block.cells for run in cell.runs)
        block.is_bold = all(run.flags & BOLD for run in runs)
        block.size = max((run.size for run in runs), default=0.0)
        block.breaks_page, self._breaks_page = self._breaks_page, False
        if self._fresh_anchors:
            block.anchors = tuple(self._fresh_anchors)
            self._fresh_anchors.clear()
        self.blocks.append(block)
        return block

    def _separate(self, separator: str) -> None:
        if self.blocks:
            self._write(separator)

    def _place(self, drafts: list[Draft]) -> tuple[Run, ...]:
        runs = []
        for draft in drafts:
            start = self.position
            self._write(draft.text)
            for name in draft.anchors:
                if name not in self._anchors:
                    self._anchors[name] = start
                    self._fresh_anchors.append(name)
            if draft.link:
                self._add_link(start, draft.link)
            runs.append(Run(start, self.position, draft.flags, draft.size, draft.fact))
        return tuple(runs)

    def _add_link(self, start: int, target: str) -> None:
        if self._links and self._links[-1].end >= start - 1 and self._links[-1].target == target:
            start = self._links.pop().start
        self._links.append(Link(start, self.position, target))

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self.position += len(text)
