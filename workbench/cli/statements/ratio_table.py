"""Ratios for the terminal: by group, newest periods to the right, what was refused explained."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.domain.amounts import grouped
from workbench.domain.measures.ratios import RatioTable, RatioUnit, ratio_definition
from workbench.domain.statements.reasons import why_not, why_stale
from workbench.domain.statements.statement import Figure

_COLUMN_WIDTH = 13
_LABEL_WIDTH = 48
_SUFFIXES = {
    RatioUnit.PERCENT: " %",
    RatioUnit.RATIO: " ×",
    RatioUnit.DAYS: " d",
    RatioUnit.MONEY: " m",
    RatioUnit.PER_SHARE: "  ",
}


def render(table: RatioTable, width: int) -> RenderableType:
    """The ratios that have a figure, in `width` characters; the oldest periods give way where it is too narrow for all."""
    count = min(max(1, (width - _LABEL_WIDTH) // _COLUMN_WIDTH), len(table.periods))
    known = f", as known on {table.as_of}" if table.as_of else ""
    heading = Text.assemble((table.company.display_name, "bold"), f"  {table.company.label}\n")
    heading.append(f"Ratios, {table.period.value}{known}; amounts in millions", style="dim")
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    grid.add_column("", no_wrap=True, overflow="ellipsis", max_width=_LABEL_WIDTH)
    for period in table.periods[-count:]:
        grid.add_column(Text(f"{period.label}\n{period.end.isoformat()}", justify="right"), justify="right", no_wrap=True)
    reasons: dict[str, str] = {}
    group = ""
    for line in table.lines:
        shown = line.figures[-count:]
        if all(figure.value is None for figure in shown):
            continue
        definition = ratio_definition(line.line)
        if definition.group != group:
            group = definition.group
            grid.add_row(Text(group.capitalize(), style="bold"))
        grid.add_row(Text(f"  {line.label}"), *(_cell(figure, definition.unit, reasons) for figure in shown))
    newer = table.periods[-1].newer_year_end
    notes = [Text(why_stale(str(newer)), style="yellow")] if newer else []
    notes += [Text(f"{letter} {why_not(reason)}", style="dim") for reason, letter in reasons.items()]
    notes.append(Text("--format json lists each ratio's formula, operands and filings", style="dim"))
    return Group(heading, "", grid, *notes)


def _cell(figure: Figure, unit: RatioUnit, reasons: dict[str, str]) -> Text:
    if figure.value is None:
        letter = reasons.setdefault(figure.reason or "", chr(ord("a") + len(reasons)))
        return Text(f"– {letter}", style="dim")
    value = figure.value / 10**6 if unit is RatioUnit.MONEY else figure.value
    digits = 0 if unit is RatioUnit.MONEY else 2 if unit in (RatioUnit.RATIO, RatioUnit.PER_SHARE) else 1
    return Text(grouped(value, digits, _SUFFIXES[unit]))
