"""A statement for the terminal: newest periods to the right, what was derived marked, what was refused explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.cli.console import counted
from workbench.domain.amounts import StatementUnits
from workbench.domain.measures.coverage import checked_figures
from workbench.domain.statements.reasons import CHECKS, why_not, why_stale
from workbench.domain.statements.statement import Figure, Statement, StatementKind, StatementLine, StatementPeriod, Status

_TITLES = {
    StatementKind.INCOME: "Income statement",
    StatementKind.BALANCE: "Balance sheet",
    StatementKind.CASHFLOW: "Cash flow statement",
}

_COLUMN_WIDTH = 13
_LABEL_WIDTH = 38


def render(statement: Statement, width: int) -> RenderableType:
    """The statement in `width` characters; the oldest periods give way where it is too narrow for all."""
    room = max(1, (width - _LABEL_WIDTH) // _COLUMN_WIDTH)
    count = min(room, len(statement.periods))
    shown = [replace(line, figures=line.figures[-count:]) for line in statement.lines]
    names = {line.line for line in shown}
    lines = [line for line in shown if line.has_own_figure(names)]
    units = statement.units
    reasons = _reasons_used(lines)
    heading = Text.assemble((statement.company.display_name, "bold"), f"  {statement.company.label}\n", style="default")
    known = f", as known on {statement.as_of}" if statement.as_of else ""
    heading.append(f"{_TITLES[statement.kind]}, {statement.period.value}, {units.words}{known}", style="dim")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_LABEL_WIDTH)
    for period in statement.periods[-count:]:
        table.add_column(_title(period), justify="right", no_wrap=True, header_style="bold")
    for line in lines:
        label = Text("  " * line.level + line.label, style="bold" if line.is_total else "")
        cells = [_cell(figure, line, units, reasons) for figure in line.figures]
        table.add_row(label, *cells)
        if line.is_adjusted:
            adjusted = [_in_todays_shares(figure) for figure in line.figures]
            today = [_cell(figure, line, units, reasons) for figure in adjusted]
            table.add_row(Text("  " * (line.level + 1) + "adjusted for later splits", style="dim"), *today)
    return Group(heading, "", table, *_notes(statement, lines, reasons, count))


def _in_todays_shares(figure: Figure) -> Figure:
    return figure._replace(value=figure.comparable)


def _title(period: StatementPeriod) -> Text:
    return Text(f"{period.label}\n{period.end.isoformat()}", justify="right")


def _reasons_used(lines: Sequence[StatementLine]) -> dict[str, str]:
    """Reasons among the shown figures, each with the letter of its footnote."""
    used = dict.fromkeys(figure.reason for line in lines for figure in line.figures if figure.reason)
    return {reason: chr(ord("a") + number) for number, reason in enumerate(used)}


def _cell(figure: Figure, line: StatementLine, units: StatementUnits, reasons: dict[str, str]) -> Text:
    if figure.value is None:
        return Text(f"– {reasons.get(figure.reason or '', ' ')}", style="dim")
    style = "bold" if line.is_total else ""
    cell = Text(units.text(figure.value, figure.unit), style=style)
    return cell.append(" ᵈ", style="cyan") if figure.status is Status.DERIVED else cell.append("  ")


def _notes(statement: Statement, lines: Sequence[StatementLine], reasons: dict[str, str], count: int) -> list[Text]:
    shown = statement.periods[-count:]
    newer = shown[-1].newer_year_end
    notes = [Text(why_stale(str(newer)), style="yellow")] if newer else []
    if any(figure.status is Status.DERIVED for line in lines for figure in line.figures):
        notes.append(Text.assemble(("ᵈ", "cyan"), (" derived from filed figures; --format json lists the operands", "dim")))
    notes += [Text(f"{letter} {why_not(reason)}", style="dim") for reason, letter in reasons.items()]
    if len(shown) < len(statement.periods):
        notes.append(
            Text(
                f"{counted(len(statement.periods) - len(shown), 'older period')} not shown: the terminal is too narrow",
                style="dim",
            )
        )
    return [*notes, *_results(statement, shown)]


def _results(statement: Statement, shown: Sequence[StatementPeriod]) -> list[Text]:
    ends = {period.end for period in shown}
    results = []
    for name, title in CHECKS.items():
        checks = [check for check in statement.checks if check.name == name and check.period_end in ends]
        failed = [check for check in checks if check.result == "failed"]
        passed = sum(check.result == "passed" for check in checks)
        results += [Text(f"✗ {title}: not at {check.period_end} ({check.detail})", style="red") for check in failed]
        if passed and not failed:
            style = "green" if passed == len(checks) else "dim"
            results.append(Text(f"✓ {title} ({passed} of {len(checks)} checked)", style=style))
    checked = checked_figures(statement)
    words = f"{checked.checked:,} of {checked.shown:,} figures stand in an identity that was checked and holds"
    return [*results, Text(words, style="dim")]
