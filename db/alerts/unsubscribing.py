"""The links by which readers of notifications stop them; of the secret in a link the database has the hash."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from db.alerts.rules import rules_of
from db.tables import alert_notices, alert_rules
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import INBOX, AlertRule


def set_unsubscribe_hash(connection: sa.Connection, notice_ids: Sequence[int], sha256: str) -> None:
    """Stores the hash of the secret in the message of these notifications."""
    where = alert_notices.c.notice_id.in_(notice_ids)
    connection.execute(sa.update(alert_notices).where(where).values(unsubscribe_sha256=sha256))


def rules_behind(connection: sa.Connection, sha256: str) -> list[AlertRule]:
    """The rules whose notifications the message with this link had, by number; none for a link that is not good."""
    rule_ids = sa.select(alert_notices.c.rule_id).where(alert_notices.c.unsubscribe_sha256 == sha256).distinct()
    return rules_of(connection, list(connection.scalars(rule_ids)))


def move_to_inbox(connection: sa.Connection, rule_ids: Sequence[int]) -> int:
    """Notifies the owners of these rules in their inbox alone, also of what waits; returns how many rules that changed."""
    moved = connection.execute(
        sa.update(alert_rules).where(alert_rules.c.rule_id.in_(rule_ids), alert_rules.c.channel != INBOX).values(channel=INBOX)
    )
    waits = alert_notices.c.state.in_([NoticeState.PENDING.value, NoticeState.SENDING.value])
    connection.execute(
        sa.update(alert_notices)
        .where(alert_notices.c.rule_id.in_(rule_ids), waits)
        .values(state=NoticeState.SENT.value, sent_at=alert_notices.c.found_at)
    )
    return moved.rowcount
