"""`workbench screen`: the companies that pass filters, from their latest figures as of any date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import console, error_console
from workbench.cli.export_file import TableFormat, chosen_format, save, save_export
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of

if TYPE_CHECKING:
    from workbench.runtime import Workbench


@app.command("screen")
def print_screen(
    filters: Annotated[
        list[str] | None,
        typer.Argument(
            help="Such as 'revenue >= 10B', 'net_margin@ttm > 20', 'pe < 20', 'sic in 3570-3579', "
            "'filed 10-K since 2024-01-01'; @annual, @ttm and @quarter say which latest period; pe and other measures of "
            "value are of the last close.",
            show_default=False,
        ),
    ] = None,
    *,
    show: Annotated[list[str] | None, typer.Option(help="Further measures to show, between commas or repeated.")] = None,
    sort: Annotated[str | None, typer.Option(help="By this measure, largest first; with - before it, smallest first.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    limit: Annotated[int, typer.Option("--limit", "-k", help="How many companies to print.", min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(help="How many to pass over first.", min=0)] = 0,
    output: Annotated[TableFormat | None, typer.Option("--format", help="How to print or save it.")] = None,
    file: Annotated[Path | None, typer.Option("--output", "-o", help="Save it here, by its name's ending.")] = None,
) -> None:
    """Screen companies by lines, ratios, value and what they are, joined by "and"; CSV, Parquet and XLSX hold all."""
    from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
    from workbench.runtime import open_workbench

    form = chosen_format(output, file)
    metric, is_ascending = parse_sort(sort)
    screen = Screen(
        parse_filters(filters or ()), parse_metrics(show or ()), metric, is_ascending, parse_as_of(as_of), limit, offset
    )
    with open_workbench() as workbench:
        _refresh(workbench)
        with workbench.database.read() as connection:
            if form in (TableFormat.TABLE, TableFormat.JSON):
                from db.screens.screening import run_screen

                result = run_screen(connection, screen)
            else:
                from db.screens.screening import export_screen

                save_export(export_screen(connection, screen), form, file)
                return
    if form is TableFormat.JSON:
        from workbench.analysis.screens.peers import screen_document

        save((json.dumps(screen_document(result), ensure_ascii=False, indent=2) + "\n").encode(), file)
    else:
        from workbench.cli.statements.comparison_table import render_screen

        console.print(render_screen(result))


def _refresh(workbench: Workbench) -> None:
    """Facts that came in by another way than `ingest` are seen to first."""
    from db.screens.company_metrics import stale_companies
    from workbench.ingest.operations.metrics import refresh_metrics

    with workbench.database.read() as connection:
        stale = stale_companies(connection, of_figures_alone=True)
    with error_console.status("computing the latest figures of companies that have changed"):
        missing = len(stale) - refresh_metrics(workbench.database, stale)
    if missing:
        companies = "1 company" if missing == 1 else f"{missing:,} companies"
        told = f"The figures of {companies} cannot be computed; `workbench failures` shows why."
        error_console.print(told, style="yellow", markup=False, highlight=False)
