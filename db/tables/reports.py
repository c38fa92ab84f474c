"""Report runs and scheduled reports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, owner, shared_with

report_schedules = sa.Table(
    "report_schedules",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("notebook", sa.Text, nullable=False),
    sa.Column("parameters", pg.JSONB, nullable=False, comment="an open as_of is the day of each run"),
    sa.Column("cron", sa.Text, nullable=False, comment="in UTC"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    owner(),
    shared_with(),
    comment="reports that are run when their time comes",
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("report_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("notebook", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("parameters", pg.JSONB, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("cells", sa.Integer, nullable=False, comment="code cells of the notebook"),
    sa.Column("cells_done", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("figures", sa.Integer, nullable=False, server_default=sa.text("0"), comment="how many it asked for"),
    sa.Column("error", sa.Text),
    sa.Column("schedule", sa.Text, comment="the name of the schedule that ran it, also when that is gone"),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("manifest", pg.JSONB, comment="what it was made of; null until it has finished"),
    sa.Column("html_sha256", sa.Text, comment="in the object store"),
    sa.Column("figures_file_sha256", sa.Text, comment="in the object store: a line of JSON a figure"),
    owner(),
    shared_with(),
    sa.CheckConstraint("status in ('running', 'finished', 'failed')", name="status"),
    sa.Index("ix_reports_started_at", sa.desc("started_at")),
    comment="one row a run of a notebook",
)
