"""Exported tables: CSV, Parquet and Arrow with a row per figure and its proof, XLSX as shown, the proofs on a second sheet.

Text stays text in all of them: a spreadsheet program reads no text as a formula, not even an odd company name.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workbench.analysis.table_files import TableFormat, csv_bytes, write_table
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.statements.statement import Figure

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ColumnFormula:
    """A cell that a workbook computes from its own column: a function such as MEDIAN over the table's rows `first` to `last`.

    Rows count from 0 below the header; `value` is the result.
    """

    function: str
    first: int
    last: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class QuotientFormula:
    """A cell that a workbook computes as one row of its column over another, times `times`, rounded to `places`."""

    numerator: int
    denominator: int
    times: int
    places: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class SumFormula:
    """A cell that a workbook computes as the sum of rows of its column; each of `terms` is a row and its sign, 1 or -1."""

    terms: tuple[tuple[int, int], ...]
    value: Decimal


Formula = ColumnFormula | QuotientFormula | SumFormula
Cell = str | int | Decimal | date | Formula | None


class ExportFormat(StrEnum):
    """The file formats of an exported table."""

    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _MEDIA_TYPES[self.value]


_MEDIA_TYPES = {
    "csv": TableFormat.CSV.media_type,
    "parquet": TableFormat.PARQUET.media_type,
    "arrow": TableFormat.ARROW.media_type,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ExportedFigure:
    """One figure of the table, with the place it has there: `column` is the calendar period, or the name of the metric.

    `basis` is the kind of period, or `close`.
    """

    company: Company
    measure: Measure
    basis: str
    column: str
    period_label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Export:
    """A table as shown (`header`, `rows`), its `notes`, and every figure in it that was reported."""

    name: str
    title: str
    notes: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figures: tuple[ExportedFigure, ...]


HEADER = (
    "cik", "ticker", "company", "measure", "label", "basis", "column", "period", "period_end", "value", "unit", "status",
    "reason", "adjusted_value", "adjustment", "formula", "concepts", "accessions", "forms", "filed_on", "known_on",
)  # fmt: skip
PROVENANCE_HEADER = (
    "Company", "CIK", "Measure", "Column", "Period", "Period end", "Value", "Unit", "Status", "Reason", "In today's shares",
    "Formula", "Concept", "Fact's period start", "Fact's period end", "Fact's value", "Fact's unit", "Accession", "Form",
    "Filed on", "Known on",
)  # fmt: skip


def write_export(export: Export, form: ExportFormat) -> bytes:
    """The file's bytes; the same export gives the same bytes."""
    if form is ExportFormat.XLSX:
        return to_xlsx(export)
    return to_csv(export) if form is ExportFormat.CSV else write_table(figures_table(export), TableFormat(form.value))


def to_csv(export: Export) -> bytes:
    """One row a figure under `HEADER`, as `csv_bytes` writes it; several facts of a figure are joined by a space."""
    return csv_bytes(HEADER, _rows(export))


def figures_table(export: Export) -> pa.Table:
    """One row a figure under `HEADER`; `value` is a decimal of twelve places, several facts' fields are lists."""
    import pyarrow as pa

    words, exact = pa.list_(pa.string()), pa.decimal128(38, _PLACES)
    types = {
        "cik": pa.int64(), "period_end": pa.date32(), "known_on": pa.date32(), "value": exact, "adjusted_value": exact,
        "concepts": words, "accessions": words, "forms": words, "filed_on": pa.list_(pa.date32()),
    }  # fmt: skip
    schema = pa.schema([(name, types.get(name, pa.string())) for name in HEADER])
    rows = [dict(zip(HEADER, row, strict=True)) for row in _rows(export, is_joined=False)]
    for row in rows:
        for name in ("value", "adjusted_value"):
            if row[name] is not None:
                row[name] = row[name].quantize(Decimal(1).scaleb(-_PLACES), context=_WIDE)
    return pa.Table.from_pylist(rows, schema=schema)


_PLACES = 12
_WIDE = Context(prec=38)


def _rows(export: Export, *, is_joined: bool = True) -> Iterator[tuple[Any, ...]]:
    for each in export.figures:
        company, figure = each.company, each.figure
        lists: list[Any] = [
            [fact.concept for fact in figure.facts],
            [fact.accession for fact in figure.facts],
            [fact.form for fact in figure.facts],
            [fact.filed_on for fact in figure.facts],
        ]
        if is_joined:
            lists = [" ".join(map(str, items)) for items in lists]
        yield (
            company.cik.number, company.ticker.symbol if company.ticker else None, company.name, each.measure.name,
            each.measure.label, each.basis, each.column, each.period_label, figure.period_end, figure.value,
            figure.unit, figure.status.value, figure.reason, figure.adjusted_value, figure.adjustment, figure.formula, *lists,
            figure.known_on,
        )  # fmt: skip


