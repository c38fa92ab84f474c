"""The reports page: runs that are kept, running one, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import panel as pn

from db.operations.reports import get_run, list_runs, list_schedules
from workbench.domain.operations.reports import ReportRun, ReportSchedule, RunStatus
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, notice, tag
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.reports.report_comparison import comparison_view
from workbench.reports.notebooks import Notebook, all_notebooks, project_notebook
from workbench.reports.saved_runs import compare_saved_runs
from workbench.reports.schedules import schedule_document
from workbench.runtime import Workbench

_RUNS = 40
_LOOK_MILLISECONDS = 1000
_TONES = {RunStatus.FINISHED: "good", RunStatus.FAILED: "bad", RunStatus.INTERRUPTED: "warn", RunStatus.RUNNING: "accent"}


def reports_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, the comparison when two runs are chosen, the runs with their progress, and the schedules."""
    notebook = project_notebook(selection.notebook) if selection.notebook else None
    listed = _RunList(workbench, selection)
    panels: dict[str, pn.viewable.Viewable] = {"query": Sheet(_form(notebook, selection), on_event=listed.hear)}
    if selection.report is not None and selection.other is not None:
        with workbench.database.read() as connection:
            before, after = get_run(connection, selection.other), get_run(connection, selection.report)
        panels["comparison"] = Sheet(comparison_view(before, after, compare_saved_runs(workbench, before, after), selection))
    panels["runs"] = listed.sheet
    with workbench.database.read() as connection:
        schedules = list_schedules(connection)
    panels["schedules"] = Sheet(schedule_table(schedules, datetime.now(UTC)))
    return Content("Reports", panels, cards=tuple(panels))


class _RunList:
    """The table of runs, read again as long as one of them is at work."""

    def __init__(self, workbench: Workbench, selection: Selection) -> None:
        self._workbench = workbench
        self._selection = selection
        self._looking: pn.io.PeriodicCallback | None = None
        self.sheet = Sheet(on_event=self.hear)
        pn.state.onload(self._look)

    def hear(self, name: str, _value: str) -> None:
        """A run was started."""
        if name == "started":
            self._look()

    def _look(self) -> None:
        selection = self._selection
        with self._workbench.database.read() as connection:
            runs = list_runs(connection, notebook=selection.notebook or None, as_of=selection.as_of, limit=_RUNS)
        self.sheet.html = run_table(runs, selection)
        is_running = any(run.status is RunStatus.RUNNING for run in runs)
        if is_running and self._looking is None:
            self._looking = pn.state.add_periodic_callback(self._look, period=_LOOK_MILLISECONDS)
        elif not is_running and self._looking is not None:
            self._looking.stop()  # type: ignore[no-untyped-call]
            self._looking = None


