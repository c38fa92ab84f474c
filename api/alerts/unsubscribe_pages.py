"""The page behind the link in a notification that stops it, and the one-click request of mail programs (RFC 8058)."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.accounts.caller import caller_of
from api.deps import TheWorkbench
from api.errors import status_of
from api.reports.unsubscribe_pages import link_token, unsubscribe_page
from workbench.domain.errors import NotFound
from workbench.ingest.alerts.unsubscribing import PATH, alerts_of, unsubscribe

pages = APIRouter(include_in_schema=False)
_TITLE = "Stop an alert"
_INBOX_INSTEAD = "The alert notifies in the workbench's inbox instead."


@pages.get(PATH)
async def ask(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """A button: programs that look at mail follow links, so this one changes nothing."""
    token = link_token(request)
    try:
        rules = await anyio.to_thread.run_sync(alerts_of, workbench.database, token)
    except NotFound as error:
        return unsubscribe_page(_TITLE, failure=error.with_hint, status=status_of(error))
    lines = [each.sentence for each in rules]
    return unsubscribe_page(_TITLE, lines=["Notifications of:", *lines, _INBOX_INSTEAD], action=PATH, token=token)


@pages.post(PATH)
async def stop(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """Stops the messages. The link is the right to do so; no sign-in is needed."""
    token, address = link_token(request), caller_of(request).address
    try:
        await anyio.to_thread.run_sync(lambda: unsubscribe(workbench.database, token, address=address))
    except NotFound as error:
        return unsubscribe_page(_TITLE, failure=error.with_hint, status=status_of(error))
    return unsubscribe_page(_TITLE, done=f"These notifications are not sent any longer. {_INBOX_INSTEAD}")
