"""`workbench events`: what a company reported as it happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of
from workbench.domain.filings.events import UNKNOWN, parse_event_types

if TYPE_CHECKING:
    from workbench.domain.filings.events import MarketEvent


@app.command()
def events(
    company: Annotated[str, typer.Argument(metavar="TICKER-or-CIK", help="A company that is here.")],
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type, such as results; may be repeated.")
    ] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this item of Form 8-K, such as 2.02; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was filed on this day or later, such as 2026-01-31.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only what was filed on this day or earlier.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=10_000, help="Events to list.")] = 50,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")] = "table",
) -> None:
    """List the events that a company reported on Form 8-K, the newest first: one for each item of each report."""
    from db.companies import resolve
    from db.filings.events import list_events
    from workbench.analysis.filings.event_json import event_as_json
    from workbench.runtime import open_workbench

    first, last, wanted = parse_as_of(since), parse_as_of(as_of), parse_event_types(types or ())
    with open_workbench() as wb, wb.database.read() as connection:
        who = resolve(connection, company)
        found = list_events(connection, who.cik, types=wanted, items=item or (), since=first, as_of=last, limit=limit)
    if output == "json":
        shape = {"company": who.label, "as_of": as_of, "events": [event_as_json(event) for event in found]}
        typer.echo(json.dumps(shape, ensure_ascii=False))
    elif not found:
        console.print(f"No such events of {who.label} are here.", markup=False, highlight=False)
    else:
        console.print(_table(who.label, found))
    unknown = sorted({event.item for event in found if event.event_type == UNKNOWN})
    if unknown:
        error_console.print(f"not on the list of Form 8-K, and kept: item {', '.join(unknown)}", markup=False, highlight=False)


def _table(company: str, found: list[MarketEvent]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=f"{company}: current reports", title_justify="left", title_style="bold")
    for name in ("Filed", "Happened", "Item"):
        table.add_column(name, no_wrap=True)
    table.add_column("What")
    table.add_column("Accession", no_wrap=True)
    for event in found:
        happened = event.report_on.isoformat() if event.report_on else ""
        item = event.item if event.form == "8-K" else f"{event.item} ({event.form})"
        table.add_row(event.filed_on.isoformat(), happened, item, event.label, str(event.accession))
    return table
