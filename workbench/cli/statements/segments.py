"""`workbench segments`: revenue, operating income and assets by segment, region, product and customer."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.amounts import DASH, in_units
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.statements.statement import PeriodKind

if TYPE_CHECKING:
    from workbench.domain.facts.source import SourceFact
    from workbench.domain.measures.segments import Breakdown

_LABEL_WIDTH = 44
_COLUMN_WIDTH = 12
_WHOLE = "The company as a whole"


class Format(StrEnum):
    """How the breakdowns are printed."""

    TABLE = "table"
    JSON = "json"


@app.command("segments")
def print_segments(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    *,
    period: Annotated[PeriodKind, typer.Option(help="Fiscal years or discrete quarters.")] = PeriodKind.ANNUAL,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    periods: Annotated[int, typer.Option(help="The newest N periods.", min=1)] = 4,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
) -> None:
    """Show revenue, operating income and assets by segment, region, product and customer, as archived filings give them."""
    from db.companies import resolve
    from db.facts.segments import breakdowns
    from workbench.analysis.statements.segments_json import segments_document
    from workbench.runtime import open_workbench

    day = parse_as_of(as_of)
    if period is PeriodKind.TTM:
        raise InvalidRequest("segments are shown by fiscal year or quarter, as filed", hint="--period annual or quarterly")
    with open_workbench() as workbench, workbench.database.read() as connection:
        found = resolve(connection, company)
        parts = breakdowns(connection, found, period=period, as_of=day, limit_periods=periods)
    if output is Format.JSON:
        document = segments_document(found, period, day, parts)
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    if not parts:
        raise NotFound(
            f"no archived filing of {found.label} divides its figures",
            hint=f"`workbench ingest {found.label}` brings in the documents",
        )
    for one in parts:
        console.print(_table(one, console.width))


def _table(breakdown: Breakdown, width: int) -> Table:
    """The newest periods that fit the width beside whole labels: a figure is never cut."""
    from workbench.domain.measures.segments import period_label

    labels = [*(row.words for row in breakdown.rows), _WHOLE]
    label_width = min(max(map(len, labels)), _LABEL_WIDTH)
    count = min(len(breakdown.periods), max(1, (width - label_width) // _COLUMN_WIDTH))
    notes = [breakdown.concept]
    if False in breakdown.adds_up[-count:]:
        notes.append("where marked ≠, rows are not known to be all")
    if count < len(breakdown.periods):
        notes.append(f"{len(breakdown.periods) - count} older periods do not fit this width")
    table = Table(
        title=f"{breakdown.label} by {breakdown.axis_label.lower()}, {breakdown.unit} millions", caption="; ".join(notes),
        title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_LABEL_WIDTH)
    for span in breakdown.periods[-count:]:
        table.add_column(period_label(span), justify="right", no_wrap=True)
    for row in breakdown.rows:
        if any(row.facts[-count:]):
            table.add_row(Text(row.words), *(_amount(fact) for fact in row.facts[-count:]))
    if any(breakdown.total[-count:]):
        marks = {True: " ", False: "≠", None: " "}
        cells = zip(breakdown.total[-count:], breakdown.adds_up[-count:], strict=True)
        table.add_row(Text(_WHOLE, style="bold"), *(_amount(fact) + marks[adds_up] * bool(fact) for fact, adds_up in cells))
    return table


def _amount(fact: SourceFact | None) -> str:
    return in_units(fact.value) if fact else DASH
