"""`workbench lake`: snapshots of the data as Parquet, which `workbench sql` queries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench import runtime
from workbench.analysis.operations.lake_dictionary import dictionary_frame
from workbench.cli.console import console, counted, new_table, note, say
from workbench.cli.output import Format, TableOrJson, write_json, write_records
from workbench.cli.progress import progress
from workbench.domain.operations.lake import LakeSnapshot
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.operations import lake
from workbench.runtime import components
from workbench.settings import Settings

_COLUMNS = ("name", "created_at", "rows", "bytes")


def export(
    name: Annotated[str | None, typer.Option(help="Name of the snapshot; by default the time.")] = None,
    output: TableOrJson = "table",
) -> None:
    """Export a snapshot of all tables of the lake.

    Files that have not changed since an earlier snapshot are shared with it. A table or company that fails is left out; the
    exit code is then 1.
    """
    failed: list[IngestReport] = []
    with runtime.open_workbench() as workbench, progress(if_stopped="no snapshot was written") as shown:

        def on_table(table: str, rows: int) -> None:
            shown.complete(f"{table}: {counted(rows, 'row')}")

        shown.step("exporting")
        snapshot = lake.export(workbench.database, workbench.objects, name=name, on_failure=failed.append, on_table=on_table)
    if output == "json":
        write_json(_record(snapshot))
    else:
        rows = ", ".join(f"{snapshot.rows(table):,} {table}" for table in snapshot.tables)
        say(f"{snapshot.name}: {rows} in {_size(snapshot) / 1e6:,.1f} MB")
    for report in failed:
        note(f"left out: {report.kind} {report.subject}: {report.error}", "red")
    if failed:
        raise typer.Exit(1)


def list_snapshots(output: Format = "table") -> None:
    """List the snapshots, newest first."""
    lake_snapshots = lake.snapshots(components.object_store(Settings.load()))
    if output != "table":
        write_records(output, "snapshots", [_record(snapshot) for snapshot in lake_snapshots], _COLUMNS)
        return
    if not lake_snapshots:
        say("There are no snapshots. Export one with `workbench lake export`.")
        return
    table = new_table("Snapshot", "Created (UTC)")
    table.add_column("Rows", justify="right")
    table.add_column("MB", justify="right")
    for snapshot in lake_snapshots:
        created = f"{snapshot.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(snapshot.name, created, f"{_rows(snapshot):,}", f"{_size(snapshot) / 1e6:,.1f}")
    console.print(table)


def describe(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="Only this table.", show_default="all")] = None,
    output: Format = "table",
) -> None:
    """Show what the columns of the lake's tables mean.

    It needs no snapshot.
    """
    frame = dictionary_frame(lake.lake_columns(), table)
    rows = [{str(name): str(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
    if output != "table":
        write_records(output, "columns", rows, ("table", "column", "type", "meaning"))
        return
    shown = new_table("Table", "Column", "Type", "Meaning")
    for row in rows:
        shown.add_row(*row.values())
    console.print(shown)


def copy(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder to write to.", show_default=False)],
    *,
    snapshot: Annotated[str | None, typer.Option(help="Name of the snapshot.", show_default="the newest")] = None,
) -> None:
    """Write the files of a snapshot to a folder.

    Other programs read them there: one folder a table, one a year (`filed_year=2024`). Only files that changed since the
    snapshot in the folder are written, and those that are not of this snapshot are removed.
    """
    done = components.lake(Settings.load()).write_to(folder, snapshot)
    say(f"{counted(done.written, 'file')} written to {folder}, {done.present:,} there already, {done.removed:,} removed")


def remove(name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the snapshot.", show_default=False)]) -> None:
    """Remove a snapshot.

    Files that other snapshots share stay.
    """
    files = lake.remove(components.object_store(Settings.load()), name)
    say(f"Removed the snapshot {name} and {counted(files, 'file')} that no other snapshot uses")


def _record(snapshot: LakeSnapshot) -> dict[str, object]:
    return {
        "name": snapshot.name,
        "created_at": snapshot.created_at.isoformat(),
        "rows": _rows(snapshot),
        "bytes": _size(snapshot),
        "tables": {table: snapshot.rows(table) for table in snapshot.tables},
    }


def _rows(snapshot: LakeSnapshot) -> int:
    return sum(snapshot.rows(table) for table in snapshot.tables)


def _size(snapshot: LakeSnapshot) -> int:
    return sum(part.size_bytes for parts in snapshot.tables.values() for part in parts)
