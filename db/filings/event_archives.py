"""Archived market events: which days are in which file, and removing them from the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from db import timescale
from db.tables import event_archives, market_events


@dataclass(frozen=True, slots=True)
class EventArchive:
    """One Parquet file with the events filed from `since` to the day before `before`."""

    since: date
    before: date
    key: str
    sha256: str
    events: int


def archived_before(connection: sa.Connection) -> date | None:
    """The first filing date whose events are still in the table; None if nothing is archived."""
    day: date | None = connection.scalar(sa.select(sa.func.max(event_archives.c.before_on)))
    return day


def archives(connection: sa.Connection) -> list[EventArchive]:
    """Every archive, oldest days first."""
    query = sa.select(event_archives).order_by(event_archives.c.since_on, event_archives.c.archive_id)
    return [EventArchive(row.since_on, row.before_on, row.key, row.sha256, row.events) for row in connection.execute(query)]


def first_day(connection: sa.Connection) -> date | None:
    """The filing date of the oldest event in the table; None for an empty one."""
    day: date | None = connection.scalar(sa.select(sa.func.min(market_events.c.filed_on)))
    return day


def events_before(connection: sa.Connection, before: date) -> list[dict[str, object]]:
    """The rows of market_events filed before a day, in the order of their key, each a dictionary of its columns."""
    table = market_events
    query = sa.select(table).where(table.c.filed_on < before)
    rows = connection.execute(query.order_by(table.c.filed_on, table.c.cik, table.c.accession, table.c.item))
    return [dict(row._mapping) for row in rows]


def lock_events(connection: sa.Connection) -> None:
    """Locks market_events against changes until the transaction ends; reads continue."""
    connection.execute(sa.text("lock table market_events in share row exclusive mode"))


def take_out(connection: sa.Connection, archive: EventArchive) -> int:
    """Records the archive and deletes its events from the table; returns their number."""
    connection.execute(
        sa.insert(event_archives).values(
            since_on=archive.since, before_on=archive.before, key=archive.key, sha256=archive.sha256, events=archive.events
        )
    )
    count = sa.select(sa.func.count()).select_from(market_events)
    there = connection.scalar(count) or 0
    if timescale.has_hypertables(connection):
        timescale.drop_chunks(connection, "market_events", archive.before)
    # The chunk that the day cuts in two, and all of it on a server without chunks.
    connection.execute(sa.delete(market_events).where(market_events.c.filed_on < archive.before))
    return there - (connection.scalar(count) or 0)
