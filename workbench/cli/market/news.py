"""`workbench news`: news about a company."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from db.companies import resolve
from db.market.news import list_news
from workbench import runtime
from workbench.cli.console import console, new_table, note, say
from workbench.cli.output import AsOf, CompanyName, Format, write_records
from workbench.domain.as_of import parse_as_of
from workbench.domain.market.news import ScoredArticle
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.market.news import ingest_news
from workbench.runtime.sources import news_source

_COLUMNS = ("published_at", "publisher", "title", "url", "sentiment", "sentiment_method", "confidence", "rule")


def news(
    company: CompanyName,
    *,
    source: Annotated[str | None, typer.Option(metavar="URL", help="Base URL to use in place of NewsAPI's.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles published on or after this date, such as 2026-01-31.")
    ] = None,
    as_of: AsOf = None,
    stored: Annotated[bool, typer.Option("--stored", help="List stored articles only, without asking NewsAPI.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of newest articles.")] = 20,
    output: Format = "table",
) -> None:
    """Load and list news about a company.

    Each article has its sentiment and the confidence that it is about the company. Set the NewsAPI key on the page
    Settings, with `workbench settings set news_api.api_key`, or as WORKBENCH_NEWS_API__API_KEY.
    """
    first, last = parse_as_of(since), parse_as_of(as_of)
    report: IngestReport | None = None
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            wanted = resolve(connection, company)
        if not stored:
            with news_source(workbench.settings, source) as vendor:
                pages = workbench.settings.news_api.pages
                report = ingest_news(
                    workbench.database, workbench.objects, vendor, wanted, since=first, pages=pages
                )  # fmt: skip
            note(_result(wanted.label, report))
        with workbench.database.read() as connection:
            articles = list_news(connection, wanted.cik, since=first, as_of=last, limit=limit)
    if output != "table":
        write_records(output, "articles", [_record(each) for each in articles], _COLUMNS, company=wanted.label)
    elif not articles:
        say(f"There is no news about {wanted.label}.")
    else:
        console.print(_table(articles))
    if report is not None and report.outcome in ("failed", "quarantined"):
        raise typer.Exit(1)


def _result(company: str, report: IngestReport) -> str:
    counts = [f"{count:,} {what}" for what, count in (*report.saved.items(), *report.dropped.items())]
    return f"{company}: {report.outcome}: {'; '.join(filter(None, [report.error, *counts])) or 'nothing new'}"


def _record(each: ScoredArticle) -> dict[str, object]:
    article, mention = each.article, each.mentions[0]
    return {
        "published_at": article.published_at.isoformat(),
        "publisher": article.publisher,
        "title": article.title,
        "url": article.url,
        "sentiment": each.sentiment,
        "sentiment_method": each.method,
        "confidence": mention.confidence,
        "rule": mention.rule,
    }


def _table(articles: list[ScoredArticle]) -> Table:
    methods = ", ".join(sorted({each.method for each in articles}))
    table = new_table("Published (UTC)", "Publisher", "Headline")
    table.caption = f"Sentiment from -1 to 1, by {methods}"
    table.add_column("Sentiment", justify="right")
    table.add_column("Confidence", justify="right")
    for each in articles:
        article = each.article
        sentiment = "-" if each.sentiment is None else f"{each.sentiment:+.2f}"
        when = f"{article.published_at:%Y-%m-%d %H:%M}"
        headline = f"[link={article.url}]{escape(article.title)}[/link]"
        table.add_row(when, escape(article.publisher or "-"), headline, sentiment, f"{each.mentions[0].confidence:.2f}")
    return table
