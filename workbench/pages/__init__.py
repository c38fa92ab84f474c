"""The pages: `applications(workbench)` gives the functions that Panel calls for each visit, by path."""

from __future__ import annotations

from collections.abc import Callable

from panel.template.base import BaseTemplate

from workbench.pages.company import company_page
from workbench.pages.frame import page
from workbench.pages.reader import reader_page
from workbench.pages.search import search_page
from workbench.runtime import Workbench


def applications(workbench: Workbench) -> dict[str, Callable[[], BaseTemplate]]:
    """Path to page: `/company`, `/reader`, `/search`. Serve them in one process; sessions are not shared between several."""
    return {
        "/company": page(workbench, "company", company_page),
        "/reader": page(workbench, "reader", reader_page),
        "/search": page(workbench, "search", search_page),
    }
