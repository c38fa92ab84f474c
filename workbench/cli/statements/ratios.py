"""`workbench ratios`: margins, growth, returns and the like, as a table, JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from db.companies import resolve
from db.statements.ratios import ratios
from workbench import runtime
from workbench.analysis.statements.numbers_json import ratio_document
from workbench.analysis.statements.statement_rows import HEADER, rows
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, Format, write_csv, write_json
from workbench.cli.statements.no_figures import no_figures
from workbench.cli.statements.ratio_table import render
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import PeriodKind

# As for statements: they fit a terminal of a hundred characters.
_TABLE_PERIODS = 5


def print_ratios(
    company: CompanyName,
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
    """Show margins, growth, returns, leverage, liquidity and per-share figures.

    A ratio that cannot be computed is missing with the reason.
    """
    day = parse_as_of(as_of)
    if output == "table":
        periods = periods or _TABLE_PERIODS
    table = _read(company, period, day, periods)
    if output == "json":
        write_json(ratio_document(table), indent=2)
    elif output == "csv":
        write_csv(HEADER, rows(table))
    else:
        console.print(render(table, console.width))


def _read(text: str, period: PeriodKind, as_of: date | None, periods: int | None) -> RatioTable:
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        company = resolve(connection, text)
        table = ratios(connection, company, period, as_of, limit_periods=periods)
    if not table.periods:
        raise no_figures(f"{period} ratios for {company.label}", as_of, company.label, table.filings_from)
    return table
