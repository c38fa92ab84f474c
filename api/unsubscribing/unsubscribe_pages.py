"""The pages behind links in mail that stop what is sent, and the one-click request of mail programs (RFC 8058).

A link is the right to do so; no sign-in is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import anyio
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.accounts.caller import caller_of
from api.deps import TheWorkbench
from api.errors import status_of
from api.security.sign_in_page import page
from db.engine import Database
from workbench.domain.errors import NotFound
from workbench.ingest.alerts import unsubscribing as alerts
from workbench.reports import unsubscribing as reports

pages = APIRouter(include_in_schema=False)

_LONGEST_TOKEN = 200


class _Link(NamedTuple):
    """A kind of link: where it leads, what its page asks, and what it does, which gives the sentence that says so.

    `question` and `stop` raise NotFound for a secret that is not good.
    """

    path: str
    title: str
    question: Callable[[Database, str], Sequence[str]]
    stop: Callable[[Database, str, str], str]


def _report_question(database: Database, token: str) -> Sequence[str]:
    subscription = reports.subscription_of(database, token)
    return [f"Scheduled reports “{subscription.title}” to {subscription.recipient}."]


def _stop_report(database: Database, token: str, address: str) -> str:
    subscription = reports.unsubscribe(database, token, address=address)
    return f"{subscription.title} is not sent to {subscription.recipient} any longer."


_INBOX_INSTEAD = "The alert notifies in the workbench's inbox instead."


def _alert_question(database: Database, token: str) -> Sequence[str]:
    return ["Notifications of:", *(each.sentence for each in alerts.alerts_of(database, token)), _INBOX_INSTEAD]


def _stop_alert(database: Database, token: str, address: str) -> str:
    alerts.unsubscribe(database, token, address=address)
    return f"These notifications are not sent any longer. {_INBOX_INSTEAD}"


_LINKS = (
    _Link(reports.PATH, "Stop a report", _report_question, _stop_report),
    _Link(alerts.PATH, "Stop an alert", _alert_question, _stop_alert),
)


def _add_pages(link: _Link) -> None:
    async def ask(request: Request, workbench: TheWorkbench) -> HTMLResponse:
        # A button: programs that look at mail follow links, so opening one changes nothing.
        token = _token(request)
        try:
            lines = await anyio.to_thread.run_sync(link.question, workbench.database, token)
        except NotFound as error:
            return _page(link.title, failure=error.with_hint, status=status_of(error))
        return _page(link.title, lines=lines, action=link.path, token=token)

    async def stop(request: Request, workbench: TheWorkbench) -> HTMLResponse:
        address = caller_of(request).address
        try:
            done = await anyio.to_thread.run_sync(link.stop, workbench.database, _token(request), address)
        except NotFound as error:
            return _page(link.title, failure=error.with_hint, status=status_of(error))
        return _page(link.title, done=done)

    pages.add_api_route(link.path, ask, methods=["GET"], response_class=HTMLResponse)
    pages.add_api_route(link.path, stop, methods=["POST"], response_class=HTMLResponse)


def _token(request: Request) -> str:
    return request.query_params.get("token", "")[:_LONGEST_TOKEN]


def _page(title: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page with `lines` and a button that posts `token` to `action`, with what was `done`, or with a `failure`."""
    nothing = {"failure": None, "lines": (), "action": "", "token": None, "done": None}
    return page("unsubscribe.html", title, status=status, heading=title, **nothing | shown)


for _each in _LINKS:
    _add_pages(_each)
