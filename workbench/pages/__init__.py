"""The pages: `applications(workbench)` gives the functions that Panel calls for each visit, by path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from panel.template.base import BaseTemplate

from workbench.domain.operations.schedule import ScheduledJob
from workbench.pages.alerts import alerts_page
from workbench.pages.changes import changes_page
from workbench.pages.company import company_page
from workbench.pages.compare import compare_page
from workbench.pages.frame import page
from workbench.pages.market import market_page
from workbench.pages.operations import operations_page
from workbench.pages.reader import reader_page
from workbench.pages.reports import reports_page
from workbench.pages.screen import screen_page
from workbench.pages.search import search_page
from workbench.runtime import Workbench


def applications(workbench: Workbench, *, schedule: Sequence[ScheduledJob] = ()) -> dict[str, Callable[[], BaseTemplate]]:
    """The pages by their paths. Serve them in one process; sessions are not shared between several.

    `schedule` are the jobs that this process serves.
    """
    return {
        "/alerts": page(workbench, "alerts", alerts_page),
        "/changes": page(workbench, "changes", changes_page),
        "/company": page(workbench, "company", company_page),
        "/compare": page(workbench, "compare", compare_page),
        "/market": page(workbench, "market", market_page),
        "/operations": page(workbench, "operations", partial(operations_page, schedule=schedule)),
        "/reader": page(workbench, "reader", reader_page),
        "/reports": page(workbench, "reports", reports_page),
        "/screen": page(workbench, "screen", screen_page),
        "/search": page(workbench, "search", search_page),
    }
