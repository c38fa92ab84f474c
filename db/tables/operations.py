"""What runs did."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import metadata

ingest_runs = sa.Table(
    "ingest_runs",
    metadata,
    sa.Column("run_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, comment="submissions, facts, filing, prices, starter ..."),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("saved", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("dropped", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"), comment="reason to count"),
    sa.Column("error", sa.Text),
    sa.CheckConstraint("outcome in ('saved', 'unchanged', 'skipped', 'failed', 'quarantined')", name="outcome"),
    sa.Index("ix_ingest_runs_started_at", "started_at"),
)
