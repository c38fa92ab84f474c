"""The frame of all pages: the bar with the company field and the as-of date, and error messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import panel as pn
from bokeh.document import Document
from jinja2 import Template
from markupsafe import Markup
from panel.io.document import init_doc
from panel.io.location import Location
from panel.io.resources import _env
from panel.template.base import BaseTemplate

from workbench.domain.as_of import today
from workbench.domain.errors import WorkbenchError
from workbench.domain.rights.roles import Permission, may
from workbench.pages.frame.html_panel import HtmlPanel, asset
from workbench.pages.frame.messages import problem
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a page: its title and its panels by name, in order.

    `cards` are drawn with a border; `layout` names an arrangement of the page's style sheet, a column when empty.
    """

    title: str
    panels: dict[str, pn.viewable.Viewable]
    cards: Sequence[str] = ()
    layout: str = ""


# Without it the browser would request Panel's icon; this one identifies the page among many tabs.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' stroke='%230a5ba8' "
    "stroke-width='2.6' stroke-linecap='round'%3E%3Cpath d='M3 17V9M8 17V3M13 17v-6M18 17V6'/%3E%3C/svg%3E"
)


class _Page(pn.Template):
    """Panel's template, rendered once: Panel itself goes over everything again for each panel that is added."""

    def server_doc(self, doc: Document | None = None, title: str | None = None, location: bool | Location = True) -> Document:
        """The document with the page's panels; its models are collected once, when all panels have been added."""
        document = init_doc(doc or pn.state.curdoc)
        with document.models.freeze():
            return super().server_doc(document, title, location)

    def __repr__(self) -> str:
        # For each added panel, Panel renders all of them into a notebook preview, which a page never shows.
        return type(self).__name__


Build = Callable[[Workbench, Selection], Content]


def page(workbench: Workbench, name: str, build: Build) -> Callable[[], BaseTemplate]:
    """The function that Panel calls for each visit: it reads the address, builds the content, and shows WorkbenchErrors."""

    def visit() -> BaseTemplate:  # Panel only calls plain functions, not partials or objects
        return _visit(workbench, name, build)

    return visit


def _visit(workbench: Workbench, name: str, build: Build) -> BaseTemplate:
    selection = Selection()
    try:
        selection = Selection.from_arguments(pn.state.session_args)
        content = build(workbench, selection)
    except WorkbenchError as error:
        content = Content("Not found", {"problem": HtmlPanel(problem(error))})
    return _in_frame(name, selection, content)


def afterwards(*steps: Callable[[], None]) -> None:
    """Runs the steps in order once the page is on the screen; clicks are handled between two steps."""
    remaining = list(steps)

    def next_step() -> None:
        step = remaining.pop(0)
        try:
            step()
        finally:  # a card that fails does not stop the others
            if remaining:
                pn.state.execute(next_step, schedule=True)

    pn.state.onload(next_step)


def show_in_address(selection: Selection) -> None:
    """Writes the selection to the address bar of the current visit, without reloading the page."""
    location = pn.state.location
    if location is not None:
        location.param.update(search=selection.query(), reload=False)


def _links_of_operators(name: str, shared: Selection) -> list[dict[str, Any]]:
    role = visitor().role
    links = (("Operations", "operations", Permission.OPERATIONS_READ), ("Audit trail", "audit-trail", Permission.AUDIT_READ))
    return [
        {"label": label, "href": f"{path}{shared.query()}", "is_current": name == path}
        for label, path, permission in links
        if role is not None and may(role, permission)
    ]


@cache
def _template() -> Template:
    template: Template = _env.from_string(asset("page.html"))
    return template


@dataclass(frozen=True, slots=True)
class _Place:
    """A place on the page, with what the page's first answer shows in it: markup, and the room that charts will need."""

    name: str
    parts: Sequence[Markup | int]
    min_height: int

    @classmethod
    def of(cls, name: str, panel: pn.viewable.Viewable) -> _Place:
        """The first content of `panel`, which the first of its HTML panels will replace once it is drawn."""
        parts = list(panel) if isinstance(panel, pn.Column) else [panel]
        html = [each for each in parts if isinstance(each, HtmlPanel)]
        if html:
            html[0].place = name
        shown = [Markup(each.html) if isinstance(each, HtmlPanel) else each.height or 0 for each in parts]  # noqa: S704  # nosec B704
        return cls(name, shown if html else (), panel.min_height or 0)


def _in_frame(name: str, selection: Selection, content: Content) -> BaseTemplate:
    template = _Page(_template(), location=True)
    for key, panel in content.panels.items():
        template.add_panel(key, panel)
    as_of = selection.as_of.isoformat() if selection.as_of else ""
    shared = Selection(as_of=selection.as_of)
    variables: dict[str, Any] = {
        "app_favicon": _ICON,
        "apple_icon": "",
        "page_title": f"{content.title} · Workbench",
        "page_css": asset("page.css"),
        "panel_css": asset("html_panel.css"),
        "connection_js": asset("connection.js"),
        "first_content_js": asset("first_content.js"),
        "places": [_Place.of(name, panel) for name, panel in content.panels.items()],
        "cards": tuple(content.cards),
        "main_class": content.layout,
        "links": [
            {
                "label": "Companies",
                "href": f"company{shared.query()}",
                "is_current": name == "company" and not selection.ticker,
            },
            {"label": "Market", "href": f"market{shared.query()}", "is_current": name == "market"},
            {"label": "Compare", "href": f"compare{shared.query()}", "is_current": name == "compare"},
            {"label": "Chart", "href": f"chart{shared.query()}", "is_current": name == "chart"},
            {"label": "Screen", "href": f"screen{shared.query()}", "is_current": name == "screen"},
            {"label": "Search", "href": f"search{shared.query()}", "is_current": name == "search"},
            {"label": "Documents", "href": f"reader{shared.query()}", "is_current": False},
            {"label": "Audit", "href": f"audit{shared.query()}", "is_current": name == "audit"},
            {"label": "Reports", "href": f"reports{shared.query()}", "is_current": name == "reports"},
            {"label": "Alerts", "href": f"alerts{shared.query()}", "is_current": name == "alerts"},
            *_links_of_operators(name, shared),
        ],
        "is_home": name == "home",
        "as_of": as_of,
        "as_of_query": shared.query(),
        "today": today().isoformat(),
        "ticker": selection.ticker if name == "company" else "",
        "parameters": [(key, value) for key, value in selection.parameters() if key != "as_of"],
        "now_href": selection.query(as_of=None),
    }
    for key, value in variables.items():
        template.add_variable(key, value)
    return template
