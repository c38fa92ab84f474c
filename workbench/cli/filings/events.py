"""`workbench events`: the events that a company reported on Form 8-K."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from db.companies import resolve
from db.filings.events import list_events
from workbench import runtime
from workbench.analysis.filings.event_json import event_as_json
from workbench.cli.console import console, note, say
from workbench.cli.output import AsOf, CompanyName, Format, write_records
from workbench.domain.as_of import parse_as_of
from workbench.domain.filings.events import UNKNOWN, MarketEvent, parse_event_types

_COLUMNS = (
    "accession", "form", "item", "event_type", "label", "report_on", "filed_on", "source", "document", "start", "end",
)  # fmt: skip


def print_events(
    company: CompanyName,
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only events of this type, such as results; may be repeated.")
    ] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this item of Form 8-K, such as 2.02; may be repeated.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only events filed on or after this date, such as 2026-01-31.")
    ] = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=10_000, help="Number of newest events.")] = 50,
    output: Format = "table",
) -> None:
    """List the events that a company reported on Form 8-K.

    Each item of each report is an event; the newest come first.
    """
    first, last, wanted = parse_as_of(since), parse_as_of(as_of), parse_event_types(types or ())
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        filer = resolve(connection, company)
        result = list_events(connection, filer.cik, types=wanted, items=item or (), since=first, as_of=last, limit=limit)
    if output != "table":
        records = [dict(event_as_json(event)) for event in result]
        write_records(output, "events", records, _COLUMNS, company=filer.label, as_of=as_of)
    elif not result:
        say(f"{filer.label} has no such events. Load its 8-K filings with `workbench ingest {filer.label}`.")
    else:
        console.print(_table(filer.label, result))
    unknown = sorted({event.item for event in result if event.event_type == UNKNOWN})
    if unknown:
        note(f"not an item of Form 8-K, listed as filed: {', '.join(unknown)}")


def _table(company: str, market_events: list[MarketEvent]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=f"{company}: events on Form 8-K", title_justify="left", title_style="bold")
    for name in ("Filed", "Event date", "Item"):
        table.add_column(name, no_wrap=True)
    table.add_column("Event")
    table.add_column("Accession", no_wrap=True)
    for event in market_events:
        happened = event.report_on.isoformat() if event.report_on else ""
        item = event.item if event.form == "8-K" else f"{event.item} ({event.form})"
        table.add_row(event.filed_on.isoformat(), happened, item, event.label, str(event.accession))
    return table
