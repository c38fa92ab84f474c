"""XBRL facts, their positions in filings, and the figures and check results computed from them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata

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

fact_versions = sa.Table(
    "fact_versions",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="one more after each change of the company's facts"),
    comment="by which an answer that follows from a company's facts is known to hold still",
)

stated_fiscal_years = sa.Table(
    "stated_fiscal_years",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("period_end", sa.Date, nullable=False, comment="the last day of the report's own period"),
    sa.Column("fiscal_year", sa.SmallInteger, nullable=False, comment="as the report states it"),
    sa.Column("months_left", sa.SmallInteger, nullable=False, comment="from period_end to the end of that year; annual: 0"),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("is_from_document", sa.Boolean, nullable=False, comment="from the filing itself; else from companyfacts"),
    comment="the fiscal year that each annual and quarterly report states for its own period",
)

fiscal_year_offsets = sa.Table(
    "fiscal_year_offsets",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("year_end", sa.Date, primary_key=True, comment="a day on which such a year ends, in any year"),
    sa.Column("known_from", sa.Date, primary_key=True, comment="the day of the filing that made it so"),
    sa.Column("years", sa.SmallInteger, nullable=False, comment="-1: named by the calendar year before the one it ends in"),
    comment="how companies name fiscal years, where it is not by the calendar year they end in",
)

listed_share_classes = sa.Table(
    "listed_share_classes",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("symbol", sa.Text, primary_key=True, comment="the ticker on the cover page, in the SEC's spelling"),
    sa.Column("member", sa.Text, nullable=False, comment="of the axis of share classes in facts of this class"),
    sa.Column("filed_on", sa.Date, nullable=False),
    comment="the share classes that cover pages of annual and quarterly reports list",
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
    sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("facts_version", sa.BigInteger, comment="that of fact_versions they were computed from; null: not known"),
    sa.Index("ix_company_metric_states_reader", "reader", "cik", postgresql_ops={"reader": "text_pattern_ops"}),
    comment="which facts company_metrics was computed from",
)

company_values = sa.Table(
    "company_values",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("reader", sa.Text, nullable=False, comment="what else than facts and prices the figures follow from"),
    sa.Column("facts_version", sa.BigInteger, nullable=False, comment="that of fact_versions it was computed from"),
    sa.Column("listed", sa.Text, nullable=False, comment="the company's tickers, first class first"),
    sa.Column("holds_until", sa.Date, nullable=False, comment="the last day; -infinity: a close or a report came in"),
    sa.Column("traded_on", sa.Date, comment="of the close; null: there is none"),
    sa.Column("figures", pg.JSONB, nullable=False, comment="measure to number"),
    sa.Column("reasons", pg.JSONB, nullable=False, comment="refused measure to reason code"),
    sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    comment="valuation measures of a company at its last close, as known now",
)

company_value_terms = sa.Table(
    "company_value_terms",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("known_from", sa.Date, primary_key=True, comment="the first day of the stretch"),
    sa.Column("known_until", sa.Date, comment="the day that ends the stretch, not in it; null for the last one"),
    sa.Column("source", sa.Text, nullable=False, comment="of the closes"),
    sa.Column("terms", pg.JSONB, nullable=False, comment="share count, splits, and two linear terms of each measure"),
    comment="what valuation measures follow from beside the close, one row a company and a stretch of days",
)

company_value_states = sa.Table(
    "company_value_states",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("reader", sa.Text, nullable=False, comment="what else than facts and prices the terms follow from"),
    sa.Column("facts_version", sa.BigInteger, nullable=False, comment="that of fact_versions they were computed from"),
    sa.Column("listed", sa.Text, nullable=False, comment="the company's tickers, first class first"),
    sa.Column("examined_until", sa.Date, nullable=False, comment="the last day up to which the terms are those of every day"),
    comment="which facts and prices company_value_terms was computed from",
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
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, comment="the figures in words"),
    sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW, comment="when it was first so"),
    sa.CheckConstraint("result in ('passed', 'failed', 'not_applicable')", name="result"),
    sa.Index("ix_statement_checks_failed", "period_end", postgresql_where=sa.text("result = 'failed'")),
    comment="whether each statement of each period adds up, by the facts known now",
)

annual_figures = sa.Table(
    "annual_figures",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement", sa.Text, primary_key=True, comment="income, balance, cashflow"),
    sa.Column("period_end", sa.Date, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, nullable=False),
    sa.Column("period_label", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("figures", pg.JSONB, nullable=False, comment="line to number in full units; what is refused is not there"),
    sa.CheckConstraint("statement in ('income', 'balance', 'cashflow')", name="statement"),
    comment="the annual statements by the facts known now: one row a statement and fiscal year",
)

stored_statements = sa.Table(
    "stored_statements",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement", sa.Text, primary_key=True, comment="income, balance, cashflow"),
    sa.Column("period", sa.Text, primary_key=True, comment="annual, quarterly, ttm"),
    sa.Column("industry", sa.Text, nullable=False, comment="whose lines it has"),
    sa.Column("reader", sa.Text, nullable=False, comment="what else than facts it follows from"),
    sa.Column("facts_version", sa.BigInteger, nullable=False, comment="that of fact_versions it was computed from"),
    sa.Column("last_filed_on", sa.Date, comment="when the last of its facts was filed"),
    sa.Column("columns", sa.Integer, nullable=False, comment="how many periods it has"),
    sa.Column("splits", sa.Text, comment="JSON: the stock splits for which its figures are adjusted; null: not known"),
    comment="the statements of a company by the facts known now, as they are read; good while reader and version are",
)

stored_statement_columns = sa.Table(
    "stored_statement_columns",
    metadata,
    sa.Column("cik", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("statement", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False, comment="0 is the oldest period"),
    sa.Column("content", sa.Text, nullable=False, comment="JSON: the period, a figure with its facts a line, check results"),
    sa.Column("settled_on", sa.Date, comment="as of this and later days it is the same; null: not known"),
    sa.ForeignKeyConstraint(
        ["cik", "statement", "period"],
        ["stored_statements.cik", "stored_statements.statement", "stored_statements.period"],
        ondelete="CASCADE",
    ),
    comment="a period of a stored statement",
)

stored_restatement_lists = sa.Table(
    "stored_restatement_lists",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("reader", sa.Text, nullable=False, comment="the rules it was computed by"),
    sa.Column("facts_version", sa.BigInteger, nullable=False, comment="that of fact_versions it was computed from"),
    sa.Column("filings_from", sa.Date, comment="when the first filing with figures was filed"),
    comment="companies whose restatements are stored; valid while reader and version are the current ones",
)

stored_restatements = sa.Table(
    "stored_restatements",
    metadata,
    sa.Column("cik", sa.ForeignKey("stored_restatement_lists.cik", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False, comment="0 is what matters most"),
    sa.Column("kind", sa.Text, nullable=False, comment="the kind of the change that matters most"),
    sa.Column("kinds", pg.ARRAY(sa.Text), nullable=False, comment="the kinds of all its changes"),
    sa.Column("filed_on", sa.Date, nullable=False, comment="when the filing that changed it was filed"),
    sa.Column("content", sa.Text, nullable=False, comment="JSON: each changed period with both facts"),
    sa.Index("ix_stored_restatements_filed_on", "filed_on", "cik", "place"),
    comment="a concept that a filing changed, one row over all its periods",
)
