"""The marts in the database: names, row counts, checksums and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workbench.domain.errors import NotFound

SCHEMA = "marts"


@dataclass(frozen=True, slots=True)
class Mart:
    """A table: `checksum` is the same for the same rows, in whatever order."""

    name: str
    rows: int
    checksum: int


def marts(connection: sa.Connection) -> list[Mart]:
    """Every mart, by name; reads all rows of each."""
    return [_mart(connection, name) for name in _names(connection)]


def mart_rows(connection: sa.Connection, name: str, *, limit: int | None = None) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The columns of a mart and its rows, ordered by the columns from the first on; raises NotFound."""
    names = _names(connection)
    if name not in names:
        known = f"there are {', '.join(names)}" if names else "`workbench marts build` makes them"
        raise NotFound(f"there is no mart {name!r}", hint=known)
    table = sa.Table(name, sa.MetaData(), schema=SCHEMA, autoload_with=connection)
    # The first five columns of each mart hold its key.
    query = sa.select(table).order_by(*list(table.columns)[:5]).limit(limit)
    return [column.name for column in table.columns], connection.execute(query).all()


def _names(connection: sa.Connection) -> list[str]:
    return sorted(sa.inspect(connection).get_table_names(schema=SCHEMA))


def _mart(connection: sa.Connection, name: str) -> Mart:
    table = sa.table(name, schema=SCHEMA).alias("mart")
    whole = sa.func.hashtextextended(sa.cast(sa.literal_column("mart"), sa.Text), 0)
    row = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(whole), 0)).select_from(table)).one()
    return Mart(name, row[0], int(row[1]))
