"""`workbench statement`: a company's standardised statement, as a table, JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from db.companies import resolve
from db.statements.as_known import statement as known_statement
from workbench import runtime
from workbench.analysis.statements.statement_json import statement_document
from workbench.analysis.statements.statement_rows import HEADER, rows
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, Format, write_csv, write_json
from workbench.cli.statements.no_figures import no_figures
from workbench.cli.statements.statement_table import render
from workbench.domain.as_of import parse_as_of
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

# The columns a table shows unless asked otherwise: they fit a terminal of a hundred characters with their labels.
_TABLE_PERIODS = 5


def print_statement(
    company: CompanyName,
    kind: Annotated[
        StatementKind,
        typer.Argument(
            metavar="STATEMENT", help="Income statement, balance sheet or cash flow statement.", show_default=False
        ),
    ],
    *,
    period: Annotated[
        PeriodKind, typer.Option(help="Fiscal years, quarters (or half-years or trimesters) or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    as_of: AsOf = None,
    periods: Annotated[
        int | None, typer.Option(help="Number of newest periods; by default 5 in a table, all in JSON and CSV.", min=1)
    ] = None,
    output: Format = "table",
) -> None:
    """Show a financial statement in standard lines.

    Each figure is reported, derived with its operands, or missing with the reason.
    """
    day = parse_as_of(as_of)
    if output == "table":
        periods = periods or _TABLE_PERIODS
    statement = _read(company, kind, period, day, periods)
    if output == "json":
        write_json(statement_document(statement), indent=2)
    elif output == "csv":
        write_csv(HEADER, rows(statement))
    else:
        console.print(render(statement, console.width))


def _read(text: str, kind: StatementKind, period: PeriodKind, as_of: date | None, periods: int | None) -> Statement:
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        company = resolve(connection, text)
        statement = known_statement(connection, company, kind, period, as_of, limit_periods=periods)
    if not statement.periods:
        raise no_figures(f"{period} figures for {company.label}", as_of, company.label, statement.filings_from)
    return statement
