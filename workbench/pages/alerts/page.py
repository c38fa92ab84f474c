"""The alerts page: what somebody wants to be told of, what an alert would have told, and what was told.

Who is looking is known to the API alone: the browser asks it, and what it tells is shown here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from workbench.domain.facts.restatements import Change
from workbench.domain.filings.events import EVENT_KINDS
from workbench.pages.alerts.alert_tables import PREVIEW_DAYS, notice_table, preview_list, rule_table
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import notice, tabs
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import figure_fields
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_SHOWN = 50
# How the condition begins, and what it is called.
_KINDS = {
    "filing": "Filing",
    "event": "Event",
    "restatement": "Restatement",
    "figure": "Figure",
    "failed run": "Failed run",
    "report": "Scheduled report",
}
_FORMS = ("10-K", "10-Q", "8-K", "20-F", "6-K", "DEF 14A", "S-1", "4", "13F-HR", "SC 13G")


def alerts_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, the visitor's alerts, and the notices that they found."""
    panel = AlertsPanel(workbench, is_as_of=selection.as_of is not None)
    panels = {"query": panel.form, "preview": panel.preview, "rules": panel.rules, "told": panel.told}
    return Content("Alerts", dict(panels), cards=("query", "rules", "told"))


class AlertsPanel:
    """The form and the tables, filled with what the browser was told by the API."""

    def __init__(self, workbench: Workbench, *, is_as_of: bool) -> None:
        self._is_as_of = is_as_of
        self._channels = tuple(workbench.notifier.channels)
        self._base = workbench.settings.server.address
        self._kind = "filing"
        self._watchlists: tuple[str, ...] = ()
        self._added = ""
        self.form = Sheet(self._form(), on_event=self._hear)
        self.preview = Sheet()
        self.rules = Sheet(on_event=self._hear)
        self.told = Sheet()

    def _hear(self, name: str, value: str) -> None:
        if name == "kind" and value in _KINDS:
            self._kind = value
            self.form.html = self._form()
        elif name == "watchlists":
            self._watchlists = tuple(each["name"] for each in json.loads(value)["watchlists"])
            if self._watchlists:
                self.form.html = self._form()
        elif name == "preview":
            self.preview.html = preview_list(json.loads(value), self._base)
        elif name == "added":
            self._added = value
        elif name == "rules":
            self.rules.html = rule_table(json.loads(value)["alerts"], self._added)
        elif name == "told":
            self.told.html = notice_table(json.loads(value)["notices"], self._base)

    def _form(self) -> str:
        loads = "".join(
            f'<p class="small note" data-load="api/v1/{place}" data-answer="{name}"></p>'
            for name, place in (("rules", "alerts"), ("told", f"alerts/notices?limit={_SHOWN}"), ("watchlists", "watchlists"))
        )
        now = '<p class="small muted">Alerts, previews and notices are as of now.</p>' if self._is_as_of else ""
        return f'<div class="head"><h1>Alerts</h1></div>{now}{alert_form(self._kind, self._channels, self._watchlists)}{loads}'


def alert_form(kind: str, channels: Sequence[str], watchlists: Sequence[str]) -> str:
    """Goes to the API, which says in one sentence why an alert is refused; without a channel there is only the preview."""
    choices = [(name, label, "alerts") for name, label in _KINDS.items()]
    add = '<button class="primary" type="submit">Add</button>' if channels else ""
    return (
        f"<p>{tabs('kind', choices, kind, 'What to be told of')}</p>"
        '<form class="form alert" data-post="added" data-answer="alert" data-plain data-wait="Looking…" '
        'action="api/v1/alerts">'
        f"{_condition(kind)}{_scope(watchlists) if kind not in ('failed run', 'report') else ''}"
        f"<label>To{_select('channel', channels)}</label><label>When{_cadence()}</label>"
        f'<button class="secondary" type="submit" formaction="api/v1/alerts/preview?days={PREVIEW_DAYS}" data-post="preview">'
        f'Preview</button>{add}</form><p class="small note" role="alert"></p>{"" if channels else _no_channel()}'
    )


def _condition(kind: str) -> str:
    begin = "" if kind == "figure" else kind
    hidden = f'<input type="hidden" name="condition" value="{begin}">'
    if kind == "filing":
        options = "".join(f'<option value="{form}">' for form in _FORMS)
        field = _added("Forms", f'<input {_ADDS} list="forms" placeholder="any" autocomplete="off">')
        return f'{hidden}{field}<datalist id="forms">{options}</datalist>'
    if kind == "event":
        types: dict[str, list[str]] = {}
        for event in EVENT_KINDS.values():
            types.setdefault(event.event_type, []).append(event.label)
        options = "".join(f'<option value="{name}">{escape("; ".join(labels))}</option>' for name, labels in types.items())
        return hidden + _added("Event", f'<select {_ADDS} aria-label="Event"><option value="">any</option>{options}</select>')
    if kind == "restatement":
        options = "".join(f'<option value="{each}">{each.replace("_", " ")}</option>' for each in Change)
        return hidden + _added("Kind of change", f'<select {_ADDS} aria-label="Kind of change">{options}</select>')
    if kind == "figure":
        return hidden + figure_fields("condition", between=" ")
    label = "Runs of kind" if kind == "failed run" else "Schedule"
    return hidden + _added(label, f'<input {_ADDS} placeholder="any" autocomplete="off">')


_ADDS = 'data-adds="condition" data-between=" "'


def _added(label: str, field: str) -> str:
    return f"<label>{escape(label)}{field}</label>"


def _scope(watchlists: Sequence[str]) -> str:
    lists = f"<label>Watchlist{_select('watchlist', watchlists, 'none')}</label>" if watchlists else ""
    return (
        '<label>Company<input name="ticker" data-suggest list="alert-companies" placeholder="all" spellcheck="false" '
        f'autocomplete="off"></label><datalist id="alert-companies"></datalist>{lists}'
    )


def _cadence() -> str:
    options = '<option value="">at once</option><option>daily</option><option>weekly</option>'
    return f'<select name="digest" aria-label="When">{options}</select>'


def _select(name: str, values: Sequence[str], empty: str = "") -> str:
    none = f'<option value="">{escape(empty)}</option>' if empty or not values else ""
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return f'<select name="{name}">{none}{options}</select>'


def _no_channel() -> str:
    text = "`WORKBENCH_ALERTS__CHANNELS__OPS=mailto://…` makes one that is called ops; previews work without."
    return notice("No channel is set, so nothing could be told.", text, is_inline=True)
