"""An Excel workbook as HTML: a page for each sheet, a table for each block of rows, values as their formats show them.

Formulas have the values that were stored with them; one without a stored value is shown itself. Hidden sheets are read and
say so, hidden rows and columns are read. Charts, pictures and macros are left out.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_html import HtmlPage
from workbench.parse.uploads.cell_formats import displayed

MOST_CELLS = 500_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_POINTS_OF_INDENT = 6


class _Cell(NamedTuple):
    """What a cell shows, and the rows and columns that it spans."""

    text: str
    is_bold: bool
    align: str
    indent: float
    rows: int
    columns: int


def workbook_pages(content: bytes) -> list[HtmlPage]:
    """The sheets in order, each labelled `sheet` and its name. Raises MalformedDocument for more than MOST_CELLS."""
    values = _opened(content, data_only=True)
    formulas = _opened(content, data_only=False) if _has_formulas(content) else None
    pages = []
    left = MOST_CELLS
    for sheet in values.worksheets:
        cells = _cells(sheet, formulas[sheet.title] if formulas is not None else None)
        left -= len(cells)
        if left < 0:
            raise MalformedDocument(f"the workbook has more than {MOST_CELLS:,} cells", hint="add its sheets one by one")
        is_hidden = sheet.sheet_state != "visible"
        body = "".join(_blocks(cells))
        heading = f"<h2>{escape(sheet.title)}</h2>" if body else ""
        pages.append(HtmlPage(heading + body, f"sheet {sheet.title}{', hidden' if is_hidden else ''}"))
    return pages


def _opened(content: bytes, *, data_only: bool) -> Any:
    try:
        return openpyxl.load_workbook(BytesIO(content), data_only=data_only, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise MalformedDocument(f"the workbook is damaged and cannot be read: {error}") from None


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as package:
        sheets = (name for name in package.namelist() if name.startswith("xl/worksheets/"))
        return any(_FORMULA.search(package.read(name)) for name in sheets)


def _cells(sheet: Any, formulas: Any) -> dict[tuple[int, int], _Cell]:
    """The cells that show something, by row and column from 1."""
    spans = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges}
    cells: dict[tuple[int, int], _Cell] = {}
    for place, cell in sorted(sheet._cells.items()):
        value = cell.value
        if value is None and formulas is not None:
            value = _formula(formulas.cell(*place).value)
        text = displayed(value, cell.number_format) if value is not None else ""
        if not text:
            continue
        size = spans[place].size if place in spans else {"rows": 1, "columns": 1}
        align = cell.alignment.horizontal if cell.alignment.horizontal in {"center", "right"} else ""
        indent = _POINTS_OF_INDENT * (cell.alignment.indent or 0)
        cells[place] = _Cell(text, bool(cell.font.b), align, indent, size["rows"], size["columns"])
    return cells


def _formula(value: object) -> str | None:
    """A formula as it is written; None for any other value."""
    text = getattr(value, "text", value)
    return text if isinstance(text, str) and text.startswith("=") else None


def _blocks(cells: dict[tuple[int, int], _Cell]) -> Iterator[str]:
    """Rows without a blank row between them, as a table; titles in lone cells above it are paragraphs."""
    by_row: dict[int, dict[int, _Cell]] = {}
    for (row, column), cell in cells.items():
        by_row.setdefault(row, {})[column] = cell
    block: list[dict[int, _Cell]] = []
    last = 0
    for number in sorted(by_row):
        if block and number > last + 1:
            yield from _block(block)
            block = []
        block.append(by_row[number])
        last = max(number, *(number + cell.rows - 1 for cell in by_row[number].values()))
    yield from _block(block)


def _block(rows: list[dict[int, _Cell]]) -> Iterator[str]:
    first = next((index for index, row in enumerate(rows) if len(row) > 1), len(rows))
    for row in rows[:first]:
        yield from (f'<p style="text-align:{cell.align}">{_content(cell)}</p>' for cell in row.values())
    if rows[first:]:
        yield f"<table>{''.join(_rows(rows[first:]))}</table>"


def _rows(rows: list[dict[int, _Cell]]) -> Iterator[str]:
    """Rows of a grid of the columns that hold something; an empty cell holds the place of one without."""
    used = sorted({column for row in rows for column in row})
    for row in rows:
        pieces = []
        at = 0
        for column in sorted(row):
            cell = row[column]
            start, end = bisect_left(used, column), bisect_left(used, column + cell.columns)
            style = f"text-align:{cell.align};padding-left:{cell.indent}pt"
            pieces.append(f'{"<td></td>" * (start - at)}<td colspan="{end - start}" style="{style}">{_content(cell)}</td>')
            at = end
        yield f"<tr>{''.join(pieces)}</tr>"


def _content(cell: _Cell) -> str:
    text = escape(cell.text).replace("\n", "<br>")
    return f"<b>{text}</b>" if cell.is_bold else text
