"""The HTML with which a page answers: the bar, the content of its panels, and what the browser needs to open its session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import panel as pn
from bokeh.resources import Resources
from bokeh.server.views.static_handler import StaticHandler
from jinja2 import Template
from markupsafe import Markup
from panel.io.resources import _env, bundle_resources

from workbench.domain.as_of import today
from workbench.domain.operations.page_list import pages_for
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.domain.rights.roles import Permission
from workbench.pages.frame.html_panel import HtmlPanel, asset, asset_version
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import script_nonce, visitor

# Without it the browser would request Panel's icon; this one identifies the page among many tabs.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' stroke='%230a5ba8' "
    "stroke-width='2.6' stroke-linecap='round'%3E%3Cpath d='M3 17V9M8 17V3M13 17v-6M18 17V6'/%3E%3C/svg%3E"
)
# Panel adds the address bar to a document before the panels of the page; it shows nothing.
_LOCATION = "location"
# Pages that the brand and the account menu lead to.
_ELSEWHERE = ("home", "account", "settings")


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


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the page, with what the page's first answer shows in it: markup, and the room that charts will need."""

    name: str
    parts: Sequence[Markup | int]
    min_height: int

    @classmethod
    def of(cls, name: str, panel: pn.viewable.Viewable) -> Place:
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


def first_answer(
    name: str, selection: Selection, content: Content, places: Sequence[Place], *, unread: int, token: str
) -> str:
    """The page as HTML. `token` lets the browser open its session, whose roots stand in the order of the places."""
    as_of = selection.as_of.isoformat() if selection.as_of else ""
    shared = Selection(as_of=selection.as_of)
    nonce = script_nonce()
    html = _template().render(
        **_files(),
        nonce=f' nonce="{nonce}"' if nonce else "",
        page_title=f"{content.title} · Workbench",
        places=places,
        roots=[_LOCATION, *(place.name for place in places)],
        token=token,
        heading="" if any(place.has_heading for place in places) else content.title,
        cards=tuple(content.cards),
        main_class=content.layout,
        unread=unread,
        links=links(name, selection, in_bar=True),
        more=links(name, selection, in_bar=False),
        keys=keys(shared),
        **_account(),
        is_home=name == "home",
        is_settings=name == "settings",
        as_of=as_of,
        as_of_query=shared.query(),
        today=today().isoformat(),
        ticker=selection.ticker.partition(",")[0] if not content.is_problem else "",
        parameters=[(key, value) for key, value in selection.parameters() if key != "as_of"],
        now_href=selection.query(as_of=None),
    )
    return str(html)


def links(name: str, selection: Selection, *, in_bar: bool) -> list[dict[str, Any]]:
    """The links of the bar, or those under More, to the pages that the visitor may open."""
    listed = [page for page in pages_for(visitor().role) if page.in_bar is in_bar and page.path not in _ELSEWHERE]
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


def keys(shared: Selection) -> list[dict[str, str]]:
    """The letters that lead to pages after `g`."""
    return [
        {"key": page.key, "label": page.label, "href": page.path + ("" if page.path == "account" else shared.query())}
        for page in pages_for(visitor().role)
    ]


def _account() -> dict[str, Any]:
    """Who visits, for the account menu."""
    caller = visitor()
    has_session = caller.name != LOCAL_USER
    return {
        "user_name": caller.name if has_session else "You",
        "role": caller.role or "",
        "has_session": has_session,
        "may_set": caller.may(Permission.SETTINGS_WRITE),
    }


@cache
def _files() -> dict[str, str]:
    """The files of this folder that a page holds, the version of the one that it names, and the scripts of Bokeh and Panel."""
    # Panel's script needs these of Bokeh's; the one for WebGL, which no chart uses, is left out.
    named = Resources(
        mode="server", root_url="/", components=["bokeh", "bokeh-widgets", "bokeh-tables"],
        path_versioner=StaticHandler.append_version,
    )  # fmt: skip
    scripts, _ = bundle_resources([], named)
    return {
        "app_favicon": _ICON,
        "bokeh_js": scripts,
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
