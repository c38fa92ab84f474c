"""NewsAPI's list of articles (`/v2/everything`)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workbench.domain.errors import MalformedDocument
from workbench.domain.market.news import Article, canonical_url
from workbench.parse.json_document import mapping, read_json

_NAME = "NewsAPI's list of articles"
_TAG = re.compile(r"<[^<>]{1,300}>")


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page in the order given. `total` counts all pages' articles as the vendor says, `dropped` rows by reason."""

    articles: tuple[Article, ...]
    total: int
    rows: int
    dropped: dict[str, int]


def parse_articles(content: bytes) -> ArticlePage:
    """Reads one page; titles and summaries without markup and entities. Raises MalformedDocument.

    Dropped are rows that the vendor removed, and those without a headline, a web address or a time.
    """
    document = mapping(read_json(content, _NAME), _NAME)
    rows, total = document.get("articles"), document.get("totalResults")
    if document.get("status") != "ok" or not isinstance(rows, list) or type(total) is not int:
        raise MalformedDocument(f"{_NAME}: it does not have the expected structure", document=_NAME)
    articles: list[Article] = []
    dropped: dict[str, int] = {}
    for row in rows:
        article = _article(row) if isinstance(row, dict) else "not_an_article"
        if isinstance(article, Article):
            articles.append(article)
        else:
            dropped[article] = dropped.get(article, 0) + 1
    return ArticlePage(tuple(articles), total, len(rows), dropped)


def _article(row: dict[str, Any]) -> Article | str:
    """The article, or why the row is none."""
    title = _text(row.get("title"))
    if title is None:
        return "no_title"
    if title == "[Removed]":
        return "removed"
    url = canonical_url(row["url"]) if isinstance(row.get("url"), str) else None
    if url is None:
        return "no_url"
    published_at = _moment(row.get("publishedAt"))
    if published_at is None:
        return "no_time"
    source = row.get("source")
    publisher = _text(source.get("name")) if isinstance(source, dict) else None
    return Article(url, title, published_at, publisher, _text(row.get("author")), _text(row.get("description")))


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    text = " ".join(html.unescape(_TAG.sub(" ", value)).replace("\0", "").split())
    return text or None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if moment is None else moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
