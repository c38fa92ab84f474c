"""The inbox: the notifications of a person's own alerts, read or not, whatever channel they went through."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from db.tables import alert_notices, alert_rules
from workbench.domain.alerts.notices import NoticeState


def unread(connection: sa.Connection, owner: str) -> int:
    """How many notifications of the owner's alerts have not been read."""
    query = sa.select(sa.func.count()).select_from(alert_notices).where(*_unread_of(owner))
    return connection.scalar(query) or 0


def mark_read(connection: sa.Connection, owner: str, now: datetime, notice_id: int | None = None) -> int:
    """Marks one notification of the owner's alerts as read, or all of them; returns how many that were.

    One that was read keeps its time, and one of somebody else's alerts is left alone.
    """
    which = _unread_of(owner)
    if notice_id is not None:
        which = (*which, alert_notices.c.notice_id == notice_id)
    return connection.execute(sa.update(alert_notices).where(*which).values(read_at=now)).rowcount


def _unread_of(owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    own = sa.select(alert_rules.c.rule_id).where(alert_rules.c.owner == owner)
    notices = alert_notices.c
    return notices.read_at.is_(None), notices.state != NoticeState.KNOWN.value, notices.rule_id.in_(own)
