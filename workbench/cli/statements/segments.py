"""`workbench segments`: revenue, operating income and assets by segment, region, product and customer."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import resolve
from db.facts.segments import breakdowns
from workbench import runtime
from workbench.analysis.statements.segments_json import segments_document
from workbench.cli.console import console, counted
from workbench.cli.output import AsOf, CompanyName, TableOrJson, write_json
from workbench.domain.amounts import DASH, in_units
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.segments import Breakdown
from workbench.domain.statements.statement import PeriodKind

_LABEL_WIDTH = 44
_COLUMN_WIDTH = 12
_TOTAL = "The company as a whole"


def print_segments(
    company: CompanyName,
    *,
    period: Annotated[PeriodKind, typer.Option(help="Fiscal years or discrete quarters.")] = PeriodKind.ANNUAL,
    as_of: AsOf = None,
    periods: Annotated[int, typer.Option(help="Number of newest periods.", min=1)] = 4,
    output: TableOrJson = "table",
) -> None:
    """Show revenue, operating income and assets by segment, region, product and customer.

    The figures are those of the filings that are stored.
    """
    day = parse_as_of(as_of)
    if period is PeriodKind.TTM:
        raise InvalidRequest(
            "segments are reported by fiscal year and quarter only", hint="use --period annual or --period quarterly"
        )
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = resolve(connection, company)
        parts = breakdowns(connection, result, period=period, as_of=day, limit_periods=periods)
    if output == "json":
        write_json(segments_document(result, period, day, parts), indent=2)
        return
    if not parts:
        raise NotFound(
            f"no stored filing of {result.label} reports segments",
            hint=f"load its documents with `workbench ingest {result.label}`",
        )
    for one in parts:
        console.print(_table(one, console.width))


def _table(breakdown: Breakdown, width: int) -> Table:
    """The newest periods that fit the width beside whole labels: a figure is never cut."""

    labels = [*(row.words for row in breakdown.rows), _TOTAL]
    label_width = min(max(map(len, labels)), _LABEL_WIDTH)
    count = min(len(breakdown.periods), max(1, (width - label_width) // _COLUMN_WIDTH))
    notes = [breakdown.concept]
    if False in breakdown.adds_up[-count:]:
        notes.append("≠ the rows do not add up to the total")
    if count < len(breakdown.periods):
        notes.append(f"{counted(len(breakdown.periods) - count, 'older period')} not shown: the terminal is too narrow")
    table = Table(
        title=f"{breakdown.label} by {breakdown.axis_label.lower()}, {breakdown.unit} millions", caption="; ".join(notes),
        title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_LABEL_WIDTH)
    for label in breakdown.period_labels[-count:]:
        table.add_column(label, justify="right", no_wrap=True)
    for row in breakdown.rows:
        if any(row.facts[-count:]):
            table.add_row(Text(row.words), *(_amount(fact) for fact in row.facts[-count:]))
    if any(breakdown.total[-count:]):
        marks = {True: " ", False: "≠", None: " "}
        cells = zip(breakdown.total[-count:], breakdown.adds_up[-count:], strict=True)
        table.add_row(Text(_TOTAL, style="bold"), *(_amount(fact) + marks[adds_up] * bool(fact) for fact, adds_up in cells))
    return table


def _amount(fact: SourceFact | None) -> str:
    return in_units(fact.value) if fact else DASH
