"""Accounts of the database that change while the process serves: made by Vault's engine, or another in the secret."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import hvac
import pytest
import requests
import sqlalchemy as sa
from pydantic import SecretStr

from db.engine import Connection, Database
from db.operations.change_notifications import ChangeListener
from tests.conftest import clone
from tests.services import Service, vault_server
from workbench.adapters.secret_store import LocalSecretStore
from workbench.adapters.vault.client import VaultLogin
from workbench.adapters.vault.leased_login import LeasedLogin
from workbench.domain.errors import DatabaseUnavailable, SetupError, SourceUnavailable
from workbench.runtime import connect
from workbench.runtime.secrets import NamedAddress
from workbench.service_settings import PostgresDatabase, VaultSecrets
from workbench.settings import Settings

_TOKEN = "root-token-of-the-tests"
_MADE = (
    """create role "{{name}}" login password '{{password}}' valid until '{{expiration}}' superuser;"""
    """ alter role "{{name}}" set role to current_user"""
)


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with vault_server(tmp_path_factory.mktemp("vault"), token=_TOKEN) as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def passwords_count(postgres_url: str) -> Iterator[None]:
    """The server of the tests lets its own account in by its system user; the accounts of these tests need their passwords."""
    with closing(Database(clone(postgres_url, "address"))) as server:
        with server.read() as connection:
            file = connection.scalar(sa.text("select current_setting('hba_file')"))
            rules = str(connection.scalar(sa.text("select pg_read_file(current_setting('hba_file'))"))).splitlines()
        added = [f"{kind} all {names} {where}scram-sha-256" for names in ("/^v-", "/_of_the_test$")
                 for kind, where in (("local", ""), ("host", "127.0.0.1/32 "))]  # fmt: skip
        _write(server, str(file), [*added, *rules])
        yield
        _write(server, str(file), rules)


def _write(server: Database, file: str, lines: list[str]) -> None:
    with server.write() as connection:
        listed = ", ".join(f"({number}, $line${line}$line$)" for number, line in enumerate(lines))
        in_order = f"select line from (values {listed}) as rules (number, line) order by number"
        connection.exec_driver_sql(f"copy ({in_order}) to '{file}'")
        connection.execute(sa.text("select pg_reload_conf()"))


def plain(url: str) -> sa.URL:
    return sa.make_url(url).set(drivername="postgresql")


def make_engine(bao: Service, database: Database, *, seconds: int, most_seconds: int) -> tuple[str, VaultLogin]:
    """A role of the database engine for this database, and an AppRole that may ask for its accounts."""
    url = plain(database.url)
    with requests.Session() as session:
        client = hvac.Client(url=f"http://127.0.0.1:{bao.port}", token=_TOKEN, session=session)
        if "database/" not in client.sys.list_mounted_secrets_engines():
            client.sys.enable_secrets_engine("database")
            client.sys.enable_auth_method("approle")
        template = url.set(username="{{username}}", password="{{password}}").render_as_string(hide_password=False)
        client.write_data(
            "database/config/workbench",
            data={
                "plugin_name": "postgresql-database-plugin", "allowed_roles": "*",
                "connection_url": template.replace("%7B", "{").replace("%7D", "}"),
                "username": url.username, "password": url.password or "none",
            },
        )  # fmt: skip
        client.write_data(
            "database/roles/workbench",
            data={
                "db_name": "workbench", "creation_statements": [_MADE.replace("current_user", f'"{url.username}"')],
                "default_ttl": seconds, "max_ttl": most_seconds,
            },
        )  # fmt: skip
        client.sys.create_or_update_policy("accounts", 'path "database/creds/workbench" { capabilities = ["read"] }')
        client.auth.approle.create_or_update_approle("workbench", token_policies=["accounts"], token_period="1h")
        role_id = client.auth.approle.read_role_id("workbench")["data"]["role_id"]
        secret_id = client.auth.approle.generate_secret_id("workbench")["data"]["secret_id"]
    host = url.set(username=None, password=None).render_as_string(hide_password=False)
    return host, VaultLogin(role_id=role_id, secret_id=secret_id)


def who(connection: Connection) -> str:
    return str(connection.scalar(sa.text("select session_user")))


def test_pools_move_to_new_accounts_without_a_failed_statement(bao: Service, database: Database) -> None:
    url, login = make_engine(bao, database, seconds=1, most_seconds=2)
    address = LeasedLogin(url, address=f"http://127.0.0.1:{bao.port}", login=login, path="database/creds/workbench")
    until = time.monotonic() + 5

    def read(pooled: Database) -> set[str]:
        seen = set()
        while time.monotonic() < until:
            with pooled.read() as connection:
                seen.add(who(connection))
                connection.execute(sa.text("select pg_sleep(0.05)"))
        return seen

    async def read_async(pooled: Database) -> set[str]:
        seen = set()
        while time.monotonic() < until:
            async with pooled.read_async() as connection:
                seen.add(await connection.run_sync(who))
            await asyncio.sleep(0.05)
        await pooled.close_async()
        return seen

    with closing(Database(address, pool_size=2, pool_overflow=0)) as pooled, ThreadPoolExecutor(3) as threads:
        listener = ChangeListener(pooled, lambda _: None)
        work = [threads.submit(read, pooled), threads.submit(read, pooled)]
        work.append(threads.submit(asyncio.run, read_async(pooled)))
        for each in work:
            seen = each.result()  # raises what a statement raised
            assert len(seen) >= 2, seen
            assert all(name.startswith("v-approle-") for name in seen)
        assert listener.wait(5)
        listener.close()
    # It is given back.
    with database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from pg_roles where rolname like 'v-approle-%'")) <= 1


def test_while_vault_is_away_the_account_is_used_until_it_ends(tmp_path: Path, database: Database) -> None:
    with vault_server(tmp_path / "vault", token=_TOKEN) as bao:
        url, login = make_engine(bao, database, seconds=3, most_seconds=60)
        vault = VaultSecrets(
            kind="vault", address=f"http://127.0.0.1:{bao.port}", role_id=login.role_id,
            secret_id=SecretStr(login.secret_id or ""), timeout_seconds=2,
        )  # fmt: skip
        chosen = PostgresDatabase(kind="postgresql", url=SecretStr(url), credentials="database/creds/workbench")
        with connect(Settings(home=tmp_path, database=chosen, secrets=vault)) as leased:
            bao.stop()
            with leased.read() as connection:
                assert who(connection).startswith("v-approle-")
            time.sleep(3.1)
            with pytest.raises(DatabaseUnavailable, match="the account for the database has ended"), leased.read():
                pass
        with (
            pytest.raises(SourceUnavailable, match="gives no answer"),
            connect(Settings(home=tmp_path, database=chosen, secrets=vault)),
        ):
            pass


def test_what_vault_does_not_give_is_said(bao: Service, database: Database) -> None:
    url, login = make_engine(bao, database, seconds=60, most_seconds=60)
    address = f"http://127.0.0.1:{bao.port}"
    with pytest.raises(SetupError, match="refuses us"):
        LeasedLogin(url, address=address, login=login, path="database/creds/other")
    with pytest.raises(SetupError, match="unknown role: none"):
        LeasedLogin(url, address=address, login=VaultLogin(token=_TOKEN), path="database/creds/none")
    chosen = PostgresDatabase(kind="postgresql", url=SecretStr(url), credentials="database/creds/workbench")
    with pytest.raises(SetupError, match="needs WORKBENCH_SECRETS__KIND=vault"), connect(Settings(database=chosen)):
        pass


def test_a_changed_secret_is_taken_up_when_the_database_refuses_the_old_account(database: Database, tmp_path: Path) -> None:
    url = plain(database.url)
    with database.write() as connection:
        for name in ("first", "second"):
            connection.execute(sa.text(f"drop role if exists {name}_of_the_test"))
            connection.execute(sa.text(f"create role {name}_of_the_test login superuser password 'secret'"))
    secret, asked = tmp_path / "database_url", 0

    def write(name: str) -> None:
        account = url.set(username=f"{name}_of_the_test", password="secret")
        secret.write_text(account.render_as_string(hide_password=False))

    def store() -> LocalSecretStore:
        nonlocal asked
        asked += 1
        return LocalSecretStore([tmp_path], {})

    now = 100.0
    write("first")
    named = PostgresDatabase(kind="postgresql", url=SecretStr("secret:database_url"))
    with closing(Database(NamedAddress(named, store, clock=lambda: now))) as pooled:
        with pooled.read() as connection:
            assert who(connection) == "first_of_the_test"
        with database.write() as connection:
            connection.execute(sa.text("alter role first_of_the_test nologin"))
        pooled.engine.dispose()
        now += 10
        for _ in range(3):  # the secret is the same, and is looked up once
            with pytest.raises(DatabaseUnavailable), pooled.read():
                pass
        assert asked == 2
        write("second")
        now += 10
        with pooled.read() as connection:
            assert who(connection) == "second_of_the_test"
        assert asked == 3
    with database.write() as connection:
        for name in ("first", "second"):
            connection.execute(sa.text(f"drop role {name}_of_the_test"))
