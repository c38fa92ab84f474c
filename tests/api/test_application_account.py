"""The API by an account of the database that owns no table: it does all its work, and can change neither schema nor trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.filing_index import save_filings
from db.operations import audit
from db.operations.grants import grant_application, owns_tables
from db.search import vector_index
from flows.task_worker import work_one
from tests.api.conftest import APPLE, PASSWORD, TEN_K_2024
from tests.api.stored.test_layer import _fact
from tests.conftest import clone
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SetupError
from workbench.domain.operations.tasks import TaskKind
from workbench.domain.rights.roles import Role
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.ingest.operations.retention import shorten_audit_trail
from workbench.runtime import Workbench
from workbench.service_settings import PostgresDatabase
from workbench.settings import Settings

V1 = "/api/v1"


@pytest.fixture(scope="module")
def urls(postgres_url: str) -> Iterator[tuple[str, str]]:
    """The URL with the account of the application, and that with the owner of the tables."""
    owner = clone(postgres_url, "application_account")
    name = f"app_{sa.make_url(owner).database}"
    administration = sa.create_engine(owner)
    with administration.begin() as connection:
        connection.exec_driver_sql(f'create role "{name}"')
    # As accounts that Vault makes: sessions begin in the role of the application.
    application = sa.make_url(owner).update_query_dict({"options": f"-c role={name}"})
    yield application.render_as_string(hide_password=False), owner
    with administration.begin() as connection:
        connection.exec_driver_sql(f'drop owned by "{name}"')
        connection.exec_driver_sql(f'drop role "{name}"')
    administration.dispose()


@pytest.fixture(scope="module")
def database(urls: tuple[str, str]) -> Iterator[Database]:
    application, owner = urls
    database = Database(application, owner=owner)
    assert grant_application(database)
    assert not grant_application(database)  # all is as it should be
    yield database
    database.close()


@pytest.fixture(scope="module")
def workbench(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    home = tmp_path_factory.mktemp("least")
    return Workbench(Settings(home=home), database, FolderStore(home / "objects"))


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_logs set actor = 'somebody'",
        "delete from audit_logs",
        "truncate audit_logs",
        "insert into audit_anchors (audit_id, hash, removed_by) values (1, 'x', 'ada')",
        "delete from audit_anchors",
        "alter table audit_logs disable trigger kept",
        "drop trigger kept on audit_logs",
        "create or replace function keep_audit_log() returns trigger language sql as 'select null'",
        "update alembic_version set version_num = '0001'",
        "create table own (number int)",
        "alter table users add column own int",
        "drop table watchlists",
        "create index own on companies (cik)",
    ],
)
def test_the_application_cannot_change_the_trail_or_the_schema(database: Database, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError) as refused, database.write() as connection:
        connection.execute(sa.text(statement))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
    assert "append-only" not in str(refused.value)  # refused before the triggers are asked


def test_the_api_works_with_the_rights_of_the_application(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    database = workbench.database
    revenue = _fact("RevenueFromContractWithCustomerExcludingAssessedTax", "391035000000")
    with database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [TEN_K_2024])
        load_facts(connection, APPLE.cik, [revenue])
    refresh_metrics(database)
    accounts.add_user(database, "ada", Role.ADMINISTRATOR, PASSWORD, actor="local")
    app = create_app(workbench, role="api")
    with TestClient(app, base_url="https://workbench.example", client=("203.0.113.9", 50000)) as client:
        token = client.post(f"{V1}/auth/token", data={"username": "ada", "password": PASSWORD}).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        memo = {"file": ("memo.txt", b"Devices sell worse than a year ago.")}
        view = {"kind": "screen", "parameters": {"where": "revenue >= 10B"}}
        schedule = {"notebook": "company_review", "cron": "0 7 * * *"}
        watched = {"condition": "filing 10-K", "channel": "inbox", "ticker": "AAPL"}
        for method, path, sent, status in (
            ("PUT", "/watchlists/desk/companies/AAPL", {}, 200),
            ("PUT", "/views/large", {"json": view}, 200),
            ("PUT", "/reports/schedules/weekly", {"json": schedule}, 200),
            ("POST", "/alerts", {"json": watched}, 201),
            ("POST", "/documents", {"files": memo}, 201),
            ("POST", "/exports", {"json": {"table": "companies"}}, 202),
            ("POST", "/reports", {"json": {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}}, 202),
            ("POST", "/signing-keys", {"json": {}}, 200),
            ("GET", "/companies/AAPL/statements/income", {}, 200),
            ("GET", "/companies/AAPL/statements/income", {}, 200),
            ("GET", "/screen?where=revenue >= 10B", {}, 200),
            ("GET", "/search?q=devices", {}, 200),
            ("GET", "/audit-trail", {}, 200),
            ("DELETE", "/views/large", {}, 200),
            ("POST", "/auth/sessions/end", {}, 200),
        ):
            answer = client.request(method, f"{V1}{path}", **sent)
            assert answer.status_code == status, (method, path, answer.text)
    monkeypatch.setattr(vector_index, "INDEX_FROM", 1)
    for kind in (TaskKind.EXPORT, TaskKind.EMBED):
        assert work_one(workbench, [kind]) is not None
    with database.read() as connection:
        assert connection.scalars(sa.text("select distinct status from tasks where kind <> 'report'")).all() == ["finished"]
        assert connection.scalar(sa.text("select count(*) from pg_indexes where indexdef ilike '%hnsw%'")) == 1
        assert "user.added" in {each.action for each in audit.list_entries(connection)}


def test_old_entries_go_by_the_owner_s_account(database: Database) -> None:
    with database.owner.write() as connection:
        for _ in range(2):
            audit.record(connection, "ada", "seen")
        connection.exec_driver_sql("alter table audit_logs disable trigger user")
        connection.exec_driver_sql("update audit_logs set at = at - interval '90 days' where audit_id = 1")
        connection.exec_driver_sql("alter table audit_logs enable trigger user")
    report = shorten_audit_trail(database, now=datetime.now(UTC), days=60)
    assert (report.outcome, sum(report.dropped.values())) in (("saved", 1), ("unchanged", 1))


def test_opening_migrates_as_the_owner_and_gives_the_application_its_rights(urls: tuple[str, str], tmp_path: Path) -> None:
    application, owner = (url.replace("+psycopg", "") for url in urls)
    both = PostgresDatabase(kind="postgresql", url=SecretStr(application), owner_url=SecretStr(owner))
    with runtime.open_workbench(Settings(home=tmp_path, database=both)) as opened:
        with opened.database.read() as connection:
            assert not owns_tables(connection)
        with opened.database.owner.read() as connection:
            assert owns_tables(connection)
        with opened.database.owner.write() as connection:
            connection.exec_driver_sql("grant update on audit_logs to current_user")
            connection.exec_driver_sql("update alembic_version set version_num = '0044'")
    alone = PostgresDatabase(kind="postgresql", url=SecretStr(application))
    with (
        pytest.raises(SetupError, match="may not migrate") as refused,
        runtime.open_workbench(Settings(home=tmp_path, database=alone)),
    ):
        pass
    assert "workbench migrate" in (refused.value.hint or "")
