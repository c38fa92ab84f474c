"""Watchlists: companies that a user follows, under a name that the user chose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import watchlist_members
from db.tables import watchlists as watchlists_table
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.domain.identity import Cik

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A watchlist: owner, name and number of companies."""

    watchlist_id: int
    owner: str
    name: str
    companies: int
    created_at: datetime


def create(connection: sa.Connection, owner: str, name: str) -> Watchlist:
    """A new, empty list; raises InvalidRequest for an invalid name, Conflict for a name in use."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        raise InvalidRequest(f"a watchlist name must be one line of 1 to {_LONGEST_NAME} characters without /")
    table = watchlists_table
    statement = pg.insert(table).values(owner=owner, name=name).on_conflict_do_nothing().returning(table)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Conflict(f"the watchlist {name!r} already exists")
    return Watchlist(row.watchlist_id, row.owner, row.name, 0, row.created_at)


def delete(connection: sa.Connection, owner: str, name: str) -> None:
    """Removes the list, not its companies; raises NotFound."""
    connection.execute(sa.delete(watchlists_table).where(watchlists_table.c.watchlist_id == _id(connection, owner, name)))


def add_members(connection: sa.Connection, owner: str, name: str, ciks: Collection[Cik]) -> int:
    """Adds companies in the database to the list; returns how many are new on it. Raises NotFound for an unknown list."""
    watchlist_id = _id(connection, owner, name)
    rows = [{"watchlist_id": watchlist_id, "cik": cik.number} for cik in sorted(set(ciks))]
    if not rows:
        return 0
    statement = pg.insert(watchlist_members).values(rows).on_conflict_do_nothing().returning(watchlist_members.c.cik)
    return len(connection.scalars(statement).all())


def remove_members(connection: sa.Connection, owner: str, name: str, ciks: Collection[Cik]) -> int:
    """Removes companies from the list; returns how many were on it. Raises NotFound for an unknown list."""
    members = watchlist_members
    statement = sa.delete(members).where(
        members.c.watchlist_id == _id(connection, owner, name), members.c.cik.in_([cik.number for cik in ciks])
    )
    return connection.execute(statement).rowcount


def members(connection: sa.Connection, owner: str, name: str) -> list[Cik]:
    """The companies on the list, in the order in which they were added; raises NotFound for an unknown list."""
    table = watchlist_members
    query = sa.select(table.c.cik).where(table.c.watchlist_id == _id(connection, owner, name))
    return [Cik(number) for number in connection.scalars(query.order_by(table.c.added_at, table.c.cik))]


def watchlists(connection: sa.Connection, owner: str) -> list[Watchlist]:
    """All lists of one owner, by name."""
    lists, on_it = watchlists_table, watchlist_members
    query = (
        sa.select(lists, sa.func.count(on_it.c.cik).label("companies"))
        .join(on_it, on_it.c.watchlist_id == lists.c.watchlist_id, isouter=True)
        .where(lists.c.owner == owner)
        .group_by(lists.c.watchlist_id)
        .order_by(lists.c.name)
    )
    return [
        Watchlist(row.watchlist_id, row.owner, row.name, row.companies, row.created_at) for row in connection.execute(query)
    ]


def _id(connection: sa.Connection, owner: str, name: str) -> int:
    lists = watchlists_table
    result = connection.scalar(sa.select(lists.c.watchlist_id).where(lists.c.owner == owner, lists.c.name == name.strip()))
    if result is None:
        raise NotFound(f"there is no watchlist {name.strip()!r}", hint="list them with `workbench watchlist list`")
    return int(result)
