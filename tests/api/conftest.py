"""The application in process, over a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from api.app import create_app
from api.security import accounts, passwords
from api.security.access import Gate
from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from tests.api.described import checks_answers
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, FormerName, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

APPLE = Company(
    cik=Cik(320193), name="Apple Inc.", listings=(Listing(Ticker("AAPL"), "Nasdaq"),), sic="3571",
    sic_description="Electronic Computers", fiscal_year_end="0928", state_of_incorporation="CA",
    former_names=(FormerName("APPLE COMPUTER INC", date(1994, 1, 26), date(2007, 1, 4)),),
)  # fmt: skip
BERKSHIRE = Company(
    cik=Cik(1067983), name="BERKSHIRE HATHAWAY INC",
    listings=(Listing(Ticker("BRK-B"), "NYSE"), Listing(Ticker("BRK-A"), "NYSE")), fiscal_year_end="1231",
)  # fmt: skip
TEN_K_2024 = Filing(
    cik=APPLE.cik, accession=Accession("0000320193-24-000123"), form="10-K", filed_on=date(2024, 11, 1),
    report_on=date(2024, 9, 28), accepted_at=datetime(2024, 11, 1, 10, 1, 36, tzinfo=UTC),
    primary_document="aapl-20240928.htm", is_xbrl=True, is_inline_xbrl=True,
)  # fmt: skip
TEN_K_2023 = Filing(
    cik=APPLE.cik, accession=Accession("0000320193-23-000106"), form="10-K", filed_on=date(2023, 11, 3),
    report_on=date(2023, 9, 30), primary_document="aapl-20230930.htm", is_xbrl=True, is_inline_xbrl=True,
)  # fmt: skip
EIGHT_K = Filing(
    cik=APPLE.cik, accession=Accession("0000320193-24-000120"), form="8-K", filed_on=date(2024, 10, 31),
    report_on=date(2024, 10, 31), items=("2.02", "9.01"),
)  # fmt: skip

PASSWORD = "a long enough one"

Opener = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def bar(day: date, close: str, *, source: str = "test-source") -> DailyBar:
    price = Decimal(close)
    return DailyBar(Ticker("AAPL"), day, price, price + 1, price - 1, price, 1000, price, source)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[PasswordHasher]:
    """Sound passwords cost a fifth of a second each; these are as slow as a test can bear. Gives the real hasher."""
    real = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
        passwords._dummy_hash.cache_clear()
        yield real
    passwords._dummy_hash.cache_clear()


@pytest.fixture(scope="session")
def filled(postgres_url: str, quick_hashes: PasswordHasher) -> Iterator[Database]:
    """Two companies, three filings, two trading days and a user: for tests that change nothing of it."""
    database = Database(clone(postgres_url, "api"))
    with database.write() as connection:
        save_company(connection, APPLE)
        save_company(connection, BERKSHIRE)
        save_filings(connection, [TEN_K_2024, TEN_K_2023, EIGHT_K])
        save_bars(connection, [bar(date(2024, 6, 27), "214.10"), bar(date(2024, 6, 28), "210.62")])
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    yield database
    database.close()


def gate_of(client: httpx.AsyncClient) -> Gate:
    """The gate of the application that a client of `opened` talks to."""
    gate: Gate = client._transport.app.state.gate  # type: ignore[attr-defined]
    return gate


def cache_nothing(client: httpx.AsyncClient) -> None:
    """From here on the application reads its callers from the database with each request, so a test need not wait for one."""
    gate_of(client).callers.close()


@pytest.fixture
def workbench(filled: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    return Workbench(settings_at(tmp_path), filled, objects)


def settings_at(home: Path, **more: Any) -> Settings:
    return Settings(home=home, **more)


@pytest.fixture
def opened(workbench: Workbench) -> Opener:
    """`async with opened(...) as client`: the application, started, for a client at an address; errors of ours are answers.

    The client checks every JSON answer against its description.
    """

    @asynccontextmanager
    async def open_client(
        *, settings: Settings | None = None, client: str = "127.0.0.1", url: str = "http://127.0.0.1:8000", **headers: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(Workbench(settings or workbench.settings, workbench.database, workbench.objects))
        transport = httpx.ASGITransport(app, client=(client, 50000))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport,
                base_url=url,
                headers={k.replace("_", "-"): v for k, v in headers.items()},
                event_hooks={"response": [checks_answers(app)]},
            ) as http,
        ):
            yield http

    return open_client


@pytest.fixture
async def client(opened: Opener) -> AsyncIterator[httpx.AsyncClient]:
    """The one at this machine."""
    async with opened() as http:
        yield http
