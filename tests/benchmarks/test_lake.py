"""A screen over thousands of companies by DuckDB on the lake, beside the same screen by PostgreSQL on the same figures."""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from db.engine import Database
from db.statements.annual_figures import refresh_annual_figures
from tests import edgar_folder
from tests.conftest import MIRROR, clone
from tests.mirror_facts import load
from workbench.adapters.lake import Lake
from workbench.adapters.object_store import FolderStore
from workbench.domain.identity import Cik
from workbench.domain.operations.lake import LakeSnapshot
from workbench.ingest.operations import lake
from workbench.ingest.operations.lake import export

pytestmark = [pytest.mark.benchmark, pytest.mark.mirror]

_COMPANIES = int(os.environ.get("WORKBENCH_TEST_LAKE_COMPANIES", "2000"))
_SINCE = date(2022, 1, 1)  # older files are not opened by the screen, so they are not made
_TIMES = 7
_CIKS = (Cik(63908), Cik(320193), Cik(909832), Cik(1045810))  # McDonald's, Apple, Costco, NVIDIA
# A copy of a company has this much more in its number.
_STEP = 20_000_000

_LAKE_SCREEN = """
    with years as (
        select cik, period_end, max(value) filter (line = 'revenue') as revenue,
               max(value) filter (line = 'net_income') as net_income
        from statements
        where statement = 'income' and period = 'annual' and line in ('revenue', 'net_income') and period_end >= ?
        group by cik, period_end
    ), latest as (
        select *, lag(revenue) over series as before, row_number() over (partition by cik order by period_end desc) as age
        from years window series as (partition by cik order by period_end)
    )
    select cik, net_income / revenue as margin from latest
    where age = 1 and revenue > 1e10 and revenue > 1.02 * before and net_income > 0.1 * revenue
    order by margin desc, cik limit 50
"""
_POSTGRES_SCREEN = """
    with latest as (
        select cik, (figures ->> 'revenue')::numeric as revenue, (figures ->> 'net_income')::numeric as net_income,
               lag((figures ->> 'revenue')::numeric) over (partition by cik order by period_end) as before,
               row_number() over (partition by cik order by period_end desc) as age
        from annual_figures where statement = 'income' and period_end >= :since
    )
    select cik, net_income / revenue as margin from latest
    where age = 1 and revenue > 1e10 and revenue > 1.02 * before and net_income > 0.1 * revenue
    order by margin desc, cik limit 50
"""
# In a process of its own, so that the memory is that of the question alone.
_ASK = """
import json, sys, time
from datetime import date
from pathlib import Path
from tests.benchmarks.peak_memory import peak_megabytes
from workbench.adapters.lake import Lake
from workbench.adapters.object_store import FolderStore
root, query, since, times = Path(sys.argv[1]), sys.argv[2], date.fromisoformat(sys.argv[3]), int(sys.argv[4])
lake, seconds = Lake(FolderStore(root / "objects"), root / "lake"), []
for _ in range(times):
    started = time.perf_counter()
    with lake.ask(query, [since], snapshot="market") as answer:
        rows = answer.fetchall()
    seconds.append(time.perf_counter() - started)
print(json.dumps([rows, seconds, peak_megabytes()]))
"""


@pytest.fixture(scope="module")
def market(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Database]]:
    """Four recorded companies under as many numbers: their statements as a snapshot, their annual figures as rows."""
    root, database = tmp_path_factory.mktemp("market"), Database(clone(postgres_url, "market"))
    for cik in _CIKS:
        for path in (f"api/xbrl/companyfacts/CIK{cik.padded}.json", f"submissions/CIK{cik.padded}.json"):
            edgar_folder.write(root / "mirror", path, (MIRROR / path).read_bytes())
    load(database, root / "mirror")
    objects = FolderStore(root / "objects")
    mirror = export(database, objects, name="mirror")
    stored = (part for part in mirror.tables["statements"] if part.partition >= f"period_year={_SINCE.year}")
    rows = pa.concat_tables(pq.read_table(io.BytesIO(objects.get(part.key("statements")))) for part in stored)
    (root / "parts").mkdir()
    parts = lake._store(objects, lake._STATEMENTS, _copies(rows.cast(lake._schema(lake._STATEMENTS))), root / "parts")
    snapshot = LakeSnapshot("market", datetime.now(UTC), {**mirror.tables, "statements": parts})
    objects.put(snapshot.key, snapshot.as_json())
    with database.write() as connection:
        for cik in _CIKS:
            refresh_annual_figures(connection, cik)
        _copy_rows(connection)
    yield root, database
    database.close()


