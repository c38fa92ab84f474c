"""Alerts and the notifications they sent."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.alerts.requests import AlertDraftIn, AlertIn, ReadIn
from api.deps import Limit, Offset, Question, TheCaller, ThePrincipal, TheSlowWork, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.security.access import Principal
from api.tables import TableRoute
from db.alerts import deliveries, inbox, rules
from workbench.analysis.alerts.alerts_json import (
    AlertAnswer,
    AlertPreviewAnswer,
    AlertsAnswer,
    ChannelsAnswer,
    DeliveryPage,
    InboxAnswer,
    delivery_page,
    notice_as_json,
    rule_as_json,
)
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import INBOX, AlertRule
from workbench.ingest.alerts import notices
from workbench.runtime import Workbench

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=TableRoute)

Days = Annotated[int, Query(ge=1, le=3660, description="Number of past days to include.")]
Most = Annotated[int, Query(ge=1, le=500, description="Maximum number of notifications, the newest.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the alert.", examples=[1])]


@router.get("", summary="Alerts", response_model=AlertsAnswer, responses=problems(401))
async def list_alerts(request: Request, ask: Question, caller: TheCaller) -> Response:
    """The caller's alerts and those shared with the caller's role; an administrator sees all alerts."""
    listed = await ask(rules.list_rules, caller=caller)
    return json_response(request, {"alerts": [rule_as_json(rule) for rule in listed]})


@router.post(
    "",
    summary="Add an alert",
    dependencies=[MAKES_ONCE],
    status_code=HTTPStatus.CREATED,
    response_model=AlertAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def add_alert(request: Request, workbench: TheWorkbench, principal: ThePrincipal, wanted: AlertIn) -> Response:
    """Creates an alert. It applies to data that arrives after it is created."""
    schedule = _schedule(workbench, wanted)

    def add() -> AlertRule:
        return notices.add_rule(
            workbench.database,
            workbench.notifier,
            owner=principal.name,
            condition=wanted.condition,
            channel=wanted.channel,
            schedule=schedule,
            now=workbench.now(),
            company=wanted.ticker,
            watchlist=wanted.watchlist,
        )

    response = json_response(request, rule_as_json(await anyio.to_thread.run_sync(add)))
    response.status_code = HTTPStatus.CREATED
    return response


@router.post(
    "/preview", summary="Preview of a draft", response_model=AlertPreviewAnswer, responses=problems(400, 401, 404, 422)
)
async def preview_draft(
    *,
    request: Request,
    workbench: TheWorkbench,
    slow_work: TheSlowWork,
    principal: ThePrincipal,
    wanted: AlertDraftIn,
    days: Days = 30,
    limit: Most = 20,
) -> Response:
    """The notifications that this alert would have sent in the last `days` days. Nothing is saved or sent."""
    schedule = _schedule(workbench, wanted)
    now = workbench.now()

    def preview() -> AlertPreviewAnswer:
        with workbench.database.read() as connection:
            rule = notices.draft(
                connection, owner=principal.name, condition=wanted.condition, schedule=schedule, now=now,
                company=wanted.ticker, watchlist=wanted.watchlist,
            )  # fmt: skip
        return _preview(workbench, rule, days, limit)

    return json_response(request, await slow_work(preview))


@router.get("/channels", summary="Channels", response_model=ChannelsAnswer, responses=problems(401))
async def list_channels(request: Request, workbench: TheWorkbench, _: ThePrincipal) -> Response:
    """The names of the notification channels, `inbox` first, which needs no address. Addresses are secret and not returned."""
    return json_response(request, {"channels": [INBOX, *workbench.notifier.channels]})


@router.post(
    "/channels/{channel}/test",
    summary="Test a channel",
    dependencies=[MAKES_ONCE],
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(400, 401, 403, 404, 503),
)
async def try_channel(
    workbench: TheWorkbench, channel: Annotated[str, Path(description="The name of the channel.", examples=["ops"])]
) -> Response:
    """Sends a test message and returns when the channel has accepted it."""
    await anyio.to_thread.run_sync(
        lambda: notices.send_trial(workbench.notifier, channel, base=workbench.settings.server.address)
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/notices", summary="Sent notifications", response_model=DeliveryPage, responses=problems(401, 422))
async def list_notices(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    caller: TheCaller,
    alert: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Only notifications of this alert.")] = None,
    state: Annotated[
        list[NoticeState] | None,
        Query(description="Only notifications in these states; by default all except `known` (older than the alert)."),
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The notifications of the alerts that the caller may read, each with its state, newest first."""
    rows = await ask(
        deliveries.list_deliveries, rule_id=alert, states=state or (), limit=limit + 1, offset=offset, caller=caller
    )
    shown, page = cut(rows, limit, offset)
    return json_response(request, delivery_page(shown, workbench.settings.server.address, page))


