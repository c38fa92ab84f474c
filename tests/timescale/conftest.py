"""Everything in this folder runs on the server with TimescaleDB: the fixtures of the same name, over its databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Database
from tests.database_server import clone


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder, which are skipped, visibly, without a server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timescale)


@pytest.fixture(scope="session")
def _shared_database(timescale_url: str) -> Iterator[Database]:
    database = Database(clone(timescale_url, "shared"))
    yield database
    database.close()


@pytest.fixture
def database(timescale_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of this test's own."""
    database = Database(clone(timescale_url, f"{abs(hash(request.node.nodeid)) % 10**12}"))
    yield database
    database.close()
