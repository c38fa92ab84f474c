"""First schema: companies, filings, archive, facts, documents and their passages, prices, users, audit, runs."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists vector")
    op.create_table(
        "archive_entries",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_archive_entries")),
        sa.UniqueConstraint("source_url", "sha256", name=op.f("uq_archive_entries_source_url_sha256")),
        comment="which bytes came from where, and when they were first seen",
    )
    op.create_index(op.f("ix_archive_entries_sha256"), "archive_entries", ["sha256"], unique=False)
    op.create_table(
        "audit_logs",
        sa.Column("audit_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", pg.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_logs")),
    )
    op.create_index("ix_audit_logs_at", "audit_logs", ["at"], unique=False)
    op.create_index("ix_audit_logs_detail", "audit_logs", ["detail"], unique=False, postgresql_using="gin")
    op.create_table(
        "companies",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=True),
        sa.Column("sic", sa.Text(), nullable=True),
        sa.Column("sic_description", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("fiscal_year_end", sa.Text(), nullable=True, comment="MMDD as the company states it"),
        sa.Column("state_of_incorporation", sa.Text(), nullable=True),
        sa.Column("former_names", pg.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_companies")),
    )
    op.create_table(
        "concepts",
        sa.Column("concept_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("concept_id", name=op.f("pk_concepts")),
        sa.UniqueConstraint("taxonomy", "tag", name=op.f("uq_concepts_taxonomy_tag")),
    )
    op.create_table(
        "dimension_sets",
        sa.Column("dimensions_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("members", pg.JSONB(), nullable=False, comment="axis to member; {} is the company as a whole"),
        sa.PrimaryKeyConstraint("dimensions_id", name=op.f("pk_dimension_sets")),
        sa.UniqueConstraint("members", name=op.f("uq_dimension_sets_members")),
    )
    op.create_table(
        "embedding_models",
        sa.Column("model_id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_embedding_models")),
        sa.UniqueConstraint("model", name=op.f("uq_embedding_models_model")),
    )
    op.create_table(
        "ingest_runs",
        sa.Column("run_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="submissions, facts, filing, prices, starter ..."),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("saved", pg.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("dropped", pg.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False, comment="reason to count"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome in ('saved', 'unchanged', 'failed', 'quarantined')", name=op.f("ck_ingest_runs_outcome")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_ingest_runs")),
    )
    op.create_index("ix_ingest_runs_started_at", "ingest_runs", ["started_at"], unique=False)
    op.create_table(
        "stock_prices",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="two sources are never spliced"),
        sa.Column("traded_on", sa.Date(), nullable=False),
        sa.Column("open", sa.Numeric(), nullable=False),
        sa.Column("high", sa.Numeric(), nullable=False),
        sa.Column("low", sa.Numeric(), nullable=False),
        sa.Column("close", sa.Numeric(), nullable=False),
        sa.Column("adjusted_close", sa.Numeric(), nullable=True, comment="as the source adjusted it on fetched_at"),
        sa.Column("volume_shares", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "source", "traded_on", name=op.f("pk_stock_prices")),
    )
    op.create_table(
        "units",
        sa.Column("unit_id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_units")),
        sa.UniqueConstraint("unit", name=op.f("uq_units_unit")),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role in ('administrator', 'analyst', 'reader')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "company_tickers",
        sa.Column("ticker", sa.Text(), nullable=False, comment="the SEC's spelling, share class after a dash"),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="0 is the company's first share class"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_tickers_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticker", name=op.f("pk_company_tickers")),
    )
    op.create_index(op.f("ix_company_tickers_cik"), "company_tickers", ["cik"], unique=False)
    op.create_table(
        "documents",
        sa.Column("document_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the file name, unique within a filing"),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("cik", sa.BigInteger(), nullable=True),
        sa.Column("accession", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False, comment="the extracted text that every span counts in"),
        sa.Column("extractor", sa.Text(), nullable=False, comment="name and version of what extracted the text"),
        sa.Column("chars", sa.Integer(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("origin in ('filing', 'upload', 'composed')", name=op.f("ck_documents_origin")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_documents_cik")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_cik"), "documents", ["cik"], unique=False)
    op.create_index(
        "uq_documents_accession_name",
        "documents",
        ["accession", "name"],
        unique=True,
        postgresql_where=sa.text("accession is not null"),
    )
    op.create_index(
        "uq_documents_origin_name",
        "documents",
        ["origin", "cik", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("accession is null"),
    )
    op.create_table(
        "financial_metrics",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.SmallInteger(), nullable=False),
        sa.Column("dimensions_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True, comment="null for an instant"),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.concept_id"], name=op.f("fk_financial_metrics_concept_id")),
        sa.ForeignKeyConstraint(
            ["dimensions_id"], ["dimension_sets.dimensions_id"], name=op.f("fk_financial_metrics_dimensions_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_financial_metrics_unit_id")),
        comment="XBRL facts: one row a fact a filing",
    )
    op.create_index("ix_financial_metrics_accession", "financial_metrics", ["accession"], unique=False)
    op.create_index(
        "uq_financial_metrics_fact",
        "financial_metrics",
        ["cik", "concept_id", "period_end", "period_start", "unit_id", "dimensions_id", "accession"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "sec_filings",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("accession", sa.Text(), nullable=False, comment="one filing may have several filers"),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", pg.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("primary_document", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("is_xbrl", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_inline_xbrl", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_sec_filings_cik")),
        sa.PrimaryKeyConstraint("cik", "accession", name=op.f("pk_sec_filings")),
    )
    op.create_index(op.f("ix_sec_filings_accession"), "sec_filings", ["accession"], unique=False)
    op.create_index("ix_sec_filings_cik_filed_on", "sec_filings", ["cik", sa.literal_column("filed_on DESC")], unique=False)
    op.create_index("ix_sec_filings_filed_on", "sec_filings", ["filed_on"], unique=False)
    op.create_table(
        "filing_sections",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start_char", sa.Integer(), nullable=False),
        sa.Column("end_char", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_filing_sections_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_filing_sections")),
    )
    op.create_table(
        "passages",
        sa.Column("passage_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("start_char", sa.Integer(), nullable=False),
        sa.Column("end_char", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=True, comment="of the document, repeated for filtering before ranking"),
        sa.Column("form", sa.Text(), nullable=True, comment="of the document"),
        sa.Column("filed_on", sa.Date(), nullable=True, comment="of the document"),
        sa.Column("words", pg.TSVECTOR(), sa.Computed("to_tsvector('english', text)", persisted=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_passages_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_passages")),
        sa.UniqueConstraint("document_id", "ordinal", name=op.f("uq_passages_document_id_ordinal")),
    )
    op.create_index("ix_passages_cik_filed_on", "passages", ["cik", "filed_on"], unique=False)
    op.create_index("ix_passages_words", "passages", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "document_embeddings",
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("embedding", Vector(), nullable=False, comment="no fixed dimension: several models live side by side"),
        sa.ForeignKeyConstraint(["model_id"], ["embedding_models.model_id"], name=op.f("fk_document_embeddings_model_id")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.passage_id"], name=op.f("fk_document_embeddings_passage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", "model_id", name=op.f("pk_document_embeddings")),
    )
    op.execute("insert into dimension_sets (members) values ('{}'::jsonb)")


def downgrade() -> None:
    op.drop_table("document_embeddings")
    op.drop_index("ix_passages_words", table_name="passages", postgresql_using="gin")
    op.drop_index("ix_passages_cik_filed_on", table_name="passages")
    op.drop_table("passages")
    op.drop_table("filing_sections")
    op.drop_index("ix_sec_filings_filed_on", table_name="sec_filings")
    op.drop_index("ix_sec_filings_cik_filed_on", table_name="sec_filings")
    op.drop_index(op.f("ix_sec_filings_accession"), table_name="sec_filings")
    op.drop_table("sec_filings")
    op.drop_index("uq_financial_metrics_fact", table_name="financial_metrics", postgresql_nulls_not_distinct=True)
    op.drop_index("ix_financial_metrics_accession", table_name="financial_metrics")
    op.drop_table("financial_metrics")
    op.drop_index(
        "uq_documents_origin_name",
        table_name="documents",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("accession is null"),
    )
    op.drop_index("uq_documents_accession_name", table_name="documents", postgresql_where=sa.text("accession is not null"))
    op.drop_index(op.f("ix_documents_cik"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_company_tickers_cik"), table_name="company_tickers")
    op.drop_table("company_tickers")
    op.drop_table("users")
    op.drop_table("units")
    op.drop_table("stock_prices")
    op.drop_index("ix_ingest_runs_started_at", table_name="ingest_runs")
    op.drop_table("ingest_runs")
    op.drop_table("embedding_models")
    op.drop_table("dimension_sets")
    op.drop_table("concepts")
    op.drop_table("companies")
    op.drop_index("ix_audit_logs_detail", table_name="audit_logs", postgresql_using="gin")
    op.drop_index("ix_audit_logs_at", table_name="audit_logs")
    op.drop_table("audit_logs")
    op.drop_index(op.f("ix_archive_entries_sha256"), table_name="archive_entries")
    op.drop_table("archive_entries")
