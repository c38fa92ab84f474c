"""Tables of a filing as rows and columns that a person can read: layout cells joined, layout columns dropped."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort

from workbench.parse.html.layout import Draft, PlacedCell, TextBuilder

_OPENING = re.compile(r"\(?(?:US|U\.S\.|C|CA|A|AU|NZ|HK|S|R|NT)?[$€£¥₩₹₽]\s?\(?|\(|RMB|Rs\.?")
_CLOSING = re.compile(r"\)|%|\)\s?%|pts?\.?|bps|x")
_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾\[\], ]*[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾\[\], ]*")  # of a note
_FIGURE = re.compile(r"[(\-−–—]?[$€£¥]?\s?[\d.,—–-]")
_MARKER = re.compile(r"[•·●▪■○◦–—*‑-]|[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[)\].]{1,2}|\(\d+\)|[*†‡§]+|☐|☒|o")
_WIDEST = 1000  # HTML's own limit of colspan
_MOST_HELD = 1000  # columns held by cells of the rows above; no real table has as many


class DraftCell:
    """A cell being read: where it stands in the grid, and its paragraphs."""

    __slots__ = ("align", "end", "indent", "paragraphs", "start")

    def __init__(self, start: int, end: int, align: str) -> None:
        self.start, self.end, self.align = start, end, align
        self.indent = 0.0
        self.paragraphs: list[list[Draft]] = []

    @property
    def drafts(self) -> list[Draft]:
        """All paragraphs on one line."""
        joined: list[Draft] = []
        for paragraph in self.paragraphs:
            if joined and paragraph:
                first = paragraph[0]
                joined += [first._replace(text=" " + first.text), *paragraph[1:]]
            else:
                joined += paragraph
        return [draft._replace(text=draft.text.replace("\n", " ")) if "\n" in draft.text else draft for draft in joined]

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(draft.text for draft in self.drafts)


class DraftTable:
    """Collects the cells of one table while the document is walked, then appends it to the text."""

    def __init__(self) -> None:
        self.rows: list[list[DraftCell]] = []
        self._held: list[tuple[int, int, int]] = []  # columns [start, end) held by a rowspan for so many more rows
        self._fresh: list[tuple[int, int, int]] = []  # the same, begun in this row
        self._passed = 0  # how many of those, in order of columns, lie before the next cell
        self._column = 0

    def begin_row(self) -> None:
        """A `tr` begins."""
        held = [(start, end, rows - 1) for start, end, rows in [*self._held, *self._fresh] if rows > 1]
        self._held, self._fresh = sorted(held), []
        self._passed = 0
        self.rows.append([])
        self._column = 0

    def begin_cell(self, columns: int, rows: int, align: str) -> DraftCell:
        """A `td` or `th` begins; it takes the next free columns."""
        if not self.rows:
            self.begin_row()
        columns = min(max(columns, 1), _WIDEST)
        while self._passed < len(self._held) and self._held[self._passed][0] <= self._column:
            self._column = max(self._column, self._held[self._passed][1])
            self._passed += 1
        cell = DraftCell(self._column, self._column + columns, align)
        self._column = cell.end
        if rows > 1 and len(self._held) + len(self._fresh) < _MOST_HELD:
            self._fresh.append((cell.start, cell.end, rows))
        self.rows[-1].append(cell)
        return cell

    def paragraphs(self) -> list[tuple[str, list[Draft]]]:
        """Every paragraph of every cell with its alignment, when the table is only there for layout."""
        return [(cell.align, drafts) for row in self.rows for cell in row for drafts in cell.paragraphs]

    def append_to(self, builder: TextBuilder) -> None:
        """Writes a table of data as rows, one of layout (a lone row, bullets, a single column) as paragraphs."""
        rows = [merged for row in self.rows if (merged := _join_signs([cell for cell in row if cell.paragraphs]))]
        if not rows:
            return
        if len(rows) == 1 and len(rows[0]) <= 3:
            _append_line(builder, rows[0])
        elif all(len(row) == 1 for row in rows):
            for align, drafts in self.paragraphs():
                builder.paragraph(drafts, align)
        elif all(len(row) <= 2 and (len(row) == 1 or _MARKER.fullmatch(row[0].text)) for row in rows):
            for row in rows:
                _append_line(builder, row)
        else:
            columns = _columns(rows)
            builder.table([_place(row, columns) for row in rows])


def _append_line(builder: TextBuilder, row: list[DraftCell]) -> None:
    """A row as a paragraph, or as several when its last cell holds several."""
    *heads, last = row
    line: list[Draft] = []
    for cell in heads:
        line += [*cell.drafts, Draft(" ", cell.drafts[-1].flags)]
    builder.paragraph([*line, *last.paragraphs[0]], row[0].align if len(row) == 1 else "")
    for paragraph in last.paragraphs[1:]:
        builder.paragraph(paragraph, last.align)


def _join_signs(cells: list[DraftCell]) -> list[DraftCell]:
    """Joins `$`, `(`, `)`, `%` and marks of notes that have cells of their own to the figure or label beside them."""
    joined: list[DraftCell] = []
    for cell in cells:
        text = cell.text
        if joined:
            before = joined[-1]
            before_text = before.text
            opens = _OPENING.fullmatch(before_text) and _FIGURE.match(text)
            closes = _CLOSING.fullmatch(text) and before_text[-1:].isdigit() | (before_text[-1:] in ")—–-%")
            if opens or closes or _MARK.fullmatch(text):
                before.paragraphs = [before.drafts + cell.drafts]
                before.end, before.align = cell.end, cell.align if opens else before.align
                continue
        joined.append(cell)
    return joined


def _columns(rows: list[list[DraftCell]]) -> list[tuple[int, int]]:
    """The columns that hold something, as disjoint intervals of grid columns, left to right.

    Cells are taken from narrow to wide: one that meets no column makes one, one that meets a single column widens it,
    one that meets several spans them.
    """
    columns: list[tuple[int, int]] = []
    for width, start in sorted({(cell.end - cell.start, cell.start) for row in rows for cell in row}):
        end = start + width
        low, high = _meets(columns, start, end)
        if low == high:
            insort(columns, (start, end))
        elif high - low == 1:
            columns[low] = (min(start, columns[low][0]), max(end, columns[low][1]))
    return columns


def _meets(columns: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Indices [low, high) of the columns that overlap [start, end)."""
    low = bisect_right(columns, start, key=lambda column: column[1])
    return low, bisect_left(columns, end, lo=low, key=lambda column: column[0])


def _place(row: list[DraftCell], columns: list[tuple[int, int]]) -> list[PlacedCell]:
    placed: list[PlacedCell] = []
    for cell in row:
        low, high = _meets(columns, cell.start, cell.end)
        drafts = cell.drafts
        if placed and placed[-1].column + placed[-1].span > low:  # two cells in one column: read on
            before = placed[-1]
            joined = [*before.drafts, Draft(" "), *drafts]
            placed[-1] = before._replace(span=max(before.span, high - before.column), drafts=joined)
        else:
            placed.append(PlacedCell(low, high - low, cell.align, drafts, cell.indent))
    return placed
