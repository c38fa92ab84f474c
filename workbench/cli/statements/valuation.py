"""`workbench valuation`: what a company costs, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.cli.statements.statement import Format
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.valuation_history import Every

if TYPE_CHECKING:
    from datetime import date

    from workbench.domain.measures.valuation import Valuation
    from workbench.domain.measures.valuation_history import ValuationHistory


@app.command("valuation")
def print_valuation(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    *,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="At the end of each quarter or month, each as known then.")
    ] = False,
    every: Annotated[Every, typer.Option(help="With --history: fiscal quarter ends or month ends.")] = Every.QUARTER,
    points: Annotated[int, typer.Option(help="With --history: the last so many.", min=1, max=200)] = 20,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
) -> None:
    """Show market capitalisation, enterprise value, multiples and yields at the last close, each with its operands."""
    day = parse_as_of(as_of)
    if history:
        _print_history(_read_history(company, day, every, points), output)
    else:
        _print(_read(company, day), output)


def _print(found: Valuation, output: Format) -> None:
    if output is Format.JSON:
        from workbench.analysis.statements.valuation_json import valuation_document

        sys.stdout.write(json.dumps(valuation_document(found), ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        _write_csv([found])
    else:
        from workbench.cli.statements.valuation_table import render

        console.print(render(found))


def _print_history(found: ValuationHistory, output: Format) -> None:
    if output is Format.JSON:
        from workbench.analysis.statements.valuation_json import history_document

        sys.stdout.write(json.dumps(history_document(found), ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        _write_csv(found.points)
    else:
        from workbench.cli.statements.valuation_table import render_history

        console.print(render_history(found))


def _write_csv(valuations: list[Valuation] | tuple[Valuation, ...]) -> None:
    from workbench.analysis.statements.valuation_json import HEADER, rows

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows(valuations))


def _read(text: str, as_of: date | None) -> Valuation:
    from db.companies import resolve
    from db.screens.valuation import valuation
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        return valuation(connection, resolve(connection, text), as_of)


def _read_history(text: str, as_of: date | None, every: Every, limit: int) -> ValuationHistory:
    from db.companies import resolve
    from db.screens.valuation import valuation_history
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        return valuation_history(connection, resolve(connection, text), as_of, every=every, limit=limit)
