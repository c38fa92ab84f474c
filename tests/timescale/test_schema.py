"""What the schema makes of TimescaleDB: hypertables, compression and continuous aggregates that answer as plain views do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from db import migrate
from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.market.prices import BarsSaved, daily_bars, save_bars
from db.tables import metadata
from db.timescale import ChunkPlan, apply_plan
from tests.database_server import clone
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Ticker
from workbench.domain.market.prices import DailyBar

NIKE = Cik(320187)
VIEWS = ("weekly_prices", "monthly_prices", "filings_per_day")
_ORDER = {"filings_per_day": "form, filed_on"}


def bar(day: date, close: Decimal, ticker: str = "NKE") -> DailyBar:
    return DailyBar(Ticker(ticker), day, close - 1, close + 2, close - 3, close, 1000 + day.day, None, "s")


def bars(ticker: str = "NKE") -> list[DailyBar]:
    """Weekdays from the last of 2023, in the middle of a week and the end of a month, to March 2026."""
    days = (date(2023, 12, 27) + timedelta(days=number) for number in range(800))
    return [bar(day, Decimal(50 + day.toordinal() % 37), ticker) for day in days if day.isoweekday() < 6]


def fill(database: Database) -> None:
    with database.write() as connection:
        save_company(connection, Company(NIKE, "NIKE, Inc."))
        save_filings(
            connection,
            [
                Filing(NIKE, Accession("0000320187-24-000001"), "8-K", date(2024, 6, 27), items=("2.02", "9.01")),
                Filing(NIKE, Accession("0000320187-24-000002"), "10-K", date(2024, 7, 25)),
                Filing(NIKE, Accession("0000320187-24-000003"), "8-K", date(2024, 6, 27), items=("5.02",)),
            ],
        )
        for ticker in ("NKE", "DECK"):
            save_bars(connection, bars(ticker))


def rows(database: Database, view: str) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        found = connection.execute(sa.text(f"select * from {view} order by {_ORDER.get(view, 'ticker, source, starts_on')}"))
        return [tuple(row) for row in found]


def refresh(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for view in VIEWS[:2]:
            connection.execute(sa.text(f"call refresh_continuous_aggregate('{view}', null, null)"))


@pytest.fixture
def plain(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database(clone(postgres_url, f"plain{abs(hash(request.node.nodeid)) % 10**9}"))
    yield database
    database.close()


def test_views_answer_as_on_plain_postgresql_before_and_after_they_are_materialised(
    database: Database, plain: Database
) -> None:
    fill(plain)
    fill(database)
    for _ in range(2):
        for view in VIEWS:
            assert rows(database, view) == rows(plain, view), view
        refresh(database)
    # By hand: the week of Monday 2024-01-01 has five bars here, the one before it those of 27 to 29 December.
    first, second = [row for row in rows(database, "weekly_prices") if row[0] == "NKE"][:2]
    assert (first[2], first[3], first[9]) == (date(2023, 12, 25), date(2023, 12, 29), 3)
    week = [each for each in bars() if date(2024, 1, 1) <= each.traded_on <= date(2024, 1, 5)]
    assert second[2:] == (
        date(2024, 1, 1), date(2024, 1, 5), week[0].open, max(each.high for each in week), min(each.low for each in week),
        week[-1].close, sum(each.volume_shares for each in week), 5,
    )  # fmt: skip
    assert rows(database, "filings_per_day") == [("10-K", date(2024, 7, 25), 1), ("8-K", date(2024, 6, 27), 2)]


def test_a_corrected_bar_reaches_the_aggregates_with_their_refresh(database: Database, plain: Database) -> None:
    corrected = [bar(date(2024, 1, 3), Decimal("99.5"))]
    for each in (plain, database):
        fill(each)
    refresh(database)
    for each in (plain, database):
        with each.write() as connection:
            assert save_bars(connection, corrected) == BarsSaved(changed=1)
    refresh(database)
    for view in VIEWS[:2]:
        assert rows(database, view) == rows(plain, view)


def test_compressed_chunks_are_smaller_read_alike_and_take_corrections(database: Database) -> None:
    fill(database)
    with database.read() as connection:
        before = daily_bars(connection, Ticker("NKE"))
        jobs = connection.scalars(
            sa.text("select job_id from timescaledb_information.jobs where config ? 'compress_after'")
        ).all()
    assert len(jobs) == 2
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for job in jobs:
            connection.execute(sa.text(f"call run_job({job})"))
    with database.read() as connection:
        compressed = dict(
            connection.execute(
                sa.text("select hypertable_name, count(*) from timescaledb_information.chunks where is_compressed group by 1")
            ).all()
        )
        sizes = connection.execute(
            sa.text(
                "select sum(before_compression_total_bytes), sum(after_compression_total_bytes)"
                " from hypertable_compression_stats('stock_prices')"
            )
        ).one()
        assert daily_bars(connection, Ticker("NKE")) == before
    assert compressed["stock_prices"] >= 2  # the years that ended more than thirty days ago
    assert sizes[1] < sizes[0]
    changed = [bar(each.traded_on, each.close + 1) for each in before[:80]]
    with database.write() as connection:
        assert save_bars(connection, [*changed, before[100]]) == BarsSaved(changed=80, unchanged=1)
        assert daily_bars(connection, Ticker("NKE")) == [*changed, *before[80:]]
        assert daily_bars(connection, Ticker("DECK")) == bars("DECK")


def test_the_schema_is_the_one_in_tables_and_goes_down_a_step_and_up_with_its_data(database: Database) -> None:
    fill(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        before = [daily_bars(connection, Ticker("NKE")), connection.execute(sa.text("select * from market_events")).all()]
    views = [rows(database, view) for view in VIEWS]
    migrate.downgrade(database.engine, "0016")
    with database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from timescaledb_information.hypertables")) == 0
        assert connection.scalar(sa.text("select count(*) from stock_prices")) == 2 * len(bars())
        assert connection.scalar(sa.text("select count(*) from market_events")) == 3
    migrate.upgrade(database.engine)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert before == [
            daily_bars(connection, Ticker("NKE")),
            connection.execute(sa.text("select * from market_events")).all(),
        ]
    assert [rows(database, view) for view in VIEWS] == views
    migrate.downgrade(database.engine, "base")
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]


def test_chunks_and_compression_follow_the_settings(database: Database) -> None:
    plan = ChunkPlan(price_days=30, event_days=90, compress_after_days=60)
    with database.write() as connection:
        assert apply_plan(connection, ChunkPlan()) == []
        assert len(apply_plan(connection, plan)) == 4
        assert apply_plan(connection, plan) == []
        save_bars(connection, bars())
        chunks = connection.scalar(
            sa.text("select count(*) from timescaledb_information.chunks where hypertable_name = 'stock_prices'")
        )
    assert chunks >= 26  # 800 days, thirty a chunk


def test_a_plan_asks_nothing_of_plain_postgresql(plain: Database) -> None:
    with plain.write() as connection:
        assert apply_plan(connection, ChunkPlan(price_days=1)) == []
