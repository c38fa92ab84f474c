"""What a user owns: documents, reports, watchlists, saved views, notes and more; given to another user, or deleted."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import sqlalchemy as sa

from db.tables import alert_rules, documents, filing_reviews, notes, report_schedules, reports, saved_views, watchlists

_OWNED = (documents, reports, report_schedules, watchlists, alert_rules, saved_views, notes)


@dataclass(frozen=True, slots=True)
class Owned:
    """How much of each kind a user owns."""

    documents: int = 0
    reports: int = 0
    schedules: int = 0
    watchlists: int = 0
    alerts: int = 0
    views: int = 0
    notes: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))

    def __str__(self) -> str:
        kinds = ("documents", "reports", "schedules", "watchlists", "alerts", "views", "notes")
        parts = [f"{kind} ({count})" for kind, count in zip(kinds, astuple(self), strict=True) if count]
        return ", ".join(parts[:-1]) + (" and " if parts[:-1] else "") + "".join(parts[-1:])


@dataclass(frozen=True, slots=True)
class FreedFiles:
    """The archived bytes and the text of a deleted document, which another document may still use."""

    sha256: str
    text_sha256: str


def owned_by(connection: sa.Connection, name: str) -> Owned:
    """What the user of that name owns."""
    counts = [connection.scalar(sa.select(sa.func.count()).where(table.c.owner == name)) or 0 for table in _OWNED]
    return Owned(*counts)


def give(connection: sa.Connection, owner: str, to: str) -> None:
    """Gives everything of `owner` to the user `to`, and leaves what it is shared with.

    A watchlist, view or schedule whose name is taken there gets the owner's name added. A document whose bytes `to` has added
    too is not given. Which filings a user has read is not given either.
    """
    for named in (watchlists, saved_views):
        taken = sa.select(named.c.name).where(named.c.owner == to)
        renamed = named.c.name + f" ({owner})"
        connection.execute(sa.update(named).where(named.c.owner == owner, named.c.name.in_(taken)).values(name=renamed))
    _rename_schedules(connection, owner, to)
    same = sa.select(documents.c.sha256).where(documents.c.owner == to)
    given = sa.update(documents).where(documents.c.owner == owner, documents.c.sha256.not_in(same))
    connection.execute(given.values(owner=to))
    for table in (reports, report_schedules, watchlists, alert_rules, saved_views, notes):
        connection.execute(sa.update(table).where(table.c.owner == owner).values(owner=to))


def _rename_schedules(connection: sa.Connection, owner: str, to: str) -> None:
    """Adds the owner's name to schedules whose names `to` has too, and to the names of schedules in their runs."""
    taken = list(connection.scalars(sa.select(report_schedules.c.name).where(report_schedules.c.owner == to)))
    for table, name in ((report_schedules, report_schedules.c.name), (reports, reports.c.schedule)):
        renamed = sa.update(table).where(table.c.owner == owner, name.in_(taken))
        connection.execute(renamed.values({name: name + f"-{owner}"}))


def delete_owned(connection: sa.Connection, owner: str) -> list[FreedFiles]:
    """Deletes what `owner` still owns: alerts with their notifications, documents with their passages, and the rest.

    Returns the files of the documents; those of reports stay in the object store, where another run may share them.
    """
    for table in (alert_rules, watchlists, report_schedules, reports, saved_views, notes, filing_reviews):
        connection.execute(sa.delete(table).where(table.c.owner == owner))
    gone = sa.delete(documents).where(documents.c.owner == owner).returning(documents.c.sha256, documents.c.text_sha256)
    return [FreedFiles(*row) for row in connection.execute(gone)]
