"""Calculation linkbases, and the extension-concept mappings derived from them."""

from __future__ import annotations

import sqlalchemy as sa

from db.tables.base import NOW, metadata

calculation_linkbases = sa.Table(
    "calculation_linkbases",
    metadata,
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("sha256", sa.Text, comment="the archived bytes; null where the filing has none"),
    sa.Column("reader", sa.Text, nullable=False, comment="name and version of what read the bytes"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("read_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.CheckConstraint("outcome in ('read', 'none', 'unreadable')", name="outcome"),
    comment="which filings' calculation linkbases were read; none: the filing has none",
)

calculation_arcs = sa.Table(
    "calculation_arcs",
    metadata,
    sa.Column("accession", sa.ForeignKey("calculation_linkbases.accession", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, comment="place among the arcs of the linkbase"),
    sa.Column("role", sa.Text, nullable=False, comment="the statement or note"),
    sa.Column("total_id", sa.ForeignKey("concepts.concept_id"), nullable=False),
    sa.Column("term_id", sa.ForeignKey("concepts.concept_id"), nullable=False),
    sa.Column("weight", sa.Numeric, nullable=False, comment="what the term is multiplied by in the total"),
    comment="which concepts make up which total, as a filing says",
)

extension_concept_mappings = sa.Table(
    "extension_concept_mappings",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), nullable=False),
    sa.Column("accession", sa.ForeignKey("calculation_linkbases.accession", ondelete="CASCADE"), nullable=False),
    sa.Column("statement", sa.Text, nullable=False, comment="income, balance, cashflow"),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("concept_id", sa.ForeignKey("concepts.concept_id"), nullable=False),
    sa.Column("unit_id", sa.ForeignKey("units.unit_id"), nullable=False),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("period_start", sa.Date, comment="null for an instant"),
    sa.Index(
        "uq_extension_concept_mappings_place", "cik", "accession", "statement", "line", "concept_id", "unit_id", "period_end",
        "period_start", unique=True, postgresql_nulls_not_distinct=True,
    ),
    comment="concepts outside the concept map that a filing's own calculations prove to be a line",
)  # fmt: skip
