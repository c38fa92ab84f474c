"""Prices, news and events."""

from __future__ import annotations

import sqlalchemy as sa

from db.tables.base import NOW, metadata

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
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
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

market_events = sa.Table(
    "market_events",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("accession", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True, comment="as Form 8-K numbers it: 2.02, before 23 August 2004: 12"),
    sa.Column("filed_on", sa.Date, primary_key=True),  # follows from the accession; in the key for tables cut by it
    sa.Column("event_type", sa.Text, nullable=False, comment="unknown for an item that the form's list has not"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("report_on", sa.Date, comment="of the earliest event reported"),
    sa.Column("source", sa.Text, nullable=False),
    sa.CheckConstraint("source in ('index', 'document', 'both')", name="source"),
    sa.Index("ix_market_events_cik_filed_on", "cik", sa.desc("filed_on")),
    sa.Index("ix_market_events_event_type_filed_on", "event_type", sa.desc("filed_on")),
    comment="items of current reports (Form 8-K): one row an item a filing",
)

company_overviews = sa.Table(
    "company_overviews",
    metadata,
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("known_from", sa.Date, primary_key=True, comment="the first day the source was found to say so"),
    sa.Column("checked_on", sa.Date, nullable=False, comment="the last day it was found to say so"),
    sa.Column("ticker", sa.Text, nullable=False),
    sa.Column("exchange", sa.Text),
    sa.Column("currency", sa.Text, comment="of all money in the row"),
    sa.Column("country", sa.Text),
    sa.Column("sector", sa.Text),
    sa.Column("industry", sa.Text),
    sa.Column("website", sa.Text),
    sa.Column("fiscal_year_end", sa.Text, comment="a month, as the source spells it"),
    sa.Column("latest_quarter_on", sa.Date),
    sa.Column("outstanding_shares", sa.BigInteger),
    sa.Column("float_shares", sa.BigInteger),
    sa.Column("market_capitalization", sa.Numeric),
    sa.Column("dividend_per_share", sa.Numeric),
    sa.Column("dividend_on", sa.Date),
    sa.Column("ex_dividend_on", sa.Date),
    sa.Column("analyst_target_price", sa.Numeric),
    sa.Column("beta", sa.Numeric),
    comment="what a vendor says of a listed company; a row that is all nulls: it does not know the share",
)

event_archives = sa.Table(
    "event_archives",
    metadata,
    sa.Column("archive_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("since_on", sa.Date, nullable=False, comment="the first filing date in it"),
    sa.Column("before_on", sa.Date, nullable=False, comment="every event filed before is archived, here or earlier"),
    sa.Column("key", sa.Text, nullable=False, unique=True, comment="of the Parquet file in the object store"),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    comment="market events that left the table, as Parquet",
)


def _bars_view(name: str) -> sa.TableClause:
    """Bars of longer stretches than a day; on TimescaleDB a continuous aggregate of that name, elsewhere a view."""
    names = (
        "ticker",
        "source",
        "starts_on",
        "last_traded_on",
        "open",
        "high",
        "low",
        "close",
        "volume_shares",
        "trading_days",
    )
    return sa.table(name, *(sa.column(each) for each in (*names, "volume_shares", "trading_days")))


weekly_prices = _bars_view("weekly_prices")
monthly_prices = _bars_view("monthly_prices")
filings_per_day = sa.table("filings_per_day", sa.column("form"), sa.column("filed_on"), sa.column("filings"))
