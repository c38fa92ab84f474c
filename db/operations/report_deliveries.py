"""Deliveries of reports: one for each run and recipient, claimed by one process at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from db.ownership import readable
from db.tables import report_deliveries, report_schedules, reports
from workbench.domain.operations.report_deliveries import DeliveryState, ReportDelivery, Subscription
from workbench.domain.rights.ownership import LOCAL, Caller

# The row of a run and recipient is there once, whatever ends the run how often.
_ADD_REPORT = sa.text("""
    insert into report_deliveries (report_id, recipient)
    select r.report_id, unnest(s.recipients)
    from reports r join report_schedules s on (s.owner, s.name) = (r.owner, r.schedule)
    where r.report_id = :report_id
    on conflict do nothing
""")
_ADD_FAILURE = sa.text("""
    insert into report_deliveries (report_id, recipient)
    select r.report_id, s.failure_channel
    from reports r join report_schedules s on (s.owner, s.name) = (r.owner, r.schedule)
    where r.report_id = :report_id and s.failure_channel is not null and r.cancel_requested_at is null
    on conflict do nothing
""")


def add_deliveries(connection: sa.Connection, report_id: int, *, is_failed: bool) -> None:
    """Makes the deliveries of a run that has ended: to its schedule's recipients, or of a failure to its failure channel.
    A cancelled run is delivered to nobody.

    Call it in the transaction that ends the run, so that neither is there without the other. Idempotent.
    """
    connection.execute(_ADD_FAILURE if is_failed else _ADD_REPORT, {"report_id": report_id})


def claim_delivery(connection: sa.Connection, now: datetime, *, lease: timedelta) -> ReportDelivery | None:
    """Claims the next due delivery for this process until the lease ends; None if nothing is due.

    A delivery whose result was never recorded is due again when its lease ends.
    """
    table = report_deliveries
    is_free = sa.or_(
        sa.and_(table.c.state == DeliveryState.PENDING.value, table.c.due_at <= now),
        sa.and_(table.c.state == DeliveryState.SENDING.value, table.c.claimed_until <= now),
    )
    query = sa.select(table.c.report_id, table.c.recipient).where(is_free)
    query = query.order_by(table.c.due_at, table.c.report_id, table.c.recipient).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    claimed = {"state": DeliveryState.SENDING.value, "attempts": table.c.attempts + 1, "claimed_until": now + lease}
    update = sa.update(table).where(_is(row.report_id, row.recipient)).values(**claimed).returning(table)
    return _delivery(connection.execute(update).one())


def note_sent(connection: sa.Connection, delivery: ReportDelivery, now: datetime) -> None:
    """Records that the report was handed over."""
    _note(connection, delivery, state=DeliveryState.SENT, sent_at=now, error=None)


def note_retry(connection: sa.Connection, delivery: ReportDelivery, error: str, at: datetime) -> None:
    """Records why an attempt failed, and when the next one is due."""
    _note(connection, delivery, state=DeliveryState.PENDING, error=error, due_at=at)


def note_failed(connection: sa.Connection, delivery: ReportDelivery, error: str) -> None:
    """Records why the report cannot be delivered."""
    _note(connection, delivery, state=DeliveryState.FAILED, error=error)


def set_unsubscribe_hash(connection: sa.Connection, delivery: ReportDelivery, sha256: str) -> None:
    """Stores the hash of the secret in the link with which the recipient stops these reports."""
    where = _is(delivery.report_id, delivery.recipient)
    connection.execute(sa.update(report_deliveries).where(where).values(unsubscribe_sha256=sha256))


def find_subscription(connection: sa.Connection, sha256: str) -> Subscription | None:
    """What the link with this hash stops; None if it is of no delivery of a scheduled report."""
    query = (
        sa.select(reports.c.schedule, reports.c.owner, report_deliveries.c.recipient, reports.c.title)
        .join_from(report_deliveries, reports)
        .where(report_deliveries.c.unsubscribe_sha256 == sha256, reports.c.schedule.is_not(None))
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Subscription(row.schedule, row.owner, row.recipient, row.title)


def remove_recipient(connection: sa.Connection, subscription: Subscription) -> bool:
    """Removes the recipient from the schedule and drops what waits for it; returns whether the recipient was one."""
    name, owner, recipient = subscription.schedule, subscription.owner, subscription.recipient
    of_schedule = sa.select(reports.c.report_id).where(reports.c.schedule == name, reports.c.owner == owner)
    waits = report_deliveries.c.state == DeliveryState.PENDING.value
    connection.execute(
        sa.delete(report_deliveries).where(
            report_deliveries.c.report_id.in_(of_schedule), report_deliveries.c.recipient == recipient, waits
        )
    )
    recipients = report_schedules.c.recipients
    change = (
        sa.update(report_schedules)
        .where(report_schedules.c.name == name, report_schedules.c.owner == owner, recipients.contains([recipient]))
        .values(recipients=sa.func.array_remove(recipients, recipient))
        .returning(report_schedules.c.name)
    )
    return connection.scalar(change) is not None


def list_deliveries(
    connection: sa.Connection, *, report_id: int | None = None, limit: int = 100, caller: Caller = LOCAL
) -> list[ReportDelivery]:
    """Deliveries of runs that the caller may read, of the newest runs first, then by recipient."""
    table = report_deliveries
    query = sa.select(table).join(reports, reports.c.report_id == table.c.report_id).where(readable(reports, caller))
    if report_id is not None:
        query = query.where(table.c.report_id == report_id)
    query = query.order_by(table.c.report_id.desc(), table.c.recipient).limit(limit)
    return [_delivery(row) for row in connection.execute(query)]


def _note(connection: sa.Connection, delivery: ReportDelivery, *, state: DeliveryState, **values: Any) -> None:
    is_ours = sa.and_(
        _is(delivery.report_id, delivery.recipient),
        report_deliveries.c.state == DeliveryState.SENDING.value,
        report_deliveries.c.attempts == delivery.attempts,
    )
    connection.execute(sa.update(report_deliveries).where(is_ours).values(state=state.value, claimed_until=None, **values))


def _is(report_id: int, recipient: str) -> sa.ColumnElement[bool]:
    return sa.and_(report_deliveries.c.report_id == report_id, report_deliveries.c.recipient == recipient)


def _delivery(row: Any) -> ReportDelivery:
    return ReportDelivery(
        row.report_id, row.recipient, DeliveryState(row.state), row.attempts, row.due_at, row.sent_at, row.error
    )
