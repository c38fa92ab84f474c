"""`workbench news`: what is written about a company."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of

if TYPE_CHECKING:
    from workbench.domain.market.news import ScoredArticle


@app.command()
def news(
    company: Annotated[str, typer.Argument(metavar="TICKER-or-CIK", help="A company that is here.")],
    *,
    source: Annotated[str | None, typer.Option(help="Another base URL in place of NewsAPI's.")] = None,
    since: Annotated[str | None, typer.Option(help="Only articles of this day or later, such as 2026-01-31.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only articles of this day or earlier.")] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Ask nobody: list what is stored.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Articles to list.")] = 20,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")] = "table",
) -> None:
    """Bring in the news of a company and list it, newest first, with its tone and how surely it is meant.

    The key is WORKBENCH_NEWS_API__API_KEY.
    """
    from db.companies import resolve
    from db.market.news import list_news
    from workbench.ingest.market.news import ingest_news
    from workbench.runtime import open_workbench
    from workbench.runtime.sources import news_source

    first, last = parse_as_of(since), parse_as_of(as_of)
    from workbench.settings import Settings

    settings = Settings.load()
    failed = False
    with open_workbench(settings) as wb:
        with wb.database.read() as connection:
            wanted = resolve(connection, company)
        if not stored:
            with news_source(settings, source) as vendor:
                report = ingest_news(
                    wb.database, wb.objects, vendor, wanted, since=first, pages=settings.news_api.pages
                )  # fmt: skip
            failed = report.outcome in ("failed", "quarantined")
            counts = [f"{count} {what}" for what, count in (*report.saved.items(), *report.dropped.items())]
            told = "; ".join(filter(None, [report.error, *counts])) or "nothing new"
            error_console.print(f"{wanted.label}: {report.outcome}: {told}", markup=False, highlight=False)
        with wb.database.read() as connection:
            articles = list_news(connection, wanted.cik, since=first, as_of=last, limit=limit)
    if output == "json":
        typer.echo(json.dumps({"company": wanted.label, "articles": [_shape(each) for each in articles]}, ensure_ascii=False))
    else:
        console.print(_table(articles))
    if failed:
        raise typer.Exit(1)


def _shape(each: ScoredArticle) -> dict[str, object]:
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
    table = Table("Published", "Publisher", "Headline", caption=f"tone: -1 to 1 by {methods}" if methods else None)
    table.add_column("Tone", justify="right")
    table.add_column("Sure", justify="right")
    for each in articles:
        article = each.article
        tone = "-" if each.sentiment is None else f"{each.sentiment:+.2f}"
        when = f"{article.published_at:%Y-%m-%d %H:%M}"
        headline = f"[link={article.url}]{escape(article.title)}[/link]"
        table.add_row(when, escape(article.publisher or "-"), headline, tone, f"{each.mentions[0].confidence:.2f}")
    return table
