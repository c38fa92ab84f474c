"""Saved views as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlencode

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Schema, utc_text
from workbench.domain.screens.saved_views import SavedView, ViewKind

_PAGES = {ViewKind.SCREEN: "screen", ViewKind.CHART: "chart", ViewKind.COMPARISON: "compare"}


class SavedViewAnswer(TypedDict, closed=True):
    """A saved screen, chart or comparison of the caller, or shared with the caller's role."""

    name: str
    kind: ViewKind
    owner: str
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]
    parameters: Annotated[dict[str, str], Schema(description="Those of its page that are set, such as `where` of a screen.")]
    address: Annotated[str, Schema(description="The page that shows it, relative to the first page.")]
    changed_at: IsoTime


class SavedViewsAnswer(TypedDict, closed=True):
    """The caller's saved views by name, then the shared ones."""

    views: list[SavedViewAnswer]


def saved_view_answer(view: SavedView) -> SavedViewAnswer:
    """One saved view, with the address of the page that shows it."""
    return {
        "name": view.name,
        "kind": view.kind,
        "owner": view.owner,
        "shared_with": [role.value for role in view.shared_with],
        "parameters": dict(view.parameters),
        "address": f"{_PAGES[view.kind]}?{urlencode(view.parameters)}",
        "changed_at": utc_text(view.changed_at),
    }


def saved_views_answer(views: Iterable[SavedView]) -> SavedViewsAnswer:
    """Saved views, in the order given."""
    return {"views": [saved_view_answer(view) for view in views]}
