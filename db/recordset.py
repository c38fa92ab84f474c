"""Many rows as one parameter: a statement over them is compiled once and sent once, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg


def recordset(table: sa.Table, names: Collection[str], rows: Sequence[Mapping[str, Any]]) -> sa.TableValuedAlias:
    """The rows as a relation `new` with these columns of the table, of the table's types; days and times as they are."""
    columns = [sa.column(name, table.c[name].type) for name in names]
    sent = sa.cast(sa.literal(orjson.dumps(rows).decode(), sa.Text), pg.JSON)
    return sa.func.json_to_recordset(sent).table_valued(*columns, name="new").render_derived(name="new", with_types=True)
