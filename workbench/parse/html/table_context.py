"""What a reader of a part of a table must know of the rest: its title and units, its head, and the labels above its rows.

A table that is continued on further pages, as statements are, has the title of its first page and, without a head of its own,
the head of the table before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from workbench.parse.html.extracted import Block, ExtractedText

_LONGEST_LINE = 160
_MOST_TITLES, _MOST_HEAD_ROWS, _MOST_LABELS = 3, 4, 4
_LONGEST = 600
# A cell with a figure; years, dates and notes' numbers stand in heads too.
_FIGURE = re.compile(r"^[($€£¥\s—–-]*\d[\d,.]*[)%\s]*$|^[—–-]+$")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?$")
_ROW = re.compile(r"[A-Za-z].*\s[($€£¥]*(?!(?:19|20)\d\d\b)\d[\d,.]*[)%]*$")
_MOST_HEAD_LINES = 8
_SENTENCE = re.compile(r"[.;]\W*$")
_UNITS = re.compile(
    r"\b(?:in|amounts|dollars|shares)\b.*\b(?:thousands|millions|billions|per[- ]share|except)\b", re.IGNORECASE
)


def table_context(document: ExtractedText, start: int, spans: Sequence[tuple[int, int]] = ()) -> str:
    """The lines above a passage that begins at `start` within a table, in the order of the text; empty elsewhere.

    `spans` are the primary statements [start, end), which may consist of several tables.
    """
    statement = next(((low, high) for low, high in spans if low < start < high), None)
    index = document.block_index(start)
    if index >= len(document.blocks) or document.blocks[index].table is None:
        return _cut(_head_lines(document.text[statement[0] : start])) if statement else ""
    table = document.blocks[index].table
    first = index
    while first and document.blocks[first - 1].table == table:
        first -= 1
    if not _is_of_figures(document, first):
        return ""
    rows = document.blocks[first:index]
    titles = _titles(document, first)
    head = _head(document, [*rows, document.blocks[index]])
    if statement is not None and document.blocks[first].start > statement[0]:
        begin = document.block_index(statement[0])
        tables = [each for each in document.blocks[begin:first] if each.table is not None]
        if tables:
            titles = _titles(document, document.block_index(tables[0].start))
            head = head or _head(document, [each for each in tables if each.table == tables[0].table])
    above = [each for each in (*titles, *head, *_labels(document, rows, document.blocks[index])) if each.end <= start]
    lines = dict.fromkeys(document.text[each.start : each.end].replace("\n", " ").strip() for each in above)
    return _cut(list(lines))


def _head_lines(text: str) -> list[str]:
    """The lines of a statement without tables, as of a PDF, above its first row of figures."""
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    return list(takewhile(lambda line: _ROW.search(line) is None, lines[:_MOST_HEAD_LINES]))


def _is_of_figures(document: ExtractedText, first: int) -> bool:
    """Whether two rows of a table have figures beside their labels; a list of exhibits has numbers before its texts."""
    table = document.blocks[first].table
    rows = takewhile(lambda block: block.table == table, document.blocks[first:])
    cells = ((document.text[cell.start : cell.end].strip() for cell in row.cells[1:]) for row in rows)
    return sum(any(_FIGURE.match(cell) and not _YEAR.match(cell) for cell in row) for row in cells) >= 2


def _titles(document: ExtractedText, first: int) -> list[Block]:
    """The short paragraphs just above a table: its name, its units, and what it is as of."""
    results: list[Block] = []
    for block in reversed(document.blocks[max(0, first - 8) : first]):
        if block.is_boilerplate:
            continue
        text = document.text[block.start : block.end]
        is_title = len(text) <= _LONGEST_LINE and (_SENTENCE.search(text) is None or _UNITS.search(text) is not None)
        if block.table is not None or not is_title or len(results) == _MOST_TITLES:
            break
        results.append(block)
    return results[::-1]


def _head(document: ExtractedText, rows: Sequence[Block]) -> list[Block]:
    """The first rows of a table that have no figures."""

    def is_of_head(row: Block) -> bool:
        cells = [document.text[cell.start : cell.end].strip() for cell in row.cells]
        figures = [cell for cell in cells if _FIGURE.match(cell) and not _YEAR.match(cell)]
        # A lone label is the head of the rows below it, and no head of columns.
        return not figures and (len(cells) > 1 or row.cells[0].column > 0)

    head = list(takewhile(is_of_head, rows[: _MOST_HEAD_ROWS + 1]))
    return head if len(head) <= _MOST_HEAD_ROWS else []


def _labels(document: ExtractedText, rows: Sequence[Block], row: Block) -> list[Block]:
    """The labels without figures above a row that it stands under, by how far they are set in."""
    results: list[Block] = []
    indent = row.cells[0].indent
    for above in reversed(rows):
        is_label = len(above.cells) == 1 and above.cells[0].column == 0
        text = document.text[above.start : above.end]
        is_over = above.cells[0].indent < indent or (not results and text.rstrip().endswith(":"))
        if is_label and is_over and len(text) <= _LONGEST_LINE:
            results.append(above)
            indent = above.cells[0].indent
        if len(results) == _MOST_LABELS:
            break
    return results[::-1]


def _cut(lines: Sequence[str]) -> str:
    """As many lines as the context may be long."""
    text = ""
    for line in lines:
        joined = f"{text}\n{line}" if text else line
        if len(joined) > _LONGEST:
            break
        text = joined
    return text
