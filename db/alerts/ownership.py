"""What a user owns: watchlists and alerts, given to another user or deleted with the account."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from db.tables import alert_rules, watchlists


@dataclass(frozen=True, slots=True)
class Owned:
    """How many watchlists and alerts a user owns."""

    watchlists: int
    alerts: int

    def __bool__(self) -> bool:
        return bool(self.watchlists or self.alerts)


def owned_by(connection: sa.Connection, name: str) -> Owned:
    """What the user of that name owns."""
    counts = [
        connection.scalar(sa.select(sa.func.count()).where(table.c.owner == name)) or 0 for table in (watchlists, alert_rules)
    ]
    return Owned(*counts)


def give(connection: sa.Connection, owner: str, to: str) -> None:
    """Gives everything of `owner` to the user `to`; a watchlist whose name is taken there gets the owner's name added."""
    taken = sa.select(watchlists.c.name).where(watchlists.c.owner == to)
    is_own = watchlists.c.owner == owner
    renamed = watchlists.c.name + f" ({owner})"
    connection.execute(sa.update(watchlists).where(is_own, watchlists.c.name.in_(taken)).values(name=renamed))
    connection.execute(sa.update(watchlists).where(is_own).values(owner=to))
    connection.execute(sa.update(alert_rules).where(alert_rules.c.owner == owner).values(owner=to))


def delete_owned(connection: sa.Connection, owner: str) -> None:
    """Deletes the alerts of `owner` with their notifications, and the watchlists."""
    connection.execute(sa.delete(alert_rules).where(alert_rules.c.owner == owner))
    connection.execute(sa.delete(watchlists).where(watchlists.c.owner == owner))
