"""The saved views of a page: a list of links, and the form that saves what the page shows.

Only the API knows who is signed in: the browser asks it for the views, and this panel shows the answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from workbench.analysis.screens.views_json import SavedViewAnswer
from workbench.domain.rights.roles import Permission, Role
from workbench.domain.screens.saved_views import PARAMETERS, ViewKind
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor

_TEMPLATE = "frame/saved_views.html"


class SavedViewsPanel:
    """The card of a page's saved views; `show` follows what the page shows."""

    def __init__(self, kind: ViewKind, selection: Selection) -> None:
        caller = visitor()
        self._kind = kind
        self._caller = caller.name
        self._can_save = caller.may(Permission.VIEWS_WRITE)
        self._roles = [role.value for role in Role] if caller.may(Permission.SHARE) else []
        self._selection = selection
        self._views: Sequence[SavedViewAnswer] = ()
        self.panel = HtmlPanel(on_event=self._on_event)
        self._write()

    def show(self, selection: Selection) -> None:
        """Saves this selection from now on."""
        self._selection = selection
        self._write()

    def _on_event(self, name: str, value: str) -> None:
        if name == "views":
            self._views = json.loads(value)["views"]
            self._write()

    def _write(self) -> None:
        shown = view_parameters(self._kind, self._selection)
        views = [_view(view, self._selection, self._caller) for view in self._views if view["kind"] == self._kind]
        parameters = list(shown.items())
        self.panel.html = fragment(_TEMPLATE, "listed", self._kind.value, views, parameters, self._can_save, self._roles)


def view_parameters(kind: ViewKind, selection: Selection) -> dict[str, str]:
    """What is saved of a page's selection: the parameters of this kind that are set."""
    return {name: value for name, value in selection.parameters() if name in PARAMETERS[kind]}


def _view(view: Mapping[str, Any] | SavedViewAnswer, selection: Selection, caller: str) -> dict[str, Any]:
    page, _, query = view["address"].partition("?")
    target = Selection(as_of=selection.as_of).changed(**dict(parse_qsl(query)))
    owner = view["owner"] if view["owner"] != caller else ""
    return {"name": view["name"], "href": page + target.query(), "owner": owner, "shared_with": view["shared_with"]}
