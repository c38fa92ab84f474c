"""The migrations make exactly the tables that the code describes, keep what is stored, and can be taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from db import migrate
from db.engine import Database
from db.tables import metadata
from workbench.domain.errors import SetupError

# Rows as the first version of each table took them, by the table whose appearance lets them in.
_ROWS = {
    "companies": "insert into companies (cik, name) values (320187, 'NIKE, Inc.')",
    "sec_filings": (
        "insert into sec_filings (cik, accession, form, filed_on, items)"
        " values (320187, '0000320187-24-000001', '8-K', '2024-06-27', '{2.02,9.01}')"
    ),
    "stock_prices": (
        "insert into stock_prices (ticker, source, traded_on, open, high, low, close, volume_shares)"
        " values ('NKE', 's', '2024-06-27', 94.5, 95, 93.1, 94.19, 9000000),"
        " ('NKE', 's', '2024-06-28', 77, 79, 75.4, 75.37, 1)"
    ),
    "financial_metrics": (
        "with c as (insert into concepts (taxonomy, tag) values ('us-gaap', 'Assets') returning concept_id),"
        " u as (insert into units (unit) values ('USD') returning unit_id),"
        " d as (select dimensions_id from dimension_sets where members = '{}')"
        " insert into financial_metrics"
        " (cik, concept_id, unit_id, dimensions_id, period_end, filed_on, value, accession, form)"
        " select 320187, concept_id, unit_id, dimensions_id, '2024-05-31', '2024-07-25', 38110000000, 'a', '10-K' from c, u, d"
    ),
    "documents": (
        "insert into documents (origin, name, sha256, text_sha256, extractor, chars)"
        " values ('upload', 'note.txt', 'a', 'b', 'text-1', 5)"
    ),
    "passages": (
        "insert into passages (document_id, ordinal, start_char, end_char, text)"
        " select document_id, 0, 0, 5, 'shoes' from documents"
    ),
    "users": "insert into users (name, password_hash, role) values ('ada', 'x', 'analyst')",
    "audit_logs": "insert into audit_logs (actor, action) values ('ada', 'sign_in')",
    "ingest_runs": (
        "insert into ingest_runs (kind, subject, started_at, finished_at, outcome)"
        " values ('facts', 'NKE', now(), now(), 'saved')"
    ),
    "news_articles": (
        "insert into news_articles (url, title, published_at, sentiment_method, source, fetched_at)"
        " values ('https://example.org/1', 'Shoes', now(), 'm', 's', now())"
    ),
    "market_events": (
        "insert into market_events (cik, accession, item, event_type, form, filed_on, source)"
        " values (320187, '0000320187-24-000001', '7.01', 'disclosure', '8-K', '2024-06-27', 'index')"
    ),
    "watchlists": "insert into watchlists (owner, name) values ('ada', 'shoes')",
}  # fmt: skip


def test_migrated_schema_is_the_one_in_tables(connection: sa.Connection) -> None:
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_down_to_nothing_and_up_again(database: Database) -> None:
    migrate.downgrade(database.engine, "base")
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        assert sa.inspect(connection).get_view_names() == []
    migrate.upgrade(database.engine)
    with database.read() as connection:
        assert migrate.current(connection) == migrate.head()
        assert "financial_metrics" in sa.inspect(connection).get_table_names()


def test_every_version_goes_up_down_a_step_and_up_again_with_data_in_its_tables(database: Database) -> None:
    migrate.downgrade(database.engine, "base")
    filled: dict[str, list[tuple[object, ...]]] = {}
    before = "base"
    for revision in _revisions():
        migrate.upgrade(database.engine, revision)
        with database.write() as connection:
            there = set(sa.inspect(connection).get_table_names())
            for table in _ROWS.keys() & there - filled.keys():
                filled[table] = []
        with database.write() as connection:
            for table, insert in _ROWS.items():
                if table in filled and not filled[table]:
                    connection.execute(sa.text(insert))
        counts = _counts(database, filled)
        assert all(counts.values()), revision
        for table in filled:
            filled[table] = [(counts[table],)]
        if before != "base":
            _check_a_step_back(database, before, revision, counts)
        before = revision
    assert set(filled) == set(_ROWS)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.scalar(sa.text("select value from financial_metrics")) == Decimal(38110000000)
        # Two that a migration finds in the index of filings, and the one that was there.
        events = connection.execute(sa.text("select item, filed_on from market_events order by item")).all()
        bars = connection.execute(sa.text("select open, close, volume_shares, trading_days from weekly_prices")).all()
    assert events == [(item, date(2024, 6, 27)) for item in ("2.02", "7.01", "9.01")]
    assert bars == [(Decimal("94.5"), Decimal("75.37"), 9000001, 2)]


def test_a_table_that_others_keep_busy_is_not_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_LONGEST_WAIT", "50ms")
    newest, before = _revisions()[-1], _revisions()[-2]
    with database.engine.connect() as connection:
        usual = connection.scalar(sa.text("show lock_timeout"))
    with database.engine.connect() as reader:
        tables = sa.inspect(reader).get_table_names()
        reader.execute(sa.text(f"lock table {', '.join(sorted(tables))} in access share mode"))
        with pytest.raises(SetupError, match="other connections locked the tables"):
            migrate.downgrade(database.engine, "base")
        reader.rollback()
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("show lock_timeout")) == usual != "50ms"
        assert migrate.current(connection) in (newest, before)
    migrate.upgrade(database.engine)


def _revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(migrate._config())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def _check_a_step_back(database: Database, before: str, revision: str, counts: dict[str, int]) -> None:
    migrate.downgrade(database.engine, before)
    with database.read() as connection:
        there = set(sa.inspect(connection).get_table_names())
    older = {table for table in counts if table in there}
    assert _counts(database, older) == {table: counts[table] for table in older}, revision
    migrate.upgrade(database.engine, revision)
    new = set(counts) - older
    with database.write() as connection:
        for table in (each for each in _ROWS if each in new):
            connection.execute(sa.text(_ROWS[table]))


def _counts(database: Database, tables: set[str] | dict[str, list[tuple[object, ...]]]) -> dict[str, int]:
    with database.read() as connection:
        return {table: connection.scalar(sa.text(f"select count(*) from {table}")) or 0 for table in tables}
