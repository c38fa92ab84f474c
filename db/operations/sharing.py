"""With which roles an owner shares a document, a report, a schedule, a watchlist, an alert, a saved view or a note."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from db.ownership import changeable
from db.tables import alert_rules, documents, notes, report_schedules, reports, saved_views, watchlists
from workbench.domain.errors import NotFound
from workbench.domain.rights.ownership import Caller, Shareable, Sharing
from workbench.domain.rights.roles import Role

_KEYS = {
    Shareable.DOCUMENTS: documents.c.document_id,
    Shareable.REPORTS: reports.c.report_id,
    Shareable.SCHEDULES: report_schedules.c.name,
    Shareable.WATCHLISTS: watchlists.c.name,
    Shareable.ALERTS: alert_rules.c.rule_id,
    Shareable.VIEWS: saved_views.c.name,
    Shareable.NOTES: notes.c.note_id,
}


def get_sharing(connection: sa.Connection, kind: Shareable, name: str, caller: Caller) -> Sharing:
    """How something of the caller's is shared; raises NotFound for what is not there or belongs to somebody else.

    `name` is the number of a document, report, alert or note, or the name of a schedule, watchlist or view.
    """
    table = _KEYS[kind].table
    row = connection.execute(sa.select(table.c.owner, table.c.shared_with).where(_is_it(kind, name, caller))).first()
    return _sharing(kind, name, row)


def share(connection: sa.Connection, kind: Shareable, name: str, roles: Collection[Role], caller: Caller) -> Sharing:
    """Shares something of the caller's with exactly these roles; raises NotFound as `get_sharing` does."""
    table = _KEYS[kind].table
    values = [role.value for role in Role if role in roles]
    change = sa.update(table).where(_is_it(kind, name, caller)).values(shared_with=values)
    row = connection.execute(change.returning(table.c.owner, table.c.shared_with)).first()
    return _sharing(kind, name, row)


def _is_it(kind: Shareable, name: str, caller: Caller) -> sa.ColumnElement[bool]:
    key = _KEYS[kind]
    if kind in (Shareable.WATCHLISTS, Shareable.VIEWS):  # names are unique for one owner only, so nobody changes another's
        return sa.and_(key == name.strip(), key.table.c.owner == caller.name)
    if kind is Shareable.SCHEDULES:  # so are these; what an administrator names must be one alone
        other = sa.alias(report_schedules)
        is_only = ~sa.exists().where(other.c.name == key, other.c.owner != report_schedules.c.owner)
        is_meant = sa.or_(report_schedules.c.owner == caller.name, is_only)
        return sa.and_(key == name, changeable(key.table, caller), is_meant)
    is_number = name.isascii() and name.isdigit() and len(name) < 10
    owned = documents.c.owner.is_not(None) if kind is Shareable.DOCUMENTS else sa.true()
    return sa.and_(key == (int(name) if is_number else -1), owned, changeable(key.table, caller))


def _sharing(kind: Shareable, name: str, row: Any | None) -> Sharing:
    if row is None:
        raise NotFound(f"there is no {kind.value.removesuffix('s')} {name!r} of yours")
    return Sharing(kind, name, row.owner, tuple(Role(role) for role in row.shared_with))
