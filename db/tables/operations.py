"""Runs, vendor responses and feature flags."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata

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

failed_units = sa.Table(
    "failed_units",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True, comment="of work: facts, filing, metrics, notices ..."),
    sa.Column("unit", sa.Text, primary_key=True, comment="what failed: a company, an accession, a rule ..."),
    sa.Column("error_type", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False, comment="file, line and function that raised it"),
    sa.Column("data_version", sa.Text, nullable=False, comment="of what it worked on; empty: not known"),
    sa.Column("code_version", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, comment="over this data by this code"),
    sa.Column("is_quarantined", sa.Boolean, nullable=False, comment="passed over until data or code are others"),
    sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Index("ix_failed_units_last_failed_at", sa.desc("last_failed_at")),
    comment="units of work that failed, and were not done since",
)

api_responses = sa.Table(
    "api_responses",
    metadata,
    sa.Column("response_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("source", sa.Text, nullable=False, comment="newsapi, alpha-vantage ..."),
    sa.Column("url", sa.Text, nullable=False, comment="the question, without the key"),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, comment="why there is no answer, in our words"),
    sa.Column("sha256", sa.Text, comment="of the bytes in the archive"),
    sa.Column("body", pg.JSONB, comment="null for a refusal, and for an answer that is not JSON"),
    sa.CheckConstraint("outcome in ('answered', 'rate_limited', 'refused', 'unavailable')", name="outcome"),
    sa.Index("ix_api_responses_source_received_at", "source", sa.desc("received_at")),
    sa.Index("ix_api_responses_body", "body", postgresql_using="gin", postgresql_ops={"body": "jsonb_path_ops"}),
    comment="what vendors of prices and news answered, one row a request",
)

feature_flags = sa.Table(
    "feature_flags",
    metadata,
    sa.Column("flag", sa.Text, primary_key=True),
    sa.Column("is_enabled", sa.Boolean, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("changed_by", sa.Text, nullable=False),
    comment="switches that differ from their default, or were set to it by hand",
)
