"""Companies, and the filings that the SEC lists of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata

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
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
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
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
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
