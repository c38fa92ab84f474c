"""Saved screens, charts and comparisons, each its owner's and shareable with roles.

A view is found by its name, which is unique for one owner over all kinds. The API serves them at `/views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from db.tables import saved_views
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.domain.screens.saved_views import PARAMETERS, SavedView, ViewKind, checked_name, checked_parameters


def save_view(connection: sa.Connection, owner: str, name: str, kind: ViewKind, parameters: Mapping[str, str]) -> SavedView:
    """Saves the owner's view of that name, or replaces its parameters; raises InvalidRequest for invalid ones.

    Raises Conflict if the name is that of the owner's view of another kind.
    """
    name, values, table = checked_name(name), checked_parameters(kind, parameters), saved_views
    known = connection.execute(sa.select(table).where(table.c.owner == owner, table.c.name == name).with_for_update()).first()
    if known is not None and known.kind != kind:
        raise Conflict(f"the view {name!r} is a {known.kind}", hint="choose another name")
    if known is None:
        change: sa.Insert | sa.Update = sa.insert(table).values(owner=owner, name=name, kind=kind.value, parameters=values)
    else:
        change = sa.update(table).where(table.c.view_id == known.view_id).values(parameters=values, changed_at=sa.func.now())
    return _view(connection.execute(change.returning(table)).one())


def readable_views(connection: sa.Connection, caller: Caller, kind: ViewKind | None = None) -> list[SavedView]:
    """The caller's views by name, then those that others share with the caller's role; of one kind if `kind` is given."""
    table = saved_views.c
    shared = sa.literal(caller.role.value if caller.role else None) == sa.any_(table.shared_with)
    query = sa.select(saved_views).where(sa.or_(table.owner == caller.name, shared))
    if kind is not None:
        query = query.where(table.kind == kind.value)
    listed = connection.execute(query.order_by(table.owner != caller.name, table.name, table.view_id))
    return [_view(row) for row in listed]


def readable_view(connection: sa.Connection, caller: Caller, name: str) -> SavedView:
    """The caller's view of that name, else the first one shared with the caller's role; raises NotFound."""
    named = [each for each in readable_views(connection, caller) if each.name == name.strip()]
    if not named:
        raise _unknown(name)
    return named[0]


def delete_view(connection: sa.Connection, owner: str, name: str) -> None:
    """Deletes the owner's view; raises NotFound."""
    table = saved_views.c
    gone = connection.execute(sa.delete(saved_views).where(table.owner == owner, table.name == name.strip()))
    if not gone.rowcount:
        raise _unknown(name)


def _view(row: Any) -> SavedView:
    kind = ViewKind(row.kind)
    return SavedView(
        view_id=row.view_id,
        kind=kind,
        owner=row.owner,
        name=row.name,
        parameters={name: row.parameters[name] for name in PARAMETERS[kind] if name in row.parameters},
        changed_at=row.changed_at,
        shared_with=tuple(Role(role) for role in row.shared_with),
    )


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no saved view {name.strip()!r}", hint="`GET /views` lists them")
