"""Alert notifications and their delivery: one process claims each, sends it and records the result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from db.alerts.rules import list_rules
from db.ownership import readable
from db.tables import alert_notices, alert_rules
from workbench.domain.alerts.delivery_times import Cadence
from workbench.domain.alerts.notices import Delivery, Notice, NoticeState
from workbench.domain.alerts.rules import AlertRule
from workbench.domain.identity import Cik
from workbench.domain.rights.ownership import LOCAL, Caller

# More due notifications than this on one channel are sent as one message: nobody reads a hundred mails.
MOST_SINGLE = 10

# Only one process at a time chooses what to claim, so that a digest is not split between two processes.
_CLAIM_LOCK = 0x414C52 << 36


@dataclass(frozen=True, slots=True)
class Batch:
    """The notifications of one message through one channel. `attempts` includes this attempt.

    `stored` are the notifications as stored, each with its rule and subject.
    """

    channel: str
    notice_ids: tuple[int, ...]
    stored: tuple[tuple[AlertRule, str, dict[str, Any]], ...]
    attempts: int

    @property
    def notices(self) -> tuple[tuple[AlertRule, Notice], ...]:
        """The notifications, parsed when the message is composed: an unreadable one fails only its own message."""
        return tuple((rule, _notice(subject, content)) for rule, subject, content in self.stored)


def new_subjects(connection: sa.Connection, rule_id: int, subjects: Collection[str]) -> set[str]:
    """The `subjects` for which the rule has no notification."""
    query = sa.text("select subject from alert_notices where rule_id = :rule_id and subject = any(cast(:subjects as text[]))")
    return set(subjects) - set(connection.scalars(query, {"rule_id": rule_id, "subjects": list(subjects)}))


def save_notices(
    connection: sa.Connection,
    rule_id: int,
    notices: Iterable[Notice],
    *,
    state: NoticeState,
    found_at: datetime,
    due_at: datetime,
) -> int:
    """Saves notifications that are new for the rule, by subject; returns their number.

    Those in the state `sent` need no delivery: they stand in the inbox from `found_at` on.
    """
    first: dict[str, Notice] = {}
    for notice in notices:
        first.setdefault(notice.subject, notice)
    fresh = new_subjects(connection, rule_id, first) if first else set()
    if not fresh:
        return 0
    rows = [
        {
            "rule_id": rule_id,
            "subject": subject,
            "content": _content(notice),
            "state": state.value,
            "found_at": found_at,
            "due_at": due_at,
            "sent_at": found_at if state is NoticeState.SENT else None,
        }
        for subject, notice in first.items()
        if subject in fresh
    ]
    connection.execute(sa.insert(alert_notices), rows)
    return len(rows)


def claim(connection: sa.Connection, now: datetime, *, lease: timedelta, passing_over: Collection[str] = ()) -> Batch | None:
    """Claims the next due message outside quiet hours for this process until the lease ends; None if nothing is due.

    A digest contains everything due through its channel for its owner. A message whose result was never recorded is due
    again when its lease ends. Channels in `passing_over` are skipped.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIM_LOCK)))
    rules = {
        rule.rule_id: rule
        for rule in list_rules(connection)
        if rule.channel not in passing_over and not rule.schedule.is_quiet(now)
    }
    is_free = sa.or_(
        alert_notices.c.state == NoticeState.PENDING.value,
        sa.and_(alert_notices.c.state == NoticeState.SENDING.value, alert_notices.c.claimed_until <= now),
    )
    due = sa.select(alert_notices).where(is_free, alert_notices.c.due_at <= now, alert_notices.c.rule_id.in_(list(rules)))
    head = connection.execute(due.order_by(alert_notices.c.due_at, alert_notices.c.notice_id).limit(1)).one_or_none()
    if head is None:
        return None
    first = rules[head.rule_id]
    together = [number for number, rule in rules.items() if _bundle(rule) == _bundle(first)]
    query = due.where(alert_notices.c.rule_id.in_(together)).order_by(alert_notices.c.notice_id)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    if first.schedule.cadence is Cadence.AT_ONCE and len(rows) <= MOST_SINGLE:
        rows = [row for row in rows if row.notice_id == head.notice_id]
    ids = [row.notice_id for row in rows]
    connection.execute(
        sa.update(alert_notices)
        .where(alert_notices.c.notice_id.in_(ids))
        .values(state=NoticeState.SENDING.value, attempts=alert_notices.c.attempts + 1, claimed_until=now + lease)
    )
    stored = tuple((rules[row.rule_id], row.subject, row.content) for row in rows)
    return Batch(first.channel, tuple(ids), stored, max((row.attempts for row in rows), default=0) + 1)


