"""Rows of an answer as an Arrow table: text in a known format becomes the type that it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from workbench.analysis.table_files import csv_bytes

if TYPE_CHECKING:
    import pyarrow as pa


class ColumnKind(Enum):
    """What the values of a column are in JSON."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DECIMAL = "decimal"
    WHOLE = "whole"
    FRACTION = "fraction"
    FLAG = "flag"
    TEXTS = "texts"
    NESTED = "nested"
    """Anything else; its JSON as text."""


_READ: Mapping[ColumnKind, Callable[[Any], Any]] = {
    ColumnKind.DATE: date.fromisoformat,
    ColumnKind.TIME: datetime.fromisoformat,
    ColumnKind.DECIMAL: Decimal,
    ColumnKind.FRACTION: float,
    ColumnKind.NESTED: lambda value: json.dumps(value, ensure_ascii=False),
}


def rows_table(columns: Mapping[str, ColumnKind], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """The rows under the columns, in order. A column of decimals has as many places as its values need."""
    import pyarrow as pa

    types = {
        ColumnKind.DATE: pa.date32(),
        ColumnKind.TIME: pa.timestamp("us", tz="UTC"),
        ColumnKind.DECIMAL: None,
        ColumnKind.WHOLE: pa.int64(),
        ColumnKind.FRACTION: pa.float64(),
        ColumnKind.FLAG: pa.bool_(),
        ColumnKind.TEXTS: pa.list_(pa.string()),
    }
    arrays = []
    for place, kind in enumerate(columns.values()):
        values = [_value(kind, row[place]) for row in rows]
        is_empty = kind is ColumnKind.DECIMAL and all(value is None for value in values)
        arrays.append(pa.array(values, type=pa.decimal128(38, 0) if is_empty else types.get(kind, pa.string())))
    return pa.Table.from_arrays(arrays, names=list(columns))


def rows_csv(columns: Mapping[str, ColumnKind], rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows under the columns as CSV, in order, each decimal with the places that it has."""
    kinds = list(columns.values())
    return csv_bytes(list(columns), ([_value(kind, value) for kind, value in zip(kinds, row, strict=True)] for row in rows))


def _value(kind: ColumnKind, value: Any) -> Any:
    return None if value is None else _READ.get(kind, _same)(value)


def _same(value: Any) -> Any:
    return value
