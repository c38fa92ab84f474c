"""Conditions on rows that have an owner: they belong in the query, so that counts, pages and errors respect them as well."""

from __future__ import annotations

import sqlalchemy as sa

from db.tables import documents, users
from workbench.domain.rights.ownership import LOCAL, LOCAL_USER, Caller
from workbench.domain.rights.roles import Role


def readable(table: sa.Table, caller: Caller) -> sa.ColumnElement[bool]:
    """Rows that the caller may read: own ones, those shared with the caller's role, and those without an owner."""
    if caller.sees_all:
        return sa.true()
    readers = [table.c.owner == caller.name]
    if table.c.owner.nullable:
        readers.append(table.c.owner.is_(None))
    if caller.role is not None:
        readers.append(sa.literal(caller.role.value) == sa.any_(table.c.shared_with))
    return sa.or_(*readers)


def changeable(table: sa.Table, caller: Caller) -> sa.ColumnElement[bool]:
    """Rows that the caller may change and remove: own ones."""
    return sa.true() if caller.sees_all else table.c.owner == caller.name


def hidden_documents(caller: Caller) -> sa.Select[tuple[int]] | None:
    """The ids of uploads that the caller may not read; None if there can be none.

    Uploads are few beside filings, so a search leaves these out instead of looking for what is left.
    """
    if caller.sees_all:
        return None
    return sa.select(documents.c.document_id).where(documents.c.origin == "upload", sa.not_(readable(documents, caller)))


def caller_called(connection: sa.Connection, name: str) -> Caller:
    """The user of that name as a caller, without a role if there is no such active account."""
    if name == LOCAL_USER:
        return LOCAL
    role = connection.scalar(sa.select(users.c.role).where(users.c.name == name, users.c.is_active))
    return Caller(name, Role(role) if role is not None else None)
