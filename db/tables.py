"""Every table, once. Migrations in `db/migrations` make them; a test holds the two together.

Names: `_on` a date, `_at` an aware UTC time, `is_` a boolean. Facts, filings and passages are never updated to mean
something else: a restatement, an amendment or a new extraction is a further row.
"""

from __future__ import annotations

import sqlalchemy as sa
from pgvector.sqlalchemy import Vector
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_now = sa.text("now()")

companies = sa.Table(
    "companies",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("entity_type", sa.Text),
    sa.Column("sic", sa.Text),
    sa.Column("sic_description", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("fiscal_year_end", sa.Text, comment="MMDD as the company states it"),
    sa.Column("state_of_incorporation", sa.Text),
    sa.Column("former_names", pg.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
)

company_tickers = sa.Table(
    "company_tickers",
    metadata,
    sa.Column("ticker", sa.Text, primary_key=True, comment="the SEC's spelling, share class after a dash"),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("exchange", sa.Text),
    sa.Column("position", sa.SmallInteger, nullable=False, comment="0 is the company's first share class"),
)

sec_filings = sa.Table(
    "sec_filings",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik"), primary_key=True),
    sa.Column("accession", sa.Text, primary_key=True, index=True, comment="one filing may have several filers"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("report_on", sa.Date),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("items", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")),
    sa.Column("primary_document", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("is_xbrl", sa.Boolean, nullable=False, server_default=sa.text("false")),
    sa.Column("is_inline_xbrl", sa.Boolean, nullable=False, server_default=sa.text("false")),
    sa.Index("ix_sec_filings_cik_filed_on", "cik", sa.desc("filed_on")),
    sa.Index("ix_sec_filings_filed_on", "filed_on"),
)

loaded_parts = sa.Table(
    "loaded_parts",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True, comment="submissions, facts"),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("reader", sa.Text, nullable=False, comment="name and version of what read the bytes"),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
    comment="which archived bytes stand in the tables, so that the same bytes again are no work",
)

archive_entries = sa.Table(
    "archive_entries",
    metadata,
    sa.Column("entry_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("source_url", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("source_url", "sha256"),
    comment="which bytes came from where, and when they were first seen",
)

concepts = sa.Table(
    "concepts",
    metadata,
    sa.Column("concept_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("taxonomy", sa.Text, nullable=False),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("label", sa.Text),
    sa.UniqueConstraint("taxonomy", "tag"),
)

units = sa.Table(
    "units",
    metadata,
    sa.Column("unit_id", sa.SmallInteger, sa.Identity(), primary_key=True),
    sa.Column("unit", sa.Text, nullable=False, unique=True),
)

dimension_sets = sa.Table(
    "dimension_sets",
    metadata,
    sa.Column("dimensions_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("members", pg.JSONB, nullable=False, unique=True, comment="axis to member; {} is the company as a whole"),
)

financial_metrics = sa.Table(
    "financial_metrics",
    metadata,
    sa.Column("cik", sa.BigInteger, nullable=False),
    sa.Column("concept_id", sa.ForeignKey("concepts.concept_id"), nullable=False),
    sa.Column("unit_id", sa.ForeignKey("units.unit_id"), nullable=False),
    sa.Column("dimensions_id", sa.ForeignKey("dimension_sets.dimensions_id"), nullable=False),
    sa.Column("period_start", sa.Date, comment="null for an instant"),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("value", sa.Numeric, nullable=False),
    sa.Column("accession", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Index(
        "uq_financial_metrics_fact",
        "cik",
        "concept_id",
        "period_end",
        "period_start",
        "unit_id",
        "dimensions_id",
        "accession",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    sa.Index("ix_financial_metrics_accession", "accession"),
    comment="XBRL facts: one row a fact a filing",
)

company_metrics = sa.Table(
    "company_metrics",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("basis", sa.Text, primary_key=True, comment="annual, quarterly, ttm"),
    sa.Column("known_from", sa.Date, primary_key=True, comment="the day of the filing that made it so"),
    sa.Column("known_until", sa.Date, comment="the day it was no longer so; null: still so"),
    sa.Column("period_label", sa.Text, nullable=False),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("figures", pg.JSONB, nullable=False, comment="measure to number; what is refused is not there"),
    sa.Index("ix_company_metrics_current", "basis", "cik", postgresql_where=sa.text("known_until is null")),
    comment="the latest figures of a company, one row a kind of period and a stretch of days they stood",
)

company_metric_states = sa.Table(
    "company_metric_states",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("reader", sa.Text, nullable=False, comment="what else than facts the figures follow from"),
    sa.Column("days", pg.JSONB, nullable=False, comment="day of filing to a checksum of the facts filed on it"),
    sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
    comment="which facts company_metrics was computed from",
)

statement_checks = sa.Table(
    "statement_checks",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement", sa.Text, primary_key=True, comment="income, balance, cashflow"),
    sa.Column("period", sa.Text, primary_key=True, comment="annual, quarterly"),
    sa.Column("name", sa.Text, primary_key=True, comment="which check"),
    sa.Column("period_end", sa.Date, primary_key=True),
    sa.Column("period_label", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, comment="the figures in words"),
    sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False, server_default=_now, comment="when it was first so"),
    sa.CheckConstraint("verdict in ('passed', 'failed', 'not_applicable')", name="verdict"),
    sa.Index("ix_statement_checks_failed", "period_end", postgresql_where=sa.text("verdict = 'failed'")),
    comment="whether each statement of each period adds up, by the facts known now",
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("document_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, comment="the file name, unique within a filing"),
    sa.Column("title", sa.Text),
    sa.Column("cik", sa.ForeignKey("companies.cik"), index=True),
    sa.Column("accession", sa.Text),
    sa.Column("form", sa.Text),
    sa.Column("filed_on", sa.Date),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("text_sha256", sa.Text, nullable=False, comment="the extracted text that every span counts in"),
    sa.Column("extractor", sa.Text, nullable=False, comment="name and version of what extracted the text"),
    sa.Column("chars", sa.Integer, nullable=False),
    sa.Column("source_url", sa.Text),
    sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
    sa.CheckConstraint("origin in ('filing', 'upload', 'composed')", name="origin"),
    sa.Index(
        "uq_documents_accession_name", "accession", "name", unique=True, postgresql_where=sa.text("accession is not null")
    ),
    sa.Index(
        "uq_documents_origin_name", "origin", "cik", "name", unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("accession is null and origin <> 'upload'"),
    ),
    sa.Index("uq_documents_upload_sha256", "sha256", unique=True, postgresql_where=sa.text("origin = 'upload'")),
)  # fmt: skip

document_pages = sa.Table(
    "document_pages",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="from 1"),
    sa.Column("start_char", sa.Integer, nullable=False),
    sa.Column("label", sa.Text, comment="what the document calls the page, where that is not its number"),
    comment="pages of documents that have them; those of filings are not kept",
)

market_events = sa.Table(
    "market_events",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True, comment="as Form 8-K numbers it: 2.02, before 23 August 2004: 12"),
    sa.Column("event_type", sa.Text, nullable=False, comment="unknown for an item that the form's list has not"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("report_on", sa.Date, comment="of the earliest event reported"),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.CheckConstraint("source in ('index', 'document', 'both')", name="source"),
    sa.Index("ix_market_events_cik_filed_on", "cik", sa.desc("filed_on")),
    sa.Index("ix_market_events_event_type_filed_on", "event_type", sa.desc("filed_on")),
    comment="items of current reports (Form 8-K): one row an item a filing",
)

inline_readings = sa.Table(
    "inline_readings",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("reader", sa.Text, nullable=False, comment="name and version of what read the bytes"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.CheckConstraint("outcome in ('read', 'none', 'unreadable')", name="outcome"),
    comment="which archived documents were read for inline XBRL; none: the document has none",
)

fact_elements = sa.Table(
    "fact_elements",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, comment="place among the numeric elements of the document"),
    sa.Column("element_id", sa.Text),
    sa.Column("concept_id", sa.ForeignKey("concepts.concept_id"), nullable=False),
    sa.Column("unit_id", sa.ForeignKey("units.unit_id"), nullable=False),
    sa.Column("dimensions_id", sa.ForeignKey("dimension_sets.dimensions_id"), nullable=False),
    sa.Column("period_start", sa.Date, comment="null for an instant"),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("value", sa.Numeric, comment="null for nil"),
    sa.Column("decimals", sa.SmallInteger, comment="-6: exact to the million; null: exact"),
    sa.Column("start_char", sa.Integer, comment="in the extracted text; null for an element nobody sees"),
    sa.Column("end_char", sa.Integer),
    sa.Column("printed", sa.Text, comment="the text from start_char to end_char"),
    comment="where a filing's own document marks its XBRL facts",
)

filing_sections = sa.Table(
    "filing_sections",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.SmallInteger, primary_key=True),
    sa.Column("part", sa.Text),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("start_char", sa.Integer, nullable=False),
    sa.Column("end_char", sa.Integer, nullable=False),
    sa.Column("confidence", sa.REAL, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("passage_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("start_char", sa.Integer, nullable=False),
    sa.Column("end_char", sa.Integer, nullable=False),
    sa.Column("part", sa.Text),
    sa.Column("item", sa.Text),
    sa.Column("page", sa.Integer),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("cik", sa.BigInteger, comment="of the document, repeated for filtering before ranking"),
    sa.Column("form", sa.Text, comment="of the document"),
    sa.Column("filed_on", sa.Date, comment="of the document"),
    sa.Column("words", pg.TSVECTOR, sa.Computed("to_tsvector('english', text)", persisted=True)),
    sa.UniqueConstraint("document_id", "ordinal"),
    sa.Index("ix_passages_words", "words", postgresql_using="gin"),
    sa.Index("ix_passages_cik_filed_on", "cik", "filed_on"),
)

embedding_models = sa.Table(
    "embedding_models",
    metadata,
    sa.Column("model_id", sa.SmallInteger, sa.Identity(), primary_key=True),
    sa.Column("model", sa.Text, nullable=False, unique=True),
    sa.Column("dimensions", sa.SmallInteger, nullable=False),
    sa.Column("completed_at", sa.DateTime(timezone=True), comment="first time that no passage lacked its vector; null before"),
)

document_embeddings = sa.Table(
    "document_embeddings",
    metadata,
    sa.Column("passage_id", sa.ForeignKey("passages.passage_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_id", sa.ForeignKey("embedding_models.model_id"), primary_key=True),
    sa.Column("embedding", Vector(), nullable=False, comment="no fixed dimension: several models live side by side"),
)

filing_vectors = sa.Table(
    "filing_vectors",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_id", sa.ForeignKey("embedding_models.model_id"), primary_key=True),
    sa.Column("passages", sa.Integer, nullable=False, comment="how many vectors the mean is of"),
    sa.Column("embedding", Vector(), nullable=False, comment="mean of the vectors of the document's passages"),
)

company_profiles = sa.Table(
    "company_profiles",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_id", sa.ForeignKey("embedding_models.model_id"), primary_key=True),
    sa.Column("cik", sa.BigInteger, nullable=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("passages", sa.Integer, nullable=False, comment="how many vectors the mean is of"),
    sa.Column("embedding", Vector(), nullable=False, comment="mean of the vectors of Items 1 and 1A"),
    sa.Index("ix_company_profiles_model_id_cik_filed_on", "model_id", "cik", "filed_on"),
    comment="what a company says of itself in one annual report",
)

company_similarity = sa.Table(
    "company_similarity",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("other_document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_id", sa.ForeignKey("embedding_models.model_id"), primary_key=True),
    sa.Column("text_similarity", sa.Double, nullable=False, comment="cosine of the two profiles"),
    comment="the companies whose newest report is nearest to each company's newest one",
)

stock_prices = sa.Table(
    "stock_prices",
    metadata,
    sa.Column("ticker", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True, comment="two sources are never spliced"),
    sa.Column("traded_on", sa.Date, primary_key=True),
    sa.Column("open", sa.Numeric, nullable=False),
    sa.Column("high", sa.Numeric, nullable=False),
    sa.Column("low", sa.Numeric, nullable=False),
    sa.Column("close", sa.Numeric, nullable=False),
    sa.Column("adjusted_close", sa.Numeric, comment="as the source adjusted it on fetched_at"),
    sa.Column("volume_shares", sa.BigInteger, nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
)

news_articles = sa.Table(
    "news_articles",
    metadata,
    sa.Column("article_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("url", sa.Text, nullable=False, unique=True, comment="canonical: one page, one address"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("summary", sa.Text),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("sentiment", sa.Double, comment="-1 to 1 by sentiment_method; null when it says nothing"),
    sa.Column("sentiment_method", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
)

news_mentions = sa.Table(
    "news_mentions",
    metadata,
    sa.Column("article_id", sa.ForeignKey("news_articles.article_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("confidence", sa.Double, nullable=False, comment="0 to 1"),
    sa.Column("rule", sa.Text, nullable=False, comment="the rule that found the company in the article"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
    sa.CheckConstraint("role in ('administrator', 'analyst', 'reader')", name="role"),
)

audit_logs = sa.Table(
    "audit_logs",
    metadata,
    sa.Column("audit_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Index("ix_audit_logs_at", "at"),
    sa.Index("ix_audit_logs_detail", "detail", postgresql_using="gin"),
)

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
