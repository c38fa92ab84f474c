"""Shared fixtures: a real PostgreSQL with the real migrations, once a run; a rollback or a database of its own each test."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings

from db.engine import Database
from tests import mirror_facts
from tests.database_server import clone, drop, migrated_server
from tests.loaded import loaded_workbench
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench

SHARED = Path(os.environ.get("WORKBENCH_TEST_SHARED", Path(__file__).parents[2] / "shared"))
MIRROR = SHARED / "data" / "edgar-mirror"
ORACLES = SHARED / "data" / "oracles"


# A shell's background job ignores SIGINT and would hand that on to every process that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more about the machine than about the code.
settings.register_profile("workbench", deadline=None)
# For mutation tests (tests/mutants.py): the same examples for each mutant, and no search for the smallest that fails.
settings.register_profile("mutants", deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile("workbench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests whose mark asks for something that is not there are skipped, and the summary says so.

    Browser tests come last: the browser's driver keeps an event loop running in its process, beside which no other may run.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        if item.get_closest_marker("mirror") and not MIRROR.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"no recorded filings at {MIRROR}"))
        if item.get_closest_marker("timescale") and "WORKBENCH_TEST_TIMESCALE_URL" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="WORKBENCH_TEST_TIMESCALE_URL names no server with TimescaleDB"))


@pytest.fixture(autouse=True)
def _applications_end_with_their_test() -> Iterator[None]:
    """FastAPI caches what it knows of an endpoint, and Panel's endpoints hold their application with all of its sessions."""
    yield
    forget_endpoints()


def forget_endpoints() -> None:
    """Empties FastAPI's caches, so that an application that nobody uses is freed."""
    if (endpoints := sys.modules.get("fastapi.dependencies.models")) is not None:
        for cached in vars(endpoints).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a database that is migrated and empty, for `clone`: this run's own, or the one that is named for it."""
    with migrated_server(os.environ.get("WORKBENCH_TEST_POSTGRES_URL")) as url:
        yield url


@pytest.fixture(scope="session")
def timescale_url() -> Iterator[str]:
    """The same on a server with TimescaleDB, for tests marked `timescale`."""
    with migrated_server(os.environ["WORKBENCH_TEST_TIMESCALE_URL"]) as url:
        yield url


@pytest.fixture(scope="session")
def _shared_database(postgres_url: str) -> Iterator[Database]:
    database = Database(clone(postgres_url, "shared"))
    yield database
    database.close()


@pytest.fixture
def connection(_shared_database: Database) -> Iterator[sa.Connection]:
    """A connection whose transaction is rolled back at the end of the test."""
    with _shared_database.engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def database(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of this test's own, for what commits."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    database = Database(clone(postgres_url, name))
    yield database
    database.close()
    drop(database.url)


@pytest.fixture(scope="session")
def recorded(postgres_url: str) -> Iterator[Database]:
    """A database with the facts of all recorded companies, once a run, to be read only; for tests marked `mirror`."""
    database = Database(clone(postgres_url, "recorded"))
    mirror_facts.load(database, MIRROR)
    yield database
    database.close()


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    """An empty object store."""
    return FolderStore(tmp_path / "objects")


@pytest.fixture(scope="session")
def loaded(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A workbench with one company of the starter data and one document, shared by the run: read it only."""
    with loaded_workbench(clone(postgres_url, "loaded"), tmp_path_factory.mktemp("loaded")) as workbench:
        yield workbench


@dataclass(frozen=True)
class RecordedFilings:
    """A database with the recorded 10-K and 10-Q documents indexed and embedded, and their extracted texts by accession."""

    database: Database
    texts: dict[str, str]


@pytest.fixture(scope="session")
def recorded_filings(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedFilings]:
    """Built once a run, in about half a minute; tests that use it stand in the xdist group `recorded_filings`."""
    from tests.search import corpus

    database = Database(clone(postgres_url, "recorded_filings"))
    yield RecordedFilings(database, corpus.build(database, tmp_path_factory.mktemp("recorded")))
    database.close()
