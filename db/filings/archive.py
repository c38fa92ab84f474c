"""The source URLs of archived bytes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import archive_entries
from workbench.ports import Fetched


def record(connection: sa.Connection, fetched: Fetched, sha256: str) -> bool:
    """Records that `fetched.url` returned these bytes; returns True for a new pair. The time of the first fetch stays."""
    entry = {
        "source_url": fetched.url,
        "sha256": sha256,
        "size_bytes": len(fetched.content),
        "media_type": fetched.media_type,
        "fetched_at": fetched.fetched_at,
    }
    known = sa.select(archive_entries.c.entry_id).where(
        archive_entries.c.source_url == fetched.url, archive_entries.c.sha256 == sha256
    )
    # Looked for first: an insert that meets a conflict would use up an id each time.
    if connection.scalar(known) is not None:
        return False
    statement = pg.insert(archive_entries).values(entry).on_conflict_do_nothing().returning(archive_entries.c.entry_id)
    return connection.scalar(statement) is not None
