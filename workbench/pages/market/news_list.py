"""News of one company, or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from workbench.domain.identity import Cik, Company
from workbench.domain.market.news import ScoredArticle
from workbench.pages.frame.markup import address, day, key, notice, tag
from workbench.pages.frame.selection import Selection

_POSITIVE, _NEGATIVE = 0.15, -0.15


def news_list(articles: Sequence[ScoredArticle], selection: Selection, companies: Mapping[Cik, Company] | None = None) -> str:
    """One row an article, the newest first, with publisher and tone; `companies` names those that each speaks of."""
    head = '<div class="head"><h2>News</h2><span class="right small muted">headlines and their tone by words</span></div>'
    if not articles:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return head + notice(f"No news is stored{until}.", "`workbench news TICKER` brings it in.", is_inline=True)
    rows = "".join(_row(each, selection, companies or {}) for each in articles)
    return f'{head}<ul class="news">{rows}</ul>'


def _row(each: ScoredArticle, selection: Selection, companies: Mapping[Cik, Company]) -> str:
    article = each.article
    about = [companies[mention.cik] for mention in each.mentions if mention.cik in companies]
    links = " ".join(
        f'<a href="{address("company", Selection(ticker=key(company), as_of=selection.as_of))}">{escape(company.label)}</a>'
        for company in about
    )
    # Only an address of the web is a link: others could run something.
    is_web = urlsplit(article.url).scheme in ("http", "https")
    title = escape(article.title)
    shown = f'<a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">{title}</a>' if is_web else title
    return (
        f'<li><div>{shown} {_tone(each)}</div><div class="small muted">{day(article.published_at.date())} · '
        f"{escape(article.publisher or 'unknown publisher')} {links}</div></li>"
    )


def _tone(each: ScoredArticle) -> str:
    if each.sentiment is None or _NEGATIVE < each.sentiment < _POSITIVE:
        return ""
    return tag("positive", "good") if each.sentiment > 0 else tag("negative", "bad")
