"""PgBouncer between the workbench and PostgreSQL, in session mode: transactions, notifications and advisory locks work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.operations.change_notifications import ChangeListener
from db.operations.leader import Leader
from db.operations.tasks import add_task, next_task
from tests.database_server import clone
from workbench.adapters.postgres_account import server_account
from workbench.domain.operations.tasks import TaskKind


@pytest.fixture(scope="module")
def pooled(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    program = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    parts = urlsplit(clone(postgres_url, "pgbouncer"))
    server = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
    server |= {name: values[0] for name, values in parse_qs(parts.query).items()}
    name = parts.path.removeprefix("/")
    target = " ".join(f"{key}='{unquote(str(value))}'" for key, value in server.items() if value)
    folder = tmp_path_factory.mktemp("pgbouncer")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = Path(folder / "pgbouncer.ini")
    configuration.write_text(
        f"[databases]\n{name} = dbname='{name}' {target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        "unix_socket_dir =\nauth_type = any\npool_mode = session\ndefault_pool_size = 20\nlogfile =\n"
    )
    account = server_account([configuration])  # like PostgreSQL, it refuses to run as root
    if account.uid is not None:
        _let_in(postgres_url, Path(str(server.get("host"))))
    log = (folder / "log").open("wb")
    process = subprocess.Popen([*account.prefix, program, str(configuration)], stdout=log, stderr=log)
    database = Database(f"postgresql://{parts.username or 'postgres'}@127.0.0.1:{port}/{name}")
    try:
        _await(port, folder / "log")
        yield database
    finally:
        database.close()
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _let_in(url: str, socket_folder: Path) -> None:
    """The embedded server knows accounts of the machine by their sockets; for root's pooler that is `nobody`."""
    names = socket_folder.parent / "data" / "pg_ident.conf"
    if names.is_file():
        names.write_text(f"{names.read_text()}owner nobody workbench\n")
        database = Database(url)
        with database.write() as connection:
            connection.execute(sa.text("select pg_reload_conf()"))
        database.close()


def _await(port: int, log: Path) -> None:
    until = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def test_changes_are_heard_through_it(pooled: Database) -> None:
    heard = threading.Event()
    listener = ChangeListener(pooled, lambda key: heard.set() if key == "company:320187" else None)
    try:
        assert listener.wait(20)
        with pooled.write() as connection:
            connection.execute(sa.text("insert into companies (cik, name) values (320187, 'NIKE, Inc.')"))
            connection.execute(sa.text("insert into fact_versions (cik, version) values (320187, 1)"))
        assert heard.wait(20)
    finally:
        listener.close()


def test_one_leads_and_tasks_are_held_through_it(pooled: Database) -> None:
    first, second = Leader(pooled), Leader(pooled)
    try:
        assert (first.holds(), second.holds()) == (True, False)
        first.close()
        assert second.holds()
    finally:
        second.close()
    with pooled.write() as connection:
        add_task(connection, TaskKind.EMBED, {}, most_waiting=1)
    with next_task(pooled, [TaskKind.EMBED]) as mine, next_task(pooled, [TaskKind.EMBED]) as theirs:
        assert mine is not None
        assert theirs is None
