"""Exports the lake: each table as Parquet in the object store, and a manifest that lists the files of one snapshot."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from db.companies import get_company, known_ciks
from db.engine import Connection, Database
from db.operations import failed_units
from db.operations.lake import TABLES, LakeTable, Type, hold_still, open_rows
from db.statements.as_known import statement
from db.statements.restatements import restatements
from workbench.analysis.statements.statement_rows import HEADER, rows
from workbench.domain.errors import Conflict, MalformedDocument, NotFound
from workbench.domain.identity import Cik
from workbench.domain.operations.lake import SNAPSHOTS, LakeSnapshot, Part, daily_name, day_of, read_manifest, snapshot_key
from workbench.domain.operations.runs import IngestReport
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest import unit_of_work
from workbench.ingest.fence import attempt
from workbench.ports import ObjectStore

logger = logging.getLogger(__name__)

_ROWS_A_GROUP, _ROWS_A_FILE = 100_000, 2_000_000
_BLOCK_BYTES = 8 << 20
_ARROW: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "time": pa.timestamp("us", "UTC"),
    "boolean": pa.bool_(),
}
_STATEMENTS = LakeTable(
    "statements",
    {
        "cik": "integer",
        "statement": "text",
        "period": "text",
        **dict.fromkeys(HEADER, "text"),
        "period_start": "date",
        "period_end": "date",
        "fiscal_year": "integer",
        "fiscal_quarter": "integer",
        "value": "number",
        "value_exact": "text",
        "adjusted_value": "number",
        "known_on": "date",
    },
    query="",
    partitioned_by="period_end",
)

_RESTATEMENTS = LakeTable(
    "restatements",
    {
        "cik": "integer", "kind": "text", "label": "text", "concept": "text", "unit": "text", "period_start": "date",
        "period_end": "date", "value_before": "number", "value_after": "number", "accession_before": "text",
        "accession_after": "text", "filed_on": "date",
    },
    query="",
    partitioned_by="filed_on",
)  # fmt: skip
_COMPUTED = (_STATEMENTS, _RESTATEMENTS)


OnFailure = Callable[[IngestReport], None]

# Units of an export that can fail on their own: a table, and a company's rows in the statements table.
TABLE, COMPANY = "lake table", "lake statements"


def export(
    database: Database,
    objects: ObjectStore,
    *,
    name: str | None = None,
    on_failure: OnFailure = lambda _: None,
    on_table: Callable[[str, int], None] = lambda *_: None,
) -> LakeSnapshot:
    """Exports all tables as one consistent snapshot called `name` (by default the time); unchanged files are reused.

    A table that cannot be written, and a company whose statements cannot be computed, are left out and recorded;
    `on_failure` gets a report of each. `on_table` is called after each table with its name and its number of rows.
    Raises InvalidRequest for an invalid name and Conflict for one in use, before anything is written. An interrupted
    export leaves no snapshot.
    """
    created_at = datetime.now(UTC)
    name = name or created_at.strftime("%Y%m%dT%H%M%S.%fZ")
    if objects.exists(snapshot_key(name)):
        raise Conflict(f"the snapshot {name!r} already exists", hint="choose another name or remove the snapshot")
    with database.read() as connection, tempfile.TemporaryDirectory(prefix="workbench-lake-") as folder:
        hold_still(connection)
        failures: dict[tuple[str, str], Exception] = {}
        tables: dict[str, tuple[Part, ...]] = {}
        for table in (*TABLES, *_COMPUTED):
            write = partial(_write_table, connection, objects, table, Path(folder), failures)
            parts, error = attempt(connection, write)
            if parts is not None:
                tables[table.name] = parts
                on_table(table.name, sum(part.rows for part in parts))
            elif error is not None:
                failures[TABLE, table.name] = error
    _report(database, failures, on_failure)
    snapshot = LakeSnapshot(name, created_at, tables)
    objects.put(snapshot.key, snapshot.as_json(), media_type="application/json")
    return snapshot


def _write_table(
    connection: Connection,
    objects: ObjectStore,
    table: LakeTable,
    folder: Path,
    failures: dict[tuple[str, str], Exception],
) -> tuple[Part, ...]:
    return _store(objects, table, _batches(connection, table, failures), folder)


def _report(database: Database, failures: Mapping[tuple[str, str], Exception], on_failure: OnFailure) -> None:
    """Records failures and deletes records of earlier failures that did not recur. The export transaction is read-only."""
    for (kind, unit), error in failures.items():
        on_failure(unit_of_work.quarantine(database, kind, unit, error))
    with database.write() as connection:
        for failed in failed_units.list_failed(connection, kinds=(TABLE, COMPANY), limit=None):
            if (failed.kind, failed.unit) not in failures:
                failed_units.forget_failure(connection, failed.kind, failed.unit)


def lake_columns() -> dict[str, dict[str, str]]:
    """The columns of each table of the lake in their order, with the type of each."""
    return {table.name: dict(table.columns) for table in (*TABLES, *_COMPUTED)}


def export_day(database: Database, objects: ObjectStore, day: date, *, on_failure: OnFailure = lambda _: None) -> IngestReport:
    """Exports the snapshot of a day, named by `workbench.domain.operations.lake.daily_name`, unless it exists."""
    name = daily_name(day)

    def work(tally: unit_of_work.Tally) -> None:
        if objects.exists(snapshot_key(name)):
            tally.unchanged()
            return
        snapshot = export(database, objects, name=name, on_failure=on_failure)
        tally.saved.update({f"rows of {table}": snapshot.rows(table) for table in snapshot.tables})

    return unit_of_work.run(database, "lake", name, work)


def forget_old_days(database: Database, objects: ObjectStore, *, today: date, days: int) -> IngestReport:
    """Removes daily snapshots older than `days` days; snapshots with a chosen name stay."""

    def work(tally: unit_of_work.Tally) -> None:
        for snapshot in snapshots(objects):
            day = day_of(snapshot.name)
            if day is not None and day < today - timedelta(days=days):
                done = unit_of_work.run(
                    database, "lake snapshot", snapshot.name, partial(_remove, objects, snapshot.name), is_idle_recorded=False
                )
                is_done = done.outcome == "unchanged"
                tally.drop("old snapshot of a day" if is_done else f"old snapshot that could not be removed: {done.error}")

    return unit_of_work.run(database, "retention", "lake", work)


def snapshots(objects: ObjectStore) -> list[LakeSnapshot]:
    """Every snapshot, newest first. Snapshots with a damaged manifest cannot be queried and are left out."""
    results = []
    for each in objects.list(SNAPSHOTS):
        try:
            results.append(read_manifest(objects.get(each.key)))
        except MalformedDocument:
            logger.warning("the snapshot %s has a damaged manifest", each.key)
    return sorted(results, key=lambda snapshot: (snapshot.created_at, snapshot.name), reverse=True)


def _remove(objects: ObjectStore, name: str, _: unit_of_work.Tally) -> None:
    remove(objects, name)


def remove(objects: ObjectStore, name: str) -> int:
    """Removes a snapshot and the files that no other snapshot uses; returns the number of removed files. Raises NotFound."""
    key = snapshot_key(name)
    if not objects.exists(key):
        raise NotFound(f"there is no snapshot {name!r}", hint="list them with `workbench lake list`")
    removed = _keys([read_manifest(objects.get(key))])
    objects.delete(key)
    unused = removed - _keys(snapshots(objects))
    for part in sorted(unused):
        objects.delete(part)
    return len(unused)


def _keys(all_of: Iterable[LakeSnapshot]) -> set[str]:
    return {part.key(table) for snapshot in all_of for table, parts in snapshot.tables.items() for part in parts}


def _schema(table: LakeTable) -> pa.Schema:
    return pa.schema([(name, _ARROW[kind]) for name, kind in table.columns.items()])


def _batches(connection: Connection, table: LakeTable, failures: dict[tuple[str, str], Exception]) -> Iterator[pa.Table]:
    if table in _COMPUTED:
        yield from _by_company(connection, _statements_of if table is _STATEMENTS else _restatements_of, failures)
        return
    schema = _schema(table)
    with open_rows(connection, table) as file:
        if not file.peek(1):  # Arrow rejects an empty file
            return
        reader = pc_csv.open_csv(
            file,
            read_options=pc_csv.ReadOptions(column_names=schema.names, block_size=_BLOCK_BYTES),
            parse_options=pc_csv.ParseOptions(newlines_in_values=True),
            convert_options=pc_csv.ConvertOptions(
                column_types=schema,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield pa.Table.from_batches([batch], schema)


def _by_company(
    connection: Connection, rows_of: Callable[[Connection, Cik], pa.Table], failures: dict[tuple[str, str], Exception]
) -> Iterator[pa.Table]:
    """What is computed, one Arrow table per company; a failing company does not affect the others."""
    for cik in known_ciks(connection):
        table, error = attempt(connection, partial(rows_of, connection, cik))
        if error is not None:
            failures[COMPANY, str(cik)] = error
        elif table is not None and table.num_rows:
            yield table


def _statements_of(connection: Connection, cik: Cik) -> pa.Table:
    schema, company = _schema(_STATEMENTS), get_company(connection, cik)
    lines: list[dict[str, Any]] = []
    for kind in StatementKind:
        for period in PeriodKind:
            result = statement(connection, company, kind, period, None)
            for row in rows(result):
                cells: dict[str, Any] = dict(zip(HEADER, row, strict=True))
                cells |= {
                    "cik": cik.number,
                    "statement": kind.value,
                    "period": period.value,
                    "value_exact": cells["value"],
                }
                for name in ("value", "adjusted_value"):
                    cells[name] = float(cells[name]) if cells[name] is not None else None
                lines.append(cells)
    columns = {name: [line[name] for line in lines] for name in schema.names}
    return pa.table({name: _column(values, schema.field(name).type) for name, values in columns.items()}, schema=schema)


def _restatements_of(connection: Connection, cik: Cik) -> pa.Table:
    schema = _schema(_RESTATEMENTS)
    lines = [
        {
            "cik": cik.number, "kind": each.kind.value, "label": each.label, "concept": each.after.concept,
            "unit": each.after.unit, "period_start": each.after.period_start, "period_end": each.after.period_end,
            "value_before": float(each.before.value), "value_after": float(each.after.value),
            "accession_before": each.before.accession, "accession_after": each.after.accession,
            "filed_on": each.after.filed_on,
        }
        for each in restatements(connection, get_company(connection, cik), None).changes
    ]  # fmt: skip
    return pa.Table.from_pylist(lines, schema=schema)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.string()).cast(kind) if pa.types.is_date(kind) else pa.array(values, kind)


def _store(objects: ObjectStore, table: LakeTable, batches: Iterable[pa.Table], folder: Path) -> tuple[Part, ...]:
    """Splits the rows by year, keeping their order, and stores each file that is not in the store."""
    writers: dict[str, _PartitionWriter] = {}
    for batch in batches:
        for partition, piece in _by_partition(table, batch):
            writer = writers.get(partition)
            if writer is None:
                writer = writers[partition] = _PartitionWriter(objects, table, partition, folder)
            writer.add(piece)
    if not writers:  # an empty file still describes the columns
        writers[""] = _PartitionWriter(objects, table, "", folder)
    return tuple(part for partition in sorted(writers) for part in writers[partition].finish())


def _by_partition(table: LakeTable, batch: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    if table.partitioned_by is None:
        yield "", batch
        return
    years = pc.year(batch[table.partitioned_by])
    name = table.partitioned_by.removesuffix("_on").removesuffix("_end") + "_year"
    for year in sorted(pc.unique(years).to_pylist()):
        yield f"{name}={year}", batch.filter(pc.equal(years, year))


class _PartitionWriter:
    """Writes the files of one partition: rows into groups, groups into files on disk, files into the store."""

    def __init__(self, objects: ObjectStore, table: LakeTable, partition: str, folder: Path) -> None:
        self._objects = objects
        self._table = table
        self._partition = partition
        self._path = folder / f"{table.name}-{partition}.parquet"
        self._schema = _schema(table)
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._parts: list[Part] = []

    def add(self, piece: pa.Table) -> None:
        """Adds rows; the written files do not depend on how the rows are split between calls."""
        self._waiting.append(piece)
        self._waiting_rows += piece.num_rows
        while self._waiting_rows >= _ROWS_A_GROUP:
            gathered = pa.concat_tables(self._waiting)
            self._write(gathered.slice(0, _ROWS_A_GROUP))
            rest = gathered.slice(_ROWS_A_GROUP)
            self._waiting, self._waiting_rows = [rest], rest.num_rows

    def finish(self) -> list[Part]:
        """Writes the remaining rows and returns the files in order."""
        if self._waiting_rows or not (self._parts or self._writer):
            self._write(pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table())
        self._close()
        return self._parts

    def _write(self, group: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._writer.write_table(group, row_group_size=_ROWS_A_GROUP)
        self._rows += group.num_rows
        if self._rows >= _ROWS_A_FILE:
            self._close()

    def _close(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        content = self._path.read_bytes()
        self._path.unlink()
        part = Part(self._partition, hashlib.sha256(content).hexdigest(), len(content), self._rows)
        key = part.key(self._table.name)
        if not self._objects.exists(key):
            self._objects.put(key, content, media_type="application/vnd.apache.parquet")
        self._parts.append(part)
        self._writer, self._rows = None, 0
