"""What the PostgreSQL behind a connection is and offers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from workbench.domain.errors import SetupError

_OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Versions as the server states them; an extension's is the one installed in this database, else the one on offer."""

    postgresql: str
    major: int
    pgvector: str | None
    timescaledb: str | None
    size_bytes: int


def server_facts(connection: sa.Connection) -> ServerFacts:
    """Versions and size of the database that the connection is open to."""
    number, version, size = connection.execute(
        sa.text(
            "select current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1),"
            " pg_database_size(current_database())"
        )
    ).one()
    on_offer = connection.execute(
        sa.text(
            "select name, coalesce(installed_version, default_version) as version from pg_available_extensions"
            " where name in ('vector', 'timescaledb')"
        )
    )
    extensions: dict[str, str] = {row.name: row.version for row in on_offer}
    return ServerFacts(version, number // 10_000, extensions.get("vector"), extensions.get("timescaledb"), size)


def ping(connection: sa.Connection) -> None:
    """Returns when the server answers."""
    connection.execute(sa.text("select 1"))


def check_server(facts: ServerFacts) -> None:
    """Raises SetupError for a server that cannot hold the workbench's data."""
    if facts.major < _OLDEST_MAJOR:
        raise SetupError(
            f"the database is PostgreSQL {facts.postgresql}; version {_OLDEST_MAJOR} or newer is required",
            hint="set WORKBENCH_DATABASE__URL to a newer server, or unset it to use the embedded one",
        )
    if facts.pgvector is None:
        raise SetupError(
            "the database server has no pgvector", hint="install the extension there, on Debian: postgresql-<version>-pgvector"
        )
