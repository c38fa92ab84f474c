"""Report runs and scheduled reports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, owner, shared_with

report_schedules = sa.Table(
    "report_schedules",
    metadata,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("notebook", sa.Text, nullable=False),
    sa.Column("parameters", pg.JSONB, nullable=False, comment="an open as_of is the day of each run"),
    sa.Column("cron", sa.Text, nullable=False, comment="in UTC"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    owner(),
    shared_with(),
    sa.Column(
        "recipients",
        pg.ARRAY(sa.Text),
        nullable=False,
        server_default=sa.text("'{}'::text[]"),
        comment="channels that get each report",
    ),
    sa.Column("failure_channel", sa.Text, comment="where its owner reads that a run failed"),
    sa.PrimaryKeyConstraint("owner", "name"),
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
    sa.Column("schedule", sa.Text, comment="the name of its owner's schedule that ran it, also when that is gone"),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("manifest", pg.JSONB, comment="what it was made of; null until it has finished"),
    sa.Column("html_sha256", sa.Text, comment="in the object store"),
    sa.Column("figures_file_sha256", sa.Text, comment="in the object store: a line of JSON a figure"),
    owner(),
    shared_with(),
    sa.Column("failed_notebook_sha256", sa.Text, comment="in the object store: the notebook with the error of a failed run"),
    sa.Column("cancel_requested_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("status in ('running', 'finished', 'failed')", name="status"),
    sa.Index("ix_reports_started_at", sa.desc("started_at")),
    comment="one row a run of a notebook",
)

report_deliveries = sa.Table(
    "report_deliveries",
    metadata,
    sa.Column("report_id", sa.BigInteger, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True, comment="the name of a channel, or webhook: and its name"),
    sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'pending'")),
    sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("claimed_until", sa.DateTime(timezone=True)),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.Text),
    sa.Column("unsubscribe_sha256", sa.Text, comment="of the secret in the link that stops these reports; null: no link"),
    sa.CheckConstraint("state in ('pending', 'sending', 'sent', 'failed')", name="state"),
    sa.Index("ix_report_deliveries_unsubscribe_sha256", "unsubscribe_sha256"),
    sa.Index("ix_report_deliveries_due_at", "due_at", postgresql_where=sa.text("state in ('pending', 'sending')")),
    comment="one row a report run and recipient",
)
