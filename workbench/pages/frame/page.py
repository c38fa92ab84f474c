"""The pages as they are served: an HTML answer first, and a session of Panel once the browser connects."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import panel as pn
from bokeh.document import Document
from panel.io.document import init_doc
from panel.io.location import Location
from panel.io.resources import LOCAL_DIST
from panel.template.base import BaseTemplate

from db.alerts import inbox
from workbench.domain.errors import WorkbenchError
from workbench.domain.rights.ownership import Caller
from workbench.pages.frame.first_answer import Content, Place, first_answer
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.messages import problem
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

__all__ = ["Content", "ServedPage", "afterwards", "show_in_address", "soon"]

Step = Callable[[], None]
Build = Callable[[Workbench, Selection], Content]

# So many built pages wait for their sessions; the oldest above that are built again from their addresses.
_MOST_WAITING = 100

# What a page that is being built leaves for its session; None while no page is being built.
_left: ContextVar[list[Step] | None] = ContextVar("left_steps", default=None)


@dataclass(frozen=True, slots=True)
class _Built:
    """A page that was built for a visitor, with the steps that its session goes on with."""

    visitor: Caller
    selection: Selection
    content: Content
    places: Sequence[Place]
    steps: Sequence[Step]
    until: float


class _Page(pn.Template):
    """Panel's template of the panels; its HTML is not used, since the first answer was HTML already."""

    def server_doc(self, doc: Document | None = None, title: str | None = None, location: bool | Location = True) -> Document:
        """The document with the page's panels; its models are collected once, when all panels have been added."""
        document = init_doc(doc or pn.state.curdoc)
        document.template_variables["dist_url"] = LOCAL_DIST  # else Panel's models load their style sheets from another host
        with document.models.freeze():
            return super().server_doc(document, title, location)

    def __repr__(self) -> str:
        # For each added panel, Panel renders all of them into a notebook preview, which a page never shows.
        return type(self).__name__


class ServedPage:
    """One of the pages. Its first answer is HTML, for which Panel is not needed; its session begins when the browser connects.

    The content that was built for the answer waits for that session, as long as a session without a browser may last, and
    only for the same visitor. Without it the session builds the page from its address.
    """

    def __init__(self, workbench: Workbench, name: str, build: Build) -> None:
        self._workbench = workbench
        self._name = name
        self._build = build
        self._waiting: dict[str, _Built] = {}

    def answer(self, arguments: Mapping[str, Sequence[bytes]], session_id: str, token: str) -> str:
        """The page at an address with these query parameters, as HTML whose `token` opens the session of this id."""
        built = self._built(arguments)
        self._forget_old()
        self._waiting[session_id] = built
        unread = _unread(self._workbench)
        return first_answer(self._name, built.selection, built.content, built.places, unread=unread, token=token)

    def in_session(self) -> BaseTemplate:
        """The page for the session that Panel makes; Panel calls it, with the session as its current one."""
        document = pn.state.curdoc
        context = document.session_context if document is not None else None
        built = self._waiting.pop(str(context.id), None) if context is not None else None
        if built is None or built.visitor != visitor():
            built = self._built(pn.state.session_args)
        template = _Page("", location=True)
        for key, panel in built.content.panels.items():
            template.add_panel(key, panel)
        afterwards(*built.steps)
        return template

    def _built(self, arguments: Mapping[str, Sequence[bytes]]) -> _Built:
        """Reads the address and builds the content; a WorkbenchError becomes a page that shows it."""
        selection, steps = Selection(), list[Step]()
        collecting = _left.set(steps)
        try:
            selection = Selection.from_arguments(arguments)
            content = self._build(self._workbench, selection)
        except WorkbenchError as error:
            content = Content("Not found", {"problem": HtmlPanel(problem(error))}, is_problem=True)
            steps.clear()
        finally:
            _left.reset(collecting)
        places = [Place.of(name, panel) for name, panel in content.panels.items()]
        until = time.monotonic() + self._workbench.settings.server.unused_session_seconds
        return _Built(visitor(), selection, content, places, steps, until)

    def _forget_old(self) -> None:
        """Drops what has waited too long, and the oldest if too many wait; the order of the dictionary is that of time."""
        now = time.monotonic()
        while self._waiting:
            oldest = next(iter(self._waiting))
            if self._waiting[oldest].until > now and len(self._waiting) < _MOST_WAITING:
                return
            del self._waiting[oldest]


def _unread(workbench: Workbench) -> int:
    """The notifications that the visitor has not read; none while the database cannot be asked."""
    try:
        with workbench.database.read() as connection:
            return inbox.unread(connection, visitor().name)
    except WorkbenchError:
        return 0


def afterwards(*steps: Step) -> None:
    """Runs the steps in order once the page is on the screen; clicks are handled between two steps."""
    left = _left.get()
    if left is not None:
        left.extend(steps)
        return
    remaining = list(steps)

    def next_step() -> None:
        step = remaining.pop(0)
        try:
            step()
        finally:  # a card that fails does not stop the others
            if remaining:
                pn.state.execute(next_step, schedule=True)

    if remaining:
        pn.state.onload(next_step)


def soon(step: Step) -> None:
    """Runs the step once what the current event changed is on its way to the browser; without a browser, at once."""
    left = _left.get()
    if left is not None:
        left.append(step)
    else:
        pn.state.execute(step, schedule=True)


def show_in_address(selection: Selection) -> None:
    """Writes the selection to the address bar of the current visit, without reloading the page."""
    location = pn.state.location
    if location is not None:
        location.param.update(search=selection.query(), reload=False)
