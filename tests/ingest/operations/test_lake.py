"""The lake holds what the database held at one moment, shares what did not change, and is asked by SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.events import save_index_events
from db.filings.filing_index import save_filings
from db.statements.as_known import statement
from tests import two_reports
from tests.services import minio_store, s3_server
from workbench.adapters.lake import Lake
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import Conflict, IntegrityError, InvalidRequest, NotFound
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.operations.lake import LakeSnapshot, Part, read_manifest
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.operations.lake import export, export_day, forget_old_days, remove, snapshots
from workbench.ports import ObjectStore
from workbench.runtime import Workbench

_CIK = Cik(789019)
_TABLES = {"companies", "filings", "facts", "prices", "events", "passages", "statements", "restatements"}


def _fact(year: int, value: str) -> Fact:
    return Fact(
        cik=_CIK,
        concept=Concept("us-gaap", "Revenues"),
        unit="USD",
        period_start=date(year - 1, 7, 1),
        period_end=date(year, 6, 30),
        value=Decimal(value),
        accession=Accession(f"0000789019-{year % 100:02d}-000001"),
        form="10-K",
        filed_on=date(year, 7, 30),
    )


def _filing(year: int, description: str | None) -> Filing:
    return Filing(
        cik=_CIK,
        accession=Accession(f"0000789019-{year % 100:02d}-000001"),
        form="10-K",
        filed_on=date(year, 7, 30),
        report_on=date(year, 6, 30),
        accepted_at=datetime(year, 7, 30, 20, 6, 7, tzinfo=UTC),
        description=description,
    )


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        save_company(connection, Company(_CIK, 'Micro"soft, Corp\n', (Listing(Ticker("MSFT"), "Nasdaq"),)))
        save_filings(connection, [_filing(2023, ""), _filing(2024, None)])
        load_facts(connection, _CIK, [_fact(2023, "211915000000"), _fact(2024, "245122000000.000000000001")])
    return database


@pytest.fixture(params=["folder", "minio"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    if request.param == "folder":
        yield FolderStore(tmp_path / "objects")
        return
    with s3_server(tmp_path / "s3") as server:
        yield minio_store(server.port)


def _ask(lake: Lake, query: str, *parameters: object, snapshot: str | None = None) -> list[tuple[object, ...]]:
    with lake.ask(query, parameters, snapshot=snapshot) as answer:
        return answer.fetchall()


def test_every_value_comes_back_as_it_was(filled: Database, store: ObjectStore, tmp_path: Path) -> None:
    snapshot = export(filled, store, name="first")
    assert set(snapshot.tables) == _TABLES
    assert {table: snapshot.rows(table) for table in ("companies", "filings", "facts", "prices")} == {
        "companies": 1, "filings": 2, "facts": 2, "prices": 0,
    }  # fmt: skip
    assert [part.partition for part in snapshot.tables["facts"]] == ["filed_year=2023", "filed_year=2024"]
    lake = Lake(store, tmp_path / "lake")
    facts = _ask(lake, "select value, value_exact, period_start, filed_on, tag from facts order by filed_on")
    assert facts == [
        (211915000000.0, "211915000000", date(2022, 7, 1), date(2023, 7, 30), "Revenues"),
        (245122000000.0, "245122000000.000000000001", date(2023, 7, 1), date(2024, 7, 30), "Revenues"),
    ]
    assert _ask(lake, "select cik, ticker, name, sic from companies") == [(789019, "MSFT", 'Micro"soft, Corp\n', None)]
    assert _ask(lake, "select description, accepted_at = timestamptz '2023-07-30 20:06:07Z' from filings order by 2 desc") == [
        ("", True), (None, False),
    ]  # fmt: skip
    assert _ask(lake, "select count(*), max(close) from prices") == [(0, None)]
    assert _ask(lake, "select value from facts where filed_on < ?", date(2024, 1, 1)) == [(211915000000.0,)]


def test_an_export_again_writes_no_file_again_and_a_snapshot_never_changes(filled: Database, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    first = export(filled, store, name="first")
    again = export(filled, store)
    assert again.tables == first.tables
    with filled.write() as connection:
        load_facts(connection, _CIK, [_fact(2025, "281724000000")])
    third = export(filled, store, name="third")
    assert set(third.tables["facts"]) > set(first.tables["facts"])
    lake = Lake(store, tmp_path / "lake")
    counts = {name: _ask(lake, "select count(*) from facts", snapshot=name) for name in (None, "first", again.name)}
    assert counts == {None: [(3,)], "first": [(2,)], again.name: [(2,)]}
    assert [found.name for found in snapshots(store)] == ["third", again.name, "first"]
    with pytest.raises(Conflict):
        export(filled, store, name="third")


def test_a_folder_follows_a_snapshot_by_the_files_that_changed(filled: Database, tmp_path: Path) -> None:
    store, folder = FolderStore(tmp_path / "objects"), tmp_path / "others"
    first = export(filled, store, name="first")
    with filled.write() as connection:
        load_facts(connection, _CIK, [_fact(2025, "281724000000")])
    export(filled, store, name="second")
    lake = Lake(store, tmp_path / "home" / "lake")
    changes = lake.paths("second", since="first", table="facts")
    # The fact of 2025 is the only row of its year; the file of 2024 is the same.
    assert [(each.change, each.part.partition, each.part.rows) for each, _ in changes] == [("added", "filed_year=2025", 1)]
    assert [path.is_file() for _, path in changes if path] == [True]
    back = lake.paths("first", since="second", table="facts")
    assert [(each.change, path) for each, path in back] == [("removed", None)]
    assert lake.paths("second", since="second") == []

    count = sum(len(parts) for parts in first.tables.values())
    assert lake.write_to(folder, "first") == (count, 0, 0)
    (folder / "facts" / "notes.txt").write_text("mine")
    (folder / "facts" / "own.parquet").write_bytes(b"mine")
    assert lake.write_to(folder, "second") == (1, count, 0)
    rows = duckdb.sql(f"select count(*) from read_parquet('{folder}/facts/filed_year=*/*.parquet')").fetchall()
    assert rows == [(3,)]
    assert lake.write_to(folder)[0] == 0
    assert (folder / "facts" / "own.parquet").read_bytes() == b"mine"
    assert lake.write_to(folder, "first") == (0, count, 1)
    assert not list((folder / "facts" / "filed_year=2025").iterdir())
    with pytest.raises(InvalidRequest, match="within the workbench's own folder"):
        lake.write_to(tmp_path / "home" / "objects" / "lake" / "parts")


def test_what_is_removed_takes_only_its_own_files_along(filled: Database, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    export(filled, store, name="first")
    with filled.write() as connection:
        load_facts(connection, _CIK, [_fact(2025, "281724000000")])
    export(filled, store, name="second")
    assert remove(store, "second") > 0
    lake = Lake(store, tmp_path / "lake")
    assert _ask(lake, "select count(*) from facts") == [(2,)]
    remove(store, "first")
    assert list(store.list("lake/")) == []
    with pytest.raises(NotFound):
        lake.snapshot()
    with pytest.raises(NotFound):
        remove(store, "first")


def test_a_day_has_one_snapshot_and_old_days_go_while_named_ones_stay(filled: Database, objects: FolderStore) -> None:
    export(filled, objects, name="audit")
    export(filled, objects, name="day-2026-02-30")  # no day of any month, so somebody's own name
    first = export_day(filled, objects, date(2026, 1, 1))
    assert (first.outcome, first.saved["rows of facts"]) == ("saved", 2)
    with filled.write() as connection:
        load_facts(connection, _CIK, [_fact(2025, "281724000000")])
    assert export_day(filled, objects, date(2026, 1, 1)).outcome == "unchanged"
    assert export_day(filled, objects, date(2026, 1, 2)).saved["rows of facts"] == 3
    assert forget_old_days(filled, objects, today=date(2026, 1, 31), days=30).outcome == "unchanged"
    gone = forget_old_days(filled, objects, today=date(2026, 2, 1), days=30)
    assert gone.dropped == {"old snapshot of a day": 1}
    assert {found.name for found in snapshots(objects)} == {"audit", "day-2026-02-30", "day-2026-01-02"}


def test_statements_in_the_lake_are_those_of_the_database(loaded: Workbench, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    export(loaded.database, store)
    with loaded.database.read() as connection:
        found = statement(connection, resolve(connection, "AAPL"), StatementKind.INCOME, PeriodKind.ANNUAL, None)
    line = next(line for line in found.lines if line.line == "revenue")
    expected = [
        (period.end, f"{figure.value:f}" if figure.value is not None else None)
        for period, figure in zip(found.periods, line.figures, strict=True)
    ]
    asked = """
        select s.period_end, s.value_exact from statements s join companies c using (cik)
        where c.ticker = 'AAPL' and s.statement = 'income' and s.period = 'annual' and s.line = 'revenue' order by 1
    """
    assert _ask(Lake(store, tmp_path / "lake"), asked) == expected
    assert len(expected) > 5
    # 7 for 1 in 2014 and 4 for 1 in 2020: 27.68 a share of fiscal 2011 are 0.99 in today's.
    asked = """
        select value, round(adjusted_value, 4), adjustment like '7 for 1 in %, 4 for 1 in %' from statements
        where statement = 'income' and period = 'annual' and line = 'eps_diluted' and fiscal_year in (2011, 2024)
        order by fiscal_year
    """
    assert _ask(Lake(store, tmp_path / "lake"), asked) == [(27.68, 0.9886, True), (6.08, None, None)]
    asked = """
        select line, known_on from statements
        where statement = 'income' and period = 'annual' and fiscal_year = 2024 and line in ('revenue', 'net_interest')
        order by line desc
    """
    assert _ask(Lake(store, tmp_path / "lake"), asked) == [("revenue", date(2024, 11, 1)), ("net_interest", None)]


def test_a_damaged_file_is_not_read(filled: Database, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    snapshot = export(filled, store)
    key = snapshot.tables["companies"][0].key("companies")
    store.put(key, store.get(key)[:-1] + b"!")
    with pytest.raises(IntegrityError, match="companies"):
        _ask(Lake(store, tmp_path / "lake"), "select * from companies")


_REFUSED = (
    "select",
    "select * from facts_of_nobody",
    "select no_such_column from facts",
    "select * from read_csv('/etc/passwd')",
    "select * from glob('/etc/*')",
    "copy facts to 'stolen.csv'",
    "set enable_external_access = true",
    "attach 'file.db'",
    "install httpfs",
    "select * from outside",
)


def test_a_query_that_cannot_or_must_not_be_answered_is_refused(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = FolderStore(tmp_path / "objects")
    export(filled, store)
    outside = pa.table({"a": [1]})  # DuckDB would find it by its name
    before = set(tmp_path.iterdir())
    for query in _REFUSED:
        with pytest.raises(InvalidRequest):
            _ask(Lake(store, tmp_path / "lake"), query)
    assert outside.num_rows == 1
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "lake"}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "one question at a time, not 0"),
        ("select 1; select 2", "one question at a time, not 2"),
        ("drop table facts", "asked and not changed"),
        ("insert into companies values (1)", "asked and not changed"),
        ("selec 1", "syntax error"),
        ("select tickr from companies", "tickr"),
    ],
)
def test_a_refusal_says_why(filled: Database, objects: FolderStore, tmp_path: Path, query: str, reason: str) -> None:
    export(filled, objects)
    with pytest.raises(InvalidRequest, match=reason):
        _ask(Lake(objects, tmp_path / "lake"), query)


def test_a_question_that_takes_too_long_or_too_much_is_refused(filled: Database, objects: FolderStore, tmp_path: Path) -> None:
    export(filled, objects)
    with pytest.raises(InvalidRequest, match="longer than"):
        _ask(
            Lake(objects, tmp_path / "lake", seconds=0.3),
            "select sum(a.range * b.range) from range(1e8::bigint) a, range(1e6::bigint) b",
        )
    with pytest.raises(InvalidRequest, match="more memory"):
        _ask(
            Lake(objects, tmp_path / "lake", megabytes=100), "select list(range::text || repeat('x', 200)) from range(3000000)"
        )


def test_what_is_no_name_is_refused_before_anything_is_written(database: Database, objects: FolderStore) -> None:
    for name in ("../x", "a/b", ".x", "x" * 65):
        with pytest.raises(InvalidRequest):
            export(database, objects, name=name)
        with pytest.raises(InvalidRequest):
            remove(objects, name)
    assert list(objects.list("")) == []


def test_large_partitions_are_cut_and_do_not_depend_on_how_the_rows_came(
    filled: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.ingest.operations.lake._ROWS_A_GROUP", 10)
    monkeypatch.setattr("workbench.ingest.operations.lake._ROWS_A_FILE", 30)
    with filled.write() as connection:
        connection.execute(
            sa.text(
                "insert into stock_prices (ticker, source, traded_on, open, high, low, close, volume_shares)"
                " select 'MSFT', 'test', date '2024-01-01' + n, 1, 1, 1, n, n from generate_series(0, 74) n"
            )
        )
    parts = export(filled, objects).tables["prices"]
    assert [part.rows for part in parts] == [30, 30, 15]
    monkeypatch.setattr("workbench.ingest.operations.lake._BLOCK_BYTES", 700)
    assert export(filled, objects).tables["prices"] == parts
    with pq.ParquetFile(Path(objects._root / parts[0].key("prices"))) as file:
        assert file.metadata.num_row_groups == 3


def test_a_manifest_is_read_as_it_was_written() -> None:
    part = Part("filed_year=2024", "ab", 3, 1)
    snapshot = LakeSnapshot("a", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), {"facts": (part,), "prices": ()})
    assert read_manifest(snapshot.as_json()) == snapshot
    assert part.key("facts") == "lake/parts/facts/filed_year=2024/ab.parquet"


def test_frames_of_ones_own_stand_beside_the_tables(filled: Database, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    export(filled, store, name="first")
    lake = Lake(store, tmp_path / "lake")
    own = pd.DataFrame({"form": ["10-K"], "weight": [2]})
    query = "select count(*) * max(weight) from filings join weights using (form)"
    with lake.ask(query, frames={"weights": own}) as answer:
        assert answer.fetchall() == [(4,)]
    for name in ("facts", "two words"):
        with pytest.raises(InvalidRequest, match="a frame cannot be called"), lake.ask("select 1", frames={name: own}):
            pass
    # The frame opens no way to files or variables of this program.
    with pytest.raises(InvalidRequest), lake.ask("select * from own", frames={"weights": own}):
        pass
    with pytest.raises(InvalidRequest), lake.ask("select * from '/etc/passwd'", frames={"weights": own}):
        pass


def test_passages_of_filings_and_events_are_in_the_lake(filled: Database, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    with filled.write() as connection:
        two_reports.save(connection, store)
        results = Filing(two_reports.ACME.cik, Accession("0001234567-24-000040"), "8-K", date(2024, 4, 1), items=("2.02",))
        save_filings(connection, [results])
        save_index_events(connection, [results])
    export(filled, store, name="first")
    lake = Lake(store, tmp_path / "lake")
    query = "select accession, item from passages where text like ? and form = '10-K'"
    assert _ask(lake, query, f"%{two_reports.CLOUD}%") == [(str(two_reports.NEW), "1A")]
    assert _ask(lake, "select event_type, filed_on from events") == [("results", date(2024, 4, 1))]


def test_restatements_are_in_the_lake(loaded: Workbench, tmp_path: Path) -> None:
    """Apple's fiscal 2009 of the starter data, filed again in January 2010."""
    store = FolderStore(tmp_path / "objects")
    snapshot = export(loaded.database, store, name="first")
    query = "select value_before, value_after, filed_on from restatements where concept = ? and period_end = ? and kind = ?"
    rows = _ask(Lake(store, tmp_path / "lake"), query, "us-gaap:SalesRevenueNet", date(2009, 9, 26), "restatement")
    assert (36_537e6, 42_905e6, date(2010, 1, 25)) in rows
    assert snapshot.rows("restatements") == len(loaded.restatements("AAPL"))
