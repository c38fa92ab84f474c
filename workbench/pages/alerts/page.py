"""The alerts page: the user's alerts, previews and sent notifications.

The browser asks the API for alerts and sent notifications, which knows the signed-in user, and this page shows its responses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from db.alerts.deliveries import list_deliveries
from db.alerts.inbox import unread
from workbench.analysis.alerts.alerts_json import delivery_as_json
from workbench.domain.alerts.rules import INBOX
from workbench.domain.facts.restatements import Change
from workbench.domain.filings.events import EVENT_KINDS
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Permission
from workbench.pages.alerts.alert_tables import PREVIEW_DAYS, inbox_list, notice_table, preview_list, rule_table
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices as tab_choices
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import figure_fields
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

_SHOWN = 50
_TEMPLATE = "alerts/page.html"
# The first words of a condition, and their labels.
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
    """The inbox, the form, the user's alerts, and their notifications."""
    panel = AlertsPanel(workbench, is_as_of=selection.as_of is not None)
    panels = {"query": panel.form, "preview": panel.preview, "inbox": panel.inbox, "rules": panel.rules, "sent": panel.sent}
    return Content("Alerts", dict(panels), cards=("query", "inbox", "rules", "sent"))


class AlertsPanel:
    """The inbox, and the form and tables, filled with the responses that the browser gets from the API."""

    def __init__(self, workbench: Workbench, *, is_as_of: bool) -> None:
        self._workbench = workbench
        self._visitor = visitor()
        self._is_as_of = is_as_of
        self._channels = (INBOX, *workbench.notifier.channels)
        self._base = workbench.settings.server.address
        self._kind = "filing"
        self._watchlists: tuple[str, ...] = ()
        self._added = ""
        self.form = HtmlPanel(self._form(), on_event=self._on_event)
        self.preview = HtmlPanel()
        self.inbox = HtmlPanel(self._inbox(), on_event=self._on_event)
        self.rules = HtmlPanel(on_event=self._on_event)
        self.sent = HtmlPanel()

    def _on_event(self, name: str, value: str) -> None:
        if name == "kind" and value in _KINDS:
            self._kind = value
            self.form.html = self._form()
        elif name == "read":
            self.inbox.html = self._inbox()
        elif name == "watchlists":
            self._watchlists = tuple(each["name"] for each in json.loads(value)["watchlists"])
            if self._watchlists:
                self.form.html = self._form()
        elif name == "preview":
            self.preview.html = preview_list(json.loads(value), self._base)
        elif name == "added":
            self._added = value
        elif name == "rules":
            self.rules.html = rule_table(
                json.loads(value)["alerts"], self._added, may_change=self._visitor.may(Permission.ALERTS_WRITE)
            )
        elif name == "sent":
            self.sent.html = notice_table(json.loads(value)["notices"], self._base)

    def _inbox(self) -> Markup:
        return inbox_of(self._workbench, self._visitor, _SHOWN)

    def _form(self) -> Markup:
        places = {"rules": "alerts", "sent": f"alerts/notices?limit={_SHOWN}", "watchlists": "watchlists"}
        loads = [{"name": name, "address": f"api/v1/{place}"} for name, place in places.items()]
        form = alert_form(self._kind, self._channels, self._watchlists) if self._visitor.may(Permission.ALERTS_WRITE) else ""
        return fragment(_TEMPLATE, "page", self._is_as_of, form, loads)


def inbox_of(workbench: Workbench, owner: Caller, limit: int) -> Markup:
    """The newest notifications of the owner's own alerts."""
    base = workbench.settings.server.address
    with workbench.database.read() as connection:
        newest = list_deliveries(connection, owner=owner.name, limit=limit, caller=owner)
        count = unread(connection, owner.name)
    return inbox_list([delivery_as_json(each, base) for each in newest], base, count)


def alert_form(kind: str, channels: Sequence[str], watchlists: Sequence[str]) -> Markup:
    """The form that posts to the API, which returns the reason for a refusal; the inbox is the first of the channels."""
    kinds = tab_choices([(name, label, "alerts") for name, label in _KINDS.items()], kind)
    has_companies = kind not in ("failed run", "report")
    note = "The inbox is on this page. An administrator can add mail, Slack and webhooks." if len(channels) == 1 else ""
    return fragment(_TEMPLATE, "form", kinds, kind, _choices(kind), has_companies, channels, watchlists, PREVIEW_DAYS, note)


def _choices(kind: str) -> Any:
    """The choices that narrow a condition of this kind: a list, or the fields of a figure."""
    if kind == "filing":
        return tab_choices([(form, form, "") for form in _FORMS], "")
    if kind == "event":
        types: dict[str, list[str]] = {}
        for event in EVENT_KINDS.values():
            types.setdefault(event.event_type, []).append(event.label)
        return tab_choices([(name, "; ".join(labels), "") for name, labels in types.items()], "")
    if kind == "restatement":
        return tab_choices([(each.value, each.replace("_", " "), "") for each in Change], "")
    return figure_fields("condition", between=" ") if kind == "figure" else []