def run_table(runs: Sequence[ReportRun], selection: Selection) -> str:
    """One row a run, the newest first, with its files and what can be done with it."""
    head = '<div class="head"><h2>Runs</h2></div><p class="note" role="alert"></p>'
    if not runs:
        until = f" on what was known by {day(selection.as_of)}" if selection.as_of else ""
        return head + notice(f"No report was run{until} yet.", "Choose a notebook above and run it.", is_inline=True)
    rows = "".join(_row(run, _earlier(run, runs[place + 1 :]), selection) for place, run in enumerate(runs))
    return (
        f'{head}<div class="scroll"><table class="filings runs"><thead><tr><th>No.</th><th>Report</th><th>State</th>'
        f'<th class="optional">Started (UTC)</th><th class="optional">Figures</th><th></th></tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _earlier(run: ReportRun, older: Sequence[ReportRun]) -> ReportRun | None:
    """The run before of the same notebook, about the same where there is one."""
    same = [each for each in older if each.notebook == run.notebook and each.status is RunStatus.FINISHED]
    about = {name: value for name, value in run.parameters.items() if name != "as_of"}
    alike = [each for each in same if {name: each.parameters.get(name) for name in about} == about]
    return next(iter(alike or same), None)


def _row(run: ReportRun, earlier: ReportRun | None, selection: Selection) -> str:
    by = f'<div class="small muted">by schedule {escape(run.schedule)}</div>' if run.schedule else ""
    error = f'<div class="small note">{escape(run.error)}</div>' if run.error else ""
    title = escape(run.title)
    if run.status is RunStatus.FINISHED:
        title = f'<a href="api/v1/reports/{run.report_id}/file" target="_blank" rel="noopener">{title}</a>'
    return (
        f'<tr><td>{run.report_id}</td><td class="wide">{title}{by}{error}</td><td>{_state(run)}</td>'
        f'<td class="optional">{run.started_at.astimezone(UTC):%d %b %Y %H:%M}</td><td class="optional">{run.figures:,}</td>'
        f'<td class="actions small">{_actions(run, earlier, selection)}</td></tr>'
    )


def _state(run: ReportRun) -> str:
    state = tag(run.status.value, _TONES[run.status])
    if run.status is not RunStatus.RUNNING:
        return state
    share = 100 * run.cells_done // max(1, run.cells)
    return (
        f'<span class="bar-of" role="progressbar" aria-valuenow="{share}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="Cells done"><i style="width:{share}%"></i></span>{state}'
    )


def _actions(run: ReportRun, earlier: ReportRun | None, selection: Selection) -> str:
    if run.status is RunStatus.RUNNING:
        return ""
    parts = []
    if run.status is RunStatus.FINISHED:
        file = f"api/v1/reports/{run.report_id}/file?format="
        parts += [f'<a href="{file}pdf" download>PDF</a>', f'<a href="{file}xlsx" download>XLSX</a>']
        if earlier is not None:
            target = address("reports", replace(selection, report=run.report_id, other=earlier.report_id))
            parts.append(f'<a href="{target}">Compare with {earlier.report_id}</a>')
    again = (
        '<form data-post="started" data-answer="report_id" action="api/v1/reports" style="display:inline">'
        f'<input type="hidden" name="rerun" value="{run.report_id}"><button type="submit">Run again</button></form>'
    )
    return " ".join([*parts, again])


def _form(notebook: Notebook | None, selection: Selection) -> str:
    links = "".join(
        f'<a href="{address("reports", Selection(notebook=each.name, as_of=selection.as_of))}"'
        f"{' aria-current=true' if notebook and each.name == notebook.name else ''}>{escape(_words(each.name))}</a>"
        for each in all_notebooks()
    )
    choice = f'<span class="tabs" role="group" aria-label="Notebook">{links}</span>'
    head = f'<div class="head"><h1>Reports</h1><span class="right">{choice}</span></div>'
    if notebook is None:
        return f'{head}<p class="muted">Choose a notebook to run it, or open, repeat and compare what was run.</p>'
    fields = "".join(_field(name, str(default), selection) for name, default in notebook.defaults.items())
    return (
        f'{head}<form class="form" data-post="started" data-answer="report_id" action="api/v1/reports">'
        f'<input type="hidden" name="notebook" value="{escape(notebook.name)}">{fields}'
        '<button class="primary" type="submit">Run</button></form><p class="note" role="alert"></p>'
    )


def _field(name: str, default: str, selection: Selection) -> str:
    is_day = name == "as_of"
    value = selection.as_of.isoformat() if is_day and selection.as_of else default
    kind = "date" if is_day else "text"
    label = "As of (empty: today)" if is_day else _words(name)
    return (
        f'<label>{escape(label)}<input type="{kind}" name="parameters.{escape(name)}" value="{escape(value)}" '
        'spellcheck="false" autocomplete="off"></label>'
    )


def schedule_table(schedules: Sequence[ReportSchedule], now: datetime) -> str:
    """Reports that are run again and again, with when each runs next."""
    head = '<div class="head"><h2>Schedules</h2><span class="right small muted">times are UTC</span></div>'
    if not schedules:
        told = "`workbench report schedule apple company_review -p ticker=AAPL` adds one."
        return head + notice("No report is scheduled.", told, is_inline=True)
    rows = "".join(_schedule(schedule_document(each, now)) for each in schedules)
    titles = "<th>Name</th><th>Notebook</th><th>Next</th><th>Last</th><th>Parameters</th>"
    return (
        f'{head}<div class="scroll"><table class="filings"><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _schedule(row: Mapping[str, object]) -> str:
    parameters = row["parameters"]
    words = ", ".join(f"{name} = {value}" for name, value in parameters.items()) if isinstance(parameters, dict) else ""
    last = str(row["last_started_at"] or "–")[:16].replace("T", " ")
    return (
        f"<tr><td>{escape(str(row['name']))}</td><td>{escape(_words(str(row['notebook'])))}</td>"
        f"<td>{str(row['next_at'])[:16].replace('T', ' ')}</td><td>{last}</td><td class='wide muted'>{escape(words)}</td></tr>"
    )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
