"""Valuation for the terminal: by group, with the close and the share count it rests on, what was refused explained."""

from __future__ import annotations

from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.domain.amounts import DASH, grouped, in_units
from workbench.domain.measures.ratios import RatioUnit
from workbench.domain.measures.valuation import Valuation, multiples
from workbench.domain.measures.valuation_history import ValuationHistory
from workbench.domain.statements.reasons import why_not
from workbench.domain.statements.statement import Figure

# In the table of a history: those that fit a terminal of eighty characters.
_COLUMNS = {
    "market_cap": "Cap", "enterprise_value": "EV", "pe": "P/E", "ps": "P/S", "pb": "P/B", "ev_to_ebitda": "EV/EBITDA",
}  # fmt: skip


def render(valuation: Valuation) -> RenderableType:
    """Every measure with its period, refused ones with the reason."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False, show_header=False)
    grid.add_column("", no_wrap=True, overflow="ellipsis", max_width=44)
    grid.add_column("", justify="right", no_wrap=True)
    grid.add_column("", style="dim", no_wrap=True)
    reasons: dict[str, str] = {}
    for group, lines in groupby(valuation.lines, key=lambda line: multiples()[line.line].ratio.group):
        grid.add_row(Text(group.capitalize(), style="bold"))
        for line in lines:
            period = line.period.label if line.period else ""
            grid.add_row(Text(f"  {line.label}"), _cell(line.line, line.figure, reasons), period)
    notes = [*_notes(reasons), Text("--format json lists each figure's formula, operands and filings", style="dim")]
    return Group(_heading(valuation), "", grid, *notes)


def render_history(valuation_history: ValuationHistory) -> RenderableType:
    """One row a day, oldest first."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for title in ("Date", "Close", *_COLUMNS.values()):
        grid.add_column(title, justify="left" if title == "Date" else "right", no_wrap=True)
    reasons: dict[str, str] = {}
    for point in valuation_history.points:
        cells = (_cell(name, point.figure(name), reasons, has_unit=False) for name in _COLUMNS)
        grid.add_row(point.day.isoformat(), Text(f"{point.price.close:,.2f}" if point.price else "–"), *cells)
    heading = Text.assemble((valuation_history.company.display_name, "bold"), f"  {valuation_history.company.label}\n")
    heading.append("Valuation on each date, as known on that date; amounts in millions of USD", style="dim")
    return Group(heading, "", grid, *_notes(reasons))


def _heading(valuation: Valuation) -> Text:
    heading = Text.assemble((valuation.company.display_name, "bold"), f"  {valuation.company.label}\n")
    known = f", as known on {valuation.as_of}" if valuation.as_of else ""
    heading.append(f"Valuation{known}; amounts in millions\n", style="dim")
    if valuation.price is not None:
        price = valuation.price
        heading.append(f"{price.ticker} closed at {price.close:,.2f} USD on {price.traded_on} ({price.source})\n")
    if valuation.shares is not None:
        split = f", adjusted for the later split {valuation.shares.splits}" if valuation.shares.splits else ""
        heading.append(f"Shares outstanding: {valuation.shares.formula}{split}")
    return heading


def _notes(reasons: dict[str, str]) -> list[Text]:
    return [Text(f"{letter} {why_not(reason)}", style="dim") for reason, letter in reasons.items()]


def _cell(name: str, figure: Figure, reasons: dict[str, str], *, has_unit: bool = True) -> Text:
    if figure.value is None:
        letter = reasons.setdefault(figure.reason or "", chr(ord("a") + len(reasons)))
        return Text(f"{DASH} {letter}", style="dim")
    unit = multiples()[name].ratio.unit
    text, sign = grouped(figure.value, 2), "×"
    if unit is RatioUnit.MONEY:
        text, sign = in_units(figure.value), "m"
    elif unit is RatioUnit.PERCENT:
        text, sign = grouped(figure.value, 1), "%"
    return Text(f"{text} {sign}" if has_unit else text)
