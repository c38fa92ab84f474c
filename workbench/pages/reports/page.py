"""The reports page: saved runs, a form that starts one, and the comparison of two runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import panel as pn
from markupsafe import Markup

from db.operations.reports import get_run, list_runs
from workbench.domain.operations.reports import ReportRun, RunStatus
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Permission
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, day, href, words
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.reports.report_comparison import comparison_view
from workbench.pages.reports.schedules import SchedulesPanel
from workbench.reports.notebooks import Notebook, all_notebooks, project_notebook
from workbench.reports.saved_runs import compare_saved_runs
from workbench.runtime import Workbench

_RUNS = 40
_TEMPLATE = "reports/page.html"
_REFRESH_MILLISECONDS = 1000
_TONES = {RunStatus.FINISHED: "good", RunStatus.FAILED: "bad", RunStatus.INTERRUPTED: "warn", RunStatus.RUNNING: "accent"}


def reports_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, the comparison when two runs are chosen, the runs with their progress, and the schedules."""
    notebook = project_notebook(selection.notebook) if selection.notebook else None
    run_list = _RunList(workbench, selection)
    panels: dict[str, pn.viewable.Viewable] = {"query": HtmlPanel(_form(notebook, selection), on_event=run_list.on_event)}
    if selection.report is not None and selection.other is not None:
        with workbench.database.read() as connection:
            before = get_run(connection, selection.other, visitor())
            after = get_run(connection, selection.report, visitor())
        panels["comparison"] = HtmlPanel(
            comparison_view(before, after, compare_saved_runs(workbench, before, after), selection)
        )
    panels["runs"] = run_list.panel
    panels["schedules"] = SchedulesPanel(workbench, notebook).panel
    return Content("Reports", panels, cards=tuple(panels))


class _RunList:
    """The table of runs, refreshed while a run is in progress."""

    def __init__(self, workbench: Workbench, selection: Selection) -> None:
        self._workbench = workbench
        self._selection = selection
        self._visitor = visitor()
        self._refreshing: pn.io.PeriodicCallback | None = None
        self.panel = HtmlPanel(on_event=self.on_event)
        self._draw()
        afterwards(self._refresh)

    def on_event(self, name: str, _value: str) -> None:
        """Refreshes the table when a run starts."""
        if name == "started":
            self._refresh()

    def _refresh(self) -> None:
        """Draws the table, and again every few seconds while a run is in progress."""
        is_running = self._draw()
        if is_running and self._refreshing is None:
            self._refreshing = pn.state.add_periodic_callback(self._refresh, period=_REFRESH_MILLISECONDS)
        elif not is_running and self._refreshing is not None:
            self._refreshing.stop()  # type: ignore[no-untyped-call]
            self._refreshing = None

    def _draw(self) -> bool:
        """Draws the table; returns whether a run is in progress."""
        selection = self._selection
        with self._workbench.database.read() as connection:
            runs = list_runs(
                connection, notebook=selection.notebook or None, as_of=selection.as_of, limit=_RUNS, caller=self._visitor
            )
        self.panel.html = run_table(runs, selection, self._visitor)
        return any(run.status is RunStatus.RUNNING for run in runs)


def run_table(runs: Sequence[ReportRun], selection: Selection, caller: Caller = LOCAL) -> Markup:
    """One row a run, newest first, with its files and what the caller may do: run it again, or cancel an own one."""
    if not runs:
        until = f" for data known by {day(selection.as_of)}" if selection.as_of else ""
        message = notice(f"No reports yet{until}.", "Choose a notebook above and run it.", is_inline=True)
        return fragment(_TEMPLATE, "no_runs", message)
    rows = [_row(run, _earlier(run, runs[place + 1 :]), selection) | _actions(run, caller) for place, run in enumerate(runs)]
    return fragment(_TEMPLATE, "runs", rows)


def _actions(run: ReportRun, caller: Caller) -> dict[str, bool]:
    may_run, is_running = caller.may(Permission.REPORTS_RUN), run.status is RunStatus.RUNNING
    is_own = run.owner == caller.name or caller.sees_all
    return {"can_rerun": may_run and not is_running, "can_cancel": may_run and is_running and is_own}


def _earlier(run: ReportRun, older: Sequence[ReportRun]) -> ReportRun | None:
    """The previous finished run of the notebook, preferably with the same parameters."""
    same = [each for each in older if each.notebook == run.notebook and each.status is RunStatus.FINISHED]
    parameters = {name: value for name, value in run.parameters.items() if name != "as_of"}
    matching = [each for each in same if {name: each.parameters.get(name) for name in parameters} == parameters]
    return next(iter(matching or same), None)


def _row(run: ReportRun, earlier: ReportRun | None, selection: Selection) -> dict[str, Any]:
    is_finished = run.status is RunStatus.FINISHED
    file = f"api/v1/reports/{run.report_id}/file"
    compared = replace(selection, report=run.report_id, other=earlier.report_id) if earlier and is_finished else None
    return {
        "number": run.report_id,
        "title": run.title,
        "href": file if is_finished else "",
        "schedule": run.schedule,
        "error": run.error,
        "state": run.status.value,
        "tone": _TONES[run.status],
        "is_running": run.status is RunStatus.RUNNING,
        "share": 100 * run.cells_done // max(1, run.cells),
        "started": f"{run.started_at.astimezone(UTC):%d %b %Y %H:%M}",
        "figures": f"{run.figures:,}",
        "files": f"{file}?format=" if is_finished else "",
        "compare": href("reports", compared) if compared else "",
        "earlier": earlier.report_id if earlier else "",
    }


def _form(notebook: Notebook | None, selection: Selection) -> Markup:
    offered = [
        (each.name, words(each.name), href("reports", Selection(notebook=each.name, as_of=selection.as_of)))
        for each in all_notebooks()
    ]
    name = notebook.name if notebook else ""
    fields = [_field(name, str(default), selection) for name, default in notebook.defaults.items()] if notebook else []
    may_run = visitor().may(Permission.REPORTS_RUN)
    return fragment(_TEMPLATE, "form", choices(offered, name) if may_run else [], name if may_run else "", fields)


def _field(name: str, default: str, selection: Selection) -> dict[str, str]:
    is_day = name == "as_of"
    return {
        "name": name,
        "label": "As of (empty: today)" if is_day else words(name),
        "kind": "date" if is_day else "text",
        "value": selection.as_of.isoformat() if is_day and selection.as_of else default,
    }
