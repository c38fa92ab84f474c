"""DataFrames as files: Arrow and Parquet with every type and label, CSV that a spreadsheet program takes for no formula."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.analysis.table_files import TableFormat, read_arrow, write_table

if TYPE_CHECKING:
    import pyarrow as pa

# Arrow's columns have names only; labels that are days, and `attrs`, stand in the schema under this key.
_KEY = b"workbench"


def write_frame(frame: pd.DataFrame, form: TableFormat) -> bytes:
    """The frame with its index as a file. Columns named by a day have it in ISO form as their name.

    In CSV each decimal has the places that it has; Parquet and Arrow have as many in a column as its values need.
    """
    return write_table(_to_table(_with_plain_decimals(frame) if form is TableFormat.CSV else frame), form)


def read_frame(content: bytes) -> pd.DataFrame:
    """The frame that `write_frame` wrote as Arrow: index, labels, types and `attrs` are those of the original.

    Raises ValueError for other bytes.
    """
    table = read_arrow(content)
    labels = json.loads((table.schema.metadata or {}).get(_KEY, b"null"))
    if labels is None:
        raise ValueError("the table was not written from a frame")
    frame: pd.DataFrame = table.to_pandas()
    frame.columns = _index(labels["columns"])
    frame.attrs = {name: _value(value) for name, value in labels["attrs"].items()}
    return frame


def _with_plain_decimals(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with decimals as text, which a table of decimals with one number of places would pad."""
    plain = frame.copy(deep=False)
    for place in range(len(plain.columns)):
        column = plain.iloc[:, place]
        if column.dtype == object and any(isinstance(value, Decimal) for value in column):
            plain.isetitem(place, [_plain(value) for value in column])
    return plain


def _plain(value: object) -> object:
    return f"{Decimal(value):f}" if isinstance(value, Decimal | int) else value


def _to_table(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    plain = frame.copy(deep=False)
    plain.attrs = {}
    plain.columns = pd.Index(_names(frame.columns), dtype="str")
    table = pa.Table.from_pandas(plain)
    index_first = [*table.column_names[len(plain.columns) :], *plain.columns]
    labels = {"columns": _described(frame.columns), "attrs": {name: _noted(value) for name, value in frame.attrs.items()}}
    metadata = {**(table.schema.metadata or {}), _KEY: json.dumps(labels).encode()}
    return table.select(index_first).replace_schema_metadata(metadata)


def _names(columns: Iterable[Any]) -> list[str]:
    """A name for each label, unlike any other: Arrow refuses two that are alike."""
    seen: Counter[str] = Counter()
    names = []
    for label in columns:
        name = label.date().isoformat() if isinstance(label, pd.Timestamp) else str(label)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _described(columns: pd.Index) -> dict[str, Any]:
    labels = list(columns)
    days = [place for place, label in enumerate(labels) if isinstance(label, pd.Timestamp)]
    return {"name": columns.name, "dtype": str(columns.dtype), "labels": [str(label) for label in labels], "days": days}


def _index(described: dict[str, Any]) -> pd.Index:
    days = set(described["days"])
    labels = [pd.Timestamp(label) if place in days else label for place, label in enumerate(described["labels"])]
    index: pd.Index = pd.Index(labels, dtype=described["dtype"], name=described["name"])
    return index


def _noted(value: Any) -> Any:
    """A value of `attrs` in JSON: decimals and days by their kind, all else as it is."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"value": value}


def _value(noted: dict[str, Any]) -> Any:
    if "decimal" in noted:
        return Decimal(noted["decimal"])
    return date.fromisoformat(noted["day"]) if "day" in noted else noted["value"]
