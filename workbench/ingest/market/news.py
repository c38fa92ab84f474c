"""News of a company: fetched, archived, parsed, deduplicated, matched to companies, scored and saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial

from db.companies import search_companies
from db.engine import Database
from db.market import news as db_news
from workbench.analysis.market.sentiment import METHOD, sentiment
from workbench.domain.errors import SourceRefused
from workbench.domain.identity import Company
from workbench.domain.market.news import NEAR_DAYS, Article, ScoredArticle, mention, short_name, without_repeats
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work
from workbench.ingest.market.vendor_responses import ask, content_version
from workbench.parse.vendors.newsapi import parse_articles
from workbench.ports import NewsSource, ObjectStore

# Every article is searched for this many companies in the database, the first by name.
_MOST_COMPANIES = 10_000


def ingest_news(
    database: Database,
    objects: ObjectStore,
    source: NewsSource,
    company: Company,
    *,
    since: date | None = None,
    pages: int = 1,
) -> IngestReport:
    """Saves the vendor's articles for the company's name and ticker, up to `pages` pages; safe to repeat.

    Leaves out articles with a known canonical URL or a nearly equal headline, and articles that mention no company in the
    database (`workbench.domain.market.news.mention`). A plan that does not include the last pages is not a failure.
    """

    def work(tally: unit_of_work.Tally) -> None:
        articles = _fetch(database, objects, source, company, since=since, pages=pages, tally=tally)
        if not articles:
            return
        times = [article.published_at for article in articles]
        with database.write() as connection:
            known = db_news.articles_between(connection, min(times) - NEAR_DAYS, max(times) + NEAR_DAYS)
            fresh, repeated = without_repeats(articles, known)
            tally.dropped.update(repeated)
            scored = _scored(fresh, search_companies(connection, None, _MOST_COMPANIES, 0))
            relevant = [each for each in scored if each.mentions]
            tally.dropped["names no company that is here"] += len(scored) - len(relevant)
            tally.saved["articles"] = db_news.save_articles(
                connection, relevant, source=source.name, fetched_at=datetime.now(UTC)
            )

    return unit_of_work.run(database, "news", company.label, work)


def question(company: Company) -> str:
    """The search query for a company: its short name as a phrase, or its ticker."""
    name = f'"{short_name(company.name)}"'
    return f"{name} OR {company.ticker}" if company.ticker and len(company.ticker.symbol) > 2 else name


def _fetch(
    database: Database,
    objects: ObjectStore,
    source: NewsSource,
    company: Company,
    *,
    since: date | None,
    pages: int,
    tally: unit_of_work.Tally,
) -> list[Article]:
    articles: list[Article] = []
    seen = 0
    query = question(company)
    for number in range(1, pages + 1):
        try:
            fetched = ask(database, objects, source.name, partial(source.articles, query, since=since, page=number))
        except SourceRefused:
            if number == 1:
                raise
            tally.dropped["further pages: not in this plan"] += 1
            break
        tally.works_on(content_version(fetched))
        page = parse_articles(fetched.content)
        articles.extend(page.articles)
        tally.dropped.update(page.dropped)
        seen += page.rows
        if not page.rows or seen >= page.total:
            break
    return articles


def _scored(articles: Sequence[Article], companies: Sequence[Company]) -> list[ScoredArticle]:
    return [
        ScoredArticle(
            article,
            sentiment(article.title, article.summary),
            METHOD,
            tuple(result for company in companies if (result := mention(article, company))),
        )
        for article in articles
    ]
