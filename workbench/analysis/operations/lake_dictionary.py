"""The data dictionary of the lake as a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.lake_dictionary import meaning


def dictionary_frame(tables: Mapping[str, Mapping[str, str]], table: str | None = None) -> pd.DataFrame:
    """One row a column, in order: table, column, type, meaning. Raises InvalidRequest for an unknown table."""
    if table is not None and table not in tables:
        raise InvalidRequest(f"the lake has no table {table!r}", hint=f"it has {', '.join(tables)}")
    rows = [
        (name, column, kind, meaning(name, column))
        for name, columns in tables.items()
        if table in (None, name)
        for column, kind in columns.items()
    ]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])
