"""The pages: `applications(workbench)` returns, by path, the functions that Panel calls for each visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from panel.template.base import BaseTemplate

from workbench.domain.operations.schedule import ScheduledJob
from workbench.pages.alerts.page import alerts_page
from workbench.pages.chart.page import chart_page
from workbench.pages.company.page import company_page
from workbench.pages.compare.page import compare_page
from workbench.pages.frame.page import page
from workbench.pages.handbook.page import handbook_page
from workbench.pages.home.page import home_page
from workbench.pages.market.audit_page import audit_page
from workbench.pages.market.page import market_page
from workbench.pages.operations.audit_trail_page import audit_trail_page
from workbench.pages.operations.page import operations_page
from workbench.pages.reader.changes_page import changes_page
from workbench.pages.reader.page import reader_page
from workbench.pages.reports.page import reports_page
from workbench.pages.screen.page import screen_page
from workbench.pages.search.page import search_page
from workbench.runtime import Workbench


def applications(workbench: Workbench, *, schedule: Sequence[ScheduledJob] = ()) -> dict[str, Callable[[], BaseTemplate]]:
    """The pages by path. Serve them in one process: sessions are not shared between processes.

    `schedule` lists the jobs that this process runs.
    """
    return {
        "/audit": page(workbench, "audit", audit_page),
        "/audit-trail": page(workbench, "audit-trail", audit_trail_page),
        "/alerts": page(workbench, "alerts", alerts_page),
        "/changes": page(workbench, "changes", changes_page),
        "/chart": page(workbench, "chart", chart_page),
        "/company": page(workbench, "company", company_page),
        "/compare": page(workbench, "compare", compare_page),
        "/docs": page(workbench, "docs", handbook_page),
        "/home": page(workbench, "home", home_page),
        "/market": page(workbench, "market", market_page),
        "/operations": page(workbench, "operations", partial(operations_page, schedule=schedule)),
        "/reader": page(workbench, "reader", reader_page),
        "/reports": page(workbench, "reports", reports_page),
        "/screen": page(workbench, "screen", screen_page),
        "/search": page(workbench, "search", search_page),
    }
