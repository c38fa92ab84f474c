"""Laying a document out as text: blocks are drafted while it is walked, then placed once what repeats on pages is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workbench.parse.html.extracted import BOLD, Block, BlockKind, Cell, ExtractedText, Link, Run
from workbench.parse.html.page_boilerplate import Line, find_boilerplate


class Draft(NamedTuple):
    """Text of one look before it has a place, with the target it links to and the anchors that stand before it."""

    text: str
    flags: int = 0
    size: float = 0.0
    fact: str | None = None
    link: str | None = None
    anchors: tuple[str, ...] = ()


class PlacedCell(NamedTuple):
    """A cell of a table row by its column, counted without layout columns."""

    column: int
    span: int
    align: str
    drafts: list[Draft]
    indent: float = 0.0


class _DraftBlock(NamedTuple):
    kind: BlockKind
    cells: list[PlacedCell]
    align: str
    table: int | None
    breaks_page: bool

    def drafts(self) -> Iterator[Draft]:
        for cell in self.cells:
            yield from cell.drafts

    def line(self) -> Line:
        text = " ".join("".join(draft.text for draft in cell.drafts) for cell in self.cells)
        return Line(text, self.breaks_page, any(draft.link for draft in self.drafts()))


class TextBuilder:
    """Takes the blocks of a document in order, then builds its text."""

    def __init__(self) -> None:
        self._drafted: list[_DraftBlock] = []
        self._breaks_page = False
        self._tables = 0

    def page_break(self) -> None:
        """The next block begins a page."""
        self._breaks_page = True

    def paragraph(self, drafts: list[Draft], align: str = "", kind: BlockKind = "paragraph") -> None:
        """Appends a paragraph of at least one character."""
        self._append(kind, [PlacedCell(0, 1, align, drafts)], align, None)

    def table(self, rows: list[list[PlacedCell]]) -> None:
        """Appends the rows of a table; each has cells, in order of columns, none of them empty."""
        self._tables += 1
        for row in rows:
            self._append("row", row, "", self._tables)

    def build(self) -> ExtractedText:
        """The document: all blocks but page numbers, placed."""
        boilerplate = find_boilerplate([block.line() for block in self._drafted])
        placement = _Placement()
        for index, block in enumerate(self._drafted):
            if index in boilerplate.page_numbers:
                placement.skip(block)
            else:
                placement.place(block, index in boilerplate.running)
            if index in boilerplate.pages:
                placement.page(boilerplate.pages[index])
        return placement.result()

    def _append(self, kind: BlockKind, cells: list[PlacedCell], align: str, table: int | None) -> None:
        self._drafted.append(_DraftBlock(kind, cells, align, table, self._breaks_page))
        self._breaks_page = False


class _Placement:
    """Gives each block its offsets."""

    def __init__(self) -> None:
        self._position = 0
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._links: list[Link] = []
        self._anchors: dict[str, int] = {}
        self._waiting_anchors: list[str] = []
        self._waiting_break = False
        self._page_start = 0
        self._pages: list[tuple[int, int]] = []

    def place(self, draft: _DraftBlock, is_boilerplate: bool) -> None:
        """Appends a block to the text."""
        before = self._blocks[-1].table if self._blocks else None
        if self._blocks:
            self._write("\n" if draft.table is not None and draft.table == before else "\n\n")
        start = self._position
        if draft.breaks_page or self._waiting_break:
            self._page_start = start
        for name in self._waiting_anchors:
            self._anchors.setdefault(name, start)
        self._waiting_anchors.clear()
        cells = [self._cell(cell, at) for cell, at in zip(draft.cells, _columns_before(draft.cells), strict=True)]
        runs = [run for cell in cells for run in cell.runs]
        self._blocks.append(
            Block(
                start=start,
                end=self._position,
                kind=draft.kind,
                runs=() if draft.kind == "row" else cells[0].runs,
                cells=tuple(cells) if draft.kind == "row" else (),
                table=draft.table,
                is_bold=all(run.flags & BOLD for run in runs),
                size=max(run.size for run in runs),
                align=draft.align,
                breaks_page=draft.breaks_page or self._waiting_break,
                is_boilerplate=is_boilerplate,
            )
        )
        self._waiting_break = False

    def skip(self, draft: _DraftBlock) -> None:
        """Leaves a block out; its anchors and its page break go to the next one."""
        if draft.breaks_page:
            self._page_start = self._position + 2 if self._blocks else 0
        self._waiting_break |= draft.breaks_page
        self._waiting_anchors += [name for part in draft.drafts() for name in part.anchors]

    def page(self, number: int) -> None:
        """The current page bears this number."""
        self._pages.append((self._page_start, number))

    def result(self) -> ExtractedText:
        """What was placed."""
        for name in self._waiting_anchors:
            self._anchors.setdefault(name, self._position)
        starts = tuple(block.start for block in self._blocks)
        return ExtractedText(
            "".join(self._pieces), tuple(self._blocks), tuple(self._links), self._anchors, tuple(self._pages), starts
        )

    def _cell(self, cell: PlacedCell, at_column: int) -> Cell:
        self._write("\t" * (cell.column - at_column))
        start = self._position
        runs = []
        for draft in cell.drafts:
            run_start = self._position
            self._write(draft.text)
            for name in draft.anchors:
                self._anchors.setdefault(name, run_start)
            if draft.link:
                self._add_link(run_start, draft.link)
            runs.append(Run(run_start, self._position, draft.flags, draft.size, draft.fact))
        return Cell(start, self._position, cell.column, cell.span, cell.align, tuple(runs), cell.indent)

    def _add_link(self, start: int, target: str) -> None:
        if self._links and self._links[-1].end >= start - 1 and self._links[-1].target == target:
            start = self._links.pop().start
        self._links.append(Link(start, self._position, target))

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._position += len(text)


def _columns_before(cells: list[PlacedCell]) -> list[int]:
    return [0, *(cell.column for cell in cells[:-1])]
