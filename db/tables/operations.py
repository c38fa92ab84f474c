"""Runs, queued tasks, stored answers, idempotency keys, vendor responses and feature flags."""

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

stored_settings = sa.Table(
    "stored_settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="its place among the settings, such as alpha_vantage.api_key"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the value, encrypted"),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("set_by", sa.Text, nullable=False),
    comment="settings that administrators set in the browser; the environment goes before them",
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("task_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, comment="report, embed, document, export, company"),
    sa.Column("parameters", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'queued'")),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default=sa.text("0"), comment="how often it was started"),
    sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.Text),
    sa.Column("owner", sa.Text, comment="the user who asked for it; none for the workbench's own"),
    sa.Column("traceparent", sa.Text, comment="the span that queued it (W3C Trace Context); null: no traces"),
    sa.Column("result", sa.Text, comment="what it made: the number of a document, the CIK of a company"),
    sa.Column("cancel_requested_at", sa.DateTime(timezone=True), comment="when its owner asked for its end"),
    sa.CheckConstraint("status in ('queued', 'running', 'finished', 'failed', 'cancelled')", name="status"),
    sa.Index("ix_tasks_kind_task_id", "kind", "task_id", postgresql_where=sa.text("status in ('queued', 'running')")),
    sa.Index("ix_tasks_finished_at", "finished_at"),
    comment="work that requests leave to the process that runs jobs",
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True, comment="the user who sent it"),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_sha256", sa.Text, nullable=False, comment="of the method, path, parameters and body"),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.SmallInteger, comment="of the answer; null while the request is being answered"),
    sa.Column("headers", pg.JSONB, comment="of the answer, pairs of name and value"),
    sa.Column("body", sa.LargeBinary, comment="of the answer"),
    sa.Index("ix_idempotency_keys_begun_at", "begun_at"),
    comment="answers to requests with an Idempotency-Key, sent again when the request is repeated",
)

answer_versions = sa.Table(
    "answer_versions",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="one more after each change"),
    comment="the version of all that a company's statements and ratios follow from; triggers count it",
)

stored_answers = sa.Table(
    "stored_answers",
    metadata,
    sa.Column("question", sa.Text, primary_key=True, comment="path and parameters"),
    sa.Column("cik", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="that of answer_versions it follows from"),
    sa.Column("code", sa.Text, nullable=False, comment="a digest of the code that wrote it"),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("gzipped", sa.LargeBinary, nullable=False, comment="the JSON, compressed"),
    sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Index("ix_stored_answers_stored_at", "stored_at"),
    comment="answers of the API as they are sent",
)
