"""Watchlists over HTTP: each asker's own."""

from __future__ import annotations

import pytest

from db.companies import save_company
from db.engine import Database
from tests.api.conftest import APPLE, Opener

pytestmark = pytest.mark.anyio


@pytest.fixture
def filled(database: Database) -> Database:
    """One of this test's own, because it is changed."""
    with database.write() as connection:
        save_company(connection, APPLE)
    return database


async def test_a_list_is_filled_read_and_removed(opened: Opener) -> None:
    async with opened() as client:
        assert (await client.get("/api/v1/watchlists")).json() == {"watchlists": []}
        made = await client.put("/api/v1/watchlists/phones/companies/aapl")
        assert made.status_code == 200, made.text
        assert (await client.put("/api/v1/watchlists/phones/companies/0000320193")).json() == made.json()
        assert [(each["cik"], each["ticker"]) for each in made.json()["companies"]] == [(320193, "AAPL")]
        assert [
            (each["name"], each["companies"]) for each in (await client.get("/api/v1/watchlists")).json()["watchlists"]
        ] == [("phones", 1)]
        assert (await client.delete("/api/v1/watchlists/phones/companies/AAPL")).json()["companies"] == []
        assert (await client.delete("/api/v1/watchlists/phones")).status_code == 204
        assert (await client.get("/api/v1/watchlists/phones")).status_code == 404
        assert (await client.put("/api/v1/watchlists/phones/companies/ZZZZ")).status_code == 404
        assert (await client.get("/api/v1/watchlists")).json() == {"watchlists": []}
