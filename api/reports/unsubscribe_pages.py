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


_TITLE = "Stop a report"


@pages.get(PATH)
async def ask(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """A button: programs that look at mail follow links, so this one changes nothing."""
    token = link_token(request)
    try:
        subscription = await anyio.to_thread.run_sync(subscription_of, workbench.database, token)
    except NotFound as error:
        return unsubscribe_page(_TITLE, failure=error.with_hint, status=status_of(error))
    line = f"Scheduled reports “{subscription.title}” to {subscription.recipient}."
    return unsubscribe_page(_TITLE, lines=[line], action=PATH, token=token)


@pages.post(PATH)
async def stop(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """Stops the reports. The link is the right to do so; no sign-in is needed."""
    token, address = link_token(request), caller_of(request).address
    try:
        subscription = await anyio.to_thread.run_sync(lambda: unsubscribe(workbench.database, token, address=address))
    except NotFound as error:
        return unsubscribe_page(_TITLE, failure=error.with_hint, status=status_of(error))
    return unsubscribe_page(_TITLE, done=f"{subscription.title} is not sent to {subscription.recipient} any longer.")


def link_token(request: Request) -> str:
    """The secret in the address."""
    return request.query_params.get("token", "")[:_LONGEST_TOKEN]


def unsubscribe_page(title: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page with `lines` and a button that posts `token` to `action`, with what was `done`, or with a `failure`."""
    nothing = {"failure": None, "lines": (), "action": "", "token": None, "done": None}
    return page("unsubscribe.html", title, status=status, heading=title, **nothing | shown)
