"""`workbench restatements`: what a company's filings say differently of the same quantity."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.cli.statements.statement import Format
from workbench.domain.as_of import parse_as_of
from workbench.domain.facts.restatements import Change

if TYPE_CHECKING:
    from workbench.domain.facts.restatements import Restatement, RestatementList


@app.command("restatements")
def print_restatements(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    *,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    kind: Annotated[list[Change] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Told by filings made on this date or later.", metavar="DATE")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TABLE,
    limit: Annotated[
        int | None, typer.Option(help="The newest N (a table shows 40 unless told, the others all).", min=1)
    ] = None,
) -> None:
    """List every value that a later filing gives otherwise: restated, reclassified, split, retagged, mis-scaled."""
    if output is Format.TABLE:
        limit = limit or 40
    found = _read(company, parse_as_of(as_of), kind or [], parse_as_of(since), limit)
    if output is Format.JSON:
        from workbench.analysis.statements.numbers_json import restatements_document

        sys.stdout.write(json.dumps(restatements_document(found), ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        from workbench.analysis.statements.numbers_json import RESTATEMENT_HEADER, restatement_rows

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(RESTATEMENT_HEADER)
        writer.writerows(restatement_rows(found))
    else:
        _show(found, kind or [])


def _read(text: str, as_of: date | None, kinds: list[Change], since: date | None, limit: int | None) -> RestatementList:
    from db.companies import resolve
    from db.facts.restatements import restatements
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        return restatements(connection, resolve(connection, text), as_of, kinds=kinds, since=since, limit=limit)


def _show(found: RestatementList, kinds: list[Change]) -> None:
    known = f", as known on {found.as_of}" if found.as_of else ""
    console.print(Text.assemble((found.company.name, "bold"), f"  {found.company.label}{known}"))
    if not found.counts:
        console.print(Text("no value was filed otherwise later", style="dim"))
        return
    console.print(
        Text(", ".join(f"{count} {kind.value.replace('_', ' ')}" for kind, count in found.counts.items()), style="dim")
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("filed", no_wrap=True)
    table.add_column("what", overflow="fold", ratio=1)
    table.add_column("from", justify="right", no_wrap=True)
    table.add_column("to", justify="right", no_wrap=True)
    for one in found.restatements:
        table.add_row(*_row(one))
    console.print(table)
    chosen = sum(count for kind, count in found.counts.items() if not kinds or kind in kinds)
    if len(found.restatements) < chosen:
        console.print(Text(f"{chosen - len(found.restatements)} older ones; --limit shows more", style="dim"))


def _row(one: Restatement) -> tuple[Text, ...]:
    after = one.after
    period = after.period_end.isoformat() if after.period_start is None else f"{after.period_start} – {after.period_end}"
    label = Text(one.label if len(one.label) <= _LABEL else one.label[: _LABEL - 1] + "…")
    label.append(f"\n{period}", style="dim")
    label.append(f"\n{after.form} {after.accession}: {one.evidence}", style="dim")
    filed = Text(after.filed_on.isoformat())
    filed.append(f"\n{one.kind.value.replace('_', ' ')}", style="bold" if one.kind is Change.RESTATEMENT else "dim")
    return filed, label, _amount(one.before.value), _amount(after.value)


_LABEL = 80


def _amount(value: Decimal) -> Text:
    return Text(f"{value:,f}")
