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

from db.alerts import inbox
from workbench.domain.as_of import today
from workbench.domain.errors import WorkbenchError
from workbench.domain.operations.page_list import pages_for
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.pages.frame.html_panel import HtmlPanel, asset, asset_version
from workbench.pages.frame.messages import problem
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import script_nonce, visitor
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
    is_problem: bool = False


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
        content = Content("Not found", {"problem": HtmlPanel(problem(error))}, is_problem=True)
    return _in_frame(name, selection, content, _unread(workbench))


def _unread(workbench: Workbench) -> int:
    """The notifications that the visitor has not read; none while the database cannot be asked."""
    try:
        with workbench.database.read() as connection:
            return inbox.unread(connection, visitor().name)
    except WorkbenchError:
        return 0


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


def soon(step: Callable[[], None]) -> None:
    """Runs the step once what the current event changed is on its way to the browser; without a browser, at once."""
    pn.state.execute(step, schedule=True)


def show_in_address(selection: Selection) -> None:
    """Writes the selection to the address bar of the current visit, without reloading the page."""
    location = pn.state.location
    if location is not None:
        location.param.update(search=selection.query(), reload=False)


def _links(name: str, selection: Selection, *, in_bar: bool) -> list[dict[str, Any]]:
    """The links of the bar, or those under More, to the pages that the visitor may open."""
    listed = [page for page in pages_for(visitor().role) if page.in_bar is in_bar and page.path not in ("home", "account")]
    shared = Selection(as_of=selection.as_of)
    # A company's own pages, and a document, are not the list that the link leads to.
    is_of_one = (bool(selection.ticker) and name in ("company", "changes")) or name == "reader"
    return [
        {
            "label": page.label,
            "href": f"{page.path}{shared.query()}",
            "is_current": name == page.path and not is_of_one,
            "path": page.path,
        }
        for page in listed
    ]


def _keys(shared: Selection) -> list[dict[str, str]]:
    """The letters that lead to pages after `g`."""
    return [
        {"key": page.key, "label": page.label, "href": page.path + ("" if page.path == "account" else shared.query())}
        for page in pages_for(visitor().role)
    ]


def _account() -> dict[str, Any]:
    """Who visits, for the account menu."""
    caller = visitor()
    has_session = caller.name != LOCAL_USER
    return {"user_name": caller.name if has_session else "You", "role": caller.role or "", "has_session": has_session}


@cache
def _files() -> dict[str, str]:
    """The files of this folder that a page holds, and the version of the one that it names."""
    return {
        "app_favicon": _ICON,
        "apple_icon": "",
        "page_css": asset("page.css"),
        "panel_css": asset("html_panel.css"),
        "connection_js": asset("connection.js"),
        "first_content_js": asset("first_content.js"),
        "drawers_js": asset("drawers.js"),
        "copy_js": asset("copy.js"),
        "command_bar_version": asset_version("command_bar.js"),
    }


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

    @property
    def has_heading(self) -> bool:
        """Whether a heading of the first level stands in it; a page without one gets its title."""
        return any("<h1" in part for part in self.parts if isinstance(part, Markup))


def _in_frame(name: str, selection: Selection, content: Content, unread: int) -> BaseTemplate:
    template = _Page(_template(), location=True)
    for key, panel in content.panels.items():
        template.add_panel(key, panel)
    as_of = selection.as_of.isoformat() if selection.as_of else ""
    shared = Selection(as_of=selection.as_of)
    places = [_Place.of(name, panel) for name, panel in content.panels.items()]
    nonce = script_nonce()
    variables: dict[str, Any] = {
        **_files(),
        "nonce": Markup(f' nonce="{nonce}"') if nonce else "",  # noqa: S704  # nosec B704
        "page_title": f"{content.title} · Workbench",
        "places": places,
        "heading": "" if any(place.has_heading for place in places) else content.title,
        "cards": tuple(content.cards),
        "main_class": content.layout,
        "unread": unread,
        "links": _links(name, selection, in_bar=True),
        "more": _links(name, selection, in_bar=False),
        "keys": _keys(shared),
        **_account(),
        "is_home": name == "home",
        "as_of": as_of,
        "as_of_query": shared.query(),
        "today": today().isoformat(),
        "ticker": selection.ticker.partition(",")[0] if not content.is_problem else "",
        "parameters": [(key, value) for key, value in selection.parameters() if key != "as_of"],
        "now_href": selection.query(as_of=None),
    }
    for key, value in variables.items():
        template.add_variable(key, value)
    return template
