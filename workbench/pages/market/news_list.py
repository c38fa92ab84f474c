"""The news list of one company or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from workbench.domain.identity import Cik, Company
from workbench.domain.market.news import ScoredArticle
from workbench.pages.frame.markup import company_link, day
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_POSITIVE, _NEGATIVE = 0.15, -0.15


def news_list(
    articles: Sequence[ScoredArticle], selection: Selection, companies: Mapping[Cik, Company] | None = None
) -> Markup:
    """One row an article, newest first, with publisher and tone; `companies` are the mentioned companies to link."""
    if not articles:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        text = "The job `news` loads it once a key is set on the page Settings; `workbench news TICKER` loads it now."
        message = notice(f"No news is stored{until}.", text, is_inline=True)
        return fragment("market/news_list.html", "empty", message)
    return fragment("market/news_list.html", "news", [_row(each, selection, companies or {}) for each in articles])


def _row(each: ScoredArticle, selection: Selection, companies: Mapping[Cik, Company]) -> dict[str, Any]:
    article = each.article
    about = [companies[mention.cik] for mention in each.mentions if mention.cik in companies]
    sentiment, tone = _tone(each)
    return {
        # Only web addresses become links: others could run code.
        "href": article.url if urlsplit(article.url).scheme in ("http", "https") else "",
        "title": article.title,
        "sentiment": sentiment,
        "tone": tone,
        "published": day(article.published_at.date()),
        "publisher": article.publisher or "unknown publisher",
        "companies": [company_link(company, selection) for company in about],
    }


def _tone(each: ScoredArticle) -> tuple[str, str]:
    if each.sentiment is None or _NEGATIVE < each.sentiment < _POSITIVE:
        return "", ""
    return ("positive", "good") if each.sentiment > 0 else ("negative", "bad")
