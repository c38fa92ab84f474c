"""The state of the data behind a result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from db.operations.inventory import Inventory, inventory
from db.tables import ingest_runs, sec_filings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest filing known on `as_of`, when data last came in (both None for an empty database), and how much there is."""

    as_of: date
    latest_filed_on: date | None
    latest_ingest_at: datetime | None
    rows: Inventory


def snapshot(connection: sa.Connection, as_of: date) -> Snapshot:
    """The state of the data as this transaction sees it."""
    latest_filed_on = connection.scalar(sa.select(sa.func.max(sec_filings.c.filed_on)).where(sec_filings.c.filed_on <= as_of))
    latest_ingest_at = connection.scalar(
        sa.select(sa.func.max(ingest_runs.c.finished_at)).where(ingest_runs.c.outcome == "saved")
    )
    return Snapshot(as_of, latest_filed_on, latest_ingest_at, inventory(connection))
