"""`workbench ratios`: margins, growth, returns and the like, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.absence import nothing_known
from workbench.cli.console import console
from workbench.cli.main import app
from workbench.cli.statements.statement import Format
from workbench.domain.as_of import parse_as_of
from workbench.domain.statements.statement import PeriodKind

if TYPE_CHECKING:
    from datetime import date

    from workbench.domain.measures.ratios import RatioTable

# As for statements: they fit a terminal of a hundred characters.
_TABLE_PERIODS = 5


@app.command("ratios")
def print_ratios(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    *,
    period: Annotated[PeriodKind, typer.Option(help="Fiscal years, quarters, or trailing twelve months.")] = PeriodKind.ANNUAL,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    periods: Annotated[
        int | None, typer.Option(help="The newest N periods (a table shows 5 unless told, the others all).", min=1)
    ] = None,
) -> None:
    """Show margins, growth, returns, leverage, coverage, days of working capital, cash and per-share figures."""
    day = parse_as_of(as_of)
    if output is Format.TABLE:
        periods = periods or _TABLE_PERIODS
    table = _read(company, period, day, periods)
    if output is Format.JSON:
        from workbench.analysis.statements.numbers_json import ratio_document

        sys.stdout.write(json.dumps(ratio_document(table), ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        from workbench.analysis.statements.statement_rows import HEADER, rows

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows(table))
    else:
        from workbench.cli.statements.ratio_table import render

        console.print(render(table, console.width))


def _read(text: str, period: PeriodKind, as_of: date | None, periods: int | None) -> RatioTable:
    from db.companies import resolve
    from db.statements.ratios import ratios
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        company = resolve(connection, text)
        found = ratios(connection, company, period, as_of, limit_periods=periods)
    if not found.periods:
        raise nothing_known(f"{period} ratios for {company.label}", as_of, company.label)
    return found
