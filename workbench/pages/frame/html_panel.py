"""A part of a page: markup from Python, clicks back to Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import panel as pn
import param


@cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    return (files("workbench.pages.frame") / name).read_text(encoding="utf-8")


@cache
def asset_version(name: str) -> str:
    """The version of such a file in its address: a browser that has this version asks for it no more."""
    return hashlib.sha256(asset(name).encode()).hexdigest()[:12]


class HtmlPanel(pn.custom.JSComponent):
    """Shows `html` and calls `on_event(name, value)` when an element with `data-event="name" data-value="value"` is clicked.

    The markup comes from this project's templates, with all other text escaped. The panel scrolls to `#passage`, focuses
    `data-focus`, lets the Escape key click `data-escape`, and scrolls the page to its top for `data-top`.
    """

    html = param.String()
    # The place on the page whose first content this panel replaces when it is drawn, see frame/page.py.
    place = param.String()

    _esm = asset("html_panel.js")
    _stylesheets: ClassVar[list[str]] = [asset("html_panel.css")]

    def __init__(self, html: str = "", *, on_event: Callable[[str, str], None] | None = None, **parameters: Any) -> None:
        super().__init__(html=html, sizing_mode="stretch_width", **parameters)  # type: ignore[no-untyped-call]
        self._on_event = on_event

    def _handle_msg(self, data: Any) -> None:
        if self._on_event is not None and isinstance(data, dict):
            self._on_event(str(data.get("name", "")), str(data.get("value", "")))
