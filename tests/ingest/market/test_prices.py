"""Bringing prices up to date: the short series when it continues, the whole one when it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from db.engine import Database
from db.market.prices import daily_bars
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import RateLimited, SourceRefused
from workbench.domain.identity import Ticker
from workbench.ingest.market.prices import ingest_prices
from workbench.ports import Fetched

NVDA = Ticker("NVDA")


class Vendor:
    """A PriceSource over a made-up series; the short answer is its last three days."""

    name = "vendor"
    head = "timestamp,open,high,low,close,adjusted_close,volume"

    def __init__(self, rows: dict[str, tuple[str, str]], *, has_full: bool = True) -> None:
        self.rows = rows
        self.has_full = has_full
        self.asked: list[str] = []
        self.error: Exception | None = None

    def daily(self, ticker: Ticker, *, is_full: bool) -> Fetched:
        self.asked.append("full" if is_full else "short")
        if self.error:
            raise self.error
        if is_full and not self.has_full:
            raise SourceRefused("paying plans only")
        rows = sorted(self.rows.items())
        lines = [
            f"{day},{close},{close},{close},{close},{adjusted},7" for day, (close, adjusted) in rows[0 if is_full else -3 :]
        ]
        content = "\n".join([self.head, *lines]).encode()
        return Fetched(f"https://vendor.example/{ticker}?full={is_full}", content, "text/csv", datetime.now(UTC))


def series(*days: int, factor: str = "1") -> dict[str, tuple[str, str]]:
    return {f"2024-06-{day:02}": (str(day), str(Decimal(day) * Decimal(factor))) for day in days}


def closes(database: Database) -> list[tuple[Decimal, Decimal | None]]:
    with database.read() as connection:
        return [(bar.close, bar.adjusted_close) for bar in daily_bars(connection, NVDA)]


def test_the_first_time_brings_all_and_the_next_only_what_is_new(database: Database, objects: FolderStore) -> None:
    vendor = Vendor(series(3, 4, 5, 6, 7))
    assert ingest_prices(database, objects, vendor, NVDA).saved == {"bars": 5}
    vendor.rows |= series(10)
    again = ingest_prices(database, objects, vendor, NVDA)
    assert (again.outcome, again.saved) == ("saved", {"bars": 1})
    assert vendor.asked == ["short", "full", "short"]
    assert ingest_prices(database, objects, vendor, NVDA).outcome == "unchanged"
    assert [close for close, _ in closes(database)] == [3, 4, 5, 6, 7, 10]


def test_a_split_brings_the_whole_series_on_its_new_footing(database: Database, objects: FolderStore) -> None:
    vendor = Vendor(series(3, 4, 5, 6, 7))
    ingest_prices(database, objects, vendor, NVDA)
    vendor.rows = series(3, 4, 5, 6, 7, factor="0.1") | series(10)
    report = ingest_prices(database, objects, vendor, NVDA)
    assert report.saved == {"bars": 1, "corrected bars": 5}
    assert closes(database)[0] == (3, Decimal("0.3"))


def test_a_hole_brings_the_whole_series_too(database: Database, objects: FolderStore) -> None:
    vendor = Vendor(series(3, 4, 5))
    ingest_prices(database, objects, vendor, NVDA)
    vendor.rows |= series(6, 7, 10, 11, 12, 13)
    assert ingest_prices(database, objects, vendor, NVDA).saved == {"bars": 6}
    assert vendor.asked[-2:] == ["short", "full"]


def test_a_plan_without_the_whole_series_gives_the_short_one_and_says_so(database: Database, objects: FolderStore) -> None:
    report = ingest_prices(database, objects, Vendor(series(3, 4, 5, 6, 7), has_full=False), NVDA)
    assert (report.outcome, report.saved) == ("saved", {"bars": 3})
    assert report.dropped == {"older days: not in this plan": 1}


def test_a_refusal_saves_nothing_and_is_reported(database: Database, objects: FolderStore) -> None:
    vendor = Vendor(series(3))
    vendor.error = RateLimited("slow down")
    report = ingest_prices(database, objects, vendor, NVDA)
    assert (report.outcome, report.error, report.saved) == ("failed", "slow down", {})
    assert closes(database) == []


def test_days_to_come_are_dropped(database: Database, objects: FolderStore) -> None:
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    report = ingest_prices(database, objects, Vendor(series(3) | {tomorrow: ("1", "1")}), NVDA)
    assert (report.saved, report.dropped) == ({"bars": 1}, {"in_the_future": 1})


def test_what_came_is_archived_before_it_is_read(database: Database, objects: FolderStore) -> None:
    vendor = Vendor({})
    vendor.head = "<html>"
    report = ingest_prices(database, objects, vendor, NVDA)
    assert report.outcome == "quarantined"
    assert [stored.size_bytes for stored in objects.list("raw/")] == [len(b"<html>")]
