"""Runs of reports, their schedules and how two runs differ, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console, say
from workbench.domain.operations.report_deliveries import ReportDelivery
from workbench.domain.operations.reports import FigureChange, ReportRun, RunComparison, RunStatus, Why, apart

WHY = {
    Why.FILED_BETWEEN: "filed between",
    Why.LOADED_BETWEEN: "loaded between",
    Why.OTHER_PERIODS: "other periods",
    Why.OTHER_PARAMETERS: "other parameters",
    Why.COMPUTED_OTHERWISE: "computed differently",
}
_STYLES = {RunStatus.FINISHED: "green", RunStatus.FAILED: "red", RunStatus.INTERRUPTED: "yellow", RunStatus.RUNNING: "cyan"}


def print_run_list(runs: Sequence[ReportRun]) -> None:
    """One row a run."""
    if not runs:
        say("There are no saved runs. Run a report with `workbench report company_review -p ticker=AAPL`.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("No.", "Status", "Report", "Started (UTC)", "Figures", "Hash"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "Report")
    for run in runs:
        title = Text(run.title)
        if run.error:
            title.append(f"\n{run.error}", style="red")
        table.add_row(
            str(run.report_id),
            Text(run.status.value, style=_STYLES[run.status]),
            title,
            f"{run.started_at:%Y-%m-%d %H:%M}",
            f"{run.figures:,}",
            (run.figures_sha256 or "")[:8],
        )
    console.print(table)


def print_schedule_list(rows: Sequence[Mapping[str, Any]]) -> None:
    """One row a schedule."""
    if not rows:
        say("There are no schedules. Add one with `workbench report schedule`.")
        return
    titles = ("Name", "Owner", "Notebook", "Parameters", "Cron (UTC)", "Next run", "Last run")
    table = Table(*titles, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        parameters = ", ".join(f"{name}={value}" for name, value in row["parameters"].items())
        times = (row["cron"], row["next_at"], row["last_started_at"] or "-")
        cells = (row["name"], row["owner"], row["notebook"], parameters, *times)
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)


def print_delivery_list(deliveries: Sequence[ReportDelivery]) -> None:
    """One row a delivery."""
    if not deliveries:
        say("Nothing was sent. Name recipients with `workbench report schedule --to CHANNEL`.")
        return
    table = Table("Run", "Recipient", "State", "Attempts", "Sent (UTC)", "Error", box=box.SIMPLE_HEAD, pad_edge=False)
    for each in deliveries:
        sent = f"{each.sent_at:%Y-%m-%d %H:%M}" if each.sent_at else "-"
        cells = (str(each.report_id), each.recipient, each.state.value, str(each.attempts), sent, each.error or "")
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def print_comparison(run_comparison: RunComparison, *, limit: int = 50) -> None:
    """Whether the figures are equal; what the runs were made of that differs; which figures differ, and why."""
    if run_comparison.is_equal:
        console.print(Text("equal: every output is the same", style="green"))
    elif not run_comparison.changes:
        text = (
            f"{run_comparison.equal_figures:,} figures are equal"
            if run_comparison.equal_figures
            else "no saved figures can be compared"
        )
        console.print(Text(f"not equal: the outputs differ, but {text}", style="yellow"))
    else:
        kinds = ", ".join(f"{count:,} {WHY[why]}" for why, count in run_comparison.counts.items())
        text = (
            f"not equal: {len(run_comparison.changes):,} figures differ ({kinds}), {run_comparison.equal_figures:,} are equal"
        )
        console.print(Text(text, style="yellow"))
    if run_comparison.differences:
        table = Table("Input", "Before", "After", box=box.SIMPLE_HEAD, pad_edge=False)
        for each in run_comparison.differences:
            table.add_row(*(Text(text) for text in (each.what, _short(each.before), _short(each.after))))
        console.print(table)
    both, periods = apart(run_comparison.changes)
    if both:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("Company", "Period", "Figure", "Before", "After", "Reason"):
            is_number = heading in ("Before", "After")
            table.add_column(heading, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
        for change in both[:limit]:
            table.add_row(*_cells(change))
        console.print(table)
        if (more := len(both) - limit) > 0:
            console.print(f"and {more:,} more", style="dim", highlight=False)
    for one in periods:
        side = "after" if one.is_after else "before"
        text = f"only {side}: {one.company} {one.table} {one.period}: {one.figures:,} figures; {WHY[one.why]}, {one.detail}"
        console.print(text, highlight=False, markup=False)


def _cells(change: FigureChange) -> tuple[str | Text, ...]:
    shown = change.shown
    why = Text(WHY[change.why]).append(f"\n{change.detail}", style="dim")
    return shown.company, shown.period, Text(shown.label), _value(change.before), _value(change.after), why


def _value(figure: Any) -> str:
    if figure is None:
        return "not there"
    value = figure.figure.value
    return f"{value:,f}" if value is not None else f"({figure.figure.reason})"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:12]}…"
