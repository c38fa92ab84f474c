"""NewsAPI's list of articles."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED
from workbench.domain.errors import MalformedDocument
from workbench.domain.market.news import Article
from workbench.parse.vendors.newsapi import parse_articles

RECORDED = SHARED / "data" / "newsapi"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "source": {"id": None, "name": "The Example"},
        "author": "A. Writer",
        "title": "Retailer raises outlook",
        "description": "<p>Sales &amp; profit\n\n grew.</p>",
        "url": "https://news.example/story?utm_source=feed",
        "publishedAt": "2024-06-05T20:29:18Z",
    } | changes


def page(*rows: Any, total: Any = None) -> bytes:
    return json.dumps({"status": "ok", "totalResults": len(rows) if total is None else total, "articles": list(rows)}).encode()


def test_a_row_without_markup_under_its_canonical_address() -> None:
    found = parse_articles(page(row(), total=250))
    assert (found.total, found.rows, found.dropped) == (250, 1, {})
    assert found.articles[0] == Article(
        "https://news.example/story",
        "Retailer raises outlook",
        datetime(2024, 6, 5, 20, 29, 18, tzinfo=UTC),
        "The Example",
        "A. Writer",
        "Sales & profit grew.",
    )


def test_rows_that_are_no_article_are_dropped_and_counted() -> None:
    rows = [
        row(title=None), row(title="[Removed]"), row(url="nowhere"), row(url=5), row(publishedAt="soon"),
        row(publishedAt=None), row(source="x", author=None, description=None), "text",
    ]  # fmt: skip
    found = parse_articles(page(*rows))
    assert found.dropped == {"no_title": 1, "removed": 1, "no_url": 2, "no_time": 2, "not_an_article": 1}
    assert (found.articles[0].publisher, found.articles[0].summary) == (None, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"status":"error","code":"x"}', page(total="many"), b'{"status":"ok","totalResults":1}'],
)
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        parse_articles(body)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=10), lambda inner: st.lists(inner, max_size=3))
)
def test_no_field_brings_the_parser_down(value: Any) -> None:
    for name in row():
        found = parse_articles(page(row(**{name: value})))
        assert len(found.articles) + sum(found.dropped.values()) == 1


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("name", "total", "rows"),
    [
        ("everything_2019.json", 22701, 100),
        ("everything_q_AAPL_2024.json", 1000, 100),
        ("everything_toi_business_2020.json", 70, 20),
        ("top_headlines_us_2019.json", 38, 20),
    ],
)
def test_recorded_pages_are_read_whole(name: str, total: int, rows: int) -> None:
    found = parse_articles((RECORDED / name).read_bytes())
    assert (found.total, found.rows) == (total, rows)
    assert len(found.articles) + sum(found.dropped.values()) == rows
    assert set(found.dropped) <= {"removed", "no_title"}
