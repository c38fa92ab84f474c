"""What vendors answer is kept as it came, refusals too, and found again by a piece of its JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db.engine import Database
from db.operations.api_responses import list_responses
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import NotFound, RateLimited, SourceRefused, SourceUnavailable
from workbench.ingest import archive
from workbench.ingest.market.vendor_responses import ask
from workbench.ingest.operations.retention import forget_old_responses
from workbench.ports import Fetched

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
NEWS = b'{"status": "ok", "articles": [{"url": "https://example.org/shoes", "title": "Shoes"}]}'


def fetched(content: bytes, media_type: str = "application/json", at: datetime = AT) -> Fetched:
    return Fetched(f"https://vendor.example/{len(content)}", content, media_type, at)


def test_json_is_kept_and_found_by_a_piece_of_it(database: Database, objects: FolderStore) -> None:
    assert ask(database, objects, "newsapi", lambda: fetched(NEWS)).content == NEWS
    ask(database, objects, "newsapi", lambda: fetched(b'{"status": "ok", "articles": []}'))
    ask(database, objects, "alpha-vantage", lambda: fetched(b"timestamp,open\n", "text/csv"))
    for odd in (b'{"a": "\\u0000"}', b'{"a": "\0"}', b"{", b"[" * 100_000):
        ask(database, objects, "odd", lambda odd=odd: fetched(odd))  # type: ignore[misc]
    with database.read() as connection:
        (found,) = list_responses(connection, containing={"articles": [{"url": "https://example.org/shoes"}]})
        (table,) = list_responses(connection, source="alpha-vantage")
        odd_ones = list_responses(connection, source="odd")
    assert (found.outcome, found.received_at, found.body["articles"][0]["title"]) == ("answered", AT, "Shoes")
    assert found.sha256 is not None
    assert archive.load(objects, found.sha256) == NEWS
    assert (table.body, table.sha256 is not None) == (None, True)
    assert [each.body for each in odd_ones] == [None] * 4


def test_refusals_are_noted_and_raised(database: Database, objects: FolderStore) -> None:
    for error, outcome in (
        (RateLimited("slow down", url="https://vendor.example/q"), "rate_limited"),
        (SourceRefused("no key"), "refused"),
        (SourceUnavailable("gone"), "unavailable"),
    ):

        def refuse(error: Exception = error) -> Fetched:
            raise error

        with pytest.raises(type(error)):
            ask(database, objects, "newsapi", refuse)
        with database.read() as connection:
            newest = list_responses(connection, limit=1)[0]
        assert (newest.outcome, newest.detail, newest.body) == (outcome, str(error), None)


def test_what_the_vendor_does_not_know_is_no_refusal(database: Database, objects: FolderStore) -> None:
    def unknown() -> Fetched:
        raise NotFound("no such ticker")

    with pytest.raises(NotFound):
        ask(database, objects, "alpha-vantage", unknown)
    with database.read() as connection:
        assert list_responses(connection) == []


def test_old_answers_go_and_their_bytes_stay(database: Database, objects: FolderStore) -> None:
    for days in (100, 10):
        at = AT - timedelta(days=days)
        ask(database, objects, "newsapi", lambda at=at: fetched(NEWS, at=at))  # type: ignore[misc]
    assert dict(forget_old_responses(database, now=AT, days=90).dropped) == {"old answer of a vendor": 1}
    with database.read() as connection:
        (left,) = list_responses(connection)
    assert left.sha256 is not None
    assert archive.load(objects, left.sha256) == NEWS
