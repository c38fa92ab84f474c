"""`workbench restatements`: the values that later filings of a company changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import resolve
from db.statements.restatements import restatements
from workbench import runtime
from workbench.analysis.statements.numbers_json import RESTATEMENT_HEADER, restatement_rows, restatements_document
from workbench.cli.console import console, counted
from workbench.cli.output import AsOf, CompanyName, Format, write_csv, write_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.facts.restated_concepts import RestatedConcept, RestatementList
from workbench.domain.facts.restatements import Change

_TABLE_ROWS = 40


def print_restatements(
    company: CompanyName,
    *,
    as_of: AsOf = None,
    kind: Annotated[list[Change] | None, typer.Option(help="Only changes of this kind; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Only changes filed on or after this date.", metavar="DATE")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="Number of entries; by default 40 in a table.", min=1)
    ] = None,
    output: Format = "table",
) -> None:
    """List values that later filings changed: restatements first, rounding last.

    Each entry is a figure that one filing changed, in one period or several.
    """
    if output == "table":
        limit = limit or _TABLE_ROWS
    day, first, kinds = parse_as_of(as_of), parse_as_of(since), kind or []
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        filer = resolve(connection, company)
        result = restatements(connection, filer, day, kinds=kinds, since=first, limit=limit)
    if output == "json":
        write_json(restatements_document(result), indent=2)
    elif output == "csv":
        write_csv(RESTATEMENT_HEADER, restatement_rows(result))
    else:
        _show(result, kinds)


def _show(restatement_list: RestatementList, kinds: list[Change]) -> None:
    known = f", as known on {restatement_list.as_of}" if restatement_list.as_of else ""
    console.print(Text.assemble((restatement_list.company.display_name, "bold"), f"  {restatement_list.company.label}{known}"))
    if not restatement_list.is_known:
        console.print(Text(_unknown(restatement_list), style="dim"))
        return
    if not restatement_list.counts:
        console.print(Text("No later filing changed a value.", style="dim"))
        return
    console.print(
        Text(
            ", ".join(counted(count, kind.value.replace("_", " ")) for kind, count in restatement_list.counts.items()),
            style="dim",
        )
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Filed", no_wrap=True)
    table.add_column("Value", overflow="fold", ratio=1)
    table.add_column("From", justify="right", no_wrap=True)
    table.add_column("To", justify="right", no_wrap=True)
    for entry in restatement_list.restated:
        table.add_row(*_row(entry))
    console.print(table)
    chosen = sum(count for kind, count in restatement_list.counts.items() if not kinds or kind in kinds)
    if len(restatement_list.restated) < chosen:
        console.print(Text(f"{chosen - len(restatement_list.restated)} more are not shown; use --limit", style="dim"))


def _unknown(restatement_list: RestatementList) -> str:
    if restatement_list.filings_from is None:
        return "Unknown: no filing with figures is loaded."
    return f"Unknown: the loaded filings begin on {restatement_list.filings_from}."


def _row(entry: RestatedConcept) -> tuple[Text, ...]:
    one = entry.foremost
    after = one.after
    period = after.period_end.isoformat() if after.period_start is None else f"{after.period_start} – {after.period_end}"
    others = f" and {counted(len(entry.changes) - 1, 'other period')}" if len(entry.changes) > 1 else ""
    label = Text(entry.label if len(entry.label) <= _LABEL else entry.label[: _LABEL - 1] + "…")
    label.append(f"\n{period}{others}", style="dim")
    label.append(f"\n{after.form} {after.accession}: {one.evidence}", style="dim")
    filed = Text(after.filed_on.isoformat())
    filed.append(f"\n{entry.kind.value.replace('_', ' ')}", style="bold" if entry.kind is Change.RESTATEMENT else "dim")
    return filed, label, _amount(one.before.value), _amount(after.value)


_LABEL = 80


def _amount(value: Decimal) -> Text:
    return Text(f"{value:,f}")
