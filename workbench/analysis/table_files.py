"""Tables as files: CSV, Parquet and Arrow of one Arrow table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


class TableFormat(StrEnum):
    """The file formats of a table; Arrow is its stream format (IPC)."""

    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _MEDIA_TYPES[self.value]


_MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
_CSV_ROWS = 5_000
# What begins a formula in spreadsheet programs, and the numbers among it.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def write_table(table: pa.Table, form: TableFormat) -> bytes:
    """The bytes of the table as a file; the same table gives the same bytes."""
    return {TableFormat.CSV: _to_csv, TableFormat.PARQUET: _to_parquet, TableFormat.ARROW: _to_arrow}[form](table)


def read_arrow(content: bytes) -> pa.Table:
    """The table of an Arrow stream; raises ValueError for bytes that are none."""
    import pyarrow as pa

    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows under a header as CSV (RFC 4180) in UTF-8, each value as `csv_cell` gives it; an absent value as nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_cell(name) for name in header])
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
    return text.getvalue().encode()


def csv_cell(value: Any) -> Any:
    """A value as it stands in CSV: decimals in plain digits, lists joined by spaces.

    Text that a spreadsheet program would take for a formula has an apostrophe before it, as OWASP advises. Numbers stay
    numbers, with their sign.
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        value = " ".join(map(str, value))
    is_formula = isinstance(value, str) and value.startswith(_FORMULAS) and not _NUMBER.fullmatch(value)
    return f"'{value}" if is_formula else value


def _to_csv(table: pa.Table) -> bytes:
    rows = (
        row for batch in table.to_batches(_CSV_ROWS) for row in zip(*(column.to_pylist() for column in batch), strict=True)
    )
    return csv_bytes(table.column_names, rows)


def _to_parquet(table: pa.Table) -> bytes:
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(table, sink)
    return sink.getvalue()


def _to_arrow(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()
