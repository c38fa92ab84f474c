"""The audit log: who did what and when. The database numbers and chains the rows, and refuses to change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from db.tables import audit_anchors, audit_logs
from workbench.domain.operations.audit_trail import AuditEntry, AuditEvent, AuditQuery, ChainCheck, Link, verify


def record(connection: sa.Connection, actor: str, action: str, **detail: str) -> None:
    """Adds one row, in the caller's transaction. Until it ends, others wait to add theirs, so it belongs at its end."""
    connection.execute(sa.insert(audit_logs).values(actor=actor, action=action, detail=detail))


def record_events(connection: sa.Connection, events: Sequence[AuditEvent]) -> None:
    """Adds the events in their order."""
    rows = [{"at": each.at, "actor": each.actor, "action": each.action, "detail": dict(each.detail)} for each in events]
    if rows:
        connection.execute(sa.insert(audit_logs), rows)


def list_entries(connection: sa.Connection, *, limit: int = 100) -> list[AuditEntry]:
    """The newest rows first."""
    return search_entries(connection, AuditQuery(limit=limit))


def search_entries(connection: sa.Connection, query: AuditQuery) -> list[AuditEntry]:
    """The rows that match, newest first."""
    log = audit_logs.c
    wanted: list[sa.ColumnElement[bool]] = []
    if query.actor is not None:
        wanted.append(log.actor == query.actor)
    if query.action is not None:
        wanted.append(sa.or_(log.action == query.action, log.action.startswith(f"{query.action}.", autoescape=True)))
    if query.address is not None:
        wanted.append(log.detail.contains({"address": query.address}))
    if query.since is not None:
        wanted.append(log.at >= query.since)
    if query.until is not None:
        wanted.append(log.at < query.until)
    if query.before is not None:
        wanted.append(log.audit_id < query.before)
    statement = sa.select(audit_logs).where(*wanted).order_by(log.audit_id.desc()).limit(query.limit)
    return [_entry(row) for row in connection.execute(statement)]


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(row.audit_id, row.at, row.actor, row.action, row.detail, row.hash)


def verify_chain(connection: sa.Connection) -> ChainCheck:
    """Reads the whole log, oldest row first, and follows its chain from the newest anchor before it."""
    first = sa.select(sa.func.min(audit_logs.c.audit_id)).scalar_subquery()
    anchor = sa.select(audit_anchors.c.hash).where(audit_anchors.c.audit_id < first)
    start = connection.scalar(anchor.order_by(audit_anchors.c.audit_id.desc()).limit(1))
    return verify(_links(connection), bytes(start or b""))


def _links(connection: sa.Connection) -> Iterator[Link]:
    text: sa.ColumnElement[str] = sa.literal_column("audit_log_text(audit_logs)")
    query = sa.select(audit_logs.c.audit_id, text, audit_logs.c.hash).order_by(audit_logs.c.audit_id)
    with connection.execute(query, execution_options={"yield_per": 5000}) as rows:
        for audit_id, text_of_row, stored in rows:
            yield Link(audit_id, text_of_row, bytes(stored))


def holds_hash(connection: sa.Connection, head: str) -> bool:
    """Whether a row, or an anchor of removed ones, has this hash, given in hexadecimal."""
    try:
        wanted = bytes.fromhex(head.strip())
    except ValueError:
        return False
    return any(
        connection.scalar(sa.select(sa.exists().where(table.c.hash == wanted))) for table in (audit_logs, audit_anchors)
    )


def remove_before(connection: sa.Connection, day: datetime, *, actor: str) -> int:
    """Removes the rows older than `day` behind an anchor, with which the chain goes on; returns how many.

    The newest row stays. The database refuses to remove what is not 30 days old.
    """
    log = audit_logs.c
    newest = sa.select(sa.func.max(log.audit_id)).scalar_subquery()
    oldest_left = sa.select(sa.func.min(log.audit_id)).where(log.at >= day).scalar_subquery()
    last = sa.select(log.audit_id, log.hash).where(log.audit_id < sa.func.coalesce(oldest_left, newest), log.audit_id < newest)
    row = connection.execute(last.order_by(log.audit_id.desc()).limit(1)).one_or_none()
    if row is None:
        return 0
    connection.execute(sa.insert(audit_anchors).values(audit_id=row.audit_id, hash=row.hash, removed_by=actor))
    removed = connection.execute(sa.delete(audit_logs).where(log.audit_id <= row.audit_id)).rowcount
    record(connection, actor, "audit.shortened", until=str(row.audit_id), entries=str(removed))
    return removed


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often signing in failed lately: for one name from one address, for the name, and from the address."""

    for_both: int
    for_name: int
    for_address: int


def failed_attempts(connection: sa.Connection, name: str, address: str, *, minutes: int) -> Attempts:
    """Failed sign-ins of the last `minutes`; those of this name before its last success from this address do not count."""
    log = audit_logs
    is_name = log.c.actor == name
    is_address = log.c.detail["address"].astext == address
    recent = log.c.at > sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, minutes)
    success = sa.select(sa.func.max(log.c.at)).where(log.c.action == "sign_in", is_name, is_address, recent).scalar_subquery()
    since_success = sa.or_(success.is_(None), log.c.at > success)
    row = connection.execute(
        sa.select(
            sa.func.count().filter(is_name, is_address, since_success).label("both"),
            sa.func.count().filter(is_name, since_success).label("name"),
            sa.func.count().filter(is_address).label("address"),
        ).where(log.c.action == "sign_in.failed", recent, sa.or_(is_name, is_address))
    ).one()
    return Attempts(row.both, row.name, row.address)


def failures_of_name(connection: sa.Connection, name: str, *, minutes: int, factor: str | None = None) -> int:
    """Failed sign-ins with this name in the last `minutes`, from any address; with `factor` only those that failed by it."""
    log = audit_logs
    recent = log.c.at > sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, minutes)
    is_it = sa.and_(log.c.action == "sign_in.failed", log.c.actor == name, recent)
    if factor is not None:
        is_it = sa.and_(is_it, log.c.detail["factor"].astext == factor)
    return connection.scalar(sa.select(sa.func.count()).where(is_it)) or 0


def happened_lately(connection: sa.Connection, actor: str, action: str, *, minutes: int) -> bool:
    """Whether the actor did this in the last `minutes`."""
    log = audit_logs
    recent = log.c.at > sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, minutes)
    return connection.scalar(sa.select(sa.exists().where(log.c.actor == actor, log.c.action == action, recent))) is True
