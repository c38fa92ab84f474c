"""The tabs of a company's page: each has an address, and only what stands on the open one is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import panel as pn
from markupsafe import Markup

from db.engine import Connection
from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.valuation import multiples
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench


class Tab(StrEnum):
    """The tabs in order, by the value of `tab` in the address."""

    OVERVIEW = "overview"
    FINANCIALS = "financials"
    VALUATION = "valuation"
    SEGMENTS = "segments"
    FILINGS = "filings"
    DOCUMENTS = "documents"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class TabContent:
    """The panels of a tab in order; `plain` ones are drawn without a border.

    `steps` fill what takes long, once the page is on the screen. `on_event` handles a choice of a key figure; without it key
    figures lead to the overview.
    """

    panels: dict[str, pn.viewable.Viewable]
    steps: Sequence[Callable[[], None]] = ()
    on_event: Callable[[str, str], None] | None = None
    plain: Sequence[str] = ()


def chosen_tab(selection: Selection) -> Tab:
    """The tab of the address; without one the tab that has the chosen figure. Raises InvalidRequest for another name."""
    if selection.tab:
        try:
            return Tab(selection.tab)
        except ValueError:
            raise InvalidRequest(f"tab must be one of {', '.join(Tab)}, not {selection.tab!r}") from None
    return Tab.VALUATION if selection.figure.partition("@")[0] in multiples() else Tab.OVERVIEW


def tab_value(tab: Tab) -> str:
    """The value of `tab` in the address: none for the first one."""
    return "" if tab is Tab.OVERVIEW else tab.value


def tab_row(current: Tab, selection: Selection) -> Markup:
    """Links to all tabs of the company as of the same day, the current one marked."""
    here = Selection(ticker=selection.ticker, as_of=selection.as_of)
    tabs = [
        {
            "name": tab.value.capitalize(),
            "href": href("company", replace(here, tab=tab_value(tab))),
            "is_current": tab is current,
        }
        for tab in Tab
    ]
    return fragment("company/page.html", "tab_row", tabs)


def reading(workbench: Workbench, show: Callable[[Connection], None]) -> Callable[[], None]:
    """The step that reads the database and shows what it has read."""

    def step() -> None:
        with workbench.database.read() as connection:
            show(connection)

    return step
