"""`workbench marts`: tables for reports and spreadsheets, built by dbt."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app

marts = typer.Typer(no_args_is_help=True, help="Tables for reports and spreadsheets, built and tested by dbt.")
app.add_typer(marts, name="marts")

_SHOWN = 50


@marts.command()
def build() -> None:
    """Build every mart and ask what is expected of it; ends with 1 when an expectation is broken.

    dbt is the one that WORKBENCH_MARTS__DBT names.
    """
    from workbench.ingest.operations.marts import build_marts
    from workbench.runtime import marts_builder, open_workbench

    table = Table("Table", "Outcome", "Notes")
    is_broken = False
    with open_workbench() as wb:
        for report in build_marts(wb.database, wb.objects, marts_builder(wb.settings, wb.database)):
            is_broken = is_broken or report.outcome == "quarantined"
            counts = [f"{count:,} {what}" for what, count in (*report.saved.items(), *report.dropped.items())]
            table.add_row(report.subject, report.outcome, escape("; ".join(filter(None, [report.error, *counts]))))
    console.print(table)
    if is_broken:
        raise typer.Exit(1)


@marts.command(name="list")
def list_marts() -> None:
    """List the marts and their rows."""
    from db.operations.marts import marts as all_marts
    from workbench.runtime import open_workbench

    with open_workbench() as wb, wb.database.read() as connection:
        found = all_marts(connection)
    if not found:
        console.print("no marts; `workbench marts build` makes them", markup=False)
        return
    table = Table("mart", "rows")
    for mart in found:
        table.add_row(mart.name, f"{mart.rows:,}")
    console.print(table)


@marts.command()
def show(
    name: Annotated[str, typer.Argument(help="One of `workbench marts list`.", show_default=False)],
    *,
    output: Annotated[
        Literal["table", "json", "csv"], typer.Option("--format", help="For people (the first rows), or for machines.")
    ] = "table",
) -> None:
    """Print the rows of a mart."""
    from db.operations.marts import mart_rows
    from workbench.runtime import open_workbench

    with open_workbench() as wb, wb.database.read() as connection:
        columns, rows = mart_rows(connection, name, limit=_SHOWN if output == "table" else None)
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    elif output == "json":
        typer.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str, ensure_ascii=False))
    else:
        table = Table(*columns[:9])
        for row in rows:
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in row[:9]))
        console.print(table)
        hidden = f" and {len(columns) - 9} more columns" if len(columns) > 9 else ""
        console.print(f"the first {_SHOWN} rows{hidden}: --format csv prints all", highlight=False)


@marts.command()
def report(
    file: Annotated[Path, typer.Argument(help="Where to write the page.", show_default=False)],
    *,
    documentation: Annotated[
        bool, typer.Option("--documentation", help="dbt's own pages instead: each table, its columns, what it is built of.")
    ] = False,
) -> None:
    """Write what became of the latest build, each expectation with the rows that break it, as one HTML page."""
    from workbench.domain.errors import NotFound, SetupError
    from workbench.ingest.operations.marts import DOCUMENTATION, REPORT
    from workbench.runtime import object_store
    from workbench.settings import Settings

    try:
        content = object_store(Settings.load()).get(DOCUMENTATION if documentation else REPORT)
    except NotFound:
        raise NotFound("the marts were not built yet", hint="`workbench marts build` does it") from None
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}") from error
    console.print(f"wrote {file}", markup=False, highlight=False)
