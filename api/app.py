"""The ASGI application: the API under `/api/v1`, the web pages, and the guard around both."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Literal

import anyio
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute

from api import errors, observed
from api.accounts import account_routes, provider_routes, session_routes, user_routes
from api.accounts import routes as auth
from api.alerts import routes as alerts
from api.audit_trail import routes as audit_trail
from api.back_pressure import BackPressure
from api.changes import routes as changes
from api.companies import routes as companies
from api.deps import api_key, oauth2
from api.destinations import routes as destinations
from api.documents import routes as documents
from api.events import routes as events
from api.examples import add_examples
from api.exports import routes as exports
from api.facts import routes as facts
from api.filings import routes as filings
from api.first_start import AwaitFirstStart
from api.frames import routes as frames
from api.installation import routes as installation
from api.installation import stored_settings
from api.mcp.endpoint import PATH as MCP_PATH
from api.mcp.endpoint import McpEndpoint
from api.news import routes as news
from api.notes import routes as notes
from api.numbers import routes as numbers
from api.operations import routes as health
from api.parameters import describe_values, refuse_unfit_parameters
from api.passages import routes as passages
from api.peers import routes as peers
from api.prices import routes as prices
from api.problems import Problem, problems
from api.provenance import routes as provenance
from api.reference_page import POLICY, reference_page
from api.reports import routes as reports
from api.roles import routes as roles
from api.search import routes as search
from api.security.access import Gate
from api.security.addresses import known_names
from api.security.audit_trail import AuditTrail
from api.security.audited import Audited
from api.security.guard import Guard
from api.security.proxies import TrustedProxies
from api.security.rate_limits import RateLimited
from api.segments import routes as segments
from api.series import routes as series
from api.sharing import routes as sharing
from api.similar import routes as similar
from api.slow_work import SlowWork
from api.statements import routes as statements
from api.stored.layer import StoredAnswers, code_digest
from api.tasks import routes as tasks
from api.unsubscribing import unsubscribe_pages
from api.valuation import routes as valuation
from api.verification import routes as verification
from api.views import routes as views
from api.watchlists import routes as watchlists
from db.operations.stored_answers import AnswerReader
from workbench.adapters.keys.signing_key import signing_key
from workbench.domain.operations.schedule import JobList
from workbench.reports.report_queue import ReportQueue
from workbench.runtime import Workbench
from workbench.runtime.components import request_windows

logger = logging.getLogger(__name__)

# A process serves the API, the pages, or both.
ServerRole = Literal["all", "api", "pages"]

_PREFIX = "/api/v1"
_PROTECTED = (
    alerts.router,
    companies.router,
    companies.load_router,
    changes.router,
    similar.router,
    statements.router,
    numbers.router,
    valuation.router,
    provenance.router,
    verification.router,
    segments.router,
    facts.router,
    filings.router,
    news.router,
    events.router,
    documents.router,
    prices.router,
    search.router,
    passages.router,
    destinations.router,
    frames.router,
    reports.router,
    tasks.router,
    exports.router,
    peers.router,
    series.router,
    watchlists.router,
    views.router,
    notes.router,
    notes.reviews_router,
    roles.router,
    sharing.router,
    audit_trail.router,
    installation.router,
    stored_settings.router,
    session_routes.router,
    account_routes.router,
    user_routes.router,
)


def create_app(workbench: Workbench, *, schedule: JobList = tuple, role: ServerRole = "all") -> FastAPI:
    """The API and pages of an open workbench, or one of them, to be served at `settings.server.host`.

    `schedule` holds the jobs that run by themselves; one page lists them.

    The caller closes the workbench; its asynchronous connections close with the application. Raises SetupError if the
    signing key is weak or readable by others.
    """
    workbench.database.serve()
    root = signing_key(workbench.settings)
    gate = Gate(workbench.settings, workbench.database, root)
    app = FastAPI(
        title="Corporate Intelligence Workbench",
        version=version("corporate-intel-workbench"),
        description=_description(gate),
        openapi_url=f"{_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        routes=[*_api_routes(role)],
    )
    app.state.workbench = workbench
    app.state.gate = gate
    app.state.readiness = health.Readiness(workbench)
    app.state.reports = ReportQueue(workbench)
    server = workbench.settings.server
    app.state.slow_work = SlowWork(server.slow_requests, server.most_waiting_requests)
    app.state.metrics = observed.Metrics(workbench)
    app.state.windows = request_windows(workbench.settings)
    app.state.audit_trail = AuditTrail(workbench.database)
    app.state.metrics.watch(app.state.audit_trail, app.state.slow_work)
    errors.install(app)
    app.include_router(observed.router)
    if role != "pages":
        app.add_api_route("/api/docs", _reference, include_in_schema=False)
        app.add_route(MCP_PATH, McpEndpoint(), include_in_schema=False)  # type: ignore[arg-type]
    if role != "api":
        from api import pages  # imports Panel, which takes memory and seconds

        app.include_router(auth.pages)
        app.include_router(account_routes.pages)
        app.include_router(provider_routes.pages)
        app.include_router(unsubscribe_pages.pages)
        app.state.pages = pages.mount(app, workbench, key=root, schedule=schedule)
    app.openapi = partial(_openapi, app)  # type: ignore[method-assign]
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    _add_stored_answers(app, workbench)
    app.add_middleware(RateLimited, limits=workbench.settings.rate_limits, windows=app.state.windows)
    app.add_middleware(AwaitFirstStart, workbench=workbench)
    app.add_middleware(BackPressure, most=workbench.settings.server.most_requests)
    app.add_middleware(Guard, gate=gate, names=known_names(workbench.settings.server))
    app.add_middleware(Audited, trail=app.state.audit_trail)
    token = workbench.settings.server.metrics_token
    app.add_middleware(
        observed.Observed, metrics=app.state.metrics, token=token.get_secret_value if token is not None else None
    )
    app.add_middleware(TrustedProxies, networks=workbench.settings.server.proxy_networks)
    return app


def _add_stored_answers(app: FastAPI, workbench: Workbench) -> None:
    app.state.answers = AnswerReader(workbench.database)
    most_bytes = workbench.settings.server.answer_cache_megabytes * 2**20
    app.add_middleware(
        StoredAnswers,
        database=workbench.database,
        changes=workbench.data_changes,
        reader=app.state.answers,
        most_bytes=most_bytes,
    )


@cache
def _api_routes(role: ServerRole) -> tuple[BaseRoute, ...]:
    """The routes of a role under the prefix: all, or those of health alone; each rejects unfit query parameters.

    FastAPI derives what a route takes and answers at its first request, which costs milliseconds a route. Nothing of it is
    an application's own, so all applications of a process share them.
    """
    api = APIRouter(dependencies=[Depends(refuse_unfit_parameters)], responses=problems(400, 422))
    api.include_router(health.router)
    if role != "pages":
        api.include_router(auth.router)
        api.include_router(account_routes.open_router)
        for router in _PROTECTED:
            api.include_router(router, dependencies=[Depends(oauth2), Depends(api_key)], responses=problems(429, 503))
    # A prefix given here and not to the router itself: without one, all routes would be derived once more to be checked.
    whole = APIRouter()
    whole.include_router(api, prefix=_PREFIX)
    return tuple(whole.routes)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gate: Gate = app.state.gate
    logger.info(gate.description)
    workbench: Workbench = app.state.workbench
    # Read here what the first requests would wait for: the model's weights, and the code that stored answers are of. While
    # nobody listens to the database, stored answers are not used.
    workbench.data_changes.start()
    await anyio.to_thread.run_sync(code_digest)
    await anyio.to_thread.run_sync(workbench.embedder.embed, ["ready"])
    try:
        yield
    finally:
        await app.state.windows.close()
        await anyio.to_thread.run_sync(app.state.audit_trail.close)
        await anyio.to_thread.run_sync(gate.callers.close)
        await anyio.to_thread.run_sync(workbench.close)
        await app.state.answers.close()
        await workbench.database.close_async()


def _description(gate: Gate) -> str:
    return (
        "Filings, facts, prices and text of listed companies, as of any date, each figure with its sources. "
        f"{gate.description} Errors are RFC 9457 problem details with a one-line `detail`."
    )


# A plain function: FastAPI caches by endpoint for as long as the process runs, and with it whatever an endpoint holds.
async def _reference(request: Request) -> HTMLResponse:
    return HTMLResponse(reference_page(request.app.openapi()), headers={"Content-Security-Policy": POLICY})


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of the API, without the web pages."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema["paths"] = {path: item for path, item in schema["paths"].items() if path.startswith(_PREFIX)}
        _drop_foreign_errors(schema)
        describe_values(schema)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        add_examples(schema, _PREFIX)
        app.openapi_schema = schema
    return app.openapi_schema


def _drop_foreign_errors(schema: dict[str, Any]) -> None:
    """Removes FastAPI's default 422 schema, which FastAPI adds to each route that does not declare its own."""
    for item in schema["paths"].values():
        for route in item.values():
            if "application/json" in route["responses"].get("422", {}).get("content", {}):
                del route["responses"]["422"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
