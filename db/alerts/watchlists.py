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
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A watchlist: owner, name and number of companies."""

    watchlist_id: int
    owner: str
    name: str
    companies: int
    created_at: datetime
    shared_with: tuple[Role, ...] = ()


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
    """The companies on the owner's list, in the order in which they were added; raises NotFound for an unknown list."""
    return _members(connection, _id(connection, owner, name))


def readable_watchlist(connection: sa.Connection, caller: Caller, name: str) -> tuple[Watchlist, list[Cik]]:
    """The caller's list of that name, else the first one shared with the caller's role, and the companies on it.

    Raises NotFound.
    """
    named = [each for each in readable_watchlists(connection, caller) if each.name == name.strip()]
    if not named:
        raise _unknown(name)
    return named[0], _members(connection, named[0].watchlist_id)


def _members(connection: sa.Connection, watchlist_id: int) -> list[Cik]:
    table = watchlist_members
    query = sa.select(table.c.cik).where(table.c.watchlist_id == watchlist_id)
    return [Cik(number) for number in connection.scalars(query.order_by(table.c.added_at, table.c.cik))]


def watchlists(connection: sa.Connection, owner: str) -> list[Watchlist]:
    """All lists of one owner, by name."""
    return _watchlists(connection, watchlists_table.c.owner == owner)


def readable_watchlists(connection: sa.Connection, caller: Caller) -> list[Watchlist]:
    """The caller's lists by name, then those that others share with the caller's role."""
    own = watchlists_table.c.owner == caller.name
    shared = sa.literal(caller.role.value if caller.role else None) == sa.any_(watchlists_table.c.shared_with)
    listed = _watchlists(connection, sa.or_(own, shared))
    return sorted(listed, key=lambda each: (each.owner != caller.name, each.name, each.watchlist_id))


def _watchlists(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Watchlist]:
    lists, on_it = watchlists_table, watchlist_members
    query = (
        sa.select(lists, sa.func.count(on_it.c.cik).label("companies"))
        .join(on_it, on_it.c.watchlist_id == lists.c.watchlist_id, isouter=True)
        .where(which)
        .group_by(lists.c.watchlist_id)
        .order_by(lists.c.name)
    )
    return [
        Watchlist(
            row.watchlist_id, row.owner, row.name, row.companies, row.created_at, tuple(Role(role) for role in row.shared_with)
        )
        for row in connection.execute(query)
    ]


def _id(connection: sa.Connection, owner: str, name: str) -> int:
    lists = watchlists_table
    result = connection.scalar(sa.select(lists.c.watchlist_id).where(lists.c.owner == owner, lists.c.name == name.strip()))
    if result is None:
        raise _unknown(name)
    return int(result)


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no watchlist {name.strip()!r}", hint="list them with `workbench watchlist list`")
