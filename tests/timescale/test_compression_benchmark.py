"""What compression saves on daily bars and costs a question; prints figures, asserts a ratio of sizes alone."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.market.prices import daily_bars
from workbench.domain.identity import Ticker

_FILL = """
insert into stock_prices (ticker, source, traded_on, open, high, low, close, volume_shares)
select 'T' || number, 's', day::date, base, base + 1.5, base - 1.25, base + 0.5, 1000000 + number * 7919 % 100000
from generate_series(1, 50) number, generate_series(date '2015-01-01', date '2024-12-31', interval '1 day') day,
     lateral (select round((100 + 20 * sin(number + extract(doy from day) / 40))::numeric, 2) as base) price
where extract(isodow from day) < 6
"""


@pytest.mark.benchmark
def test_compressed_bars(database: Database) -> None:
    with database.write() as connection:
        connection.execute(sa.text(_FILL))
    before, year_before = _size(database), _year_ms(database)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for chunk in connection.scalars(sa.text("select cast(show_chunks('stock_prices') as text)")).all():
            connection.execute(sa.text("select compress_chunk(cast(:chunk as regclass))"), {"chunk": chunk})
    after, year_after = _size(database), _year_ms(database)
    sys.stdout.write(
        f"\n{before / after:.1f} times smaller; a year of one ticker {year_before:.1f} ms, compressed {year_after:.1f} ms\n"
    )
    assert after < before / 2


def _size(database: Database) -> int:
    with database.read() as connection:
        return int(connection.scalar(sa.text("select hypertable_size('stock_prices')")) or 0)


def _year_ms(database: Database) -> float:
    times = []
    with database.read() as connection:
        for number in range(1, 21):
            begun = time.perf_counter()
            bars = daily_bars(connection, Ticker(f"T{number}"), since=date(2023, 1, 1), until=date(2023, 12, 31))
            times.append((time.perf_counter() - begun) * 1000)
            assert len(bars) == 260
    return statistics.median(times)
