"""The audit log: who did what and when. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from db.tables import audit_logs


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row: `actor` is a user's name or `local`, `action` a dotted verb such as `sign_in.failed`."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, str]


def record(connection: sa.Connection, actor: str, action: str, **detail: str) -> None:
    """Adds one row, in the caller's transaction."""
    connection.execute(sa.insert(audit_logs).values(actor=actor, action=action, detail=detail))


def list_entries(connection: sa.Connection, *, limit: int = 100) -> list[AuditEntry]:
    """The newest rows first."""
    statement = sa.select(audit_logs).order_by(audit_logs.c.at.desc(), audit_logs.c.audit_id.desc()).limit(limit)
    return [AuditEntry(row.at, row.actor, row.action, row.detail) for row in connection.execute(statement)]


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
