"""`workbench checks`: the statements that do not add up, over all companies or of one."""

from __future__ import annotations

import csv
import json
import sys
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.cli.statements.statement import Format
from workbench.domain.as_of import parse_as_of
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.statements.reasons import CHECKS


@app.command("checks")
def print_checks(
    company: Annotated[str | None, typer.Argument(help="Ticker or CIK; all companies without.", show_default=False)] = None,
    *,
    name: Annotated[list[str] | None, typer.Option(help="Only this check; may be repeated.")] = None,
    verdict: Annotated[list[str] | None, typer.Option(help="failed (the default), passed, not_applicable.")] = None,
    since: Annotated[str | None, typer.Option(help="Periods that end on this date or later.", metavar="DATE")] = None,
    limit: Annotated[int, typer.Option(help="The newest N.", min=1)] = 100,
    output: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TABLE,
    refresh: Annotated[bool, typer.Option("--refresh", help="Compute them again first.")] = False,
) -> None:
    """List the exceptions: balances that do not balance, cash that does not roll forward, totals that are not what the
    filings calculate, signs and scales that are off."""
    from db.companies import resolve, search_companies
    from db.statements.checks import checks_of, refresh_checks
    from workbench.runtime import open_workbench

    day = parse_as_of(since)
    with open_workbench() as workbench:
        with workbench.database.read() as connection:
            chosen = resolve(connection, company) if company else None
            everyone = [chosen] if chosen else search_companies(connection, None, limit=1_000_000) if refresh else []
        if refresh:
            for each in everyone:
                with error_console.status(f"checking {each.label}"), workbench.database.write() as writing:
                    refresh_checks(writing, each.cik)
        with workbench.database.read() as connection:
            verdicts = verdict or ["failed"]
            found = checks_of(connection, chosen, names=name or (), verdicts=verdicts, since=day, limit=limit)
    _print(found, output)


def _print(found: list[StatementCheck], output: Format) -> None:
    if output is not Format.TABLE:
        from workbench.analysis.statements.numbers_json import CHECK_HEADER, check_documents, check_rows

        if output is Format.JSON:
            sys.stdout.write(json.dumps({"checks": check_documents(found)}, ensure_ascii=False, indent=2) + "\n")
            return
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(CHECK_HEADER)
        writer.writerows(check_rows(found))
        return
    if not found:
        console.print(Text("no exceptions", style="green"))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("company", "period", "end", "statement", "verdict", "check"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "check")
    for each in found:
        check = each.check
        words = Text(CHECKS.get(check.name, check.name)).append(f"\n{check.detail}", style="dim")
        style = {"failed": "red", "passed": "green"}.get(check.verdict, "dim")
        verdict = Text(check.verdict.replace("_", " "), style=style)
        table.add_row(each.company.label, each.label, check.period_end.isoformat(), each.kind.value, verdict, words)
    console.print(table)
