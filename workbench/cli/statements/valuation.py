"""`workbench valuation`: the market valuation of a company, as a table, JSON or CSV."""

from __future__ import annotations

from typing import Annotated

import typer

from db.companies import resolve
from db.screens.valuation import valuation, valuation_history
from workbench import runtime
from workbench.analysis.statements.valuation_json import HEADER, history_document, rows, valuation_document
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, Format, write_csv, write_json
from workbench.cli.statements.valuation_table import render, render_history
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.valuation import Valuation
from workbench.domain.measures.valuation_history import Every, ValuationHistory


def print_valuation(
    company: CompanyName,
    *,
    as_of: AsOf = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show the valuation at the end of each quarter or month, as known on that day.")
    ] = False,
    every: Annotated[Every, typer.Option(help="With --history: ends of fiscal quarters or of months.")] = Every.QUARTER,
    points: Annotated[int, typer.Option(help="With --history: number of dates.", min=1, max=200)] = 20,
    output: Format = "table",
) -> None:
    """Show market capitalisation, enterprise value, multiples and yields.

    They are computed at the last close on or before the date.
    """
    day = parse_as_of(as_of)
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = resolve(connection, company)
        if history:
            past = valuation_history(connection, result, day, every=every, limit=points)
        else:
            latest = valuation(connection, result, day)
    if history:
        _print_history(past, output)
    else:
        _print(latest, output)


def _print(result: Valuation, output: str) -> None:
    if output == "json":
        write_json(valuation_document(result), indent=2)
    elif output == "csv":
        write_csv(HEADER, rows([result]))
    else:
        console.print(render(result))


def _print_history(result: ValuationHistory, output: str) -> None:
    if output == "json":
        write_json(history_document(result), indent=2)
    elif output == "csv":
        write_csv(HEADER, rows(result.points))
    else:
        console.print(render_history(result))
