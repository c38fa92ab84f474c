"""Overviews of companies, from the vendor to the table: as of a day, and repeated without a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from db.market.overviews import longest_unchecked, overview_of
from tests.replay_server import Asked, ReplayServer, Reply
from workbench.adapters.object_store import FolderStore
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.ingest.market.overviews import ingest_overview, refresh_overviews
from workbench.ports import OverviewSource
from workbench.sources.alpha_vantage import AlphaVantageOverviews, judge
from workbench.sources.keyed_api import KeyedApi
from workbench.sources.request_budget import RateLimiter

MONDAY = date(2026, 11, 23)
IBM = Company(Cik(51143), "IBM", (Listing(Ticker("IBM")),))
DAILY_LIMIT = b'{"Information": "our standard API rate limit is 25 requests per day"}'


class Vendor:
    """Answers for every ticker with as many shares as `shares` says; `answers` come first."""

    def __init__(self) -> None:
        self.shares = "939885000"
        self.answers: list[bytes] = []
        self.tickers: list[str] = []

    def reply(self, asked: Asked) -> Reply:
        assert asked.parameters["function"] == "OVERVIEW"
        self.tickers.append(asked.parameters["symbol"])
        if self.answers:
            return Reply(self.answers.pop(0))
        return Reply(json.dumps({"Symbol": asked.parameters["symbol"], "SharesOutstanding": self.shares}).encode())


@contextmanager
def opened(vendor: Vendor, folder: Path) -> Iterator[OverviewSource]:
    limiter = RateLimiter(folder / "budget", per_second=100)
    with ReplayServer(vendor.reply) as server:
        api = KeyedApi(server.url, "key", limiter=limiter, judge=judge, key_parameter="apikey", patience_seconds=0)
        source = AlphaVantageOverviews(api)
        yield source
        source.close()


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def test_the_same_again_changes_nothing_and_as_of_looks_back(
    database: Database, objects: FolderStore, vendor: Vendor, tmp_path: Path
) -> None:
    with database.write() as connection:
        save_company(connection, IBM)
    with opened(vendor, tmp_path) as source:
        outcomes = [ingest_overview(database, objects, source, IBM, today=MONDAY).outcome for _ in range(2)]
        later = MONDAY + timedelta(days=30)
        outcomes.append(ingest_overview(database, objects, source, IBM, today=later).outcome)
        vendor.shares = "940000000"
        outcomes.append(ingest_overview(database, objects, source, IBM, today=later + timedelta(days=1)).outcome)
    assert outcomes == ["saved", "unchanged", "unchanged", "saved"]
    with database.read() as connection:
        now = overview_of(connection, IBM.cik)
        then = overview_of(connection, IBM.cik, as_of=later)
        assert overview_of(connection, IBM.cik, as_of=MONDAY - timedelta(days=1)) is None
    assert now is not None
    assert then is not None
    assert (now.overview.outstanding_shares, now.known_from) == (940_000_000, later + timedelta(days=1))
    assert (then.overview.outstanding_shares, then.known_from, then.checked_on) == (939_885_000, MONDAY, later)


def test_the_longest_unchecked_come_first_and_a_spent_limit_ends_the_run(
    database: Database, objects: FolderStore, vendor: Vendor, tmp_path: Path
) -> None:
    with database.write() as connection:
        for number in range(1, 8):
            save_company(connection, Company(Cik(number), f"Company {number}", (Listing(Ticker(f"C{number}")),)))
        save_company(connection, Company(Cik(99), "Not listed"))
    with opened(vendor, tmp_path) as source:
        vendor.answers = [b"{}"]  # the service's way to say that it knows no such ticker
        first = list(refresh_overviews(database, objects, source, today=MONDAY, days=30, most=2))
        assert [(each.outcome, sum(each.dropped.values())) for each in first] == [("saved", 1), ("saved", 0)]
        vendor.answers = [DAILY_LIMIT] * 3
        second = list(refresh_overviews(database, objects, source, today=MONDAY, days=30, most=9))
    assert vendor.tickers == ["C1", "C2", "C3"]  # the pause that was ordered holds the next ones back
    assert [(each.outcome, each.is_transient) for each in second] == [("failed", True)] * 3
    with database.read() as connection:
        source_name = AlphaVantageOverviews.name
        assert longest_unchecked(connection, source_name, before=MONDAY, limit=9) == [Cik(n) for n in range(3, 8)]
        again = longest_unchecked(connection, source_name, before=MONDAY + timedelta(days=1), limit=9)
    assert again == [Cik(n) for n in (3, 4, 5, 6, 7, 1, 2)]
