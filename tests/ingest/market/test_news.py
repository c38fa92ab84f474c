"""News of a company: paged, told once, matched, scored, and listed as of a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from db.companies import save_company
from db.engine import Database
from db.market.news import list_news
from tests.conftest import SHARED
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SourceRefused
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.market.news import ingest_news, question
from workbench.ports import Fetched

APPLE = Company(Cik(320193), "Apple Inc.", (Listing(Ticker("AAPL")),))
NVIDIA = Company(Cik(1045810), "NVIDIA CORP", (Listing(Ticker("NVDA")),))


def row(title: str, place: int, *, day: int = 5) -> dict[str, object]:
    return {
        "source": {"name": "The Example"},
        "title": title,
        "url": f"https://news.example/{place}",
        "publishedAt": f"2024-06-{day:02}T20:00:00Z",
        "description": "",
    }


class Vendor:
    """A NewsSource of given pages; a page beyond them is refused as a plan does."""

    name = "vendor"

    def __init__(self, *pages: list[dict[str, object]], total: int | None = None) -> None:
        self.pages = pages
        self.total = sum(map(len, pages)) if total is None else total
        self.asked: list[tuple[str, date | None, int]] = []

    def articles(self, query: str, *, since: date | None, page: int) -> Fetched:
        self.asked.append((query, since, page))
        if page > len(self.pages):
            raise SourceRefused("the plan ends here")
        body = {"status": "ok", "totalResults": self.total, "articles": self.pages[page - 1]}
        return Fetched(f"https://vendor.example/{page}", json.dumps(body).encode(), "application/json", datetime.now(UTC))


@pytest.fixture
def companies(database: Database) -> Database:
    with database.write() as connection:
        save_company(connection, APPLE)
        save_company(connection, NVIDIA)
    return database


def titles(database: Database, company: Company, as_of: date | None = None) -> list[tuple[str, float | None]]:
    with database.read() as connection:
        return [(each.article.title, each.sentiment) for each in list_news(connection, company.cik, as_of=as_of)]


def ingest(database: Database, objects: FolderStore, vendor: Vendor, *, pages: int = 1) -> IngestReport:
    return ingest_news(database, objects, vendor, APPLE, since=date(2024, 6, 1), pages=pages)


def test_articles_are_matched_to_every_company_they_name(companies: Database, objects: FolderStore) -> None:
    vendor = Vendor(
        [
            row("Nvidia surges past Apple as chips soar", 1, day=6),
            row("Apple misses estimates", 2),
            row("Apple misses  estimates!", 3),
            row("A day at the lake", 4),
        ]
    )
    report = ingest(companies, objects, vendor)
    assert report.saved == {"articles": 2}
    assert report.dropped == {"near_equal_title": 1, "names no company that is here": 1}
    assert titles(companies, APPLE) == [("Nvidia surges past Apple as chips soar", 1.0), ("Apple misses estimates", -1.0)]
    assert titles(companies, NVIDIA) == [("Nvidia surges past Apple as chips soar", 1.0)]
    assert titles(companies, APPLE, as_of=date(2024, 6, 5)) == [("Apple misses estimates", -1.0)]
    assert vendor.asked == [('"Apple" OR AAPL', date(2024, 6, 1), 1)]


def test_doing_it_again_changes_nothing(companies: Database, objects: FolderStore) -> None:
    vendor = Vendor([row("Apple opens a store", 1)])
    ingest(companies, objects, vendor)
    again = ingest(companies, objects, vendor)
    assert (again.outcome, again.dropped) == ("unchanged", {"same_url": 1})
    assert len(titles(companies, APPLE)) == 1


def test_paging_ends_with_the_last_article_or_the_plan(companies: Database, objects: FolderStore) -> None:
    two = Vendor([row("Apple opens a store", 1)], [row("Apple closes an office", 2)])
    assert ingest(companies, objects, two, pages=9).saved == {"articles": 2}
    assert [page for *_, page in two.asked] == [1, 2]
    planned = Vendor([row("Apple hires a designer today", 3)], total=500)
    report = ingest(companies, objects, planned, pages=9)
    assert (report.saved, report.dropped) == ({"articles": 1}, {"further pages: not in this plan": 1})


def test_a_refused_first_page_is_a_failure(companies: Database, objects: FolderStore) -> None:
    report = ingest(companies, objects, Vendor())
    assert (report.outcome, report.error) == ("failed", "the plan ends here")


def test_short_tickers_are_no_search_words() -> None:
    assert question(Company(Cik(1), "AT&T INC.", (Listing(Ticker("T")),))) == '"AT&T"'


@pytest.mark.mirror
def test_a_recorded_page(companies: Database, objects: FolderStore) -> None:
    body = json.loads((SHARED / "data" / "newsapi" / "everything_q_AAPL_2024.json").read_bytes())
    report = ingest(companies, objects, Vendor(body["articles"]))
    assert report.saved["articles"] + sum(report.dropped.values()) == 100
    found = titles(companies, APPLE)
    assert len(found) >= 30
    assert any("3 Trillion" in title for title, _ in found)
