"""The scheduled reports: when each runs next, who gets it, and the form that schedules the chosen notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from db.operations.reports import list_schedules
from workbench.domain.operations.report_deliveries import WEBHOOK
from workbench.domain.operations.reports import ReportSchedule
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Permission
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import words
from workbench.pages.frame.messages import notice
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.reports.notebooks import Notebook
from workbench.reports.schedules import schedule_document
from workbench.runtime import Workbench

_TEMPLATE = "reports/schedules.html"
_TIMES = {
    "0 6 * * 1-5": "working days at 6:00",
    "0 6 * * *": "every day at 6:00",
    "0 6 * * 1": "Mondays at 6:00",
    "0 6 1 * *": "the first day of the month at 6:00",
}


class SchedulesPanel:
    """The card of schedules, written again when one was added or removed."""

    def __init__(self, workbench: Workbench, notebook: Notebook | None) -> None:
        self._workbench = workbench
        self._notebook = notebook
        self._visitor = visitor()
        self.panel = HtmlPanel(on_event=self._on_event)
        self._write()

    def _on_event(self, name: str, _value: str) -> None:
        if name == "schedules":
            self._write()

    def _write(self) -> None:
        with self._workbench.database.read() as connection:
            schedules = list_schedules(connection, self._visitor)
        table = schedule_table(schedules, datetime.now(UTC), self._visitor)
        may_schedule = self._visitor.may(Permission.SCHEDULES_WRITE)
        form = schedule_form(self._notebook, recipients(self._workbench)) if self._notebook and may_schedule else ""
        self.panel.html = fragment(_TEMPLATE, "card", table, form)


def recipients(workbench: Workbench) -> list[str]:
    """Who can get a report: the channels and the signed webhooks."""
    return [*workbench.notifier.channels, *(WEBHOOK + name for name in workbench.webhooks.channels)]


def schedule_table(schedules: Sequence[ReportSchedule], now: datetime, caller: Caller = LOCAL) -> Markup:
    """One row a schedule, with its next run and its recipients; the caller's own can be removed."""
    if not schedules:
        text = "Choose a notebook above to schedule it, or use `workbench report schedule`."
        return notice("No scheduled reports.", text, is_inline=True)
    may_remove = caller.may(Permission.SCHEDULES_WRITE)
    rows = [
        _row(schedule_document(each, now))
        | {"can_remove": may_remove and (each.owner == caller.name or caller.sees_all), "is_own": each.owner == caller.name}
        for each in schedules
    ]  # fmt: skip
    return fragment(_TEMPLATE, "table", rows)


def schedule_form(notebook: Notebook, offered: Sequence[str]) -> Markup:
    """The form that schedules this notebook; a report is of the day on which it runs."""
    fields = [
        {"name": name, "label": words(name), "value": str(default)}
        for name, default in notebook.defaults.items()
        if name != "as_of"
    ]
    return fragment(_TEMPLATE, "form", notebook.name, words(notebook.name), fields, list(_TIMES.items()), offered)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "owner": row["owner"],
        "notebook": words(str(row["notebook"])),
        "next_at": str(row["next_at"])[:16].replace("T", " "),
        "last": str(row["last_started_at"] or "–")[:16].replace("T", " "),
        "parameters": ", ".join(f"{name} = {value}" for name, value in row["parameters"].items()),
        "when": _TIMES.get(row["cron"], row["cron"]),
        "recipients": ", ".join(row["recipients"]) or "–",
    }
