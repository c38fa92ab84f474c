"""Notes of users on figures and passages, and the filings that they have read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, shared_with

_OWNER = "a user's name, or local for the person at this machine"

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("note_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, comment=_OWNER),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), comment="of a figure"),
    sa.Column("period", sa.Text, comment="annual, quarterly or ttm"),
    sa.Column("figure", sa.Text, comment="a line or ratio and the end of its period: revenue@2024-09-28"),
    sa.Column("document_id", sa.ForeignKey("documents.document_id", ondelete="CASCADE"), comment="of a passage"),
    sa.Column("start_char", sa.Integer),
    sa.Column("end_char", sa.Integer),
    sa.Column("quote", sa.Text, comment="the words of the passage when the note was written"),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("tags", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    shared_with(),
    sa.CheckConstraint(
        "num_nulls(cik, period, figure) = 0 and num_nonnulls(document_id, start_char, end_char, quote) = 0 "
        "or num_nonnulls(cik, period, figure) = 0 and num_nulls(document_id, start_char, end_char, quote) = 0",
        name="about",
    ),
    sa.Index("ix_notes_cik_figure", "cik", "figure"),
    sa.Index("ix_notes_document_id", "document_id"),
    comment="what users write on figures and on passages of documents",
)

filing_reviews = sa.Table(
    "filing_reviews",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True, comment=_OWNER),
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    comment="which filings a user has read",
)
