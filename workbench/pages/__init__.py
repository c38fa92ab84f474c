"""The pages: `applications(workbench)` returns them by path."""

from __future__ import annotations

from functools import partial

from workbench.domain.operations.schedule import JobList
from workbench.pages.alerts.page import alerts_page
from workbench.pages.chart.page import chart_page
from workbench.pages.company.page import company_page
from workbench.pages.compare.page import compare_page
from workbench.pages.frame.page import ServedPage
from workbench.pages.handbook.page import handbook_page
from workbench.pages.home.page import home_page
from workbench.pages.market.audit_page import audit_page
from workbench.pages.market.page import market_page
from workbench.pages.market.restatements_page import restatements_page
from workbench.pages.operations.audit_trail_page import audit_trail_page
from workbench.pages.operations.page import operations_page
from workbench.pages.operations.settings_page import settings_page
from workbench.pages.reader.changes_page import changes_page
from workbench.pages.reader.page import reader_page
from workbench.pages.reports.page import reports_page
from workbench.pages.screen.page import screen_page
from workbench.pages.search.page import search_page
from workbench.runtime import Workbench


def applications(workbench: Workbench, *, schedule: JobList = tuple) -> dict[str, ServedPage]:
    """The pages by path. Serve them in one process: sessions are not shared between processes.

    `schedule` lists the jobs that this process runs.
    """
    return {
        "/audit": ServedPage(workbench, "audit", audit_page),
        "/audit-trail": ServedPage(workbench, "audit-trail", audit_trail_page),
        "/alerts": ServedPage(workbench, "alerts", alerts_page),
        "/changes": ServedPage(workbench, "changes", changes_page),
        "/chart": ServedPage(workbench, "chart", chart_page),
        "/company": ServedPage(workbench, "company", company_page),
        "/compare": ServedPage(workbench, "compare", compare_page),
        "/docs": ServedPage(workbench, "docs", handbook_page),
        "/home": ServedPage(workbench, "home", home_page),
        "/market": ServedPage(workbench, "market", market_page),
        "/operations": ServedPage(workbench, "operations", partial(operations_page, schedule=schedule)),
        "/reader": ServedPage(workbench, "reader", reader_page),
        "/reports": ServedPage(workbench, "reports", reports_page),
        "/restatements": ServedPage(workbench, "restatements", restatements_page),
        "/screen": ServedPage(workbench, "screen", screen_page),
        "/search": ServedPage(workbench, "search", search_page),
        "/settings": ServedPage(workbench, "settings", settings_page),
    }