def _bundle(rule: AlertRule) -> tuple[str, str, Cadence]:
    return rule.owner, rule.channel, rule.schedule.cadence


def note_sent(connection: sa.Connection, batch: Batch, now: datetime) -> None:
    """Records that the message was sent."""
    _note(connection, batch, state=NoticeState.SENT.value, sent_at=now, error=None)


def note_retry(connection: sa.Connection, batch: Batch, error: str, at: datetime, *, most_attempts: int) -> None:
    """Records why sending failed and when to retry, or gives up after `most_attempts`."""
    is_enough = alert_notices.c.attempts >= most_attempts
    state = sa.case((is_enough, NoticeState.FAILED.value), else_=NoticeState.PENDING.value)
    _note(connection, batch, state=state, error=error, due_at=at)


def note_failed(connection: sa.Connection, batch: Batch, error: str) -> None:
    """Records why the message cannot be sent."""
    _note(connection, batch, state=NoticeState.FAILED.value, error=error)


def _note(connection: sa.Connection, batch: Batch, **values: Any) -> None:
    is_ours = sa.and_(alert_notices.c.notice_id.in_(batch.notice_ids), alert_notices.c.state == NoticeState.SENDING.value)
    connection.execute(sa.update(alert_notices).where(is_ours).values(claimed_until=None, **values))


def send_again(connection: sa.Connection, rule_ids: Sequence[int], now: datetime) -> int:
    """Makes failed notifications of these rules due again; returns their number."""
    failed = sa.and_(alert_notices.c.rule_id.in_(rule_ids), alert_notices.c.state == NoticeState.FAILED.value)
    values = {"state": NoticeState.PENDING.value, "attempts": 0, "due_at": now}
    return connection.execute(sa.update(alert_notices).where(failed).values(**values)).rowcount


def list_deliveries(
    connection: sa.Connection,
    *,
    owner: str | None = None,
    rule_id: int | None = None,
    states: Collection[NoticeState] = (),
    limit: int | None = 100,
    offset: int = 0,
    caller: Caller = LOCAL,
) -> list[Delivery]:
    """Notifications of rules that the caller may read (of one owner if `owner` is given), newest first.

    The state `known` is left out unless requested.
    """
    query = sa.select(alert_notices, alert_rules.c.channel).join(alert_rules, alert_rules.c.rule_id == alert_notices.c.rule_id)
    query = query.where(readable(alert_rules, caller))
    if owner is not None:
        query = query.where(alert_rules.c.owner == owner)
    if rule_id is not None:
        query = query.where(alert_notices.c.rule_id == rule_id)
    wanted = [state.value for state in states or set(NoticeState) - {NoticeState.KNOWN}]
    query = query.where(alert_notices.c.state.in_(wanted)).order_by(alert_notices.c.notice_id.desc())
    return [_delivery(row) for row in connection.execute(query.limit(limit).offset(offset))]


def _delivery(row: Any) -> Delivery:
    return Delivery(
        notice_id=row.notice_id,
        rule_id=row.rule_id,
        channel=row.channel,
        state=NoticeState(row.state),
        notice=_notice(row.subject, row.content),
        found_at=row.found_at,
        due_at=row.due_at,
        attempts=row.attempts,
        sent_at=row.sent_at,
        error=row.error,
        read_at=row.read_at,
    )


def _content(notice: Notice) -> dict[str, Any]:
    content = asdict(notice) | {"cik": notice.cik.number if notice.cik else None}
    del content["subject"]
    return content


def _notice(subject: str, content: dict[str, Any]) -> Notice:
    facts = tuple((name, value) for name, value in content["facts"])
    cik = Cik(content["cik"]) if content["cik"] else None
    return Notice(**{**content, "subject": subject, "facts": facts, "cik": cik})
