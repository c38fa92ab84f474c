"""Accounts of others, for administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.accounts.session_routes import UserName
from api.deps import Question, TheGate, ThePrincipal, TheWorkbench
from api.problems import problems
from api.responses import json_response
from api.security import accounts, password_resets, second_factors
from api.security.access import Principal
from api.tables import TableRoute
from db.operations.accounts import list_users as stored_users
from workbench.analysis.operations.accounts_json import (
    DeletedUserAnswer,
    ResetLinkAnswer,
    UserAnswer,
    UsersAnswer,
    user_answer,
)
from workbench.domain.errors import PermissionRefused
from workbench.domain.operations.accounts import User, parse_user_name
from workbench.domain.rights.roles import Role

router = APIRouter(prefix="/users", tags=["accounts"], route_class=TableRoute)


class UserChange(BaseModel):
    """What changes of an account; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    is_active: bool | None = None


@router.get("", summary="Accounts", response_model=UsersAnswer, responses=problems(401, 403))
async def list_users(request: Request, ask: Question) -> Response:
    """All accounts by name, including disabled ones. For administrators."""
    return json_response(request, {"users": [user_answer(user) for user in await ask(stored_users)]})


@router.patch("/{name}", summary="Change an account", response_model=UserAnswer,
              responses=problems(400, 401, 403, 404, 422))  # fmt: skip
async def change_user(
    request: Request, workbench: TheWorkbench, gate: TheGate, principal: ThePrincipal, name: UserName, *, wanted: UserChange
) -> Response:
    """Changes the role, or disables or enables the account. Nobody changes their own. For administrators."""
    name = _of_another(name, principal)

    def work() -> User:
        user: User | None = None
        if wanted.role is not None:
            user = accounts.set_role(workbench.database, name, wanted.role, actor=principal.name)
        if wanted.is_active is not None or user is None:
            is_active = wanted.is_active is not False
            user = accounts.set_active(workbench.database, name, is_active=is_active, actor=principal.name)
        return user

    user = await anyio.to_thread.run_sync(work)
    gate.callers.on_change(None)
    return json_response(request, user_answer(user))


@router.delete("/{name}", summary="Delete an account", response_model=DeletedUserAnswer,
               responses=problems(400, 401, 403, 404, 409, 422))  # fmt: skip
async def delete_user(
    request: Request,
    workbench: TheWorkbench,
    gate: TheGate,
    principal: ThePrincipal,
    name: UserName,
    *,
    give_to: Annotated[str | None, Query(description="Who gets what the user owns.", examples=["max"])] = None,
    with_data: Annotated[bool, Query(description="Delete what the user owns.")] = False,
) -> Response:
    """Deletes the account with its sessions, API keys and second factor. For administrators.

    Returns 409 if the user owns documents, reports, schedules, watchlists, alerts, views or notes and neither `give_to` nor
    `with_data` is given. The audit log stays.
    """
    name = _of_another(name, principal)
    owned = await anyio.to_thread.run_sync(
        lambda: accounts.delete_user(
            workbench.database, workbench.objects, name, give_to=give_to, with_data=with_data, actor=principal.name
        )
    )
    gate.callers.on_change(None)
    answer: DeletedUserAnswer = {
        "deleted": name, "given_to": give_to, "documents": owned.documents, "reports": owned.reports,
        "schedules": owned.schedules, "watchlists": owned.watchlists, "alerts": owned.alerts, "views": owned.views,
        "notes": owned.notes,
    }  # fmt: skip
    return json_response(request, answer)


@router.post("/{name}/reset-link", summary="Make a link for a new password", response_model=ResetLinkAnswer,
             responses=problems(400, 401, 403, 404))  # fmt: skip
async def make_reset_link(request: Request, workbench: TheWorkbench, principal: ThePrincipal, name: UserName) -> Response:
    """A link with which the user sets a new password, once and within an hour. For administrators."""
    base = workbench.settings.server.address
    link = await anyio.to_thread.run_sync(
        lambda: password_resets.make_link(workbench.database, name, base, actor=principal.name)
    )
    return json_response(request, {"link": link, "valid_seconds": int(password_resets.RESET_LIFETIME.total_seconds())})


@router.delete("/{name}/second-factor", summary="Turn off one-time codes of a user", status_code=HTTPStatus.NO_CONTENT,
               response_class=Response, responses=problems(400, 401, 403, 404))  # fmt: skip
async def turn_second_factor_off(workbench: TheWorkbench, principal: ThePrincipal, name: UserName) -> Response:
    """For a user who lost both device and recovery codes. For administrators."""
    name = parse_user_name(name)
    await anyio.to_thread.run_sync(lambda: second_factors.turn_off(workbench.database, name, actor=principal.name))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _of_another(name: str, principal: Principal) -> str:
    # The administrator who is asking stays one, so there is always one left.
    name = parse_user_name(name)
    if name == principal.name:
        raise PermissionRefused("administrators do not change their own account", hint="ask another administrator")
    return name
