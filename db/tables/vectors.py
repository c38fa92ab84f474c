"""Vectors of passages, filings and companies, by embedding model."""

from __future__ import annotations

import sqlalchemy as sa
from pgvector.sqlalchemy import Vector

from db.tables.base import metadata

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
