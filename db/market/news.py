"""News articles and the companies they mention."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import news_articles, news_mentions
from workbench.domain.identity import Cik
from workbench.domain.market.news import Article, Mention, ScoredArticle


def save_articles(connection: sa.Connection, scored: Iterable[ScoredArticle], *, source: str, fetched_at: datetime) -> int:
    """Adds articles by canonical URL and returns the number of new ones; adds new mentions to known articles."""
    new = 0
    for each in scored:
        article = each.article
        insert = pg.insert(news_articles).values(
            url=article.url,
            title=article.title,
            publisher=article.publisher,
            author=article.author,
            summary=article.summary,
            published_at=article.published_at,
            sentiment=each.sentiment,
            sentiment_method=each.method,
            source=source,
            fetched_at=fetched_at,
        )
        key = connection.scalar(insert.on_conflict_do_nothing().returning(news_articles.c.article_id))
        new += key is not None
        if key is None:
            key = connection.scalar(sa.select(news_articles.c.article_id).where(news_articles.c.url == article.url))
        for result in each.mentions:
            row = pg.insert(news_mentions).values(
                article_id=key, cik=result.cik.number, confidence=result.confidence, rule=result.rule
            )
            connection.execute(row.on_conflict_do_nothing())
    return new


def articles_between(connection: sa.Connection, first: datetime, last: datetime) -> list[Article]:
    """Every article published from `first` to `last`, oldest first."""
    columns = news_articles.c
    query = sa.select(news_articles).where(columns.published_at.between(first, last))
    return [_article(row) for row in connection.execute(query.order_by(columns.published_at, columns.article_id))]


def list_news(
    connection: sa.Connection,
    cik: Cik,
    *,
    since: date | None = None,
    as_of: date | None = None,
    least_confidence: float = 0.5,
    limit: int = 50,
    offset: int = 0,
) -> list[ScoredArticle]:
    """Articles that mention the company, newest first; each with only this company's mention.

    `since` and `as_of` bound the day of publication (UTC), both inclusive.
    """
    articles, mentions = news_articles.c, news_mentions.c
    query = (
        sa.select(news_articles, mentions.cik, mentions.confidence, mentions.rule)
        .join_from(news_mentions, news_articles)
        .where(mentions.cik == cik.number, mentions.confidence >= least_confidence)
    )
    if since is not None:
        query = query.where(articles.published_at >= datetime.combine(since, time(), UTC))
    if as_of is not None:
        query = query.where(articles.published_at < datetime.combine(as_of, time(), UTC) + timedelta(days=1))
    query = query.order_by(articles.published_at.desc(), articles.article_id.desc()).limit(limit).offset(offset)
    return [
        ScoredArticle(_article(row), row.sentiment, row.sentiment_method, (Mention(Cik(row.cik), row.confidence, row.rule),))
        for row in connection.execute(query)
    ]


def latest_news(
    connection: sa.Connection,
    *,
    ciks: Collection[Cik] = (),
    as_of: date | None = None,
    least_confidence: float = 0.5,
    limit: int = 50,
) -> list[ScoredArticle]:
    """Articles that mention any or these companies, newest first; each with all its certain mentions."""
    articles, mentions = news_articles.c, news_mentions.c
    speaks = sa.exists().where(mentions.article_id == articles.article_id, mentions.confidence >= least_confidence)
    if ciks:
        speaks = speaks.where(mentions.cik.in_([cik.number for cik in ciks]))
    query = sa.select(news_articles).where(speaks)
    if as_of is not None:
        query = query.where(articles.published_at < datetime.combine(as_of, time(), UTC) + timedelta(days=1))
    rows = connection.execute(query.order_by(articles.published_at.desc(), articles.article_id.desc()).limit(limit)).all()
    of_these = sa.select(news_mentions).where(
        mentions.article_id.in_([row.article_id for row in rows]), mentions.confidence >= least_confidence
    )
    named: dict[int, list[Mention]] = {}
    for result in connection.execute(of_these.order_by(mentions.article_id, mentions.confidence.desc(), mentions.cik)):
        named.setdefault(result.article_id, []).append(Mention(Cik(result.cik), result.confidence, result.rule))
    return [
        ScoredArticle(_article(row), row.sentiment, row.sentiment_method, tuple(named.get(row.article_id, ()))) for row in rows
    ]


def _article(row: Any) -> Article:
    return Article(row.url, row.title, row.published_at.astimezone(UTC), row.publisher, row.author, row.summary)
