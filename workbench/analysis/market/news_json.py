"""News as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Page, PageFields, Schema, utc_text
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.identity import Company
from workbench.domain.market.news import ScoredArticle


class ArticleAnswer(TypedDict, closed=True):
    """One article: headline and summary, as its vendor lists it."""

    url: str
    title: str
    published_at: IsoTime
    publisher: str | None
    author: str | None
    summary: str | None
    sentiment: Annotated[float | None, Schema(description="From -1 to 1 by the method; null without a word that it knows.")]
    sentiment_method: str
    confidence: Annotated[float, Schema(description="From 0 to 1: how sure it is that the company is meant.")]


class NewsPage(PageFields, closed=True):
    """Articles that mention a company, newest first."""

    company: CompanyAnswer
    articles: list[ArticleAnswer]


def news_page(company: Company, articles: Iterable[ScoredArticle], page: Page) -> NewsPage:
    """Part of the articles about a company, in the order given; each has the company's own mention alone."""
    return {"company": company_answer(company), "articles": [_article(each) for each in articles], **page}


def _article(scored: ScoredArticle) -> ArticleAnswer:
    article = scored.article
    return {
        "url": article.url,
        "title": article.title,
        "published_at": utc_text(article.published_at),
        "publisher": article.publisher,
        "author": article.author,
        "summary": article.summary,
        "sentiment": scored.sentiment,
        "sentiment_method": scored.method,
        "confidence": scored.mentions[0].confidence,
    }
