"""Answers are sent again byte for byte, and never when they are no longer right, in however many processes."""

from __future__ import annotations

import gzip
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import anyio
import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.statements import routes as statement_routes
from api.stored import layer
from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.filing_index import save_filings
from db.operations import stored_answers
from tests.api.conftest import APPLE, TEN_K_2024
from tests.database_server import clone
from tests.loaded import REPORT
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import NewDocument
from workbench.domain.measures.checks import STORED_BESIDE
from workbench.domain.statements.statement import StatementKind
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.runtime import Workbench
from workbench.settings import Settings

pytestmark = pytest.mark.anyio

INCOME, BALANCE = (f"/api/v1/companies/AAPL/statements/{kind}?periods=3" for kind in ("income", "balance"))
FILING = f"/api/v1/filings/{TEN_K_2024.accession}"


def _fact(tag: str, value: str, start: date | None = date(2023, 10, 1)) -> Fact:
    return Fact(
        cik=APPLE.cik, concept=Concept("us-gaap", tag), unit="USD", period_start=start, period_end=date(2024, 9, 28),
        value=Decimal(value), accession=TEN_K_2024.accession, form="10-K", filed_on=TEN_K_2024.filed_on,
    )  # fmt: skip


@pytest.fixture(scope="module")
def company(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """Figures of one annual report of Apple's and its document, in a database of this module's own."""
    home = tmp_path_factory.mktemp("stored")
    database, objects = Database(clone(postgres_url, "stored_answers")), FolderStore(home / "objects")
    facts = [
        _fact("RevenueFromContractWithCustomerExcludingAssessedTax", "391035000000"),
        _fact("NetIncomeLoss", "93736000000"),
        _fact("Assets", "364980000000", None),
        _fact("Liabilities", "308030000000", None),
        _fact("StockholdersEquity", "56950000000", None),
    ]
    document = NewDocument(
        name="aapl-20240928.htm", origin="filing", sha256=archive.store(objects, REPORT), form="10-K", cik=APPLE.cik,
        accession=TEN_K_2024.accession, filed_on=TEN_K_2024.filed_on,
    )  # fmt: skip
    with database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [TEN_K_2024])
        load_facts(connection, APPLE.cik, facts)
        index_document(connection, objects, REPORT, document)
    refresh_metrics(database)
    yield Workbench(Settings(home=home), database, objects)
    database.close()


@pytest.fixture
def fresh(company: Workbench) -> Workbench:
    """Nothing is stored of it."""
    change(company, "delete from stored_answers")
    return company


def change(workbench: Workbench, text: str) -> None:
    with workbench.database.write() as connection:
        connection.execute(sa.text(text))


@asynccontextmanager
async def process(workbench: Workbench) -> AsyncIterator[tuple[httpx.AsyncClient, FastAPI]]:
    """The application as another process has it: only the database is shared."""
    own = Workbench(workbench.settings, workbench.database, workbench.objects)
    app = create_app(own, role="api")
    await anyio.to_thread.run_sync(own.data_changes.start().wait, 20)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
    client.headers.pop("accept-encoding")
    try:
        async with client:
            yield client, app
    finally:
        await app.state.answers.close()
        await anyio.to_thread.run_sync(own.close)
        await own.database.close_async()
        own.database.__dict__.pop("async_engine", None)  # it belongs to this test's event loop


def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each statement that is built from here on."""
    built: list[object] = []
    real = statement_routes.statement_document

    def build(statement: Any) -> Any:
        built.append(statement.kind)
        return real(statement)

    monkeypatch.setattr(statement_routes, "statement_document", build)
    return built


async def _until(is_so: Callable[[], Any]) -> None:
    with anyio.fail_after(20):
        while not await is_so():
            await anyio.sleep(0.02)


def stored(workbench: Workbench) -> list[str]:
    with workbench.database.read() as connection:
        return list(connection.scalars(sa.text("select question from stored_answers order by question")))


async def test_the_same_bytes_are_sent_again_in_any_coding(fresh: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    built = counted(monkeypatch)
    async with process(fresh) as (client, _):
        first = await client.get(INCOME)
        assert first.status_code == 200
        assert first.json()["periods"]
        codings = [await client.get(INCOME, headers={"Accept-Encoding": each}) for each in ("identity", "gzip", "gzip")]
        again = await client.get(INCOME, headers={"If-None-Match": first.headers["etag"]})
        head = await client.head(INCOME)
    assert len(built) == 1
    assert [each.content for each in codings] == [first.content] * 3  # the client decodes them
    assert [each.headers.get("content-encoding") for each in codings] == [None, "gzip", "gzip"]
    assert {each.headers["etag"] for each in (*codings, again, head)} == {first.headers["etag"]}
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    assert first.headers["content-type"] == "application/json"
    assert "frame-ancestors 'none'" in first.headers["content-security-policy"]


async def test_what_one_process_stored_another_sends_without_building_it(
    fresh: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(fresh) as (client, _):
        first = await client.get(INCOME)
        await client.get(INCOME.replace("AAPL", "320193"))
        await client.get(INCOME + "&as_of=2024-12-31")  # not stored: one for each day would be too many

        async def is_stored() -> bool:
            return len(stored(fresh)) == 2

        await _until(is_stored)
    built = counted(monkeypatch)
    async with process(fresh) as (client, _):
        again = await client.get(INCOME)
    assert built == []
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    with fresh.database.read() as connection:
        [gzipped] = connection.scalars(
            sa.text("select gzipped from stored_answers where question = :question"), {"question": INCOME}
        )
    assert gzip.decompress(gzipped) == first.content


# As the loader does it: the facts, and the version of the facts of their company.
_FACTS = """
    with facts as (update financial_metrics set value = value + 1000000 where cik = 320193)
    update fact_versions set version = version + 1 where cik = 320193
