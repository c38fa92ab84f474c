"""`workbench statement`: a company's standardised statement, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.absence import nothing_known
from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

if TYPE_CHECKING:
    from datetime import date

# The columns a table shows unless asked otherwise: they fit a terminal of a hundred characters with their labels.
_TABLE_PERIODS = {PeriodKind.ANNUAL: 5, PeriodKind.QUARTERLY: 5}


class Format(StrEnum):
    """How a statement is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command("statement")
def print_statement(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    kind: Annotated[StatementKind, typer.Argument(help="Which statement.", show_default=False)],
    *,
    period: Annotated[PeriodKind, typer.Option(help="Fiscal years, quarters, or trailing twelve months.")] = PeriodKind.ANNUAL,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    periods: Annotated[
        int | None, typer.Option(help="The newest N periods (a table shows 5 unless told, the others all).", min=1)
    ] = None,
) -> None:
    """Show a standardised statement: each figure reported, derived with its operands, or refused with the reason."""
    day = parse_as_of(as_of)
    if output is Format.TABLE:
        periods = periods or _TABLE_PERIODS[period]
    statement = _read(company, kind, period, day, periods)
    if output is Format.JSON:
        from workbench.analysis.statements.statement_json import statement_document

        sys.stdout.write(json.dumps(statement_document(statement), ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        from workbench.analysis.statements.statement_rows import HEADER, rows

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows(statement))
    else:
        from workbench.cli.statements.statement_table import render

        console.print(render(statement, console.width))


def _read(text: str, kind: StatementKind, period: PeriodKind, as_of: date | None, periods: int | None) -> Statement:
    from db.companies import resolve
    from db.statements.as_known import statement
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        company = resolve(connection, text)
        found = statement(connection, company, kind, period, as_of, limit_periods=periods)
    if not found.periods:
        raise nothing_known(f"{period} figures for {company.label}", as_of, company.label)
    return found
