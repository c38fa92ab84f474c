"""Answers as tables: every list of the API as CSV, Parquet or Arrow, and its pages by cursors and links.

An answer's description says which of its fields has the rows and of what type each column is. So a route gives JSON alone,
and whatever is described is a table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Depends, Request
from starlette.responses import Response

from api.cursors import resume, takes_cursor
from api.deps import Format, ResponseFormat
from api.idempotency import OnceRoute
from api.problems import TABLES_TOO
from api.responses import RowsWanted
from workbench.analysis.alerts.alerts_json import AlertPreviewAnswer, AlertsAnswer, DeliveryPage
from workbench.analysis.alerts.watchlist_json import WatchlistDetailAnswer, WatchlistsAnswer
from workbench.analysis.company_json import CompanyPage
from workbench.analysis.facts.fact_json import FiledFactPage
from workbench.analysis.filings.changes_json import ChangesAnswer
from workbench.analysis.filings.document_json import OwnDocumentPage
from workbench.analysis.filings.event_json import EventPage
from workbench.analysis.filings.filing_json import FilingPage, LatestFilingsPage, SectionsAnswer
from workbench.analysis.filings.note_json import FilingReviewsAnswer, NotePage
from workbench.analysis.market.news_json import NewsPage
from workbench.analysis.market.price_json import PriceBarsAnswer, PricesAnswer
from workbench.analysis.operations.accounts_json import SessionsAnswer, SigningKeysAnswer, UsersAnswer
from workbench.analysis.operations.report_figures import ReportPage, SchedulesAnswer
from workbench.analysis.operations.role_json import RolesAnswer
from workbench.analysis.operations.settings_json import FlagsAnswer, SettingsAnswer
from workbench.analysis.operations.stored_settings_json import StoredSettingsAnswer
from workbench.analysis.operations.task_json import TaskPage
from workbench.analysis.screens.views_json import SavedViewsAnswer
from workbench.analysis.search.similar_json import SimilarCompaniesAnswer
from workbench.analysis.statements.audit_json import AuditPage
from workbench.analysis.statements.numbers_json import CheckPage, LatestRestatementsPage, RestatementPage
from workbench.analysis.table_files import TableFormat
from workbench.search.shapes import SearchAnswer

ROWS: Mapping[Any, str] = {
    AlertPreviewAnswer: "notices",
    AlertsAnswer: "alerts",
    AuditPage: "audits",
    ChangesAnswer: "changes",
    CheckPage: "checks",
    CompanyPage: "companies",
    DeliveryPage: "notices",
    EventPage: "events",
    FiledFactPage: "facts",
    FilingPage: "filings",
    FilingReviewsAnswer: "reviews",
    FlagsAnswer: "flags",
    LatestFilingsPage: "filings",
    LatestRestatementsPage: "restatements",
    NewsPage: "articles",
    NotePage: "notes",
    OwnDocumentPage: "documents",
    PriceBarsAnswer: "bars",
    PricesAnswer: "bars",
    ReportPage: "reports",
    RestatementPage: "restatements",
    RolesAnswer: "roles",
    SavedViewsAnswer: "views",
    SchedulesAnswer: "schedules",
    SearchAnswer: "hits",
    SectionsAnswer: "sections",
    SessionsAnswer: "sessions",
    SettingsAnswer: "settings",
    SigningKeysAnswer: "signing_keys",
    SimilarCompaniesAnswer: "similar",
    StoredSettingsAnswer: "settings",
    TaskPage: "tasks",
    UsersAnswer: "users",
    WatchlistDetailAnswer: "companies",
    WatchlistsAnswer: "watchlists",
}
"""The field of each answer that has the rows of its table."""


class TableRoute(OnceRoute):
    """A route whose answer, if it has rows, is also given as a table; and whose pages, if it has any, have cursors.

    Only the description is needed: `ROWS` names the answer, and `offset` among the parameters says that there are pages.
    """

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        dependencies = list(options.pop("dependencies", None) or [])
        responses = dict(options.pop("responses", None) or {})
        model = options.get("response_model")
        is_read = "GET" in (options.get("methods") or ["GET"])
        self.rows_field = ROWS.get(model) if is_read and isinstance(model, type) else None
        self.has_pages = "offset" in inspect.signature(endpoint).parameters
        if self.rows_field is not None:
            dependencies.append(Depends(_as_table))
            responses[200] = {**TABLES_TOO, **responses.get(200, {})}
        if self.has_pages:
            dependencies.append(Depends(takes_cursor))
        super().__init__(path, endpoint, dependencies=dependencies, responses=responses, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which for a request with a cursor begins where the cursor says."""
        handler = super().get_route_handler()
        if not self.has_pages:
            return handler

        async def resumed(request: Request) -> Response:
            resume(request)
            return await handler(request)

        return resumed


async def _as_table(request: Request, form: ResponseFormat) -> None:
    """Tells the response in which form to send the rows of the answer."""
    route = request.scope["route"]
    if form is not Format.JSON and isinstance(route, TableRoute) and route.rows_field is not None:
        request.state.rows = RowsWanted(TableFormat(form.value), route.response_model, route.rows_field)
