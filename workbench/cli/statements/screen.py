"""`workbench screen`: the companies that pass filters, from their latest figures as known on any date."""

from __future__ import annotations

from typing import Annotated

import typer

from db.screens.company_metrics import stale_companies
from db.screens.screening import export_screen, run_screen
from workbench import runtime
from workbench.analysis.screens.peers import screen_document
from workbench.cli.console import console, error_console
from workbench.cli.export_file import ExportFormat, OutputFile, chosen_format, save_export, save_json
from workbench.cli.output import AsOf
from workbench.cli.progress import progress
from workbench.cli.statements.comparison_table import render_screen
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.runtime import Workbench


def print_screen(
    filters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILTER",
            help="Such as 'revenue >= 10B', 'net_margin@ttm > 20', 'pe < 20', 'sic in 3570-3579' or "
            "'filed 10-K since 2024-01-01'. @annual, @ttm and @quarter choose the period; pe and other multiples use the "
            "last close.",
            show_default=False,
        ),
    ] = None,
    *,
    show: Annotated[
        list[str] | None, typer.Option(help="More measures to show, separated by commas; may be repeated.")
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help="Sort by this measure, largest first; with a leading - smallest first.")
    ] = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option("--limit", "-n", "-k", help="Number of companies to show.", min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(help="Number of companies to skip.", min=0)] = 0,
    output: ExportFormat = None,
    file: OutputFile = None,
) -> None:
    """Find companies that pass filters, as known on any date.

    A company must pass all filters. CSV, Parquet and XLSX contain every company that passes.
    """
    form = chosen_format(output, file)
    metric, is_ascending = parse_sort(sort)
    screen = Screen(
        parse_filters(filters or ()), parse_metrics(show or ()), metric, is_ascending, parse_as_of(as_of), limit, offset
    )
    with runtime.open_workbench() as workbench:
        _refresh(workbench)
        with workbench.database.read() as connection:
            if form not in ("table", "json"):
                save_export(export_screen(connection, screen), form, file)
                return
            result = run_screen(connection, screen)
    if form == "json":
        save_json(screen_document(result), file)
    else:
        console.print(render_screen(result))


def _refresh(workbench: Workbench) -> None:
    """Facts that came in by another way than `ingest` count too."""
    with workbench.database.read() as connection:
        stale = stale_companies(connection, of_figures_alone=True)
    if not stale:
        return
    with progress(if_stopped="the figures computed so far are saved") as shown:
        computed = refresh_metrics(workbench.database, stale, progress=shown.counter("updating latest figures"))
        shown.complete(f"updated the latest figures of {computed:,} companies")
    missing = len(stale) - computed
    if missing:
        companies = "1 company" if missing == 1 else f"{missing:,} companies"
        text = f"The figures of {companies} cannot be computed; `workbench failures` shows why."
        error_console.print(text, style="yellow", markup=False, highlight=False)
