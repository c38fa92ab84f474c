"""The page behind the link in a mailed report that stops it, and the one-click request of mail programs (RFC 8058)."""

from __future__ import annotations

from typing import Any

import anyio
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.accounts.caller import caller_of
from api.deps import TheWorkbench
from api.errors import status_of
from api.security.sign_in_page import page
from workbench.domain.errors import NotFound
from workbench.reports.unsubscribing import PATH, subscription_of, unsubscribe

pages = APIRouter(include_in_schema=False)

_LONGEST_TOKEN = 200


@pages.get(PATH)
async def ask(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """A button: programs that look at mail follow links, so this one changes nothing."""
    token = _token(request)
    try:
        subscription = await anyio.to_thread.run_sync(subscription_of, workbench.database, token)
    except NotFound as error:
        return _page(failure=error.with_hint, status=status_of(error))
    return _page(subscription=subscription, token=token)


@pages.post(PATH)
async def stop(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """Stops the reports. The link is the right to do so; no sign-in is needed."""
    token, address = _token(request), caller_of(request).address
    try:
        subscription = await anyio.to_thread.run_sync(lambda: unsubscribe(workbench.database, token, address=address))
    except NotFound as error:
        return _page(failure=error.with_hint, status=status_of(error))
    return _page(subscription=subscription, is_done=True)


def _token(request: Request) -> str:
    return request.query_params.get("token", "")[:_LONGEST_TOKEN]


def _page(*, status: int = 200, **shown: Any) -> HTMLResponse:
    nothing = {"failure": None, "subscription": None, "token": None, "is_done": False}
    return page("unsubscribe.html", "Stop a report", status=status, **nothing | shown)