# A workbook's own date: with the hour of its making in it, no two exports of one table would be equal.
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook's dates have no zone
_WIDEST = 42


def to_xlsx(export: Export) -> bytes:
    """The table on its first sheet, and on `Provenance` a row for each fact behind each figure (one for a refused figure).

    Numbers are numbers of Excel's precision of fifteen digits; the facts' values beside them have every digit, as text.
    """
    table = Sheet(export.name, export.header, export.rows)
    return write_workbook(
        export.title, export.notes, [table, Sheet("Provenance", PROVENANCE_HEADER, list(_provenance(export)))]
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook, under its header."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_workbook(title: str, notes: Sequence[str], sheets: Sequence[Sheet]) -> bytes:
    """A workbook of these tables, title and notes above the first; text is never taken for a formula or a link."""
    import xlsxwriter

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"title": title, "created": _MADE_AT})
        styles = _Styles(book)
        for place, each in enumerate(sheets):
            sheet = book.add_worksheet(each.name[:31])
            above = (title, *notes) if place == 0 else ()
            for number, note in enumerate(above):
                sheet.write_string(number, 0, note, styles.title if number == 0 else styles.note)
            _write_table(sheet, styles, len(above) + 1 if above else 0, each.header, each.rows)
    return sink.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.note = book.add_format({"italic": True, "font_color": "#555555"})
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.whole = book.add_format({"num_format": "#,##0;(#,##0)"})
        self.broken = book.add_format({"num_format": "#,##0.00##;(#,##0.00##)"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})


def _write_table(sheet: Any, styles: _Styles, top: int, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    widths = [len(name) for name in header]
    for column, name in enumerate(header):
        sheet.write_string(top, column, name, styles.head)
    for number, row in enumerate(rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, ColumnFormula | QuotientFormula | SumFormula):
                style = styles.whole if cell.value == int(cell.value) else styles.broken
                sheet.write_formula(number, column, _formula(cell, column, top + 1), style, float(cell.value))
                widths[column] = max(widths[column], len(f"{cell.value:,.4f}"))
            else:
                widths[column] = max(widths[column], _write(sheet, styles, number, column, cell))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, _WIDEST))
    sheet.freeze_panes(top + 1, 1)


def _write(sheet: Any, styles: _Styles, row: int, column: int, cell: str | int | Decimal | date | None) -> int:
    """Writes one cell and returns how wide it is in characters."""
    if cell is None:
        return 0
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
        return len(cell)
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles.day)  # noqa: DTZ001  as above
        return 10
    is_whole = cell == int(cell)
    sheet.write_number(row, column, float(cell), styles.whole if is_whole else styles.broken)
    return len(f"{cell:,f}") if is_whole else len(f"{cell:,.4f}")


def _formula(cell: Formula, column: int, first_row: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    if isinstance(cell, ColumnFormula):
        first, last = (xl_rowcol_to_cell(first_row + place, column) for place in (cell.first, cell.last))
        return f"={cell.function}({first}:{last})"
    if isinstance(cell, SumFormula):
        terms = ((xl_rowcol_to_cell(first_row + place, column), "+" if sign > 0 else "-") for place, sign in cell.terms)
        return "=" + "".join(sign + name for name, sign in terms).removeprefix("+")
    over, under = (xl_rowcol_to_cell(first_row + place, column) for place in (cell.numerator, cell.denominator))
    return f"=ROUND({over}/{under}*{cell.times},{cell.places})"


def _provenance(export: Export) -> Iterator[tuple[Cell, ...]]:
    for each in export.figures:
        figure = each.figure
        about = (
            each.company.label, str(each.company.cik), each.measure.label, each.column, each.period_label, figure.period_end,
            _plain(figure.value), figure.unit, figure.status.value, figure.reason,
            figure.formula,
        )  # fmt: skip
        for fact in figure.facts:
            yield (
                *about, fact.concept, fact.period_start, fact.period_end, f"{fact.value:f}", fact.unit, fact.accession,
                fact.form, fact.filed_on, figure.known_on,
            )  # fmt: skip
        if not figure.facts:
            yield (*about, *(None,) * (len(PROVENANCE_HEADER) - len(about)))


def _plain(value: Decimal | None) -> str | None:
    return f"{value:f}" if value is not None else None
