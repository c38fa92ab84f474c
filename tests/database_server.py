"""Servers for the tests, each with a database that is migrated and empty, from which tests take copies."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from db import migrate
from db.engine import Database, is_alive
from workbench.adapters.embedded_postgres import EmbeddedPostgres


@contextmanager
def migrated_server(named: str | None) -> Iterator[str]:
    """The URL of a migrated and empty database: on the server that the URL `named` leads to, else on one of its own."""
    if named is not None:
        with _on_named_server(named) as url:
            yield url
        return
    # A short path of its own: sockets have a length limit, and as root the server's account must reach it.
    folder = Path(tempfile.mkdtemp(prefix="wbtest-"))
    server = EmbeddedPostgres(folder / "postgres", is_alive=is_alive)
    url = server.acquire()
    _migrate(url)
    with _administration(url) as connection:
        # Dozens of databases are made and thrown away here: waiting for the disk would be most of a run's time.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"alter system set {setting} = off"))
        connection.execute(sa.text("select pg_reload_conf()"))
    yield url
    server.release()
    shutil.rmtree(folder, ignore_errors=True)


def clone(url: str, name: str) -> str:
    """The URL of a new database `name` (with the template's name before it), migrated and empty.

    One that is there is replaced: a process that mutation tests forked may run a test that ran before.
    """
    template = _name(url)
    name = f"{template}_{name}"
    with _administration(url) as connection:
        connection.execute(sa.text(f'drop database if exists "{name}" with (force)'))
        # Copies files where PostgreSQL would else write each page to its log: half the time for a database this small.
        connection.execute(sa.text(f'create database "{name}" template "{template}" strategy file_copy'))
    return _named(url, name)


def drop(url: str) -> None:
    """Removes the database that `clone` made, so that a run's server stays small and stops at once."""
    with _administration(url) as connection:
        connection.execute(sa.text(f'drop database if exists "{_name(url)}" with (force)'))


@contextmanager
def _on_named_server(named: str) -> Iterator[str]:
    url = _named(named, f"t{uuid4().hex[:8]}")
    template = _name(url)
    with _administration(url) as connection:
        connection.execute(sa.text(f'create database "{template}"'))
    try:
        _migrate(url)
        with _administration(url) as connection:
            # TimescaleDB's scheduler connects to every database that lets it, and a template must have no connection.
            connection.execute(sa.text(f'alter database "{template}" with allow_connections false'))
            connection.execute(
                sa.text("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = :name"),
                {"name": template},
            )
        yield url
    finally:
        with _administration(url) as connection:
            made = sa.text("select datname from pg_database where datname = :name or datname like :copies")
            for name in connection.scalars(made, {"name": template, "copies": f"{template}\\_%"}).all():
                connection.execute(sa.text(f'drop database "{name}" with (force)'))


def _migrate(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database.engine)
    database.close()


@contextmanager
def _administration(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        _named(url, "postgres").replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _name(url: str) -> str:
    return sa.make_url(url).database or "postgres"


def _named(url: str, name: str) -> str:
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
