"""`workbench checks`: the statements that fail a consistency check, of one company or of all."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import known_ciks, resolve
from db.statements.checks import checks_of
from workbench import runtime
from workbench.analysis.statements.numbers_json import CHECK_HEADER, check_documents, check_rows
from workbench.cli.console import console, note, say
from workbench.cli.output import Format, write_csv, write_json
from workbench.cli.progress import progress
from workbench.domain.as_of import parse_as_of
from workbench.domain.identity import Company
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.statements.reasons import CHECKS
from workbench.ingest.operations.metrics import report_metrics
from workbench.runtime import Workbench


def print_checks(
    company: Annotated[
        str | None, typer.Argument(metavar="COMPANY", help="Ticker or CIK; by default all companies.", show_default=False)
    ] = None,
    *,
    name: Annotated[list[str] | None, typer.Option(help="Only this check; may be repeated.")] = None,
    result: Annotated[
        list[str] | None,
        typer.Option("--result", help="Only this result: failed, passed or not_applicable.", show_default="failed"),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only periods that end on or after this date.", metavar="DATE")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Number of newest results.", min=1)] = 100,
    refresh: Annotated[bool, typer.Option("--refresh", help="Run the checks again first.")] = False,
    output: Format = "table",
) -> None:
    """List statements that fail a consistency check.

    The checks: the balance sheet balances, cash rolls forward, totals equal the filing's own calculation, and signs and
    scales are plausible.
    """
    day = parse_as_of(since)
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            chosen = resolve(connection, company) if company else None
        if refresh:
            _refresh(workbench, chosen)
        with workbench.database.read() as connection:
            statement_checks = checks_of(
                connection, chosen, names=name or (), results=result or ["failed"], since=day, limit=limit
            )  # fmt: skip
    _print(statement_checks, output)


def _refresh(workbench: Workbench, chosen: Company | None) -> None:
    """A company that fails is reported, and the others are checked."""
    with workbench.database.read() as connection:
        ciks = [chosen.cik] if chosen else list(known_ciks(connection))
    with progress(if_stopped="the companies checked so far are saved") as shown:
        for number, cik in enumerate(ciks, 1):
            report = report_metrics(workbench.database, cik)
            if report.error:
                note(f"CIK {cik}: {report.error}", "red")
            shown.step("checking companies", number, len(ciks))
        shown.complete(f"checked {len(ciks):,} companies" if len(ciks) != 1 else "checked 1 company")


def _print(statement_checks: list[StatementCheck], output: str) -> None:
    if output == "json":
        write_json({"checks": check_documents(statement_checks)}, indent=2)
    elif output == "csv":
        write_csv(CHECK_HEADER, check_rows(statement_checks))
    elif not statement_checks:
        say("No check has this result.", "green")
    else:
        console.print(_table(statement_checks))


def _table(statement_checks: list[StatementCheck]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Company", "Period", "End", "Statement", "Result", "Check"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "Check")
    for each in statement_checks:
        check = each.check
        words = Text(CHECKS.get(check.name, check.name)).append(f"\n{check.detail}", style="dim")
        style = {"failed": "red", "passed": "green"}.get(check.result, "dim")
        result = Text(check.result.replace("_", " "), style=style)
        table.add_row(each.company.label, each.label, check.period_end.isoformat(), each.kind.value, result, words)
    return table