def _copies(rows: pa.Table) -> Iterator[pa.Table]:
    """Each company under its further numbers."""
    place = rows.schema.get_field_index("cik")
    ciks = sorted(set(rows["cik"].to_pylist()))
    for number in range(_COMPANIES):
        cik = ciks[number % len(ciks)]
        own = rows.filter(pc.equal(rows["cik"], cik))
        copy = number // len(ciks) + 1
        yield own.set_column(place, rows.schema.field("cik"), pa.array([cik + copy * _STEP] * own.num_rows, pa.int64()))


def _copy_rows(connection: sa.Connection) -> None:
    """The same numbers, beside the companies themselves, which go."""
    asked = {"step": _STEP, "companies": _COMPANIES}
    numbers = """
        select c.cik as old, c.cik + (n / (select count(distinct cik) from annual_figures) + 1) * :step as new
        from generate_series(0, :companies - 1) n
        join (select cik, row_number() over (order by cik) - 1 as place from (select distinct cik from annual_figures) d) c
          on c.place = n % (select count(distinct cik) from annual_figures)
    """
    connection.execute(sa.text(f"insert into companies (cik, name) select new, new::text from ({numbers}) m"), asked)
    connection.execute(
        sa.text(
            "insert into annual_figures (cik, statement, period_end, fiscal_year, period_label, currency, figures) "
            "select new, statement, period_end, fiscal_year, period_label, currency, figures "
            f"from annual_figures f join ({numbers}) m on m.old = f.cik"
        ),
        asked,
    )
    connection.execute(sa.text("delete from annual_figures where cik < :step"), asked)
    connection.execute(sa.text("analyze annual_figures"))


def _seconds(work: Callable[[], Any]) -> tuple[Any, float]:
    found, seconds = None, []
    for _ in range(_TIMES):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return found, statistics.median(seconds)


def test_a_screen_over_the_market(market: tuple[Path, Database]) -> None:
    root, database = market
    asked = [sys.executable, "-c", _ASK, str(root), _LAKE_SCREEN, _SINCE.isoformat(), str(_TIMES)]
    told = subprocess.run(asked, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True, timeout=240).stdout
    rows, seconds, megabytes = json.loads(told)

    def by_postgres() -> list[tuple[int, float]]:
        with database.read() as connection:
            found = connection.execute(sa.text(_POSTGRES_SCREEN), {"since": _SINCE}).all()
        return [(row.cik, float(row.margin)) for row in found]

    expected, peer = _seconds(by_postgres)
    assert [row[0] for row in rows] == [cik for cik, _ in expected]
    assert len(rows) == 50
    first, again = seconds[0], statistics.median(seconds[1:])
    snapshot = Lake(FolderStore(root / "objects"), root / "lake").snapshot("market")
    print(  # noqa: T201
        f"\nscreen over {_COMPANIES:,} companies, {snapshot.rows('statements'):,} rows: DuckDB {again * 1000:,.0f} ms "
        f"(files fetched and checked first: {first:.2f} s), PostgreSQL on annual_figures {peer * 1000:,.0f} ms, "
        f"ratio {again / peer:.2f}; {megabytes:,.0f} MB at most"
    )
    # Over the long rows of statements, some forty times as many as the peer reads.
    assert again < 20 * peer
