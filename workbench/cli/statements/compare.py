"""`workbench compare`: lines and ratios of several companies side by side, aligned by calendar quarter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.absence import nothing_known
from workbench.cli.console import console
from workbench.cli.export_file import TableFormat, chosen_format, save, save_export
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of
from workbench.domain.statements.statement import PeriodKind

if TYPE_CHECKING:
    from datetime import date

    from workbench.domain.measures.comparison import Comparison

# As many as fit a terminal of a hundred characters beside their labels.
_TABLE_COLUMNS = 5


@app.command("compare")
def print_comparison(
    companies: Annotated[list[str], typer.Argument(help="Tickers or CIKs.", show_default=False)],
    *,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="Lines and ratios, between commas or repeated.", show_default=False),
    ] = None,
    period: Annotated[
        PeriodKind, typer.Option(help="Fiscal years, fiscal quarters or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    columns: Annotated[
        int | None, typer.Option(help="The newest N calendar periods (a table shows 5 unless told, else all).", min=1)
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    output: Annotated[TableFormat | None, typer.Option("--format", help="How to print or save it.")] = None,
    file: Annotated[Path | None, typer.Option("--output", "-o", help="Save it here, by its name's ending.")] = None,
) -> None:
    """Compare companies over periods: figures from their own statements, aligned by calendar quarter, each with its proof."""
    form, day = chosen_format(output, file), parse_as_of(as_of)
    names = [name for text in measure or ["revenue,net_income,net_margin"] for name in text.split(",") if name.strip()]
    if form is TableFormat.TABLE:
        columns = columns or _TABLE_COLUMNS
    comparison = _read(companies, names, period, day, columns=columns)
    if form is TableFormat.TABLE:
        from workbench.cli.statements.comparison_table import render

        console.print(render(comparison))
    elif form is TableFormat.JSON:
        from workbench.analysis.screens.peers import comparison_document

        save((json.dumps(comparison_document(comparison), ensure_ascii=False, indent=2) + "\n").encode(), file)
    else:
        from workbench.analysis.screens.peers import comparison_export

        save_export(comparison_export(comparison), form, file)


def _read(
    companies: Sequence[str], names: Sequence[str], period: PeriodKind, as_of: date | None, *, columns: int | None
) -> Comparison:
    from db.companies import resolve
    from db.screens.comparison import compare
    from workbench.domain.measures.catalogue import measure
    from workbench.runtime import open_workbench

    measures = [measure(name) for name in names]
    with open_workbench() as workbench, workbench.database.read() as connection:
        found = [resolve(connection, text) for text in companies]
        comparison = compare(connection, found, measures, period, as_of, columns=columns)
    if not comparison.columns:
        raise nothing_known("such figures for any of them", as_of, "TICKER")
    return comparison