"""
_NEW_FILING = """
    insert into sec_filings (cik, accession, form, filed_on) values (320193, '0000320193-24-000120', '8-K', '2024-10-31')
"""
_NEW_CHECK = f"""
    insert into statement_checks (cik, statement, period, name, period_end, period_label, result, detail)
    values (320193, 'balance', 'annual', '{next(iter(STORED_BESIDE))}', '2024-09-28', 'FY 2024', 'failed', '1 is not 2')
"""
CHANGES = {
    "a name": ("update companies set name = name || ' II' where cik = 320193", INCOME),
    "a fact": (_FACTS, INCOME),
    "a check": (_NEW_CHECK, BALANCE),
    "an industry": ("update companies set sic = '6022' where cik = 320193", INCOME),
    "a new filing": (_NEW_FILING, "/api/v1/companies/AAPL/filings?limit=5"),
    "a filing": ("update sec_filings set report_on = '2024-09-27'", FILING),
    "an item": ("delete from filing_sections where item = '2'", f"{FILING}/sections?text=true"),
    "a document": ("update documents set name = 'amended.htm'", f"{FILING}/sections"),
    "a ticker": ("update company_tickers set exchange = 'NYSE' where ticker = 'AAPL'", "/api/v1/companies/AAPL"),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_of_the_database_is_answered_in_every_process(fresh: Workbench, name: str) -> None:
    text, path = CHANGES[name]
    async with AsyncExitStack() as stack:
        clients = [(await stack.enter_async_context(process(fresh)))[0] for _ in range(2)]
        before = [(await client.get(path)).content for client in clients]
        assert before[0] == before[1]
        assert [(await client.get(path)).content for client in clients] == before
        change(fresh, text)

        async def differs() -> bool:
            return all([(await client.get(path)).content != before[0] for client in clients])

        await _until(differs)
        after = {(await client.get(path)).content for client in clients}
    async with process(fresh) as (client, _):  # one that has cached nothing has what the others now have
        assert {(await client.get(path)).content} == after


async def test_nothing_cached_is_sent_while_changes_are_not_heard(fresh: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    async with process(fresh) as (client, app):
        await client.get(INCOME)
        listener = app.state.workbench.data_changes.start()
        listener.close()
        built = counted(monkeypatch)
        change(fresh, "update companies set name = 'Apple in the dark' where cik = 320193")
        assert (await client.get(INCOME)).json()["company"]["name"] == "Apple in the dark"
        assert len(built) == 1


async def test_many_who_ask_the_same_wait_for_one_answer(fresh: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    built = counted(monkeypatch)
    async with process(fresh) as (client, _):
        answers: list[bytes] = []

        async def ask() -> None:
            answers.append((await client.get(INCOME)).content)

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(ask)
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert len(built) == 1


async def test_errors_are_not_cached_and_an_old_code_s_answer_is_not_sent(
    fresh: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(fresh) as (client, _):
        assert (await client.get("/api/v1/companies/NOSUCH")).status_code == 404
        assert (await client.get(INCOME + "&unknown=1")).status_code == 422
        assert (await client.get("/api/v1/companies/AAPL/statements/none")).status_code == 422
        await client.get(INCOME)

        async def is_stored() -> bool:
            return stored(fresh) == [INCOME]

        await _until(is_stored)
    change(fresh, "update stored_answers set code = 'of the last version'")
    built = counted(monkeypatch)
    async with process(fresh) as (client, _):
        assert (await client.get(INCOME)).status_code == 200
    assert len(built) == 1


async def test_old_answers_are_deleted(fresh: Workbench) -> None:
    change(
        fresh,
        "insert into stored_answers (question, cik, version, code, etag, gzipped, stored_at) values"
        " ('old', 1, 1, '', '', '', '2024-01-01'), ('new', 1, 1, '', '', '', '2024-03-01')",
    )
    with fresh.database.write() as connection:
        assert stored_answers.forget_old_answers(connection, datetime(2024, 2, 1, tzinfo=UTC)) == 1
    assert stored(fresh) == ["new"]


def test_a_process_uses_what_is_stored_from_its_first_request_on_and_stores_to_its_last(
    fresh: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = layer.save_answer

    def slow(*arguments: Any, **named: Any) -> None:
        time.sleep(0.3)
        save(*arguments, **named)

    monkeypatch.setattr(layer, "save_answer", slow)
    built = counted(monkeypatch)
    bodies: list[bytes] = []
    for _process in range(2):
        own = Workbench(fresh.settings, fresh.database, fresh.objects)
        with TestClient(create_app(own, role="api"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
            until = time.monotonic() + 20
            while not _listeners(fresh):  # without any request
                assert time.monotonic() < until
                time.sleep(0.02)
            bodies.append(client.get(INCOME).content)
        own.database.__dict__.pop("async_engine", None)
        with fresh.database.read() as connection:
            assert connection.scalar(sa.text("select count(*) from stored_answers")) == 1
    assert (bodies[0], built) == (bodies[1], [StatementKind.INCOME])


def _listeners(workbench: Workbench) -> int:
    query = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'"
    with workbench.database.read() as connection:
        return connection.scalar(sa.text(query)) or 0
