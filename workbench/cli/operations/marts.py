"""`workbench marts`: tables for reports and spreadsheets, built by dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from db.operations.marts import mart_rows
from db.operations.marts import marts as all_marts
from workbench import runtime
from workbench.cli.console import console, new_table, say
from workbench.cli.export_file import write_file
from workbench.cli.output import Format, write_csv, write_json, write_records
from workbench.cli.progress import progress
from workbench.domain.errors import NotFound
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.operations.marts import DOCUMENTATION, REPORT, build_marts
from workbench.runtime import components
from workbench.settings import Settings

_SHOWN_ROWS, _SHOWN_COLUMNS = 50, 9
_RESULT_COLUMNS = ("table", "outcome", "error", "saved", "dropped")


def build(output: Format = "table") -> None:
    """Build and test every mart.

    dbt is the program that WORKBENCH_MARTS__DBT names. The exit code is 1 when a test fails.
    """
    results: list[IngestReport] = []
    if_stopped = "tables that dbt has built so far stay; run the command again to build the others"
    with runtime.open_workbench() as workbench, progress(if_stopped=if_stopped) as shown:
        shown.step("building with dbt")
        for report in build_marts(
            workbench.database, workbench.objects, components.marts_builder(workbench.settings, workbench.database)
        ):
            results.append(report)
            shown.complete(f"{report.subject}: {report.error or report.outcome}")
    if output == "table":
        console.print(_results_table(results))
    else:
        write_records(output, "tables", [_record(report) for report in results], _RESULT_COLUMNS)
    if any(report.outcome == "quarantined" for report in results):
        raise typer.Exit(1)


def list_marts(output: Format = "table") -> None:
    """List the marts and their row counts."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = all_marts(connection)
    if output != "table":
        write_records(output, "marts", [{"name": mart.name, "rows": mart.rows} for mart in result], ("name", "rows"))
        return
    if not result:
        say("There are no marts. Build them with `workbench marts build`.")
        return
    table = new_table("Mart")
    table.add_column("Rows", justify="right")
    for mart in result:
        table.add_row(mart.name, f"{mart.rows:,}")
    console.print(table)


def show(
    name: Annotated[str, typer.Argument(metavar="MART", help="One of `workbench marts list`.", show_default=False)],
    *,
    output: Format = "table",
) -> None:
    """Print the rows of a mart.

    A table shows the first rows and columns; JSON and CSV contain all.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        columns, rows = mart_rows(connection, name, limit=_SHOWN_ROWS + 1 if output == "table" else None)
    if output == "csv":
        write_csv(columns, rows)
    elif output == "json":
        write_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table = new_table(*columns[:_SHOWN_COLUMNS])
        for row in rows[:_SHOWN_ROWS]:
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in row[:_SHOWN_COLUMNS]))
        console.print(table)
        if len(rows) > _SHOWN_ROWS or len(columns) > _SHOWN_COLUMNS:
            say(f"First {_SHOWN_ROWS} rows and {_SHOWN_COLUMNS} columns; --format csv prints all", "dim")


def report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="HTML file to write.", show_default=False)],
    *,
    documentation: Annotated[
        bool, typer.Option("--documentation", help="Write dbt's documentation of the tables instead.")
    ] = False,
) -> None:
    """Write the results of the last build as an HTML page.

    It lists every test with the rows that fail it.
    """
    try:
        content = components.object_store(Settings.load()).get(DOCUMENTATION if documentation else REPORT)
    except NotFound:
        raise NotFound("the marts have not been built", hint="build them with `workbench marts build`") from None
    write_file(file, content)
    say(f"wrote {file}")


def _counts(report: IngestReport) -> list[str]:
    return [f"{count:,} {what}" for what, count in (*report.saved.items(), *report.dropped.items())]


def _record(report: IngestReport) -> dict[str, object]:
    return {
        "table": report.subject,
        "outcome": report.outcome,
        "error": report.error,
        "saved": sum(report.saved.values()),
        "dropped": [f"{reason} ({count})" for reason, count in report.dropped.items()],
    }


def _results_table(results: list[IngestReport]) -> Table:
    table = new_table("Table", "Result", "Notes")
    for report in results:
        notes = "; ".join(filter(None, [report.error, *_counts(report)]))
        table.add_row(report.subject, report.outcome, escape(notes))
    return table
