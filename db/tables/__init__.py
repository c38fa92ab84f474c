"""Every table, once. Migrations in `db/migrations` make them; a test holds the two together.

Names: `_on` a date, `_at` an aware UTC time, `is_` a boolean. Facts, filings and passages are never updated to mean
something else: a restatement, an amendment or a new extraction is a further row.
"""

from __future__ import annotations

from db.tables.accounts import api_keys, audit_anchors, audit_logs, users
from db.tables.alerts import alert_baselines, alert_notices, alert_rules
from db.tables.base import metadata
from db.tables.calculations import calculation_arcs, calculation_linkbases, extension_concept_mappings
from db.tables.companies import archive_entries, companies, company_tickers, loaded_parts, sec_filings
from db.tables.documents import document_pages, documents, filing_sections, passages
from db.tables.facts import (
    annual_figures,
    company_metric_states,
    company_metrics,
    company_values,
    concepts,
    dimension_sets,
    fact_elements,
    fact_versions,
    financial_metrics,
    fiscal_year_offsets,
    inline_readings,
    listed_share_classes,
    stated_fiscal_years,
    statement_checks,
    stored_restatement_lists,
    stored_restatements,
    stored_statement_columns,
    stored_statements,
    units,
)
from db.tables.market import (
    company_overviews,
    event_archives,
    filings_per_day,
    market_events,
    monthly_prices,
    news_articles,
    news_mentions,
    stock_prices,
    weekly_prices,
)
from db.tables.operations import api_responses, failed_units, feature_flags, ingest_runs
from db.tables.reports import report_schedules, reports
from db.tables.vectors import company_profiles, company_similarity, document_embeddings, embedding_models, filing_vectors
from db.tables.watchlists import watchlist_members, watchlists

__all__ = [
    "alert_baselines",
    "alert_notices",
    "alert_rules",
    "annual_figures",
    "api_keys",
    "api_responses",
    "archive_entries",
    "audit_anchors",
    "audit_logs",
    "calculation_arcs",
    "calculation_linkbases",
    "companies",
    "company_metric_states",
    "company_metrics",
    "company_overviews",
    "company_profiles",
    "company_similarity",
    "company_tickers",
    "company_values",
    "concepts",
    "dimension_sets",
    "document_embeddings",
    "document_pages",
    "documents",
    "embedding_models",
    "event_archives",
    "extension_concept_mappings",
    "fact_elements",
    "fact_versions",
    "failed_units",
    "feature_flags",
    "filing_sections",
    "filing_vectors",
    "filings_per_day",
    "financial_metrics",
    "fiscal_year_offsets",
    "ingest_runs",
    "inline_readings",
    "listed_share_classes",
    "loaded_parts",
    "market_events",
    "metadata",
    "monthly_prices",
    "news_articles",
    "news_mentions",
    "passages",
    "report_schedules",
    "reports",
    "sec_filings",
    "stated_fiscal_years",
    "statement_checks",
    "stock_prices",
    "stored_restatement_lists",
    "stored_restatements",
    "stored_statement_columns",
    "stored_statements",
    "units",
    "users",
    "watchlist_members",
    "watchlists",
    "weekly_prices",
]
