"""`workbench compare`: lines and ratios of several companies side by side, aligned by calendar quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from db.companies import resolve
from db.screens.comparison import compare
from workbench import runtime
from workbench.analysis.screens.comparison_export import comparison_export
from workbench.analysis.screens.peers import comparison_document
from workbench.cli.console import console
from workbench.cli.export_file import ExportFormat, OutputFile, chosen_format, save_export, save_json
from workbench.cli.output import AsOf
from workbench.cli.statements.comparison_table import render
from workbench.cli.statements.no_figures import no_figures
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.catalogue import measure as find_measure
from workbench.domain.measures.comparison import Comparison
from workbench.domain.statements.statement import PeriodKind

# As many as fit a terminal of a hundred characters beside their labels.
_TABLE_COLUMNS = 5


def print_comparison(
    companies: Annotated[list[str], typer.Argument(metavar="COMPANY", help="Tickers or CIKs.", show_default=False)],
    *,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", "-m", help="Lines and ratios, separated by commas; may be repeated.",
            show_default="revenue,net_income,net_margin",
        ),
    ] = None,
    period: Annotated[
        PeriodKind, typer.Option(help="Fiscal years, fiscal quarters or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    columns: Annotated[
        int | None, typer.Option(help="Number of newest calendar periods; by default 5 in a table, all in a file.", min=1)
    ] = None,
    as_of: AsOf = None,
    output: ExportFormat = None,
    file: OutputFile = None,
) -> None:  # fmt: skip
    """Compare companies side by side, aligned by calendar quarter."""
    form, day = chosen_format(output, file), parse_as_of(as_of)
    names = [name for text in measure or ["revenue,net_income,net_margin"] for name in text.split(",") if name.strip()]
    if form == "table":
        columns = columns or _TABLE_COLUMNS
    comparison = _read(companies, names, period, day, columns=columns)
    if form == "table":
        console.print(render(comparison))
    elif form == "json":
        save_json(comparison_document(comparison), file)
    else:
        save_export(comparison_export(comparison), form, file)


def _read(
    texts: Sequence[str], names: Sequence[str], period: PeriodKind, as_of: date | None, *, columns: int | None
) -> Comparison:
    measures = [find_measure(name) for name in names]
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        companies = [resolve(connection, text) for text in texts]
        comparison = compare(connection, companies, measures, period, as_of, columns=columns)
    if not comparison.columns:
        raise no_figures("such figures for any of these companies", as_of, "TICKER")
    return comparison
