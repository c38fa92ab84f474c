"""The settings page: the contact for the SEC, keys of vendors, notification channels and webhooks, for administrators.

The forms post to the API, which checks the permission. Values of secrets are never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from functools import partial
from typing import Any

from markupsafe import Markup

from workbench.domain.operations.stored_settings import (
    CHANNELS,
    GROUPS,
    WEBHOOKS,
    SettingSource,
    SettingState,
)
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench
from workbench.settings_file import PREFIX

_TEMPLATE = "operations/settings_page.html"
_TEXTS = {
    CHANNELS: ("Notification channels", "mailto://user:password@mail.example.org?to=ada@example.org"),
    WEBHOOKS: ("Report webhooks", "https://:secret@host/path"),
}
_CARDS = {"channels": CHANNELS, "webhooks": WEBHOOKS}
_DONE = {
    "stored": "{} is stored, and used from now on.",
    "removed": "{} is removed.",
    "tested": "The test message was accepted.",
}


def settings_page(workbench: Workbench, _: Selection) -> Content:
    """The settings with one value, the channels, and the webhooks, each with who set it and when."""
    panels = SettingsPanels(workbench.stored_settings.states).parts
    return Content("Settings", dict(panels), cards=tuple(panels))


class SettingsPanels:
    """The cards of the page, drawn again after each change; `states` reads what is stored."""

    def __init__(self, states: Callable[[], list[SettingState]]) -> None:
        self._states = states
        self.parts = {name: HtmlPanel(on_event=partial(self._on_event, name)) for name in ("sources", *_CARDS)}
        self._show()

    def _on_event(self, card: str, name: str, value: str) -> None:
        if name in _DONE:
            self._show(card, _DONE[name].format(value))

    def _show(self, card: str = "", done: str = "") -> None:
        states = self._states()
        for name, panel in self.parts.items():
            message = done if name == card else ""
            panel.html = addresses(states, _CARDS[name], message) if name in _CARDS else single_settings(states, message)


def single_settings(states: Iterable[SettingState], done: str = "") -> Markup:
    """A form for each setting that has one value; `done` says what was just changed."""
    rows = [_row(each) for each in states if each.setting.name.rpartition(".")[0] not in GROUPS]
    return fragment(_TEMPLATE, "single", rows, done)


def addresses(states: Iterable[SettingState], group: str, done: str = "") -> Markup:
    """A row for each channel or webhook, and a form that adds one; `done` says what was just changed."""
    heading, example = _TEXTS[group]
    rows = [_row(each) for each in states if each.setting.name.rpartition(".")[0] == group]
    return fragment(_TEMPLATE, "group", heading, group, rows, example, done)


def _row(state: SettingState) -> dict[str, Any]:
    setting = state.setting
    return {
        "name": setting.name,
        "channel": setting.name.rpartition(".")[2],
        "title": setting.title,
        "about": setting.about,
        "is_secret": setting.is_secret,
        "value": state.value or "",
        "state": _sentence(state),
        "is_missing": state.source is SettingSource.NONE,
        "is_fixed": state.source is SettingSource.ENVIRONMENT,
        "is_stored": state.set_at is not None,
        "is_readable": state.is_readable,
    }


def _sentence(state: SettingState) -> str:
    """Where the value comes from, who set it and when."""
    if state.source is SettingSource.ENVIRONMENT:
        return f"Set by the environment (`{PREFIX}{state.setting.variable}`), and cannot be changed here."
    if state.source is SettingSource.NONE or state.set_at is None:
        return "Not set."
    when = f"{state.set_at.astimezone(UTC):%d %b %Y %H:%M} UTC".lstrip("0")
    if not state.is_readable:
        return f"Set on {when} by {state.set_by}, but encrypted with another key. Set it again."
    return f"Set on {when} by {state.set_by}."