@router.get("/unread", summary="Unread notifications", response_model=InboxAnswer, responses=problems(401, 422))
async def count_unread(request: Request, ask: Question, caller: TheCaller) -> Response:
    """How many notifications of the caller's own alerts have not been read."""
    return json_response(request, {"unread": await ask(inbox.unread, caller.name)})


@router.post(
    "/notices/read", summary="Mark notifications as read", response_model=InboxAnswer, responses=problems(401, 403, 422)
)
async def mark_read(request: Request, workbench: TheWorkbench, caller: TheCaller, wanted: ReadIn) -> Response:
    """Marks one or all notifications of the caller's own alerts as read. Returns how many are left."""

    def mark() -> int:
        with workbench.database.write() as connection:
            inbox.mark_read(connection, caller.name, workbench.now(), wanted.notice)
            return inbox.unread(connection, caller.name)

    return json_response(request, {"unread": await anyio.to_thread.run_sync(mark)})


@router.get("/{alert}", summary="One alert", response_model=AlertAnswer, responses=problems(401, 404, 422))
async def get_alert(request: Request, ask: Question, caller: TheCaller, alert: Number) -> Response:
    """One of the caller's alerts, or a shared one."""
    return json_response(request, rule_as_json(await ask(rules.get_rule, alert, caller=caller)))


@router.delete("/{alert}", summary="Remove an alert", response_model=AlertAnswer, responses=problems(401, 403, 404, 422))
async def remove_alert(request: Request, workbench: TheWorkbench, principal: ThePrincipal, alert: Number) -> Response:
    """Removes the alert and its pending notifications. Returns the removed alert."""

    def remove() -> AlertRule:
        with workbench.database.write() as connection:
            rule = rules.get_rule(connection, alert, owner=_owner(principal))
            rules.delete_rule(connection, rule.rule_id)
        return rule

    return json_response(request, rule_as_json(await anyio.to_thread.run_sync(remove)))


@router.get(
    "/{alert}/preview", summary="Preview of an alert", response_model=AlertPreviewAnswer, responses=problems(401, 404, 422)
)
async def preview_alert(
    *,
    request: Request,
    workbench: TheWorkbench,
    slow_work: TheSlowWork,
    caller: TheCaller,
    alert: Number,
    days: Days = 30,
    limit: Most = 20,
) -> Response:
    """The notifications that this alert would have sent in the last `days` days. Nothing is sent."""

    def preview() -> AlertPreviewAnswer:
        with workbench.database.read() as connection:
            rule = rules.get_rule(connection, alert, caller=caller)
        return _preview(workbench, rule, days, limit)

    return json_response(request, await slow_work(preview))


def _preview(workbench: Workbench, rule: AlertRule, days: int, limit: int) -> AlertPreviewAnswer:
    now = workbench.now()
    matching = notices.preview(workbench.database, rule, since=now.date() - timedelta(days=days), now=now)
    shown = [notice_as_json(notice, workbench.settings.server.address) for notice in matching[-limit:]]
    return {"alert": rule_as_json(rule), "days": days, "found": len(matching), "notices": shown}


def _schedule(workbench: Workbench, wanted: AlertDraftIn) -> Schedule:
    return Schedule.parse(
        zone=wanted.time_zone or workbench.settings.alerts.time_zone,
        digest=wanted.digest,
        at=wanted.digest_at,
        weekday=wanted.digest_weekday,
        quiet=wanted.quiet_hours,
    )


def _owner(principal: Principal) -> str | None:
    """The owner whose alerts the caller may remove: the caller, or None (every owner) for an administrator."""
    return None if principal.caller.sees_all else principal.name
