"""Documents and their sections and passages."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, shared_with

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
    sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("owner", sa.Text, comment="of an upload, a user's name or local; null: everybody's"),
    shared_with(),
    sa.CheckConstraint("origin in ('filing', 'upload', 'composed')", name="origin"),
    sa.CheckConstraint("(origin = 'upload') = (owner is not null)", name="owner"),
    sa.Index(
        "uq_documents_accession_name", "accession", "name", unique=True, postgresql_where=sa.text("accession is not null")
    ),
    sa.Index(
        "uq_documents_origin_name", "origin", "cik", "name", unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("accession is null and origin <> 'upload'"),
    ),
    sa.Index(
        "uq_documents_upload_owner_sha256", "owner", "sha256", unique=True, postgresql_where=sa.text("origin = 'upload'")
    ),
)  # fmt: skip

document_pages = sa.Table(
    "document_pages",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="from 1"),
    sa.Column("start_char", sa.Integer, nullable=False),
    sa.Column("label", sa.Text, comment="what the document calls the page, where that is not its number"),
    comment="pages of documents that have them; those of filings are not stored",
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
    sa.Column("words", pg.TSVECTOR, comment="of context and text, by the trigger words_of_passage"),
    sa.Column("context", sa.Text, comment="title, units, head and labels of a table within which the passage begins"),
    sa.UniqueConstraint("document_id", "ordinal"),
    sa.Index("ix_passages_words", "words", postgresql_using="gin"),
    sa.Index("ix_passages_cik_filed_on", "cik", "filed_on"),
)

document_subjects = sa.Table(
    "document_subjects",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("company", sa.Text, comment="as the document or its user names it"),
    sa.Column("company_keys", pg.ARRAY(sa.Text), nullable=False, comment="names and tickers by which questions mean it"),
    sa.Column("fiscal_year", sa.SmallInteger),
    sa.Column("fiscal_quarter", sa.SmallInteger),
    sa.Column("is_corrected", sa.Boolean, nullable=False, comment="a user said so"),
    sa.Index("ix_document_subjects_company_keys", "company_keys", postgresql_using="gin"),
    comment="whose an added document is, and for which fiscal period",
)

document_statements = sa.Table(
    "document_statements",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("start_char", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("end_char", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="income, balance or cashflow"),
    comment="where the primary financial statements stand in a document's text",
)

document_notes = sa.Table(
    "document_notes",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("start_char", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("end_char", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, nullable=False, comment="as printed"),
    sa.Column("title", sa.Text, nullable=False),
    comment="where the notes to the financial statements stand in a document's text",
)

item_changes = sa.Table(
    "item_changes",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("accession", sa.Text, primary_key=True, comment="the newer report"),
    sa.Column("item", sa.Text, primary_key=True, comment="as in an address: 1A, II-1A; empty: nothing to compare with"),
    sa.Column("old_accession", sa.Text, comment="the report before it"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("changed_ratio", sa.Double, nullable=False, comment="share of the words that differ, 0 to 1"),
    sa.Column("changes", sa.Integer, nullable=False, comment="how many paragraphs changed"),
    sa.Column("weight", sa.Double, nullable=False, comment="of the weightiest change, in bits"),
    sa.Column("notable", pg.JSONB, nullable=False, comment="the weightiest changes: kind, weight and words"),
    sa.Column("rules", sa.SmallInteger, nullable=False, comment="the version of the rules that it was computed by"),
    sa.Index("ix_item_changes_filed_on", sa.text("filed_on desc"), sa.text("weight desc")),
    comment="what changed most in items of each company's newest reports, computed ahead",
)
