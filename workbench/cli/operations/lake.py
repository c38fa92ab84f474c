"""`workbench lake`: snapshots of the data as Parquet; `workbench sql` asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.main import app

if TYPE_CHECKING:
    from workbench.domain.operations.runs import IngestReport

lake = typer.Typer(no_args_is_help=True, help="Keep snapshots of all tables as Parquet, to be asked by `workbench sql`.")
app.add_typer(lake, name="lake")


@lake.command("export")
def export_lake(
    name: Annotated[str | None, typer.Option(help="What to call the snapshot; the time, when left out.")] = None,
) -> None:
    """Write companies, filings, facts, prices and statements as they are now; ends with 1 when something was left out."""
    from workbench.ingest.operations.lake import export
    from workbench.runtime import open_workbench

    failed: list[IngestReport] = []
    with open_workbench() as workbench:
        snapshot = export(workbench.database, workbench.objects, name=name, on_failure=failed.append)
    size = sum(part.size_bytes for parts in snapshot.tables.values() for part in parts)
    told = ", ".join(f"{snapshot.rows(table):,} {table}" for table in snapshot.tables)
    console.print(f"{snapshot.name}: {told} in {size / 1e6:,.1f} MB", highlight=False, soft_wrap=True)
    for each in failed:
        error_console.print(f"left out: {each.kind} {each.subject}: {each.error}", style="red", markup=False, highlight=False)
    if failed:
        raise typer.Exit(1)


@lake.command("list")
def list_snapshots() -> None:
    """List the snapshots, newest first."""
    from workbench.ingest.operations.lake import snapshots
    from workbench.runtime import object_store
    from workbench.settings import Settings

    found = snapshots(object_store(Settings.load()))
    if not found:
        console.print("no snapshots; `workbench lake export` makes one", markup=False)
        return
    table = Table("snapshot", "made at (UTC)", "rows", "MB")
    for snapshot in found:
        size = sum(part.size_bytes for parts in snapshot.tables.values() for part in parts)
        rows = sum(snapshot.rows(name) for name in snapshot.tables)
        table.add_row(snapshot.name, f"{snapshot.created_at:%Y-%m-%d %H:%M:%S}", f"{rows:,}", f"{size / 1e6:,.1f}")
    console.print(table)


@lake.command("remove")
def remove_snapshot(name: Annotated[str, typer.Argument(help="Its name.", show_default=False)]) -> None:
    """Remove a snapshot and the files that no other one shares."""
    from workbench.ingest.operations.lake import remove
    from workbench.runtime import object_store
    from workbench.settings import Settings

    files = remove(object_store(Settings.load()), name)
    console.print(f"removed {name} and {files:,} files of its own", highlight=False, markup=False)
